# incrocio: every target says what it does in `make help`.
SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
GO          ?= go
BIN         := $(CURDIR)/bin
CACHE       := $(CURDIR)/.cache
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

GOFUMPT_VERSION      := v0.12.0
GOLANGCI_VERSION     := v2.15.0
DEMO_CLAIMS          ?= 20000
DEMO_SEED            ?= 1
DEMO_NIGHT           ?= 2014-09-30
FUZZ_TIME            ?= 20s
MUTANTS              ?= 0

# The race detector needs a C compiler; without one the tests run all the same, and say so.
RACE := $(shell command -v $${CC:-gcc} >/dev/null 2>&1 && echo -race)

.DEFAULT_GOAL := help
.PHONY: help build demo test test-race lint fuzz bench docs golden truth test-crash test-interop test-browser postgres mutation clean bench-national bench-peers

help: ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## build the program as bin/incrocio
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o $(BIN)/incrocio ./cmd/incrocio

demo: build ## invent a population, run one night on it, show the result and three explained decisions
	rm -rf demo
	$(BIN)/incrocio generate --claims $(DEMO_CLAIMS) --seed $(DEMO_SEED) --date $(DEMO_NIGHT) --out demo
	@echo "--- the night of $(DEMO_NIGHT)"
	# 3: published, with the dirty documents of the population among the discards
	code=0; $(BIN)/incrocio run --home demo --date $(DEMO_NIGHT) || code=$$?; [ $$code = 0 ] || [ $$code = 3 ]
	@for story in R01_ R03_ R06_; do \
	  claim=$$(grep -m1 "\"storia\":\"$$story" demo/verita.jsonl | sed 's/.*"numero_domanda":"\([^"]*\)".*/\1/'); \
	  echo "--- incrocio explain --home demo $$claim"; $(BIN)/incrocio explain --home demo $$claim; echo; \
	done
	@echo "--- the balance (quadratura)"
	@$(BIN)/incrocio status --home demo --balance | grep -E '^(AMBITO|TOTALE)'
	@echo "--- the Parquet is in demo/$$(cat demo/current)"
	@ls -l demo/$$(cat demo/current)

postgres: # what the tests need of PostgreSQL: its server's binaries
	@if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "installing postgresql for the tests"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	  else \
	    echo "The tests start a PostgreSQL of their own and its binaries are not here. Install them (Debian: apt-get install postgresql) and try again." >&2; exit 1; \
	  fi; \
	fi

# The sweeps kill and fail the real program, many times.
SWEEPS := ^(TestKillSweep|TestFailingCalls|TestOnSQLite|TestOnPostgreSQL|TestOrderOfFiles|TestKillConsole)$$
# Packages that the race detector makes slow. Most have no workers, or those that they have are met in others; for the two that do
# see RACED and RACED_STORE.
ALONE  := /(cmd/incrocio|writers/parquet|writers/store|pipeline/(chain|rules|ledger)|fixtures/(population|scenari))$$
# What of the program's own tests has several workers at one thing; the race detector makes all of them three times slower.
RACED  := ^(TestRehearsal.*|TestRaces|TestServe.*|TestBackfillEqualsFiveNights)$$

RACED_STORE := ^TestConformance$$/././(races|at_once|gives_up)|^TestOpenedByManyAtOnce$$|^TestTwoHandles$$

test: postgres ## unit, golden, property and end-to-end tests (starts and stops its own PostgreSQL)
	@[ -n "$(RACE)" ] || echo "no C compiler: the tests run without the race detector"
	$(GO) vet ./...
	$(GO) test $(RACE) -timeout 20m $$($(GO) list ./... | grep -vE '$(ALONE)')
	$(GO) test -timeout 20m $$($(GO) list ./... | grep -E '$(ALONE)')
	$(GO) test $(RACE) -timeout 20m -run '$(RACED_STORE)' ./writers/store
	$(GO) test $(RACE) -timeout 20m -run '$(RACED)' ./cmd/incrocio

test-race: postgres ## all tests under the race detector
	$(GO) test -race -timeout 1h ./...

test-crash: postgres ## every fault from outside the real program, of which `make test` takes one in ten (Linux on amd64)
	$(GO) test -count=1 -timeout 3h -v -run '$(SWEEPS)' ./cmd/incrocio -args -faults.every 1 | grep --line-buffered -vE '^ *=== '

test-interop: ## published files against DuckDB and a second Parquet reader (Node.js and npm)
	@command -v npm >/dev/null 2>&1 || { echo "test-interop needs Node.js and npm (Debian: apt-get install nodejs npm)" >&2; exit 1; }
	npm install --prefix $(CACHE)/node --no-audit --no-fund --silent @duckdb/node-api@1.5.6-r.1
	INCROCIO_NODE=$(CACHE)/node $(GO) test -count=1 -tags interop ./writers/interop/...

PICTURES := $(CACHE)/browser

test-browser: ## two operators' day in Chromium, with JavaScript and without; screenshots go to .cache/browser
	@command -v npm >/dev/null 2>&1 || { echo "test-browser needs Node.js and npm (Debian: apt-get install nodejs npm)" >&2; exit 1; }
	@if ! command -v chromium >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "installing chromium for the tests"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else \
	    echo "The tests drive a Chromium and there is none. Install it (Debian: apt-get install chromium) and try again." >&2; exit 1; \
	  fi; \
	fi
	npm install --prefix $(CACHE)/browser-node --no-audit --no-fund --silent playwright-core@1.64.1 axe-core@4.11.0
	BROWSER_NODE=$(CACHE)/browser-node BROWSER_PICTURES=$(PICTURES) $(GO) test -count=1 -tags browser -v -run '^TestADayInTheBrowser$$' ./cmd/incrocio

lint: $(BIN)/gofumpt-$(GOFUMPT_VERSION) $(BIN)/golangci-lint-$(GOLANGCI_VERSION) ## gofumpt, vet, golangci-lint (pinned, installed into bin/)
	@out=$$($(BIN)/gofumpt-$(GOFUMPT_VERSION) -l cmd pipeline readers writers fixtures); [ -z "$$out" ] || { echo "not gofumpt'ed:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(BIN)/golangci-lint-$(GOLANGCI_VERSION) run ./...

$(BIN)/gofumpt-$(GOFUMPT_VERSION):
	GOBIN=$(BIN) $(GO) install mvdan.cc/gofumpt@$(GOFUMPT_VERSION) && mv $(BIN)/gofumpt $@

$(BIN)/golangci-lint-$(GOLANGCI_VERSION):
	GOBIN=$(BIN) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION) && mv $(BIN)/golangci-lint $@

fuzz: ## every fuzz target for FUZZ_TIME each
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZ_TIME) -fuzzminimizetime 5x $$pkg; \
	  done; \
	done

bench: ## every benchmark
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Works and other flags of `incrocio bench`; `bin/incrocio bench --help` explains them. The set stays in .cache/national.
BENCH_WORKS ?= all
BENCH_FLAGS ?=

bench-national: build postgres ## a night of Italy in full, measured: 2.5 M claims, 20 M communications, made once (10 GB; hours)
	$(BIN)/incrocio bench --set $(CACHE)/national --works $(BENCH_WORKS) $(BENCH_FLAGS)
	$(GO) test -run '^$$' -bench Postgres -benchmem ./readers/domande

PEERS := $(CACHE)/peers

bench-peers: build ## the same against DuckDB, Polars and ClickHouse on the same files, by turns (Node.js and npm)
	@command -v npm >/dev/null 2>&1 || { echo "bench-peers needs Node.js and npm (Debian: apt-get install nodejs npm)" >&2; exit 1; }
	npm install --prefix $(PEERS) --no-audit --no-fund --silent @duckdb/node-api@1.5.6-r.1
	npm install --prefix $(PEERS) --no-audit --no-fund --silent chdb@3.4.0 || echo "chDB does not install here: it is left out"
	# npm leaves the binding of Polars out on some machines unless it is named
	npm install --prefix $(PEERS) --no-audit --no-fund --silent nodejs-polars@0.26.1 nodejs-polars-linux-x64-gnu@0.26.1 || echo "Polars does not install here: it is left out"
	$(BIN)/incrocio bench --set $(CACHE)/national --works w1a,w1b,w3 --peers $(PEERS) $(BENCH_FLAGS)

truth: ## a large invented population, one night and two, against its truth: precision and recall per rule and exception code
	$(GO) test -count=1 -timeout 30m -v -run '^TestTruth$$' ./cmd/incrocio/ -truth.table -truth.claims $${CLAIMS:-100000}

mutation: ## change the rules and the calendar in MUTANTS places (0: all) and see that 85 % make a test fail
	@mkdir -p $(CACHE)
	$(GO) run ./fixtures/mutanti -n $(MUTANTS) -min 85 | tee $(CACHE)/mutation.txt

docs: ## write the pages of the rules anew, from the rulebook and the scenarios; only those that come out as they must
	$(GO) test -count=1 -run '^TestRulePages$$' ./cmd/incrocio -args -pages.update

golden: ## write the golden files anew (read the diff before you commit it)
	$(GO) test ./fixtures/documents ./pipeline/rules ./pipeline/tables ./readers/unilav ./writers/parquet ./writers/rundir -update

clean: ## remove what the targets made
	rm -rf $(BIN) $(CACHE) demo
