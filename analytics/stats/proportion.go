package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Newcombe is an interval of the difference of two proportions, treatment less
// control, for a single look. Unlike the normal one it needs no event in either
// arm: 0 of 19,000 against 50 of 1,000 is as good an input as any. alpha is in
// (0,1); xc of nc control and xt of nt treated units, each n positive.
//
// Source: Newcombe, Statist. Med. 17 (1998) 873-890, method 10.
func Newcombe(xc, nc, xt, nt int64, alpha float64) Interval {
	z := distuv.UnitNormal.Quantile(1 - alpha/2)
	pc, pt := float64(xc)/float64(nc), float64(xt)/float64(nt)
	c, t := Wilson(xc, nc, z), Wilson(xt, nt, z)
	return Interval{
		Low:  pt - pc - math.Hypot(pt-t.Low, c.High-pc),
		High: pt - pc + math.Hypot(t.High-pt, pc-c.Low),
	}
}

// Wilson is the score interval of one proportion at z standard errors, for a
// single look.
//
// Source: Wilson, J. Am. Statist. Assoc. 22 (1927) 209-212.
func Wilson(x, n int64, z float64) Interval {
	m := float64(n)
	p := float64(x) / m
	center := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Interval{center - half, center + half}
}

// FisherP is the exact one-sided p-value of the treated proportion being the
// greater one, for a single look. It is the tail of the hypergeometric
// distribution, exact at any count.
//
// Source: Fisher, J. R. Statist. Soc. 98 (1935) 39-82.
func FisherP(xc, nc, xt, nt int64) float64 {
	errors := xc + xt
	sum := 0.0
	for k := min(errors, nt); k >= xt && k >= errors-nc; k-- {
		sum += math.Exp(logChoose(nt, k) + logChoose(nc, errors-k) - logChoose(nc+nt, errors))
	}
	return min(1, sum)
}

func logChoose(n, k int64) float64 {
	return -math.Log(float64(n+1)) - mathext.Lbeta(float64(n-k+1), float64(k+1))
}
