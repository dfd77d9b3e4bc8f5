package chaos

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

const (
	here = shop.ID("chaos")

	short  = 15 * time.Second // of the monkey, where HONEYGUIDE_CHAOS says nothing else
	settle = 90 * time.Second // until everybody is served, at most

	// Shorter than the API allows: a run must see many of each.
	lease = 2 * time.Second
	ring  = 1500 * time.Millisecond
)

// tree is what the shop knows: questions that need one skill or the other.
const tree = `honeyguide: 1
title: chaos
locale: zh-CN
nodes:
  - id: refund
    title: refund
    question: money back please
    similar: [I want my money back]
    handoff: {skill: refund}
  - id: delivery
    title: delivery
    question: where is my parcel
    similar: [my parcel has not come]
    handoff: {skill: delivery}
`

var (
	questions = []string{"money back please", "where is my parcel"}
	skills    = []string{"refund", "delivery"}
)

// crew are the agents: what they can do, and how much at once.
var crew = []*handoffv1.PutAgentRequest{
	{Name: "an", Capacity: 1, Skills: map[string]int32{"refund": 5}, Languages: []string{"zh"}},
	{Name: "bo", Capacity: 2, Skills: map[string]int32{"delivery": 3}, Languages: []string{"zh", "en"}},
	{Name: "cai", Capacity: 3, Skills: map[string]int32{"refund": 2, "delivery": 5}, Languages: []string{"en"}},
	{Name: "di", Capacity: 2, Skills: map[string]int32{"refund": 3, "delivery": 1}},
	{Name: "en", Capacity: 3, Languages: []string{"zh", "en"}},
}

const (
	boss      = "boss"
	customers = 20
)

// crowd is what all people share.
type crowd struct {
	record     *record
	quiet      atomic.Bool
	colleagues []string
}

// calm reports whether people do no more than their duty.
func (c *crowd) calm() bool { return c.quiet.Load() }

// refused records an error that is none of the reasons expected.
func (c *crowd) refused(ctx context.Context, what string, err error, expected ...string) {
	if ctx.Err() == nil && !slices.Contains(expected, reason(err)) {
		c.record.fault("%s: %v", what, err)
	}
}
