package rpc

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
)

func levelToProto(r level.Report, from, to time.Time) *handoffv1.ServiceLevel {
	told := &handoffv1.ServiceLevel{StartTime: timeToProto(from), EndTime: timeToProto(to), Total: figuresToProto(&r.Total)}
	for i := range r.Skills {
		told.Skills = append(told.Skills, figuresToProto(&r.Skills[i]))
	}
	return told
}

func figuresToProto(f *level.Figures) *handoffv1.Figures {
	return &handoffv1.Figures{
		Skill:       f.Skill,
		Came:        clamp32(f.Came),
		PickedUp:    clamp32(f.PickedUp),
		Within:      clamp32(f.Within),
		Abandoned:   clamp32(f.Abandoned),
		Dropped:     clamp32(f.Dropped),
		Waiting:     clamp32(f.Waiting),
		Again:       clamp32(f.Again),
		Judged:      clamp32(f.Judged),
		Share:       f.Share,
		Wait:        spreadToProto(f.Wait),
		Handle:      spreadToProto(f.Handle),
		Surveys:     clamp32(f.Surveys),
		Score:       f.Score,
		Good:        f.Good,
		Suggested:   clamp32(f.Suggested),
		Accepted:    clamp32(f.Accepted),
		AcceptShare: f.AcceptShare,
	}
}

func spreadToProto(s level.Spread) *handoffv1.Spread {
	return &handoffv1.Spread{
		Count: clamp32(s.Count),
		Mean:  durationpb.New(s.Mean),
		P50:   durationpb.New(s.P50),
		P90:   durationpb.New(s.P90),
		Max:   durationpb.New(s.Max),
	}
}
