// Package labelled reads public sets of labelled utterances and turns them into
// trees and questions, so that a matcher is measured on what others are
// measured on.
//
// A set is tab-separated values in UTF-8 with a header line and no quoting. Its
// columns text, and intent or label, are needed; kind, where there is one, says
// of what kind a row is. Rows are chosen by any other column; see [ParseSource].
package labelled
