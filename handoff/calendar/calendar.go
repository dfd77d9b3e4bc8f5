// Package calendar says when a shop's agents are on duty.
package calendar

// Calendar is a week of opening hours, with exceptions. Without Hours every day
// is open from 00:00 to 24:00, except for the exceptions: the zero Calendar is
// always open. Days that no Hours name are closed. See [Compile] for what can
// be asked of it, and [Calendar.Problems] for what may be wrong.
type Calendar struct {
	Zone       string      `json:"zone,omitempty"` // IANA name, such as "Asia/Shanghai"; "" is UTC
	Hours      []Hours     `json:"hours,omitempty"`
	Exceptions []Exception `json:"exceptions,omitempty"` // the first that fits a day replaces its hours
}

// Hours are periods of some days of the week.
type Hours struct {
	Days    []string `json:"days"`    // "mon" to "sun", each in one Hours only
	Periods []Period `json:"periods"` // at most MaxPeriods, none over another, in any order
}

// Period is a time of day, From included, To not. Both are "hh:mm"; To may be
// "24:00". A night shift is two periods.
type Period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Exception is a holiday, or days with hours of their own.
type Exception struct {
	Title   string   `json:"title,omitempty"`
	First   string   `json:"first"`             // day, "2026-10-01"
	Last    string   `json:"last,omitempty"`    // the last day; "" is First
	Periods []Period `json:"periods,omitempty"` // none: closed
}
