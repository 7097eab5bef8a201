// Package hygiene tells which flags have done their work, so that they can
// leave the code.
//
//	project (ledger) + Seen (analytics) -> Assess -> State of each flag -> report, linters
//	                                                                    -> Keeper -> flag.turned_stale
//
// A flag is a promise to come back. Assess says where each stands in its
// Lifecycle and, if it is stale, by which rules and since when. It is pure: the
// time and what was seen of the flags are given to it.
//
// Rules, each found for a flag that is not permanent:
//
//	served-to-all      one environment serves its on variant to everybody for more than Limits.Decided
//	served-to-none     one environment serves its off variant to everybody for as long
//	one-sided          every environment serves one and the same variant to everybody for as long
//	never-evaluated    nobody has evaluated it for as long, although it is on somewhere
//	past-removal       its planned date of removal is over
//	archived-evaluated it is archived, and still evaluated
//
// Not each finding makes a flag stale: see Assess. The time of a finding is that
// since which it is so, not that at which it is found, so that "older than 30
// days" means what it says.
package hygiene
