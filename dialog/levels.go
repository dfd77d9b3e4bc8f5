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

// levelAge is how old figures of a shop may be when they are used.
const levelAge = time.Second

// levels keeps the service level of each shop that was asked for, from the
// tickets in its change feed: it holds nothing that another node, or this one
// after a restart, would not find there as well.
type levels struct {
	mu    sync.Mutex
	shops map[shop.ID]*shopLevel // guarded by mu
}

func newLevels() *levels { return &levels{shops: make(map[shop.ID]*shopLevel)} }

// shopLevel is what is known of one shop.
type shopLevel struct {
	mu       sync.Mutex // guards what follows
	ledger   *level.Ledger
	rules    *ruling
	revision uint64    // up to which the feed was read
	read     time.Time // when
	alarms   []level.Alarm
	judged   time.Time // when the alarms were
}

// level lets use look at the shop's figures, brought up to date.
func (s *Service) level(ctx context.Context, id shop.ID, use func(*shopLevel)) error {
	rules, err := s.rules(ctx, id)
	if err != nil {
		return err
	}
	s.levels.mu.Lock()
	l := s.levels.shops[id]
	if l == nil {
		l = new(shopLevel)
		s.levels.shops[id] = l
	}
	s.levels.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.follow(ctx, s, id, rules); err != nil {
		return err
	}
	use(l)
	return nil
}

// follow reads what is new in the feed, unless it has just done so.
func (l *shopLevel) follow(ctx context.Context, s *Service, id shop.ID, rules *ruling) error {
	var err error
	switch {
	case l.ledger == nil:
		l.ledger, err = level.New(rules.Rules)
	case l.rules.Version != rules.Version:
		err = l.ledger.SetRules(rules.Rules)
	}
	if err != nil {
		return fmt.Errorf("dialog: judging the service of shop %q: %w", id, err)
	}
	l.rules = rules
	now := s.now()
	if age := now.Sub(l.read); age >= 0 && age < levelAge {
		return nil
	}
	for {
		tickets, err := s.staff.Queue.Changes(ctx, id, l.revision, MaxPageSize)
		if err != nil {
			return fmt.Errorf("dialog: reading the changes of tickets: %w", err)
		}
		for _, t := range tickets {
			l.ledger.Ticket(t)
			l.revision = t.Revision
		}
		if len(tickets) < MaxPageSize {
			l.read = now
			return nil
		}
	}
}

// estimate guesses how long the customer of t will wait, and how wrong such
// guesses were; both are 0 where too little was seen to say.
func (s *Service) estimate(ctx context.Context, t *handoff.Ticket, now time.Time) (wait, wrong time.Duration, err error) {
	err = s.level(ctx, t.Shop, func(l *shopLevel) {
		if e, ok := l.ledger.Estimate(t, now); ok {
			wait, wrong = e.Wait, e.Error
		}
	})
	return wait, wrong, err
}

// alarms returns the alarms of a shop as they are now.
func (s *Service) alarms(ctx context.Context, id shop.ID) ([]level.Alarm, error) {
	var out []level.Alarm
	now := s.moment()
	err := s.level(ctx, id, func(l *shopLevel) {
		if age := now.Sub(l.judged); age < 0 || age >= levelAge {
			l.alarms, l.judged = l.ledger.Alarms(now), now
		}
		out = l.alarms
	})
	return out, err
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
	err = d.service.level(ctx, id, func(l *shopLevel) { report = l.ledger.Report(from, to, d.service.moment()) })
	return report, alarms, err
}
