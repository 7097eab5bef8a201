// Package scan finds where code names flags.
//
//	files (git, or a walk) -> Go: go/parser          -> calls, declarations, mentions
//	                       -> TypeScript, JavaScript: tree-sitter
//	                       -> everything else: words that are keys of flags
//
// A call of an SDK's function counts whether or not the server knows the flag, so
// that unknown ones are found; everything else counts for known flags only. Keys
// may stand in constants: of the same Go package or another one of the module, of
// the same TypeScript file or of one that it imports by a relative path. No types
// are checked, so that a tree need not build to be scanned; the price is that
// methods with common names count only where the file, or the name of the
// variable, speaks of flags.
package scan
