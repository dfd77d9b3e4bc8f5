package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

// shortID is as much of a ticket's id as is shown: enough to tell those of one
// shop apart.
const shortID = 8

func short(id string) string { return id[:min(len(id), shortID)] }

// table lines up rows.
func table(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = fmt.Fprintln(w, strings.Join(row, "\t")) // a Builder takes everything
	}
	_ = w.Flush()
	return b.String()
}

func ticketTable(tickets []*handoffv1.Ticket) string {
	if len(tickets) == 0 {
		return "no tickets\n"
	}
	rows := [][]string{{"TICKET", "SINCE", "NEEDS", "PRIORITY", "AT", "WHY", "LAST WORDS"}}
	for _, t := range tickets {
		rows = append(rows, []string{
			short(t.GetId()), clock(t.GetQueueTime()), needsText(t.GetNeeds()), priorityText(t), deskOf(t),
			t.GetPacket().GetReason(), oneLine(t.GetPacket().GetUtterance(), 40),
		})
	}
	return table(rows)
}

func priorityText(t *handoffv1.Ticket) string {
	text := fmt.Sprint(t.GetPriority())
	if t.GetFront() {
		text += " front"
	}
	return text
}

// deskOf says at whose desk a ticket is.
func deskOf(t *handoffv1.Ticket) string {
	switch {
	case t.GetState() == handoffv1.TicketState_TICKET_STATE_HELD:
		return t.GetAgent()
	case t.GetOffer() != nil:
		return t.GetOffer().GetAgent() + " (rings)"
	case t.GetMessage():
		return "- (message)"
	}
	return "-"
}

func needsText(n *handoffv1.Needs) string {
	text := "anyone"
	if n.GetSkill() != "" {
		text = n.GetSkill()
	}
	if n.GetProficiency() > 1 {
		text += fmt.Sprintf(" %d+", n.GetProficiency())
	}
	if n.GetLanguage() != "" {
		text += " in " + n.GetLanguage()
	}
	return text
}

func agentTable(agents []*handoffv1.Agent) string {
	if len(agents) == 0 {
		return "no agents\n"
	}
	rows := [][]string{{"AGENT", "PRESENCE", "SINCE", "DESK", "SKILLS", "LANGUAGES"}}
	for _, a := range agents {
		load := int32(0)
		for _, w := range a.GetWork() {
			load += w.GetWeight()
		}
		rows = append(rows, []string{
			a.GetName(), presenceText(a), clock(a.GetPresenceTime()), fmt.Sprintf("%d/%d%s", load, a.GetCapacity(), workText(a)),
			skillsText(a.GetSkills()), orAll(a.GetLanguages()),
		})
	}
	return table(rows)
}

func presenceText(a *handoffv1.Agent) string {
	text := strings.ToLower(strings.TrimPrefix(a.GetPresence().String(), "PRESENCE_"))
	if a.GetDraining() {
		text += ", draining"
	}
	return text
}

// workText lists what is on a desk.
func workText(a *handoffv1.Agent) string {
	var words []string
	for _, w := range a.GetWork() {
		words = append(words, short(w.GetTicketId())+" "+strings.ToLower(strings.TrimPrefix(w.GetKind().String(), "WORK_KIND_")))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

func skillsText(skills map[string]int32) string {
	if len(skills) == 0 {
		return "-"
	}
	var words []string
	for _, skill := range slices.Sorted(maps.Keys(skills)) {
		words = append(words, fmt.Sprintf("%s=%d", skill, skills[skill]))
	}
	return strings.Join(words, " ")
}

func orAll(languages []string) string {
	if len(languages) == 0 {
		return "all"
	}
	return strings.Join(languages, " ")
}

func clock(t *timestamppb.Timestamp) string {
	if t == nil {
		return "-"
	}
	return t.AsTime().Local().Format(time.TimeOnly)
}

// oneLine is the beginning of a text, in one line.
func oneLine(s string, most int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}
