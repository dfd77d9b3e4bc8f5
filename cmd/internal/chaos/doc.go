// Package chaos checks from what was stored and seen that no customer was lost,
// given away twice or talked to out of turn, whatever died meanwhile.
//
// Its test runs three servers on one Redis, with people who talk through them
// and a monkey that kills, stops, cuts off and pauses; then [Check] judges the
// [History]. What the people do is in agent_test.go and customer_test.go, what
// the monkey does in monkey_test.go.
package chaos
