package recent_test

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog/internal/recent"
)

func TestThings(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*recent.Things[int])
		want map[string]int // what Take still gives; 0 is nothing
	}{
		{"nothing kept", func(*recent.Things[int]) {}, map[string]int{"a": 0}},
		{"kept", func(x *recent.Things[int]) { x.Keep("a", 1) }, map[string]int{"a": 1}},
		{"the last one counts", func(x *recent.Things[int]) { x.Keep("a", 1); x.Keep("a", 2) }, map[string]int{"a": 2}},
		{"taken", func(x *recent.Things[int]) { x.Keep("a", 1); x.Take("a") }, map[string]int{"a": 0}},
		{"put back", func(x *recent.Things[int]) { x.Keep("a", 1); x.Take("a"); x.Keep("a", 2) }, map[string]int{"a": 2}},
		{"forgotten", func(x *recent.Things[int]) { x.Keep("a", 1); x.Keep("b", 2); x.Forget("a") }, map[string]int{"a": 0, "b": 2}},
		{"cleared", func(x *recent.Things[int]) { x.Keep("a", 1); x.Keep("b", 2); x.Clear() }, map[string]int{"a": 0, "b": 0}},
		{"too many", func(x *recent.Things[int]) { x.Keep("a", 1); x.Keep("b", 2); x.Keep("c", 3) }, map[string]int{"a": 0, "b": 2, "c": 3}},
		{"kept anew is the latest", func(x *recent.Things[int]) { x.Keep("a", 1); x.Keep("b", 2); x.Keep("a", 3); x.Keep("c", 4) }, map[string]int{"a": 3, "b": 0, "c": 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := recent.New[int](2)
			tt.do(x)
			for key, want := range tt.want {
				if got, ok := x.Take(key); got != want || ok != (want != 0) {
					t.Errorf("Take(%s) = %d, %t, want %d", key, got, ok, want)
				}
			}
		})
	}
}

func TestThingsHaveRoomForOne(t *testing.T) {
	x := recent.New[string](0)
	x.Keep("a", "kept")
	if got, ok := x.Take("a"); got != "kept" || !ok {
		t.Errorf("Take(a) = %q, %t, want what was kept", got, ok)
	}
}
