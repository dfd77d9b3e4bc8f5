package dialog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// figures are the service level of a shop.
type figures struct {
	newsMu sync.Mutex
	news   []*handoff.Ticket // that the ledger does not know yet; guarded by newsMu

	mu     sync.Mutex // held while somebody looks, which may take long; guards what follows
	ledger *level.Ledger
	rules  *ruling
	alarms []level.Alarm
	judged time.Time // when the alarms were
}

func (f *figures) begin(rules *ruling) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ledger, err = level.New(rules.Rules)
	f.rules = rules
	return err
}

// add takes in tickets without waiting for who looks.
func (f *figures) add(tickets []*handoff.Ticket) {
	if len(tickets) == 0 {
		return
	}
	f.newsMu.Lock()
	f.news = append(f.news, tickets...)
	f.newsMu.Unlock()
	if f.mu.TryLock() {
		f.takeNews()
		f.mu.Unlock()
	}
}

func (f *figures) takeNews() {
	f.newsMu.Lock()
	news := f.news
	f.news = nil
	f.newsMu.Unlock()
	for _, t := range news {
		f.ledger.Ticket(t)
	}
}

// with lets use look at the figures by these rules.
func (f *figures) with(rules *ruling, use func(*figures)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rules.Version != rules.Version {
		if err := f.ledger.SetRules(rules.Rules); err != nil {
			return fmt.Errorf("dialog: judging the service of shop %q: %w", rules.Shop, err)
		}
		f.rules = rules
	}
	f.takeNews()
	use(f)
	return nil
}

// level lets use look at the shop's figures, brought up to date.
func (s *Service) level(ctx context.Context, id shop.ID, use func(*figures)) error {
	p, rules, err := s.picture(ctx, id)
	if err != nil {
		return err
	}
	return p.figures.with(rules, use)
}

// estimate guesses how long the customer of t will wait, and how wrong such
// guesses were; both are 0 where too little was seen to say.
func (s *Service) estimate(ctx context.Context, t *handoff.Ticket, now time.Time) (wait, wrong time.Duration, err error) {
	err = s.level(ctx, t.Shop, func(f *figures) {
		if e, ok := f.ledger.Estimate(t, now); ok {
			wait, wrong = e.Wait, e.Error
		}
	})
	return wait, wrong, err
}

// alarms returns the alarms of a shop as they are now.
func (s *Service) alarms(ctx context.Context, id shop.ID) ([]level.Alarm, error) {
	var out []level.Alarm
	now := s.moment()
	err := s.level(ctx, id, func(f *figures) {
		if !fresh(f.judged, now, pictureAge) {
			f.alarms, f.judged = f.ledger.Alarms(now), now
		}
		out = f.alarms
	})
	return out, err
}

// Presences returns how many of the shop's agents there are of each presence.
func (d *Desk) Presences(ctx context.Context, id shop.ID) (map[handoff.Presence]int, error) {
	if err := checkShop(id); err != nil {
		return nil, err
	}
	p, _, err := d.service.picture(ctx, id)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	count := make(map[handoff.Presence]int)
	for _, a := range p.staff {
		count[a.presence]++
	}
	return count, nil
}

// maxPeriod bounds the time of a report.
const maxPeriod = 366 * 24 * time.Hour

// ServiceLevel reports how well the shop served the customers who came from
// the moment from on and before to, and what its supervisors should look after
// now. Only tickets that are still kept count: see Config.Retention.
func (d *Desk) ServiceLevel(ctx context.Context, id shop.ID, from, to time.Time) (level.Report, []level.Alarm, error) {
	if err := checkShop(id); err != nil {
		return level.Report{}, nil, err
	}
	switch {
	case !from.Before(to):
		return level.Report{}, nil, &FieldError{Field: "to", Reason: "must be after from"}
	case to.Sub(from) > maxPeriod:
		return level.Report{}, nil, &FieldError{Field: "to", Reason: "is more than 366 days after from"}
	}
	alarms, err := d.service.alarms(ctx, id)
	if err != nil {
		return level.Report{}, nil, err
	}
	var report level.Report
	err = d.service.level(ctx, id, func(f *figures) { report = f.ledger.Report(from, to, d.service.moment()) })
	return report, alarms, err
}
