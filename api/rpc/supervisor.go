package rpc

import (
	"context"
	"time"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Supervision is what SupervisorService needs.
type Supervision interface {
	TakeOver(ctx context.Context, id shop.ID, supervisor string, req dialog.TicketRequest) (*handoff.Ticket, error)
	ForceClose(ctx context.Context, id shop.ID, supervisor string, req dialog.CloseRequest) (*handoff.Ticket, error)
	Agents(ctx context.Context, id shop.ID, after string, limit int) ([]*handoff.Agent, error)
	PutAgent(ctx context.Context, id shop.ID, settings dialog.AgentSettings) (*handoff.Agent, error)
	Rules(ctx context.Context, id shop.ID) (*handoff.Rules, error)
	PutRules(ctx context.Context, r *handoff.Rules) (*handoff.Rules, error)
	ServiceLevel(ctx context.Context, id shop.ID, from, to time.Time) (level.Report, []level.Alarm, error)
}

// supervisorService is honeyguide.handoff.v1.SupervisorService.
type supervisorService struct {
	handoffv1.UnimplementedSupervisorServiceServer
	desk Supervision
	now  func() time.Time
}

func (s *supervisorService) TakeOverTicket(ctx context.Context, req *handoffv1.TakeOverTicketRequest) (*handoffv1.TakeOverTicketResponse, error) {
	ticket, err := onTicket(ctx, req, s.desk.TakeOver)
	if err != nil {
		return nil, err
	}
	return &handoffv1.TakeOverTicketResponse{Ticket: ticket}, nil
}

func (s *supervisorService) ForceCloseTicket(ctx context.Context, req *handoffv1.ForceCloseTicketRequest) (*handoffv1.ForceCloseTicketResponse, error) {
	ticket, err := withTicket(ctx, req, s.desk.ForceClose, dialog.CloseRequest{
		Ticket: req.GetTicketId(), Turn: req.GetTurnId(), Outcome: req.GetOutcome(), Tags: req.GetTags(), BackToBot: req.GetBackToBot(),
	})
	if err != nil {
		return nil, err
	}
	return &handoffv1.ForceCloseTicketResponse{Ticket: ticket}, nil
}

// Sizes of a page of agents.
const (
	agentsByDefault = 50
	agentsAtMost    = 200
)

func (s *supervisorService) ListAgents(ctx context.Context, req *handoffv1.ListAgentsRequest) (*handoffv1.ListAgentsResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	size, err := pageSize(req.GetPageSize(), agentsByDefault, agentsAtMost)
	if err != nil {
		return nil, err
	}
	after, err := readNameToken(req.GetPageToken(), agentList)
	if err != nil {
		return nil, err
	}
	agents, err := s.desk.Agents(ctx, who.Shop, after, size+1)
	if err != nil {
		return nil, err
	}
	res := &handoffv1.ListAgentsResponse{}
	if len(agents) > size {
		agents, res.NextPageToken = agents[:size], nameToken(agentList, agents[size-1].Name)
	}
	for _, a := range agents {
		res.Agents = append(res.Agents, agentToProto(a))
	}
	return res, nil
}

func (s *supervisorService) PutAgent(ctx context.Context, req *handoffv1.PutAgentRequest) (*handoffv1.PutAgentResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	agent, err := s.desk.PutAgent(ctx, who.Shop, settingsFromProto(req))
	if err != nil {
		return nil, err
	}
	return &handoffv1.PutAgentResponse{Agent: agentToProto(agent)}, nil
}

func (s *supervisorService) GetRules(ctx context.Context, _ *handoffv1.GetRulesRequest) (*handoffv1.GetRulesResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := s.desk.Rules(ctx, who.Shop)
	if err != nil {
		return nil, err
	}
	return &handoffv1.GetRulesResponse{Rules: RulesToProto(rules)}, nil
}

func (s *supervisorService) PutRules(ctx context.Context, req *handoffv1.PutRulesRequest) (*handoffv1.PutRulesResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if req.GetRules() == nil {
		return nil, badField("rules", "is missing")
	}
	rules, err := s.desk.PutRules(ctx, RulesFromProto(who.Shop, req.GetRules()))
	if err != nil {
		return nil, within("rules", err)
	}
	return &handoffv1.PutRulesResponse{Rules: RulesToProto(rules)}, nil
}

// Bounds of a report.
const (
	levelByDefault = 24 * time.Hour
	levelAtMost    = 31 * 24 * time.Hour
)

func (s *supervisorService) GetServiceLevel(ctx context.Context, req *handoffv1.GetServiceLevelRequest) (*handoffv1.GetServiceLevelResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	from, to, err := s.span(req)
	if err != nil {
		return nil, err
	}
	report, alarms, err := s.desk.ServiceLevel(ctx, who.Shop, from, to)
	if err != nil {
		return nil, err
	}
	return &handoffv1.GetServiceLevelResponse{Level: levelToProto(report, from, to), Alarms: alarmsToProto(alarms)}, nil
}

// span returns the time that a report is asked for.
func (s *supervisorService) span(req *handoffv1.GetServiceLevelRequest) (from, to time.Time, err error) {
	to = s.now()
	if t := req.GetEndTime(); t != nil {
		if !t.IsValid() {
			return from, to, badField("end_time", "is no time")
		}
		to = t.AsTime()
	}
	from = to.Add(-levelByDefault)
	if t := req.GetStartTime(); t != nil {
		if !t.IsValid() {
			return from, to, badField("start_time", "is no time")
		}
		from = t.AsTime()
	}
	switch span := to.Sub(from); {
	case span <= 0:
		return from, to, badField("start_time", "is not before end_time")
	case span > levelAtMost:
		return from, to, badField("start_time", "is more than 31 days before end_time")
	}
	return from, to, nil
}
