// Package embedtest checks implementations of [intent.Embedder].
//
// Each has a test that tells the suite how to make one and which texts it
// knows:
//
//	func TestContract(t *testing.T) {
//		embedtest.TestEmbedder(t, embedtest.Harness{
//			New: func(t *testing.T) intent.Embedder {
//				e, err := mine.Open("testdata/small.pack")
//				if err != nil {
//					t.Fatal(err)
//				}
//				t.Cleanup(func() { e.Close() })
//				return e
//			},
//			Known:   []string{"track my parcel", "refund", …},
//			Unknown: []string{"", "😀"},
//		})
//	}
//
// Run it with -race: two of the tests are about concurrent use only. Most tests
// make an embedder of their own, and some two, to see what does not come from a
// cache; where making one is slow, New may return one that it made before, and
// those tests then show less.
package embedtest
