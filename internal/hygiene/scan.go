package hygiene

import (
	"context"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Scan is where one repository names flags, as of one commit.
type Scan struct {
	Repository string `json:"repository"`
	Commit     string `json:"commit,omitempty"`
	Branch     string `json:"branch,omitempty"`
	// URL is the address of a line, with {commit}, {path} and {line} in it.
	URL string       `json:"url,omitempty" doc:"Address of a line, with {commit}, {path} and {line} in it."`
	At  time.Time    `json:"at"`
	By  ledger.Actor `json:"by"`
	// Files is how many files were read.
	Files      int         `json:"files"`
	References []Reference `json:"references"`
}

// Reference is one place that names a flag.
type Reference struct {
	Flag     string `json:"flag" required:"true" maxLength:"200"`
	Path     string `json:"path" required:"true" maxLength:"1000" doc:"Inside the repository, with slashes."`
	Line     int    `json:"line" required:"true" minimum:"1"`
	Column   int    `json:"column,omitempty" minimum:"0" doc:"In characters, from 1."`
	Language string `json:"language,omitempty" maxLength:"50"`
	Kind     string `json:"kind,omitempty" enum:"call,declaration,mention,text" doc:"call: code evaluates it; declaration: a constant holds its key; mention: another string in code; text: a file that is not parsed."`
	Call     string `json:"call,omitempty" maxLength:"100" doc:"What is called, such as isEnabled."`
}

// The kinds of reference.
const (
	KindCall        = "call"        // code evaluates it
	KindDeclaration = "declaration" // a constant holds its key
	KindMention     = "mention"     // another string in code
	KindText        = "text"        // a word in a file that is not parsed
)

// MaxReferences is how many one scan may have.
const MaxReferences = 20_000

// Scans keeps the newest scan of each repository. It is called concurrently.
type Scans interface {
	// Save replaces the scan of the repository.
	Save(ctx context.Context, project string, s Scan) error
	// List returns the scans of a project by repository.
	List(ctx context.Context, project string) ([]Scan, error)
	// Drop forgets a repository. One that is not known is not an error.
	Drop(ctx context.Context, project, repository string) error
}
