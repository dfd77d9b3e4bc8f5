package auth_test

import (
	"testing"
	"time"
)

// BenchmarkVerify reports what every call pays to know its caller.
func BenchmarkVerify(b *testing.B) {
	s := newSigner(b, key, noon)
	token := mint(b, s, ann, time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}
