package dialog

import (
	"context"
	"errors"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// StartRequest asks for a new session.
type StartRequest struct {
	Shop    shop.ID
	Visitor string
	Locale  string // BCP 47; "" takes the language of the shop's tree
	// Key, if set, makes a repetition safe: the same key of the same visitor
	// gives the same session. It is a turn id in form.
	Key string
}

// fallbackLocale is the language of a shop that has published nothing.
const fallbackLocale = "zh-CN"

// Start creates a session and greets. It returns the session and the entries
// it has. A shop without a live release greets in a plain way.
func (s *Service) Start(ctx context.Context, req StartRequest) (*Session, []Entry, error) {
	if err := req.check(); err != nil {
		return nil, nil, err
	}
	id := s.newID()
	if req.Key != "" {
		id = digest("session", string(req.Shop), req.Visitor, req.Key)[:32]
	}
	at := address{req.Shop, req.Visitor, id}
	if req.Key != "" {
		session, entries, err := s.started(ctx, at)
		if !errors.Is(err, ErrNotFound) {
			return session, entries, err
		}
	}
	session, entries, err := s.begin(ctx, at, req.Locale)
	if errors.Is(err, ErrConflict) && req.Key != "" {
		return s.started(ctx, at) // somebody else began it since
	}
	return session, entries, err
}

func (r StartRequest) check() error {
	checks := []error{checkShop(r.Shop), checkPerson("visitor", r.Visitor), checkLocale(r.Locale)}
	if r.Key != "" {
		checks = append(checks, checkKey("key", r.Key))
	}
	return firstOf(checks...)
}

// started returns a session that was begun before, with its first entries.
func (s *Service) started(ctx context.Context, at address) (*Session, []Entry, error) {
	session, _, err := s.load(ctx, at, "")
	if err != nil {
		return nil, nil, err
	}
	entries, err := s.store.Entries(ctx, at.shop, at.session, 0, MaxPageSize)
	if err != nil {
		return nil, nil, fmt.Errorf("dialog: reading a transcript: %w", err)
	}
	return s.view(session), entries, nil
}

func (s *Service) begin(ctx context.Context, at address, locale string) (*Session, []Entry, error) {
	now := s.moment()
	a := &act{now: now, session: &Session{
		Shop: at.shop, ID: at.session, Visitor: at.visitor, Locale: locale,
		State: StateBot, Created: now,
	}}
	defer a.unpin()
	b, err := s.newBot(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	doc := b.tree.Document()
	for _, l := range []string{doc.Locale, fallbackLocale} {
		if a.session.Locale == "" {
			a.session.Locale = l
		}
	}
	a.words = phrasesFor(a.session.Locale)
	welcome := Entry{Author: AuthorBot, Text: doc.Welcome, Release: b.number(), Offers: b.suggestions(doc)}
	if welcome.Text == "" {
		welcome.Text = a.words.greeting
	}
	a.session.Offers = welcome.Offers
	a.say(welcome)
	if err := s.commit(ctx, a, turnKey{}); err != nil {
		return nil, nil, err
	}
	return a.session, a.entries, nil
}

// suggestions offers the questions that the tree puts beside its welcome.
func (b *bot) suggestions(doc *knowledge.Document) []Offer {
	var nodes []*knowledge.Node
	for _, id := range doc.Suggest[:min(len(doc.Suggest), knowledge.MaxSuggest)] {
		if n := b.node(id); n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodeOffers(nodes)
}
