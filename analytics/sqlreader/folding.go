package sqlreader

import "time"

// folding adds events up by bucket before they go to a tally: most events fall
// into the bucket of the one before.
type folding struct {
	tally    *tally
	earliest int64 // time of an event; few are before
	runs     []*run
}

// run is the events of an arm.
type run struct {
	arm    int64
	first  int64 // bucket of sums[0]
	begins int64 // of the latest event's bucket
	now    *flow
	sums   []flow
	others map[int64]*flow // of buckets far from first
}

// maxRun is how many buckets are held side by side.
const maxRun = 1 << 16

func (f *folding) of(arm, width int64) *run {
	for _, r := range f.runs {
		if r.arm == arm {
			return r
		}
	}
	r := &run{arm: arm, first: f.earliest / width}
	f.runs = append(f.runs, r)
	return r
}

func (r *run) add(us, width int64, bad bool) {
	if r.now == nil || us < r.begins || us >= r.begins+width {
		bucket := us / width
		r.begins, r.now = bucket*width, r.at(bucket)
	}
	r.now.events++
	if bad {
		r.now.badEvents++
	}
}

func (r *run) at(bucket int64) *flow {
	i := bucket - r.first
	if i < 0 || i >= maxRun {
		if r.others == nil {
			r.others = map[int64]*flow{}
		}
		if r.others[bucket] == nil {
			r.others[bucket] = &flow{}
		}
		return r.others[bucket]
	}
	for int64(len(r.sums)) <= i {
		r.sums = append(r.sums, flow{})
	}
	return &r.sums[i]
}

// end hands all to the tally.
func (f *folding) end() {
	for _, r := range f.runs {
		for i, sum := range r.sums {
			if sum != (flow{}) {
				f.tally.add(r.arm, r.first+int64(i), sum)
			}
		}
		for bucket, sum := range r.others {
			f.tally.add(r.arm, bucket, *sum)
		}
	}
	f.runs = nil
}

func microTime(us int64) time.Time { return time.UnixMicro(us).UTC() }
