// Package knowledge holds a shop's approved knowledge: a tree of nodes whose
// leaves answer, whose inner nodes group or ask, and the numbered releases in
// which a tree goes live.
//
// A [Tree] is immutable once [NewTree] has built it. Editors never change one
// in place: package treefile reads a new one, package lint lists what is wrong
// with it, a release is built from it, and turns that are already running
// finish on the release they started with.
//
// The package knows nothing about gRPC, Redis, bleve or files. Reading trees
// from YAML is package treefile, searching them is package index, and keeping
// releases is boltstore and redisstore.
package knowledge
