# `make demo` and `make test` need Python 3.11 or later, make and git: everything else they install here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-gephi java test-graphology node web chromium test-browser screenshots check bench accuracy lock clean

demo: $(READY)
	$(BIN)/crawl demo --output output/demo
	@test -s output/demo/graph.graphml && test -s output/demo/map.html && test -s output/demo/report.html

test: check java node chromium
	$(BIN)/python -m pytest

# Gephi's own importers read the exports (part of `make test`).
test-gephi: $(READY) java
	$(BIN)/python -m pytest tests/gephi

# Java and Maven, for Gephi's importers: installed where that can be done, else named, and then those tests are skipped.
java:
	@if command -v javac >/dev/null && command -v mvn >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    default-jdk-headless maven fonts-dejavu-core >/dev/null; \
	else echo 'tests/gephi needs a JDK (17 or later) and Maven: install openjdk-17-jdk-headless and maven, or skip it'; fi

# The readers that Gephi Lite and sigma build on read the exports (part of `make test`).
test-graphology: $(READY) node
	$(BIN)/python -m pytest tests/graphology

node:
	@if command -v node >/dev/null && command -v npm >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; \
	else echo 'tests/graphology needs Node.js (18 or later) and npm: install nodejs and npm, or skip it'; fi

# The map in a real browser (part of `make test`).
test-browser: $(READY) node chromium
	$(BIN)/python -m pytest tests/browser

chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null; \
	else echo 'tests/browser needs Chromium: install chromium, or skip it'; fi

# Pictures of the map of the sample network: docs/map.png, and more in output/screenshots to look at.
screenshots: $(READY) chromium
	$(BIN)/python scripts/screenshots.py

# The map's script and style, from web/ into crawler/export/assets (committed; a test compares).
web: node
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	cd web && npx tsc --project . && node build.mjs

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/generate_docs.py --check

# This program beside other crawlers on one generated farm: CPU, time, memory. BENCH="--articles 1000 --rounds 1" is quick.
bench: $(READY)
	$(BIN)/python benchmarks/against_peers.py $(BENCH)

# How well blocks and fields are found on a folder of labelled pages: make accuracy PAGES=folder
PAGES ?= tests/labelled
accuracy: $(READY)
	$(BIN)/python benchmarks/accuracy.py $(PAGES)

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --extra all --extra dev --quiet --upgrade pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or later is needed'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-venv; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
