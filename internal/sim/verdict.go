package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// verdict is how the rollouts of one release ended under one policy.
type verdict struct {
	endings []ending
}

// sample says which of a seed's rollouts are drawn: runs of them, from first on.
type sample struct {
	seed        uint64
	first, runs int
}

// policies are compared on the same traffic, the product first.
func policies() []func(context.Context, release) (policy, error) {
	return []func(context.Context, release) (policy, error){
		func(ctx context.Context, r release) (policy, error) { return newEngine(ctx, r) },
		func(_ context.Context, r release) (policy, error) { return &thresholdPolicy{pace: r.pace}, nil },
	}
}

// try plays a sample of a release's rollouts, spread over all cores, and gives
// the verdict on each policy.
func try(ctx context.Context, r release, s sample) ([]verdict, error) {
	verdicts := make([]verdict, len(policies()))
	for k := range verdicts {
		verdicts[k].endings = make([]ending, s.runs)
	}
	next, failed := make(chan int), make([]error, s.runs)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				for k, begin := range policies() {
					e, err := tryOne(ctx, r, begin, rand.New(rand.NewPCG(s.seed, uint64(s.first+i))))
					verdicts[k].endings[i], failed[i] = e, errors.Join(failed[i], err)
				}
			}
		})
	}
	for i := range s.runs {
		next <- i
	}
	close(next)
	workers.Wait()
	return verdicts, errors.Join(failed...)
}

func tryOne(
	ctx context.Context, r release, begin func(context.Context, release) (policy, error), random *rand.Rand,
) (ending, error) {
	p, err := begin(ctx, r)
	if err != nil {
		return ending{}, err
	}
	e, err := play(ctx, r, random, p)
	if err = errors.Join(err, p.close()); err != nil {
		err = fmt.Errorf("%s: %w", r.name, err)
	}
	return e, err
}

// with are the endings of one fate.
func (v verdict) with(f fate) (out []ending) {
	for _, e := range v.endings {
		if e.fate == f {
			out = append(out, e)
		}
	}
	return out
}

func (v verdict) share(f fate) float64 {
	return float64(len(v.with(f))) / float64(len(v.endings))
}

// atMost is the upper end of the exact one-sided 95% confidence interval
// (Clopper & Pearson) of the probability to be rolled back.
func (v verdict) atMost() float64 {
	x, n := float64(len(v.with(rolledBack))), float64(len(v.endings))
	if x == n {
		return 1
	}
	return distuv.Beta{Alpha: x + 1, Beta: n - x}.Quantile(.95)
}

// after gives a quantile of the time that endings of a fate took.
func (v verdict) after(f fate, q float64) string {
	all := v.with(f)
	if len(all) == 0 {
		return "-"
	}
	slices.SortFunc(all, func(a, b ending) int { return int(a.after - b.after) })
	after := all[int(q*float64(len(all)-1))].after.Truncate(time.Minute)
	return fmt.Sprintf("%d:%02d", int(after.Hours()), int(after.Minutes())%60)
}

// units gives the median number of units that had the treatment when it was
// rolled back.
func (v verdict) units() string {
	all := v.with(rolledBack)
	if len(all) == 0 {
		return "-"
	}
	slices.SortFunc(all, func(a, b ending) int { return a.units - b.units })
	return fmt.Sprint(all[(len(all)-1)/2].units)
}

// harmlessTable prints how often what is harmless was rolled back. Its lines
// are independent, so that they can be added up.
func harmlessTable(ctx context.Context, out io.Writer, releases []release, s sample) error {
	lines := []string{"release\trolled back\tat most\tcompleted\tholding\tcompleted after\t> 2x in 5 min, 4th failure"}
	var sum verdict
	for _, r := range releases {
		vs, err := try(ctx, r, s)
		if err != nil {
			return err
		}
		lines = append(lines, harmlessLine(r.name, vs[0])+fmt.Sprintf("%.1f%% rolled back", 100*vs[1].share(rolledBack)))
		sum.endings = append(sum.endings, vs[0].endings...)
		s.first += s.runs
	}
	lines = append(lines, harmlessLine("all of them", sum))
	return printTable(out, "The whole engine, no effect: how rollouts ended (at most: with 95% confidence)", lines)
}

func harmlessLine(name string, v verdict) string {
	return fmt.Sprintf("%s\t%.1f%%\t%.1f%%\t%.1f%%\t%.1f%%\t%s\t", name, 100*v.share(rolledBack), 100*v.atMost(),
		100*v.share(completed), 100*v.share(holding), v.after(completed, .5))
}

// harmfulTable prints how often what is harmful was rolled back, and how soon.
// Its lines are drawn alike, so that they can be compared.
func harmfulTable(ctx context.Context, out io.Writer, releases []release, s sample) error {
	lines := []string{"release\trolled back\tafter\tunits by then\tcompleted\tholding\t> 2x in 5 min, 4th failure"}
	for _, r := range releases {
		vs, err := try(ctx, r, s)
		if err != nil {
			return err
		}
		v, other := vs[0], vs[1]
		lines = append(lines, fmt.Sprintf("%s\t%.1f%%\t%s / %s\t%s\t%.1f%%\t%.1f%%\t%.1f%% after %s / %s, %s units", r.name,
			100*v.share(rolledBack), v.after(rolledBack, .5), v.after(rolledBack, .9), v.units(),
			100*v.share(completed), 100*v.share(holding),
			100*other.share(rolledBack), other.after(rolledBack, .5), other.after(rolledBack, .9), other.units()))
	}
	return printTable(out, "The whole engine, harmful releases: median / 90th percentile of the time until rollback, median units", lines)
}

func printTable(out io.Writer, title string, lines []string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, err := io.WriteString(w, "\n"+title+"\n\n"+strings.Join(lines, "\t\n")+"\t\n")
	return errors.Join(err, w.Flush())
}
