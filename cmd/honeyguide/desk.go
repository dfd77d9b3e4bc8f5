package main

import (
	"context"
	"errors"
	"maps"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

// deskFlags say which server a desk is on, and who works there.
type deskFlags struct{ server, token string }

// deskServer is where unencrypted calls go by default: this machine.
const deskServer = "127.0.0.1:7070"

func newDeskCommand(configure func(*cobra.Command) *cobra.Command) *cobra.Command {
	return group(&cobra.Command{
		Use:   "desk",
		Short: "Work at the desk of a server's agents, and lead them",
		Long: `Work at the desk of a server's agents, and lead them, in a terminal. Every
command needs a token in HONEYGUIDE_TOKEN: of role agent for list, watch and
work, of role supervisor for the others; "honeyguide token" makes one.`,
	},
		configure(newDeskListCommand()),
		configure(newDeskWatchCommand()),
		configure(newDeskWorkCommand()),
		configure(newDeskAgentsCommand()),
		newDeskAgentCommand(configure),
		newDeskRulesCommand(configure),
		configure(newDeskLevelCommand()),
	)
}

// add gives a command the flags.
func (o *deskFlags) add(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&o.server, "server", deskServer, "the gRPC server at `host:port`; without TLS only on loopback")
	fs.StringVar(&o.token, "token", "", "your `token`; better in HONEYGUIDE_TOKEN, which other users do not see")
	markSecret(fs, "token")
}

// deskClient are the calls of a desk.
type deskClient struct {
	handoffv1.HandoffServiceClient
	supervisor handoffv1.SupervisorServiceClient
	conn       *grpc.ClientConn
}

// dial prepares the calls. The caller must close the connection.
func (o *deskFlags) dial(cmd *cobra.Command) (*deskClient, error) {
	if o.token == "" {
		return nil, usagef(cmd, "%s needs a token, in HONEYGUIDE_TOKEN or --token; \"honeyguide token\" makes one", cmd.CommandPath())
	}
	conn, err := dialServer(o.server, o.token)
	if err != nil {
		return nil, err
	}
	return &deskClient{
		HandoffServiceClient: handoffv1.NewHandoffServiceClient(conn), supervisor: handoffv1.NewSupervisorServiceClient(conn), conn: conn,
	}, nil
}

// call does something with a server, for no longer than a call may take.
func (o *deskFlags) call(cmd *cobra.Command, do func(context.Context, *deskClient) error) (err error) {
	c, err := o.dial(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.conn.Close()) }()
	ctx, cancel := context.WithTimeout(cmd.Context(), remoteTimeout)
	defer cancel()
	return quiet(cmd.Context(), do(ctx, c))
}

func newDeskListCommand() *cobra.Command {
	var o deskFlags
	var held bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the customers who wait, first in line first",
		Example: `  honeyguide desk list
  honeyguide desk list --held --server desk.example:7070`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.call(cmd, func(ctx context.Context, c *deskClient) error {
				state := handoffv1.TicketState_TICKET_STATE_WAITING
				if held {
					state = handoffv1.TicketState_TICKET_STATE_HELD
				}
				tickets, err := c.tickets(ctx, state)
				if err != nil {
					return err
				}
				return say(cmd.OutOrStdout(), ticketTable(tickets))
			})
		},
	}
	o.add(cmd)
	cmd.Flags().BoolVar(&held, "held", false, "list those whom an agent answers instead")
	return cmd
}

// pageTurns bounds how many pages are read, so that a list that grows while it
// is read ends.
const pageTurns = 100

func (c *deskClient) tickets(ctx context.Context, state handoffv1.TicketState) ([]*handoffv1.Ticket, error) {
	var all []*handoffv1.Ticket
	req := &handoffv1.ListTicketsRequest{State: state, PageSize: 200}
	for range pageTurns {
		res, err := c.ListTickets(ctx, req)
		if err != nil {
			return nil, remoteError(err)
		}
		all = append(all, res.GetTickets()...)
		if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	return all, nil
}

func (c *deskClient) agents(ctx context.Context) ([]*handoffv1.Agent, error) {
	var all []*handoffv1.Agent
	req := &handoffv1.ListAgentsRequest{PageSize: 200}
	for range pageTurns {
		res, err := c.supervisor.ListAgents(ctx, req)
		if err != nil {
			return nil, remoteError(err)
		}
		all = append(all, res.GetAgents()...)
		if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	return all, nil
}

func newDeskAgentsCommand() *cobra.Command {
	var o deskFlags
	cmd := &cobra.Command{
		Use:     "agents",
		Short:   "List the agents, with what is on their desks",
		Example: `  honeyguide desk agents`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.call(cmd, func(ctx context.Context, c *deskClient) error {
				agents, err := c.agents(ctx)
				if err != nil {
					return err
				}
				return say(cmd.OutOrStdout(), agentTable(agents))
			})
		},
	}
	o.add(cmd)
	return cmd
}

func newDeskAgentCommand(configure func(*cobra.Command) *cobra.Command) *cobra.Command {
	return group(&cobra.Command{
		Use:   "agent",
		Short: "Say what an agent can do",
	}, configure(newDeskAgentSetCommand()))
}

func newDeskAgentSetCommand() *cobra.Command {
	var o deskFlags
	var skills map[string]int
	var languages []string
	var capacity int32
	cmd := &cobra.Command{
		Use:   "set NAME",
		Short: "Set the skills, languages and capacity of an agent",
		Long: `Set the skills, languages and capacity of an agent: what is not given is kept
as it is. NAME is the subject of the agent's token; one that was never seen is
made. A proficiency is 1 to 5; 0 takes the skill away.`,
		Example: `  honeyguide desk agent set xiaowang --skill quality=4 --skill refund=2 --language zh --capacity 3
  honeyguide desk agent set xiaowang --skill refund=0`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.call(cmd, func(ctx context.Context, c *deskClient) error {
				req, err := c.settings(ctx, args[0])
				if err != nil {
					return err
				}
				for skill, proficiency := range skills {
					if proficiency < 0 || proficiency > 5 {
						return usagef(cmd, "--skill %s=%d is not 0 to 5", skill, proficiency)
					}
					req.Skills[skill] = int32(proficiency)
					if proficiency == 0 {
						delete(req.Skills, skill)
					}
				}
				if cmd.Flags().Changed("language") {
					req.Languages = languages
				}
				if cmd.Flags().Changed("capacity") {
					req.Capacity = capacity
				}
				res, err := c.supervisor.PutAgent(ctx, req)
				if err != nil {
					return remoteError(err)
				}
				return say(cmd.OutOrStdout(), agentTable([]*handoffv1.Agent{res.GetAgent()}))
			})
		},
	}
	o.add(cmd)
	cmd.Flags().StringToIntVar(&skills, "skill", nil, "`name=proficiency`, 1 to 5; 0 takes it away; can be given more than once")
	cmd.Flags().StringSliceVar(&languages, "language", nil, "the `languages` that the agent speaks, such as zh,en; empty is all")
	cmd.Flags().Int32Var(&capacity, "capacity", 0, "the `sum` of the weights of tickets that can be on the desk at once, 1 to 100; 0 is 3")
	return cmd
}

// settings returns what is known about an agent, to be changed.
func (c *deskClient) settings(ctx context.Context, name string) (*handoffv1.PutAgentRequest, error) {
	agents, err := c.agents(ctx)
	if err != nil {
		return nil, err
	}
	req := &handoffv1.PutAgentRequest{Name: name, Skills: make(map[string]int32)}
	for _, a := range agents {
		if a.GetName() == name {
			maps.Copy(req.Skills, a.GetSkills())
			req.Languages, req.Capacity = a.GetLanguages(), a.GetCapacity()
		}
	}
	return req, nil
}
