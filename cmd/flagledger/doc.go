// Command flagledger is the server and the command line of flagledger.
//
// It takes a command line, the environment and the cli.json of a data folder;
// it gives text for people, or with --json the answer of the API as it came,
// and an exit code that scripts can branch on.
//
//  1. Every command runs against an injected world, so a test runs the program
//     that users run (TestScripts).
//  2. The exit code depends on the kind of failure alone, never on its text
//     (TestExitCodes).
//  3. Every event type of the ledger has words; a new one without words fails
//     a test (TestEveryEventHasWords).
//  4. A rule that is printed can be given to --rule again and means the same
//     (TestRuleRoundTrip, FuzzParseRule).
//  5. A change is sent with one idempotency key however often it is tried, so
//     a retry never does it twice (TestRetryKeepsTheKey).
//  6. A token out of cli.json goes to the server of that file and to no other
//     (TestTokenStaysWithItsServer).
//  7. Text that others wrote cannot steer the reader's terminal
//     (TestControlCharactersAreShown).
//
// Flags and environment variables are read in config.go only. The commands
// that talk to a server start no goroutines.
package main
