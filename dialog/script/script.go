// Package script reads and plays golden dialogs: conversations written down
// with what must come of them.
//
// A line begins with a mark and a space:
//
//	# comment
//	@ shop demo                      before the first act; default "demo"
//	@ locale zh-CN                   before the first act; default "zh-CN"
//	> 第8天还能退吗                    the visitor types
//	! pick value:locker              the visitor picks an offer by its id
//	! human | back | end             the visitor presses a button
//	! good | bad                     the visitor rates what was said last
//	! survey 5 很快                   the visitor's score and words on the last human's part
//	A claim                          agent A takes the waiting ticket
//	A decline                        A does not want what rings
//	A say 您好                        A speaks
//	A note 老顾客                     A leaves a note for other agents
//	A transfer B                     A passes the ticket on to an agent
//	A skill games                    A passes the ticket on to whoever has a skill
//	A requeue                        A puts the ticket back to the front of the line
//	A close solved                   A ends the session with an outcome
//	A return solved                  A gives the session back to the bot
//	A wrap refunded                  A corrects the outcome of what was closed
//	A online | busy | away | offline A's presence; offline puts everything back
//	A leaving                        A goes offline after the last ticket
//	S take                           the supervisor takes the ticket over
//	S force abuse                    the supervisor closes it with an outcome
//
// B is another agent; A, B and S can do the same things.
//
// Below an act stand the expectations of it:
//
//	< ASK SLOT_NEEDED returns.late   decision, reason and, where given, node
//	< NONE                           the bot is silent
//	< says 签收                       what was said holds this
//	< never 抱歉                      what was said does not hold this
//	< offers 是 | 否                  the labels, all of them in this order
//	< state WAITING                  the session's state
//	< packet reason WISH_FOR_HUMAN   a field of the ticket's packet: reason,
//	                                 node, utterance, skill, slot.NAME, or
//	                                 also: the titles joined by " | "
//	< ticket agent B                 a field of the ticket: state, agent,
//	                                 skill, language, outcome, score, comment,
//	                                 or note: the texts joined by " | "
//	< error closed                   the act fails: its error holds this word
//
// Below no act yet, "< says" and "< offers" are about the welcome. A line
// without a mark, or with a wrong one, is an error with its number.
package script

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Script is one golden dialog.
type Script struct {
	Name   string // for messages, such as the file's name
	Shop   string
	Locale string
	Steps  []Step // the first has no act: it holds what is expected of the welcome
}

// Step is one act and what is expected of it.
type Step struct {
	Line   int // from 1
	Actor  Actor
	Verb   string // of a visitor's button, an agent or the supervisor
	Text   string
	Expect []Expectation
}

// Actor says who acts in a step.
type Actor string

// The actors, by the mark of their lines.
const (
	Nobody  Actor = ""
	Visitor Actor = ">" // types Text
	Button  Actor = "!" // presses Verb
	Agent   Actor = "A" // does Verb, as those that follow
	Other   Actor = "B"
	Super   Actor = "S"
)

// Expectation is one line of what must come of an act.
type Expectation struct {
	Line int
	Kind string // "decision", or the first word of the line
	Args []string
}

// ParseError says where a script is wrong.
type ParseError struct {
	Name    string
	Line    int
	Message string
}

func (e *ParseError) Error() string { return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Message) }

const maxLine = 64 << 10 // bytes

// Parse reads a script. Its error is a *ParseError, or that of r.
func Parse(name string, r io.Reader) (*Script, error) {
	s := &Script{Name: name, Shop: "demo", Locale: "zh-CN", Steps: []Step{{}}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if text == "" || text[0] == '#' {
			continue
		}
		if err := s.add(n, text); err != nil {
			return nil, &ParseError{name, n, err.Error()}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("script: reading %s after line %d: %w", name, n, err)
	}
	if len(s.Steps) == 1 && len(s.Steps[0].Expect) == 0 {
		return nil, &ParseError{name, max(n, 1), "no act and no expectation"}
	}
	return s, nil
}

func (s *Script) add(n int, line string) error {
	mark, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	verb, arg, _ := strings.Cut(rest, " ")
	arg = strings.TrimSpace(arg)
	switch Actor(mark) {
	case "@":
		return s.head(verb, arg)
	case "<":
		e, err := expectation(n, rest)
		if err != nil {
			return err
		}
		last := &s.Steps[len(s.Steps)-1]
		last.Expect = append(last.Expect, e)
		return nil
	case Visitor:
		if rest == "" {
			return fmt.Errorf("an utterance must follow %q", mark)
		}
		s.Steps = append(s.Steps, Step{Line: n, Actor: Visitor, Text: rest})
		return nil
	case Button, Agent, Other, Super:
		if err := checkVerb(Actor(mark), verb, arg); err != nil {
			return err
		}
		s.Steps = append(s.Steps, Step{Line: n, Actor: Actor(mark), Verb: verb, Text: arg})
		return nil
	}
	return fmt.Errorf("a line begins with one of # @ > ! A B S < and a space, not %q", shorten(mark))
}

func (s *Script) head(key, value string) error {
	switch {
	case len(s.Steps) > 1:
		return fmt.Errorf("@ must come before the first act")
	case value == "":
		return fmt.Errorf("@ needs a name and a value")
	case key == "shop":
		s.Shop = value
	case key == "locale":
		s.Locale = value
	default:
		return fmt.Errorf("@ knows shop and locale, not %q", shorten(key))
	}
	return nil
}

// verbs says of each verb whether words must follow it.
func verbs(a Actor) map[string]bool {
	if a == Button {
		return map[string]bool{"pick": true, "human": false, "back": false, "end": false, "good": false, "bad": false, "survey": true}
	}
	return map[string]bool{
		"claim": false, "decline": false, "say": true, "note": true, "transfer": true, "skill": true, "requeue": false,
		"close": true, "return": true, "wrap": true, "take": false, "force": true,
		"online": false, "busy": false, "away": false, "offline": false, "leaving": false,
	}
}

func checkVerb(a Actor, verb, arg string) error {
	needs, ok := verbs(a)[verb]
	switch {
	case !ok:
		return fmt.Errorf("%s knows no %q", a, shorten(verb))
	case needs && arg == "":
		return fmt.Errorf("words must follow %q", verb)
	case !needs && arg != "":
		return fmt.Errorf("nothing may follow %q", verb)
	case verb == "survey":
		_, _, err := survey(arg)
		return err
	}
	return nil
}

// survey parts a score from the words after it.
func survey(arg string) (score int, comment string, err error) {
	first, comment, _ := strings.Cut(arg, " ")
	if score, err = strconv.Atoi(first); err != nil {
		return 0, "", fmt.Errorf("a score must follow %q, not %q", "survey", shorten(first))
	}
	return score, strings.TrimSpace(comment), nil
}

func expectation(n int, rest string) (Expectation, error) {
	kind, arg, _ := strings.Cut(rest, " ")
	arg = strings.TrimSpace(arg)
	e := Expectation{Line: n, Kind: kind}
	switch kind {
	case "says", "never", "error":
		e.Args = []string{arg}
	case "offers":
		for label := range strings.SplitSeq(arg, "|") {
			if label = strings.TrimSpace(label); label != "" {
				e.Args = append(e.Args, label)
			}
		}
		return e, nil // none at all may be expected
	case "state":
		e.Args = []string{arg}
		if !slices.Contains([]string{"BOT", "WAITING", "HUMAN", "CLOSED"}, arg) {
			return e, fmt.Errorf("no state is %q", shorten(arg))
		}
	case "packet":
		key, value, _ := strings.Cut(arg, " ")
		e.Args = []string{key, strings.TrimSpace(value)}
		if !slices.Contains([]string{"reason", "node", "utterance", "skill", "also"}, key) && !strings.HasPrefix(key, "slot.") {
			return e, fmt.Errorf("a packet has no %q", shorten(key))
		}
	case "ticket":
		key, value, _ := strings.Cut(arg, " ")
		e.Args = []string{key, strings.TrimSpace(value)}
		if !slices.Contains([]string{"state", "agent", "skill", "language", "outcome", "score", "comment", "note"}, key) {
			return e, fmt.Errorf("a ticket has no %q", shorten(key))
		}
	case "NONE", "ANSWER", "ASK", "HANDOFF":
		e.Kind, e.Args = "decision", strings.Fields(rest)
		if len(e.Args) > 3 {
			return e, fmt.Errorf("decision, reason and node, and nothing more")
		}
	default:
		return e, fmt.Errorf("%q can not be expected", shorten(kind))
	}
	if e.Args[len(e.Args)-1] == "" {
		return e, fmt.Errorf("words must follow %q", kind)
	}
	return e, nil
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
