package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// traffic draws one day.
type traffic interface{ draw(random *rand.Rand) day }

type column struct {
	name string
	traffic
}

// table shows for each rule and column what share of the days it rolled back,
// and, for a release that is bad, after how many minutes.
type table struct {
	title   string
	bad     bool
	columns []column
}

func tables() []table {
	return []table{
		{"No effect: days on which a harmless release was rolled back", false, grid(1)},
		{"Twice the errors from the start: median / 90th percentile of the minutes until rollback", true, grid(2)},
		{"No effect, in a world that changes: a climb from 5 to 25 and 50%", false, climbs()},
		{"Accounts of their own kind and volume (quiet: a failure in 4 days; busy: 2 a day), 5% treated: no effect", false, fleets(1)},
		{"Accounts as above, twice the errors: days found, and median minutes", true, fleets(2)},
	}
}

// grid is traffic by error rate and by requests a second of the treated arm.
func grid(ratio float64) (columns []column) {
	for _, rate := range []float64{.001, .01, .05} {
		for _, perSecond := range []float64{1, 10, 100} {
			columns = append(columns, column{
				fmt.Sprintf("%g%%/%g", 100*rate, perSecond),
				steady{perSecond: perSecond, errorRate: rate, ratio: ratio},
			})
		}
	}
	return columns
}

func climbs() (columns []column) {
	for _, perSecond := range []float64{1, 10} {
		base := steady{perSecond: perSecond, errorRate: .01, ratio: 1, climbs: true}
		swing, incident := base, base
		swing.swing, incident.incident = .5, 5
		columns = append(columns,
			column{fmt.Sprintf("steady/%g", perSecond), base},
			column{fmt.Sprintf("day and night/%g", perSecond), swing},
			column{fmt.Sprintf("incident/%g", perSecond), incident})
	}
	return columns
}

func fleets(ratio float64) (columns []column) {
	for _, accounts := range []int{400, 2000, 10_000} {
		quiet := fleet{accounts: accounts, perDay: 50, errorRate: .005, ratio: ratio}
		busy := fleet{accounts: accounts, perDay: 200, errorRate: .01, ratio: ratio}
		columns = append(columns, column{fmt.Sprintf("%d, quiet", accounts), quiet}, column{fmt.Sprintf("%d, busy", accounts), busy})
	}
	return columns
}

func (t table) print(out io.Writer, days int, seed uint64) error {
	lines := []string{"rule"}
	for _, r := range rules() {
		lines = append(lines, r.name)
	}
	for _, c := range t.columns {
		lines[0] += "\t" + c.name
		for i, found := range simulate(c, days, seed) {
			lines[i+1] += "\t" + t.cell(found, days)
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, err := io.WriteString(w, "\n"+t.title+"\n\n"+strings.Join(lines, "\t\n")+"\t\n")
	return errors.Join(err, w.Flush())
}

// simulate draws days and gives, for each rule, the minutes of its rollbacks.
func simulate(c column, days int, seed uint64) [][]int {
	found := make([][]int, len(rules()))
	next, lock := make(chan int), sync.Mutex{}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				d := c.draw(rand.New(rand.NewPCG(seed, uint64(i))))
				for k, r := range rules() {
					if m := r.look(d); m != never {
						lock.Lock()
						found[k] = append(found[k], m+1)
						lock.Unlock()
					}
				}
			}
		})
	}
	for i := range days {
		next <- i
	}
	close(next)
	workers.Wait()
	return found
}

func (t table) cell(found []int, days int) string {
	share := 100 * float64(len(found)) / float64(days)
	if !t.bad {
		return fmt.Sprintf("%.1f%%", share)
	}
	slices.Sort(found)
	at := func(q float64) string {
		if i := int(q * float64(days)); i < len(found) {
			return fmt.Sprint(found[i])
		}
		return "-"
	}
	if share > 99.9 {
		return at(.5) + "/" + at(.9)
	}
	return fmt.Sprintf("%.0f%% %s/%s", share, at(.5), at(.9))
}
