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
// At most [MaxAsks] asks come in a row; the next one offers a human, and an
// ask that brought the conversation no further for the second time hands over.
package dialog
