package wish

import "testing"

func TestOneSlip(t *testing.T) {
	for _, tt := range []struct {
		typed, key string
		want       bool
	}{
		{"human", "human", false},
		{"humna", "human", true},
		{"uhman", "human", true},
		{"huan", "human", true},
		{"uman", "human", true},
		{"huma", "human", true},
		{"hhuman", "human", true},
		{"humanx", "human", true},
		{"hunan", "human", true},
		{"tlak", "talk", true},
		{"tak", "talk", true},
		{"walk", "talk", false}, // too short for a wrong letter
		{"hmuna", "human", false},
		{"hmn", "human", false},
		{"humanity", "human", false},
		{"", "human", false},
	} {
		if got := oneSlip(tt.typed, tt.key); got != tt.want {
			t.Errorf("oneSlip(%q, %q) = %t, want %t", tt.typed, tt.key, got, tt.want)
		}
	}
}

// TestEnglishWordsAreNoKeys keeps the two lists apart.
func TestEnglishWordsAreNoKeys(t *testing.T) {
	for _, word := range englishWords {
		near := false
		for _, key := range englishKeys {
			if word == key {
				t.Errorf("%q is a key and a word of its own", word)
			}
			near = near || oneSlip(word, key)
		}
		if !near {
			t.Errorf("%q is one slip from no key: it need not be listed", word)
		}
	}
}
