package rpc

import (
	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
)

// class groups methods by what they cost; each has its own bounds.
type class uint8

const (
	light  class = iota // milliseconds
	heavy               // seconds of processor time: reads or builds whole trees
	stream              // next to nothing, for hours
	classes
)

// MaxMessage bounds the bytes of any request: a tree, its test set, and some
// room for what is beside them.
const MaxMessage = maxSource + maxTests + 64<<10

// Bounds of requests. A character has at most four bytes.
const (
	maxTurn  = 16 << 10 // 2000 characters, and the other fields
	maxReply = 24 << 10 // 4000 characters
	maxRules = 1 << 20
)

// rule says who may call a method and what a call may cost.
type rule struct {
	roles      []auth.Role
	class      class
	maxRequest int // bytes, decoded
}

// rules holds every method of the API. A method without a rule is not served.
func rules() map[string]rule {
	var (
		visitors = []auth.Role{auth.Visitor}
		agents   = []auth.Role{auth.Agent, auth.Supervisor, auth.Admin}
		leaders  = []auth.Role{auth.Supervisor, auth.Admin}
		editors  = []auth.Role{auth.Editor, auth.Admin}
	)
	return map[string]rule{
		dialogv1.DialogService_StartSession_FullMethodName:  {visitors, light, maxTurn},
		dialogv1.DialogService_SendTurn_FullMethodName:      {visitors, light, maxTurn},
		dialogv1.DialogService_WatchSession_FullMethodName:  {visitors, stream, maxTurn},
		dialogv1.DialogService_GetSession_FullMethodName:    {visitors, light, maxTurn},
		dialogv1.DialogService_GetTranscript_FullMethodName: {visitors, light, maxTurn},
		dialogv1.DialogService_RateEntry_FullMethodName:     {visitors, light, maxTurn},
		dialogv1.DialogService_RequestHuman_FullMethodName:  {visitors, light, maxTurn},
		dialogv1.DialogService_CancelHandoff_FullMethodName: {visitors, light, maxTurn},
		dialogv1.DialogService_EndSession_FullMethodName:    {visitors, light, maxTurn},
		dialogv1.DialogService_AnswerSurvey_FullMethodName:  {visitors, light, maxTurn},
		dialogv1.DialogService_SendSign_FullMethodName:      {visitors, light, maxTurn},

		knowledgev1.KnowledgeService_LintTree_FullMethodName:       {editors, heavy, MaxMessage},
		knowledgev1.KnowledgeService_PublishTree_FullMethodName:    {editors, heavy, MaxMessage},
		knowledgev1.KnowledgeService_GetLiveRelease_FullMethodName: {editors, light, maxTurn},
		knowledgev1.KnowledgeService_ExplainMatch_FullMethodName:   {editors, light, maxTurn},

		handoffv1.HandoffService_ListTickets_FullMethodName:       {agents, light, maxTurn},
		handoffv1.HandoffService_GetTicket_FullMethodName:         {agents, light, maxTurn},
		handoffv1.HandoffService_WatchTickets_FullMethodName:      {agents, stream, maxTurn},
		handoffv1.HandoffService_WatchDesk_FullMethodName:         {agents, stream, maxTurn},
		handoffv1.HandoffService_GetSelf_FullMethodName:           {agents, light, maxTurn},
		handoffv1.HandoffService_SetPresence_FullMethodName:       {agents, light, maxTurn},
		handoffv1.HandoffService_ClaimTicket_FullMethodName:       {agents, light, maxTurn},
		handoffv1.HandoffService_DeclineTicket_FullMethodName:     {agents, light, maxTurn},
		handoffv1.HandoffService_ReplyTicket_FullMethodName:       {agents, light, maxReply},
		handoffv1.HandoffService_AddNote_FullMethodName:           {agents, light, maxTurn},
		handoffv1.HandoffService_TransferTicket_FullMethodName:    {agents, light, maxTurn},
		handoffv1.HandoffService_RequeueTicket_FullMethodName:     {agents, light, maxTurn},
		handoffv1.HandoffService_CloseTicket_FullMethodName:       {agents, light, maxTurn},
		handoffv1.HandoffService_WrapUpTicket_FullMethodName:      {agents, light, maxTurn},
		handoffv1.HandoffService_SuggestAnswers_FullMethodName:    {agents, light, maxTurn},
		handoffv1.HandoffService_ListCannedReplies_FullMethodName: {agents, light, maxTurn},
		handoffv1.HandoffService_SendSign_FullMethodName:          {agents, light, maxTurn},

		handoffv1.SupervisorService_TakeOverTicket_FullMethodName:   {leaders, light, maxTurn},
		handoffv1.SupervisorService_ForceCloseTicket_FullMethodName: {leaders, light, maxTurn},
		handoffv1.SupervisorService_ListAgents_FullMethodName:       {leaders, light, maxTurn},
		handoffv1.SupervisorService_PutAgent_FullMethodName:         {leaders, light, maxTurn},
		handoffv1.SupervisorService_GetRules_FullMethodName:         {leaders, light, maxTurn},
		handoffv1.SupervisorService_PutRules_FullMethodName:         {leaders, light, maxRules},
		handoffv1.SupervisorService_GetServiceLevel_FullMethodName:  {leaders, heavy, maxTurn},
	}
}
