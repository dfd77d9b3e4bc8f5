// Package endpoint makes vectors with an embedding model that runs elsewhere:
// any server that answers POST {base}/embeddings as OpenAI's does, such as
// Ollama, vLLM, text-embeddings-inference, DashScope or OpenAI itself.
//
// An [Embedder] belongs to one model for as long as it lives. Its ID holds a
// fingerprint of what the model says to fixed sentences (see [Open]), and it
// asks again from time to time. Where another model answers, it gives no more
// vectors: what was trained with one model must never read those of another.
//
// A turn of a conversation asks for one or a few texts and must not wait; a
// build asks for thousands and must not fail. What is asked for together
// decides: up to [FewTexts] texts get little time ([Config.Turn]) and a circuit
// breaker, more get much time ([Config.Bulk]) and several requests at once.
// While the breaker is open, few texts fail at once, without any request, and
// whether the endpoint is back is tried aside, with the fixed sentences: no turn
// pays for that either.
//
// Texts that wait for the same answer share one request. Texts of different
// callers are not put together into one: that would delay every turn by the time
// of waiting for company, the servers named above do it themselves, and a vector
// could come to depend on what else is asked for.
//
// What the endpoint says is not trusted. Answers are bounded in time and size,
// and each vector must be there once, in the right length, finite and not zero.
// Redirects are not followed, compressed answers not read. Errors and logs hold
// neither the key nor texts, whether those asked for or those answered.
//
// The vectors are those of the endpoint, scaled to length 1, and as repeatable
// as it makes them. A model on a graphics card may differ in the last digits
// from one answer to the next; the cache hides that only while a text is in it.
package endpoint
