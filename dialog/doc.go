// Package dialog holds conversations: sessions and their turns, the walk down
// the knowledge tree, the decision to answer, ask or hand over, and the part
// that human agents play in the same session.
//
// # States
//
// A session has exactly one owner at any time:
//
//	BOT      the bot answers
//	WAITING  the queue: an open ticket waits for an agent; the bot is silent
//	HUMAN    one agent holds the ticket; the bot is silent
//	CLOSED   nobody: the transcript can be read, nothing more can be said
//
// WAITING and HUMAN have an open ticket, BOT and CLOSED have none. A session
// comes back from WAITING or HUMAN to BOT only by an explicit act of the
// visitor or the agent, and then with a boundary: what was said before it no
// longer triggers anything.
//
// # One turn
//
// [Service.Turn] loads the session, decides, and commits session, transcript
// and ticket in one atomic step (see [Store]). The client names each turn: a
// turn sent again gets the very same reply and is not handled twice. Turns of
// one session are serial; different sessions never wait for each other.
//
// In state BOT the policy is, in this order: what the customer picked of the
// last reply's offers; a wish for a human (package wish); the value of the slot
// that a walk waits for, or a change of subject in the middle of it; what the
// utterance matches, alone or together with the one before that had to be
// asked about. A short utterance may lean on what was reached last. Facts that
// the customer gives unasked are not asked for again.
//
// Of an utterance that asks several things the first is answered and the others
// are named: they can be picked under the answer, and by their ids until they
// are answered. That is no ask, and nothing waits for it.
//
// At most [MaxAsks] asks come in a row; the next one offers a human, and an
// ask that brought the conversation no further for the second time hands over.
package dialog
