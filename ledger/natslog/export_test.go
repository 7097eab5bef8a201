package natslog

// IsConflict lets the tests put the server's own errors to isConflict.
func IsConflict(err error) bool { return isConflict(err) }
