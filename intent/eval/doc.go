// Package eval measures how well a matcher answers: it puts labelled questions
// to it, one by one, each as the first words of a session, and counts what a
// customer would have met with.
//
// # What happens to a question
//
// A wish for a human is handed over before anything is matched. Of the others,
// what is sure is answered, what is unsure is asked about ("did you mean", with
// the nodes of [intent.Meant] on offer), and the rest is not understood. What is
// right depends on what the question is for:
//
//	in scope  it expects a node, or several any of which is right: answered with one of them
//	!none     nothing may answer it: not answered
//	!human    it is a wish for a human: handed over
//
// # What is computed from it
//
// The comment of each field of [Report] defines its figure. Questions of
// one set are compared with each other only; a figure that has nothing to be
// computed from is left out.
//
// Everything but the latency depends on matcher and questions alone.
package eval
