package rpc

import (
	"encoding/base64"
	"testing"
)

func TestPageSize(t *testing.T) {
	for _, tt := range []struct {
		asked int32
		want  int // 0: refused
	}{{0, 50}, {1, 1}, {200, 200}, {201, 0}, {-1, 0}, {-1 << 31, 0}, {1<<31 - 1, 0}} {
		got, err := pageSize(tt.asked, 50, 200)
		if got != tt.want || (err == nil) != (tt.want > 0) {
			t.Errorf("pageSize(%d) = %d, %v, want %d", tt.asked, got, err, tt.want)
		}
	}
}

func TestPageToken(t *testing.T) {
	for _, offset := range []int{1, 50, maxOffset} {
		if got, err := readPageToken(pageToken("waiting", offset), "waiting"); got != offset || err != nil {
			t.Errorf("readPageToken(pageToken(%d)) = %d, %v", offset, got, err)
		}
	}
	if got, err := readPageToken("", "waiting"); got != 0 || err != nil {
		t.Errorf("readPageToken of the first page = %d, %v, want 0", got, err)
	}
	made := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, token := range []string{
		pageToken("held", 50), made("waiting"), made("waiting:"), made("waiting:0"), made("waiting:-1"),
		made("waiting:1000001"), made("waiting:99999999999999999999"), made("waiting:1e3"), made("waiting:5\x00"),
		"waiting:50", "%", "你好", pageToken("waiting", 50) + "=",
	} {
		if got, err := readPageToken(token, "waiting"); err == nil {
			t.Errorf("readPageToken(%q) = %d, want an error", token, got)
		}
	}
}

func FuzzPageToken(f *testing.F) {
	f.Add(pageToken("waiting", 7))
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		if offset, err := readPageToken(token, "waiting"); err == nil && (offset < 0 || offset > maxOffset) {
			t.Errorf("readPageToken(%q) = %d", token, offset)
		}
	})
}
