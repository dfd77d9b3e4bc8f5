package rpc

import (
	"cmp"

	"google.golang.org/protobuf/types/known/durationpb"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
)

func agentToProto(a *handoff.Agent) *handoffv1.Agent {
	if a == nil {
		return nil
	}
	told := &handoffv1.Agent{
		Name:         a.Name,
		Languages:    a.Languages,
		Capacity:     clamp32(a.Capacity),
		Presence:     presenceToProto(a.Presence),
		Draining:     a.Draining,
		PresenceTime: timeToProto(a.Since),
		IdleTime:     timeToProto(a.Idle),
		Missed:       clamp32(a.Missed),
		Revision:     a.Revision,
	}
	for skill, proficiency := range a.Skills {
		if told.Skills == nil {
			told.Skills = make(map[string]int32, len(a.Skills))
		}
		told.Skills[skill] = clamp32(proficiency)
	}
	for _, w := range a.Work {
		told.Work = append(told.Work, &handoffv1.Work{
			TicketId: w.Ticket, Weight: clamp32(w.Weight), Kind: workKindToProto(w.Kind), ExpireTime: timeToProto(w.Until),
		})
	}
	return told
}

func settingsFromProto(req *handoffv1.PutAgentRequest) dialog.AgentSettings {
	settings := dialog.AgentSettings{
		Name:      req.GetName(),
		Languages: req.GetLanguages(),
		Capacity:  cmp.Or(int(req.GetCapacity()), handoff.DefaultCapacity),
	}
	for skill, proficiency := range req.GetSkills() {
		if settings.Skills == nil {
			settings.Skills = make(map[string]int, len(req.GetSkills()))
		}
		settings.Skills[skill] = int(proficiency)
	}
	return settings
}

func presenceToProto(p handoff.Presence) handoffv1.Presence {
	switch p {
	case handoff.Offline:
		return handoffv1.Presence_PRESENCE_OFFLINE
	case handoff.Online:
		return handoffv1.Presence_PRESENCE_ONLINE
	case handoff.Busy:
		return handoffv1.Presence_PRESENCE_BUSY
	case handoff.Away:
		return handoffv1.Presence_PRESENCE_AWAY
	}
	return handoffv1.Presence_PRESENCE_UNSPECIFIED
}

func presenceFromProto(p handoffv1.Presence) (handoff.Presence, error) {
	switch p {
	case handoffv1.Presence_PRESENCE_OFFLINE:
		return handoff.Offline, nil
	case handoffv1.Presence_PRESENCE_ONLINE:
		return handoff.Online, nil
	case handoffv1.Presence_PRESENCE_BUSY:
		return handoff.Busy, nil
	case handoffv1.Presence_PRESENCE_AWAY:
		return handoff.Away, nil
	}
	return "", badField("presence", "must be OFFLINE, ONLINE, BUSY or AWAY")
}

func workKindToProto(k handoff.WorkKind) handoffv1.WorkKind {
	switch k {
	case handoff.Ringing:
		return handoffv1.WorkKind_WORK_KIND_RINGING
	case handoff.Holding:
		return handoffv1.WorkKind_WORK_KIND_HOLDING
	case handoff.Wrapping:
		return handoffv1.WorkKind_WORK_KIND_WRAPPING
	}
	return handoffv1.WorkKind_WORK_KIND_UNSPECIFIED
}

func newsToProto(n dialog.DeskNews) *handoffv1.WatchDeskResponse {
	told := &handoffv1.WatchDeskResponse{Agent: agentToProto(n.Agent), Tickets: ticketsToProto(n.Tickets)}
	for _, l := range n.Lines {
		told.Lines = append(told.Lines, &handoffv1.Lines{
			TicketId: l.Ticket, Entries: entriesToProto(l.Entries), Signs: signsToProto(l.Signs),
		})
	}
	if n.Alarms != nil { // none is news as well: they are over
		told.Alarms = &handoffv1.Alarms{Alarms: alarmsToProto(n.Alarms)}
	}
	return told
}

func alarmsToProto(alarms []level.Alarm) []*handoffv1.Alarm {
	var told []*handoffv1.Alarm
	for _, a := range alarms {
		told = append(told, &handoffv1.Alarm{
			Skill: a.Skill, Reason: string(a.Reason), Since: timeToProto(a.Since),
			Share: a.Share, Judged: clamp32(a.Judged), Waiting: clamp32(a.Waiting), Longest: durationpb.New(a.Longest),
		})
	}
	return told
}
