package knowledge

// MinTolerance and MaxTolerance bound Document.Tolerance. Below the least no
// test set is large enough to keep the promise; beyond the most a coin would do.
const (
	MinTolerance = 0.005
	MaxTolerance = 0.5
)

// Limits of a tree. Lengths are in characters (runes). They bound what one
// shop can cost the others; package lint reports every breach.
const (
	MaxIDLength     = 128
	MaxTitle        = 40
	MaxQuestion     = 200
	MaxAnswer       = 2000
	MaxSlotAsk      = 200
	MaxSlotText     = 500
	MaxLabel        = 60
	MaxOptions      = 8
	MaxMenu         = 8
	MaxSuggest      = 6
	MaxDepth        = 8
	MaxNodes        = 20_000
	MaxQuestions    = 200_000 // similar and negative ones included
	MaxSlots        = 500
	MaxCondition    = 500
	MaxBranches     = 32
	MaxDictionary   = 20_000
	MaxSynonyms     = 5_000
	MaxDocumentSize = 64 << 20 // bytes of YAML
	MaxProblems     = 10_000   // a lint stops listing here and says so
)
