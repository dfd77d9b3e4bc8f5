package dialog

// CleanUtterance returns text as [Service.Turn] matches it, or the *FieldError
// with which Turn would refuse it.
func CleanUtterance(text string) (string, error) { return cleanText("text", text, MaxUtterance) }
