// Package condition compiles and evaluates the conditions of a tree's
// branches: CEL expressions over the tree's slots, such as
//
//	days_since_signed <= 7 && signed_by != "self"
//
// A choice or text slot is a string, a yesno slot a bool, a number slot an int.
// Of CEL there are the literals, lists and the operators
//
//	! && || == != < <= > >= in + -
//
// where < <= > >= + and - take ints. There are no functions, no macros and no
// loops, so that what an evaluation costs is bounded by the length of the
// condition, which is at most [knowledge.MaxCondition].
//
// A string that is compared with a choice slot must be the id of one of its
// options: a misspelt option would otherwise be a branch that is never taken.
//
// It is the only package that imports cel-go.
package condition
