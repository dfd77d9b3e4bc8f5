// Package lint finds what is wrong with a tree, in an editor's words, before a
// release is built from it.
//
// Every problem stops a tree from being published: a rule that may be broken
// would be noise that hides the others. The rules, whose names are stable:
//
//	ambiguous-node            a node has branches and also an answer or a handoff, which would never be reached
//	ask-unused                a node asks for slots but has no branches, and so never asks
//	bad-condition             a condition does not compile; the message has the column
//	bad-locale                the locale is no BCP 47 tag
//	condition-not-exhaustive  the last branch of a node has a condition, so that none may hold
//	control-characters        a control character other than a newline, or a direction override
//	cycle                     branches and menus lead back to where they began
//	dangling-reference        a branch, a suggestion or a test question names a node that does not exist
//	duplicate-id              the id of a node or slot is taken
//	duplicate-option          two options of a slot share an id, a label or another word
//	duplicate-question        a node, or a test set, has the same question twice
//	empty-answer              an answer is only white space
//	empty-node                a node has no answer, handoff, branches or children: nothing would happen
//	empty-question            nothing is left of a question but punctuation and spaces
//	empty-text                a word, tag, rule or option is blank, or a group of synonyms has only one
//	handoff-priority          a priority is not 0 to 9
//	id-syntax                 an id is no id, or a word that conditions reserve
//	menu-child-untitled       a node without title is shown in a menu
//	menu-too-large            a menu has more than knowledge.MaxMenu children
//	missing-slot-ask          a slot has no question to ask for it
//	missing-title             a node, slot or option has no title
//	negative-is-similar       a negative question of a node is also one of its questions
//	number-range              min is not below max, or a slot that is no number has bounds
//	option-count              a choice has fewer than 2 or more than knowledge.MaxOptions options, or another slot has options
//	shared-question           two nodes claim the same question
//	slot-type                 the type of a slot is none of the four
//	test-question-in-tree     a test question is one of the tree's own, so that it tests nothing
//	too-deep                  nodes are nested deeper than knowledge.MaxDepth
//	too-long                  a text has more characters than its limit in package knowledge
//	too-many                  there is more of something than its limit in package knowledge
//	too-many-problems         more than knowledge.MaxProblems; the last problem of the list
//	unknown-slot              a node asks for a slot that does not exist
//	unreachable-branch        no values of the slots lead to a branch
//	unreachable-node          a node has no question, and no branch, menu or suggestion leads to it
//	validity                  a validity ends before it begins
//
// Questions are the same if their textnorm.Key is: width, case, punctuation,
// spaces and traditional script make no difference.
//
// Unreachable branches are found by trying every combination of slot values
// that a node's conditions can tell apart, within bounds: see
// [condition.Env.Dead]. Where the bounds are exceeded, branches go unjudged.
package lint
