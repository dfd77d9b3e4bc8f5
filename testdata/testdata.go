// Package testdata holds the trees and test questions that Honeyguide ships:
// its demo, and what its own tests and figures are made on. All of it was
// written for this project.
package testdata

import "embed"

// Files are trees/*.yaml and questions/*.tsv.
//
//go:embed trees/*.yaml questions/*.tsv
var Files embed.FS
