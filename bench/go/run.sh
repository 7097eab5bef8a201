#!/usr/bin/env bash
# The evaluators and clients of Go in one run; ROUNDS is how often each is measured.
set -euo pipefail
cd "$(dirname "$0")"
go test -count 1 ./... >&2
go test -run '^$' -bench . -benchtime 200ms -count "${ROUNDS:-3}" . | go run ./report
