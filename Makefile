# Everything a developer or an operator does with a checkout; CI runs the same recipes.

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
# The commands that tests start then import what one of them has compiled, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: serve test test-lanes test-all check fix schema migration constraints audit bench bench-bulk bench-beside soak bench-growth bench-ranking bench-peers bench-scaling eval web explorer conformance screenshots

serve: .venv/serving web  ## Serve on the embedded database, at PORT.
	$(BIN)/trailmark serve --port $(PORT)

test: .venv/developing  ## The quick suite: both databases, under 4 minutes.
	$(BIN)/pytest -n 3 --dist worksteal -m "not slow"

LANED := tests/graph tests/resolvers
test-lanes: .venv/developing  ## The tests of the API and of what it rests on, on PostgreSQL with four lanes.
	TRAILMARK_TEST_LANES=4 $(BIN)/pytest -n 3 --dist worksteal -m "not slow" -k postgres $(LANED)

test-all: .venv/developing conformance  ## What takes longer: kill loops, long random runs, the wheel, browsers.
	$(BIN)/pytest -n 3 --dist worksteal -m "slow and not in_lanes"

check: .venv/developing  ## Style, types, the schema's snapshot, migrations.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_layout.py tests/graph/schema/test_schema.py tests/models/database/test_migrating.py

fix: .venv/developing  ## Mend what can be mended by itself.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: .venv/developing  ## Write graph/schema.graphql anew.
	$(BIN)/python -m tests.support.snapshot

migration: .venv/developing  ## Write migrations for changed models: make migration NAME=what_changed
	$(BIN)/python -m tests.support.migration $(NAME)

bench: .venv/developing  ## Measure; prints ratios of one run.
	$(BIN)/python -m bench

BULK ?=
bench-bulk: .venv/developing  ## Batches of 1000 and an import beside their statements alone; BULK="--lines 1000000".
	$(BIN)/python -m bench.storage.bulk $(BULK)

BESIDE ?=
bench-beside: .venv/developing  ## How long records wait beside a prune, a recalculation, an erasure of 100 000 rows.
	$(BIN)/python -m bench.beside $(BESIDE)

SOAK ?=
soak: .venv/developing  ## Attack a server beside a steady caller, and kill one under load; SOAK="--seconds 30".
	$(BIN)/python -m bench.soak $(SOAK)

HASHED := $(BIN)/uv pip compile --constraint constraints.txt --python-version 3.11 --universal \
	--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file
constraints: .venv/releasing  ## Write what a release runs on, and what builds it, each file by its hash.
	$(HASHED) constraints-hashed.txt pyproject.toml
	$(HASHED) deploy/container/build-hashed.txt --group build

audit: .venv/developing  ## Look up known vulnerabilities of what a release runs on, where they can be had.
	@if $(MAKE) --silent .venv/releasing; then $(BIN)/python -m tests.support.releases.audit constraints-hashed.txt; \
		else echo "audit: pip-audit cannot be installed here; nothing was audited"; fi

SIZES ?= 100000,1000000,10000000
OUT ?= docs
bench-growth: .venv/benchmarking  ## Measure as rows grow, up to SIZES; writes OUT/growth.md and its figure.
	$(BIN)/python -m bench.growth --sizes $(SIZES) --out $(OUT)

bench-ranking: .venv/developing  ## Measure feedSignals and recommendations over a million interactions, which takes minutes to fill.
	$(BIN)/python -m bench.ranking

ROWS ?= 5000000
OPTIONS ?= --out docs/benchmarks.md
bench-peers: .venv/developing  ## Measure beside other servers over ROWS; writes docs/benchmarks.md. Needs npm.
	$(BIN)/python -m bench.peers --rows $(ROWS) $(OPTIONS)

SCALING ?=
bench-scaling: .venv/benchmarking  ## Measure recording by more processes and lanes; SCALING="--rounds 3 --out docs" writes it down.
	$(BIN)/python -m bench.scaling $(SCALING)

FILE ?=
EVAL ?=
eval: .venv/benchmarking  ## How well recommendations guess what was held out of FILE; see docs/evaluation.md.
	$(BIN)/python -m bench.evaluating $(FILE) $(EVAL)

web: graph/static/.built  ## The pages for browsers, built into graph/static; needs npm.

explorer: web  ## The former name of `make web`.

UNBUILT := those that are not there are plain, or say how to build them
graph/static/.built: $(shell find web -type f -not -path '*/node_modules/*') graph/schema.graphql
	@if ! command -v npm >/dev/null; then \
		echo "web: npm is missing, so no pages are built; $(UNBUILT)"; \
	elif (cd web && npm install --silent --ignore-scripts --fetch-timeout=30000 \
			--fetch-retries=1 --fetch-retry-mintimeout=1000 && node build.mjs); then \
		touch $@; \
	else \
		echo "web: not all pages are built; $(UNBUILT)"; \
	fi

CLIENTS := tests/conformance
conformance: $(CLIENTS)/node_modules/.installed  ## The npm clients and audits that tests drive; needs npm.

$(CLIENTS)/node_modules/.installed: $(CLIENTS)/package.json $(CLIENTS)/.npmrc
	@if ! command -v npm >/dev/null; then \
		echo "conformance: npm is missing; the tests with npm's clients skip"; \
	elif ! (cd $(CLIENTS) && npm install --silent --ignore-scripts && touch node_modules/.installed); then \
		echo "conformance: npm could not install them; the tests with npm's clients skip"; \
	fi

screenshots: .venv/developing web conformance  ## Take the pictures in docs/images anew; needs npm and chromium.
	$(BIN)/python -m tests.support.conformance.screenshots

.venv/serving: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

.venv/developing: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[dev]'
	touch $@ .venv/serving

.venv/releasing: .venv/developing
	$(PIP) --editable '.[dev,release]'
	touch $@

.venv/deploying: .venv/developing
	$(PIP) --editable '.[dev,deploy]'
	touch $@

.venv/benchmarking: .venv/developing
	$(PIP) --editable '.[dev,bench]'
	touch $@
