package main

import (
	"context"
	"strings"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// The Static Analysis Results Interchange Format (SARIF), version 2.1.0, of OASIS:
// the parts that code hosts read.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string            `json:"ruleId"`
		Level     string            `json:"level"`
		Message   sarifText         `json:"message"`
		Locations []sarifLocation   `json:"locations"`
		Prints    map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

// printSARIF prints the findings, at the lines that name the flags as far as code
// was scanned.
func printSARIF(ctx context.Context, s *session, r hygiene.Inventory) error {
	answer, err := s.get(ctx, s.projectPath("references"), nil)
	if err != nil {
		return err
	}
	var known struct {
		Scans []hygiene.Scan `json:"scans"`
	}
	if err := answer.into(&known); err != nil {
		return err
	}
	return s.printValue(sarifOf(r, known.Scans))
}

func sarifOf(r hygiene.Inventory, scans []hygiene.Scan) sarifLog {
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{Name: "flagledger", Version: version, Rules: sarifRules()}},
		Results: []sarifResult{},
	}
	for _, f := range r.Flags {
		if !noteworthy(f) {
			continue
		}
		places := sarifPlaces(r.Project, f.Key, scans)
		for _, found := range f.Findings {
			level := "warning"
			if found.Rule == hygiene.ArchivedEvaluated {
				level = "error"
			}
			run.Results = append(run.Results, sarifResult{
				RuleID: string(found.Rule), Level: level, Message: sarifText{"Flag " + f.Key + " " + found.Message + "."},
				Locations: places, Prints: map[string]string{"flag/v1": strings.Join([]string{r.Project, f.Key, string(found.Rule), found.Environment}, "/")},
			})
		}
	}
	return sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	}
}

// sarifPlaces are the lines that evaluate the flag, or else that name it, or
// else the flag itself.
func sarifPlaces(project, flag string, scans []hygiene.Scan) []sarifLocation {
	var calls, all []sarifLocation
	for _, scan := range scans {
		for _, ref := range scan.References {
			if ref.Flag != flag {
				continue
			}
			at := sarifLocation{Physical: &sarifPhysical{sarifArtifact{ref.Path}, sarifRegion{ref.Line, ref.Column}}}
			all = append(all, at)
			if ref.Kind == hygiene.KindCall {
				calls = append(calls, at)
			}
		}
	}
	switch {
	case len(calls) > 0:
		return calls
	case len(all) > 0:
		return all
	}
	return []sarifLocation{{Logical: []sarifLogical{{project + "/" + flag, "flag"}}}}
}

func sarifRules() []sarifRule {
	return []sarifRule{
		{string(hygiene.ServedToAll), sarifText{"An environment serves the flag's on variant to everybody, and has for long."}},
		{string(hygiene.ServedToNone), sarifText{"An environment serves the flag's off variant to everybody, and has for long."}},
		{string(hygiene.OneSided), sarifText{"Every environment serves the same variant to everybody, and has for long."}},
		{string(hygiene.NeverEvaluated), sarifText{"The flag is on, and nobody evaluates it."}},
		{string(hygiene.PastRemoval), sarifText{"The flag's planned date of removal is over."}},
		{string(hygiene.ArchivedEvaluated), sarifText{"The flag is archived and is still evaluated."}},
	}
}
