package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

func newDeskLevelCommand() *cobra.Command {
	var o deskFlags
	var last time.Duration
	cmd := &cobra.Command{
		Use:   "level",
		Short: "Show how well customers were served, and alarms",
		Long: `Show how well the customers who came lately were served, by skill, and the
alarms that there are now. Times count while agents are on duty only. IN TIME
is the share picked up within the target of the skill.`,
		Example: `  honeyguide desk level
  honeyguide desk level --last 168h`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if last <= 0 {
				return usagef(cmd, "--last %v is no time to look back", last)
			}
			return o.call(cmd, func(ctx context.Context, c *deskClient) error {
				now := time.Now()
				res, err := c.supervisor.GetServiceLevel(ctx, &handoffv1.GetServiceLevelRequest{
					StartTime: timestamppb.New(now.Add(-last)), EndTime: timestamppb.New(now),
				})
				if err != nil {
					return remoteError(err)
				}
				return say(cmd.OutOrStdout(), levelText(res))
			})
		},
	}
	o.add(cmd)
	cmd.Flags().DurationVar(&last, "last", 24*time.Hour, "look at those who came within this `time`, at most 744h")
	return cmd
}

func levelText(res *handoffv1.GetServiceLevelResponse) string {
	rows := [][]string{{"SKILL", "CAME", "PICKED UP", "IN TIME", "GAVE UP", "WAITING", "WAIT", "90 %", "HANDLING", "SCORE"}}
	level := res.GetLevel()
	rows = append(rows, figuresRow("all", level.GetTotal()))
	for _, f := range level.GetSkills() {
		rows = append(rows, figuresRow(cmp.Or(f.GetSkill(), "(none)"), f))
	}
	var b strings.Builder
	b.WriteString(table(rows))
	for _, a := range res.GetAlarms() {
		b.WriteString(alarmText(a) + "\n")
	}
	return b.String()
}

func figuresRow(name string, f *handoffv1.Figures) []string {
	number := func(n int32) string { return fmt.Sprint(n) }
	share, score := "-", "-"
	if f.GetJudged() > 0 {
		share = fmt.Sprintf("%.1f %%", 100*f.GetShare())
	}
	if f.GetSurveys() > 0 {
		score = fmt.Sprintf("%.1f (%d)", f.GetScore(), f.GetSurveys())
	}
	return []string{
		name, number(f.GetCame()), number(f.GetPickedUp()), share, number(f.GetAbandoned()), number(f.GetWaiting() + f.GetAgain()),
		meanText(f.GetWait(), f.GetWait().GetMean()), meanText(f.GetWait(), f.GetWait().GetP90()),
		meanText(f.GetHandle(), f.GetHandle().GetMean()), score,
	}
}

func meanText(s *handoffv1.Spread, d *durationpb.Duration) string {
	if s.GetCount() == 0 {
		return "-"
	}
	return spanText(d.AsDuration().Round(time.Second))
}
