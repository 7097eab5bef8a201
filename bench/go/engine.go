package bench

// Loaded is an engine with its flags and with users in its own form.
type Loaded struct {
	// On and Text evaluate the flag key for the user of this index.
	On   func(key string, user int) bool
	Text func(key string, user int) string
	// All evaluates all flags for a user, by the engine's own means if it has
	// any, and tells how many there were.
	All func(user int) int
	// Context makes a user's context, and drops it.
	Context func(u User)
	Close   func()
}

// Engine loads flags. Exposures and events are off unless its name says otherwise.
type Engine struct {
	Name string
	// Faster is how many times faster flagledger's evaluator should be; 0 makes
	// no demand.
	Faster float64
	Load   func(flags []Flag, users []User) (*Loaded, error)
}

// Engines are those of the table.
func Engines() []Engine {
	return []Engine{
		{"flagledger", 0, loadFlagledger},
		{"flagledger-client+exposures", 0, loadClient},
		{"launchdarkly-evaluator", 5, loadEvaluator},
		{"launchdarkly-client+events", 0, loadLaunchDarkly},
		{"growthbook", 5, loadGrowthBook},
		{"unleash", 5, loadUnleash},
		{"statsig", 5, loadStatsig},
	}
}

// eachFlag is All for an engine that has nothing of the kind.
func eachFlag(flags []Flag, l *Loaded) func(user int) int {
	return func(user int) int {
		n := 0
		for i := range flags {
			if flags[i].IsText() {
				l.Text(flags[i].Key, user)
			} else {
				l.On(flags[i].Key, user)
			}
			n++
		}
		return n
	}
}
