package dialog

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Stepper does what a router does for one shop, whenever a test says so.
type Stepper struct {
	router *Router
	id     shop.ID
	shop   *shopRouter
}

// NewStepper returns a Stepper that knows nothing of the shop yet.
func NewStepper(r *Router, id shop.ID) *Stepper {
	return &Stepper{router: r, id: id, shop: r.follow(id, r.service.now())}
}

// Step is one look at the shop.
func (s *Stepper) Step(ctx context.Context) error { return s.shop.look(ctx) }

// Pictures returns how many shops a service knows.
func Pictures(s *Service) int {
	s.pictures.mu.Lock()
	defer s.pictures.mu.Unlock()
	return len(s.pictures.shops)
}
