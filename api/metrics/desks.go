package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Staff is what is told of the queues and agents of shops. *dialog.Desk is one,
// and says what the methods promise.
type Staff interface {
	Shops(ctx context.Context) ([]shop.ID, error)
	ServiceLevel(ctx context.Context, id shop.ID, from, to time.Time) (level.Report, []level.Alarm, error)
	Presences(ctx context.Context, id shop.ID) (map[handoff.Presence]int, error)
}

const (
	// period is how far back the service level is told.
	period = time.Hour
	// lookEvery is how old the figures may be, however often they are scraped.
	lookEvery = 5 * time.Second
	// lookTimeout bounds a look: Prometheus gives up after 10 s.
	lookTimeout = 8 * time.Second
)

// desks collects what is known of the staff. Its figures are those of the
// shops, on whatever node they are asked for.
type desks struct {
	cfg                                                 Config
	storeUp, upToDate                                   *prometheus.Desc
	waiting, pickedUp, abandoned, within, wait, handle  *prometheus.Desc
	surveys, score, suggested, accepted, alarms, agents *prometheus.Desc

	mu     sync.Mutex
	looked time.Time // guarded by mu, as what follows
	seen   *sums     // nil where the last look failed
	store  bool
}

func newDesks(cfg Config) *desks {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		if cfg.ByShop && name != "store_up" && name != "desks_up" {
			labels = append(labels, "shop")
		}
		return prometheus.NewDesc("honeyguide_"+name, help, labels, nil)
	}
	return &desks{
		cfg:       cfg,
		storeUp:   desc("store_up", "Whether the store can be reached."),
		upToDate:  desc("desks_up", "Whether queues and agents could be looked at; without that nothing else is told of them."),
		waiting:   desc("queue_waiting", "Customers who wait and came within the last hour.", "skill"),
		pickedUp:  desc("queue_picked_up", "Customers of the last hour whom an agent took.", "skill"),
		abandoned: desc("queue_abandoned", "Customers of the last hour who gave up before an agent took them.", "skill"),
		within:    desc("pickup_within_target_ratio", "Share of the last hour's customers picked up within the target.", "skill"),
		wait:      desc("queue_wait_seconds", "How long those picked up in the last hour had waited; of several shops, the longest.", "skill", "quantile"),
		handle:    desc("queue_handle_seconds", "How long those picked up and closed in the last hour were helped; of several shops, the longest.", "skill", "quantile"),
		surveys:   desc("surveys", "Scores that customers of the last hour gave.", "skill"),
		score:     desc("survey_score", "Mean score, 1 to 5, of the customers of the last hour.", "skill"),
		suggested: desc("suggested", "Messages of the last hour's customers that answers were suggested for.", "skill"),
		accepted:  desc("suggested_accepted", "Replies in the last hour that were made from a suggested answer.", "skill"),
		alarms:    desc("queue_alarms", "Alarms that are on.", "skill", "reason"),
		agents:    desc("agents", "Agents, by presence.", "presence"),
	}
}

// Describe implements [prometheus.Collector].
func (d *desks) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{
		d.storeUp, d.upToDate, d.waiting, d.pickedUp, d.abandoned, d.within, d.wait, d.handle,
		d.surveys, d.score, d.suggested, d.accepted, d.alarms, d.agents,
	} {
		out <- desc
	}
}

// Collect implements [prometheus.Collector].
func (d *desks) Collect(out chan<- prometheus.Metric) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.cfg.Now(); d.looked.IsZero() || now.Sub(d.looked) >= lookEvery || now.Before(d.looked) {
		d.look(now)
		d.looked = now
	}
	gauge(out, d.storeUp, yes(d.store))
	gauge(out, d.upToDate, yes(d.seen != nil))
	if d.seen == nil {
		return
	}
	for key, s := range d.seen.skills {
		d.tell(out, key, s)
	}
	for key, n := range d.seen.alarms {
		gauge(out, d.alarms, float64(n), d.labels(key.shop, key.skill, string(key.reason))...)
	}
	for key, n := range d.seen.agents {
		gauge(out, d.agents, float64(n), d.labels(key.shop, string(key.presence))...)
	}
}

// tell tells of one skill.
func (d *desks) tell(out chan<- prometheus.Metric, key skillKey, s *skillSums) {
	of := d.labels(key.shop, key.skill)
	gauge(out, d.waiting, float64(s.waiting), of...)
	gauge(out, d.pickedUp, float64(s.pickedUp), of...)
	gauge(out, d.abandoned, float64(s.abandoned), of...)
	gauge(out, d.surveys, float64(s.surveys), of...)
	gauge(out, d.suggested, float64(s.suggested), of...)
	gauge(out, d.accepted, float64(s.accepted), of...)
	if s.judged > 0 {
		gauge(out, d.within, float64(s.within)/float64(s.judged), of...)
	}
	if s.surveys > 0 {
		gauge(out, d.score, s.scores/float64(s.surveys), of...)
	}
	for _, x := range []struct {
		desc *prometheus.Desc
		of   level.Spread
	}{{d.wait, s.wait}, {d.handle, s.handle}} {
		if x.of.Count > 0 {
			gauge(out, x.desc, x.of.P50.Seconds(), d.labels(key.shop, key.skill, "0.5")...)
			gauge(out, x.desc, x.of.P90.Seconds(), d.labels(key.shop, key.skill, "0.9")...)
		}
	}
}

func (d *desks) labels(id shop.ID, values ...string) []string {
	if d.cfg.ByShop {
		values = append(values, string(id))
	}
	return values
}

func gauge(out chan<- prometheus.Metric, desc *prometheus.Desc, value float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// look reads the figures of all shops with agents. What fails is told as such,
// not as figures of before.
func (d *desks) look(now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
	defer cancel()
	d.store, d.seen = true, nil
	if d.cfg.Store != nil {
		if err := d.cfg.Store(ctx); err != nil {
			d.store = false
			d.cfg.Log.Warn("metrics: the store cannot be reached", "err", err)
			return
		}
	}
	seen, err := d.read(ctx, now)
	if err != nil {
		d.cfg.Log.Warn("metrics: looking at queues and agents failed", "err", err)
		return
	}
	d.seen = seen
}

func (d *desks) read(ctx context.Context, now time.Time) (*sums, error) {
	shops, err := d.cfg.Staff.Shops(ctx)
	if err != nil {
		return nil, err
	}
	s := newSums(d.cfg.ByShop)
	for _, id := range shops {
		report, alarms, err := d.cfg.Staff.ServiceLevel(ctx, id, now.Add(-period), now)
		if err != nil {
			return nil, err
		}
		s.addLevel(id, report, alarms)
		agents, err := d.cfg.Staff.Presences(ctx, id)
		if err != nil {
			return nil, err
		}
		s.addAgents(id, agents)
	}
	return s, ctx.Err()
}
