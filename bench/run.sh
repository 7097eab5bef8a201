#!/usr/bin/env bash
# The numbers of the SDKs beside those of others, in one run. ROUNDS=3 makes it
# shorter; the machine should have nothing else to do.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${ROUNDS:-5}

heading() { printf '\n== %s ==\n\n' "$*"; }

heading "Evaluation in Node.js"
(cd node && npm ci --silent --no-progress && node bench.mjs --rounds "$rounds")

heading "Evaluation in Go"
ROUNDS=$rounds go/run.sh

heading "From a change to a changed value"
CHROMIUM=$(../tools/chromium.sh) node sdk/propagation.mjs

heading "What a page loads"
(cd .. && npm run --silent test -- sdk/react/test/size.test.ts | grep gzipped)
