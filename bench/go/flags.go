package bench

import "fmt"

// Users is how many users take turns, so that nothing answers from the last call.
const Users = 1024

// User is whom a flag is evaluated for. All ids have 30 bytes.
type User struct{ ID, Account, Plan, Country, Email, Tier string }

// Attribute gives a user's attribute by its name.
func (u User) Attribute(name string) string {
	switch name {
	case "userId":
		return u.ID
	case "accountId":
		return u.Account
	case "plan":
		return u.Plan
	case "country":
		return u.Country
	case "email":
		return u.Email
	default:
		return u.Tier
	}
}

func enterprise() []string {
	out := make([]string, 3)
	for i := range out {
		out[i] = fmt.Sprintf("enterprise-account-%011d", i+1)
	}
	return out
}

func allowed(i int) string { return fmt.Sprintf("allowed-account-%014d", i) }

// AllUsers makes the users. A quarter match case d, 1% case e and half case f,
// in no order that a branch predictor could learn.
func AllUsers() []User {
	out := make([]User, Users)
	for i := range out {
		mixed := i * 389 % Users
		u := User{
			ID: fmt.Sprintf("user-%025d", mixed), Account: fmt.Sprintf("account-%022d", mixed),
			Plan: "pro", Country: "DE", Email: fmt.Sprintf("u%d@example.com", mixed), Tier: "tier-50",
		}
		if mixed%4 == 0 {
			u.Plan, u.Country = "free", []string{"US", "UK"}[mixed/4%2]
		}
		switch {
		case mixed%100 == 7:
			u.Account = enterprise()[mixed/100%3]
		case mixed%2 == 1:
			u.Account = allowed(mixed * 9)
		}
		out[i] = u
	}
	return out
}

// Flag is off, or serves true by its rules, of which all conditions must hold,
// or splits its units; where nothing says otherwise it serves false.
type Flag struct {
	Key   string
	On    bool
	Rules [][]Condition
	Split *Split
}

// Condition holds for users whose attribute is one of Values.
type Condition struct {
	Attribute string
	Values    []string
}

// Split serves its parts by the hash of an attribute.
type Split struct {
	By    string
	Parts []Part
}

// Part is a share of the units, and what it gets: a text, or a truth if Text is empty.
type Part struct {
	On      bool
	Text    string
	Percent int
}

// IsText tells a flag that serves texts from one that serves truths.
func (f Flag) IsText() bool { return f.Split != nil && f.Split.Parts[0].Text != "" }

// Expected is what the flag serves where no hash decides.
func (f Flag) Expected(u User) (on, known bool) {
	if f.Split != nil {
		return false, false
	}
	for _, rule := range f.Rules {
		if f.On && matches(rule, u) {
			return true, true
		}
	}
	return false, true
}

func matches(rule []Condition, u User) bool {
	for _, c := range rule {
		found := false
		for _, v := range c.Values {
			found = found || v == u.Attribute(c.Attribute)
		}
		if !found {
			return false
		}
	}
	return true
}

// Kinds are the cases a to g, in the order of the table.
func Kinds() []string {
	return []string{"a_off", "b_percent", "c_ab", "d_rule", "e_allow3", "f_allow10k", "g_rules50"}
}

// NewFlag makes a flag of a kind.
func NewFlag(kind, key string) Flag {
	f := Flag{Key: key, On: kind != "a_off"}
	switch kind {
	case "b_percent":
		f.Split = &Split{"accountId", []Part{{On: true, Percent: 5}, {Percent: 95}}}
	case "c_ab":
		f.Split = &Split{"userId", []Part{{Text: "control", Percent: 50}, {Text: "treatment", Percent: 50}}}
	case "d_rule":
		f.Rules = [][]Condition{{{"plan", []string{"free"}}, {"country", []string{"US", "UK"}}}}
	case "e_allow3":
		f.Rules = [][]Condition{{{"accountId", enterprise()}}}
	case "f_allow10k":
		list := make([]string, 10_000)
		for i := range list {
			list[i] = allowed(i)
		}
		f.Rules = [][]Condition{{{"accountId", list}}}
	case "g_rules50":
		for i := range 50 {
			f.Rules = append(f.Rules, []Condition{{"tier", []string{fmt.Sprintf("tier-%d", i+1)}}})
		}
	}
	return f
}

// Cases makes one flag of each kind.
func Cases() []Flag {
	var out []Flag
	for _, kind := range Kinds() {
		out = append(out, NewFlag(kind, kind))
	}
	return out
}

// Thousand makes 1,000 flags: the kinds a to e in turn.
func Thousand() []Flag {
	out := make([]Flag, 1000)
	for i := range out {
		out[i] = NewFlag(Kinds()[i%5], fmt.Sprintf("flag-%04d", i))
	}
	return out
}
