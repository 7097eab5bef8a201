package stats

// Ratio is the observed ratio of the treatment's rate to the control's,
// stratified by row after Mantel and Haenszel: sum x_t n_c/n over
// sum x_c n_t/n. Pooling rows of different shares would give a ratio of the
// times of day instead (Simpson's paradox). It is +Inf when only the treatment
// has errors and NaN when neither has.
//
// Source: Mantel & Haenszel, J. Natl. Cancer Inst. 22 (1959) 719-748; the
// relative-risk form, Rothman, Greenland & Lash, "Modern Epidemiology", ch. 15.
func Ratio(rows []Row) float64 {
	var num, den float64
	for _, r := range rows {
		n := float64(r.NT + r.NC)
		if n == 0 || r.XT+r.XC == 0 {
			continue
		}
		num += float64(r.XT) * float64(r.NC) / n
		den += float64(r.XC) * float64(r.NT) / n
	}
	return num / den
}

// Expected is the number of bad units or events that the treatment would have
// at the control's rate: the sum of x_c n_t/n_c.
func Expected(rows []Row) float64 {
	var sum float64
	for _, r := range rows {
		if r.NC > 0 {
			sum += float64(r.XC) * float64(r.NT) / float64(r.NC)
		}
	}
	return sum
}
