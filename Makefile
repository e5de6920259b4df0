# Everything that happens from a checkout. `make` alone lists it. A step that has been done is not done again.

VENV := .venv
PYTHON_HERE := $(VENV)/bin/python
KIESTOON := $(VENV)/bin/kiestoon
PIP := $(PYTHON_HERE) -m pip install --require-hashes -r
STEP := @sh .ci/step.sh
NPM := sh .ci/npm.sh
WEB := server/web
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public $(WEB)/*.json $(WEB)/*.html $(WEB)/*.ts $(WEB)/*.js -type f 2>/dev/null)
AUDIO := var/test-audio
LANGUAGES := $(sort $(shell sed -n 's/^lang: *//p' dialogue_scripts/*.yaml))
NLU_SOURCES := $(shell find data/nlu data/lang -name '*.y*ml') $(wildcard data/judging/*.npz)
UV ?= uv
BENCHES ?= nlu latency load
LOCK := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-annotate --quiet --extra offline --extra build

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-tools check check-lint check-form check-types check-web check-content bench lock clean \
	models

help: ## this list
	@echo "make run       is all that is needed to practise. The rest:"
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F '|' '{ printf "  %-14s %s\n", $$1, $$2 }'

setup: $(VENV)/.installed $(WEB)/dist/index.html models var/.trained ## environment, web app and speech models
	@echo "Ready. Start with: make run"

run: $(VENV)/.installed $(WEB)/dist/index.html models var/.trained ## set up what is not there yet, then serve on this machine
	@exec $(KIESTOON) serve

test: $(VENV)/.installed $(VENV)/.dev $(WEB)/dist/index.html test-tools ## all tests, the browser tests included
	$(STEP) "Testing the web app" $(NPM) test
	@$(VENV)/bin/pytest $(TESTS)

check: $(VENV)/.installed $(VENV)/.dev $(WEB)/node_modules/.package-lock.json ## lint, types and content
	@$(MAKE) --no-print-directory --keep-going check-lint check-form check-types check-web check-content

check-lint:
	$(STEP) "Linting Python" $(VENV)/bin/ruff check .

check-form:
	$(STEP) "Checking the form of Python" $(VENV)/bin/ruff format --check .

check-types:
	$(STEP) "Checking the types of Python" $(VENV)/bin/mypy

check-web:
	$(STEP) "Checking the types of the web app" $(NPM) run check

check-content:
	$(STEP) "Checking personas, scripts and data" $(KIESTOON) check

bench: $(VENV)/.installed models var/.trained ## measure delays, load and recognition on this machine
	@for what in $(BENCHES); do $(KIESTOON) bench $$what || exit 1; done

lock: ## pin the newest versions that pyproject.toml allows (needs uv)
	@command -v $(UV) >/dev/null 2>&1 || { echo "make lock needs uv: pip install uv, or make lock UV=/path/to/uv" >&2; exit 1; }
	$(STEP) "Pinning what the program needs" $(LOCK) --upgrade -o requirements.lock
	$(STEP) "Pinning what its tests need" $(LOCK) --extra dev --upgrade -c requirements.lock -o requirements-dev.lock
	$(STEP) "Pinning what fitting the act encoder needs" $(LOCK) --extra train --upgrade -c requirements.lock -o requirements-train.lock

clean: ## remove what make made; calls and models in var/ stay
	@rm -rf $(VENV) $(WEB)/node_modules $(WEB)/dist $(AUDIO) var/.models-tried var/.trained var/setup.log .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@echo "Clean. Calls and models are still in var/."

$(PYTHON_HERE):
	@python=$$(sh .ci/find-python.sh) && sh .ci/step.sh "Making the Python environment with $$python" "$$python" -m venv --clear $(VENV)

$(VENV)/.packages: requirements.lock | $(PYTHON_HERE)
	$(STEP) "Installing Python packages, the offline speech models among them (minutes, the first time)" $(PIP) requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.packages pyproject.toml hatch_build.py
	$(STEP) "Installing Kiestoon" $(PYTHON_HERE) -m pip install --no-deps --no-build-isolation -e .
	@sh .ci/step.sh "Compiling Python, so that every start is fast" $(PYTHON_HERE) -m compileall -q -j 0 $(VENV)/lib bot evaluators server || true
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.packages
	$(STEP) "Installing what tests and checks need" $(PIP) requirements-dev.lock
	@touch $@

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json | $(PYTHON_HERE)
	$(STEP) "Installing what the web app is built with" $(NPM) ci
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(WEB_SOURCES)
	$(STEP) "Building the web app" $(NPM) run build
	@touch $@

# Asked for again after a day, or when the list of models has changed: today there may be internet.
models: $(VENV)/.installed
	@[ -n "$$(find var/.models-tried -newer data/models.yaml -mtime -1 2>/dev/null)" ] \
		|| { $(KIESTOON) models fetch --auto && mkdir -p var && touch var/.models-tried; }

# Training takes half a minute a language, once; without this step the first start would take it.
var/.trained: $(NLU_SOURCES) | $(VENV)/.installed
	@for lang in $(LANGUAGES); do \
		sh .ci/step.sh "Learning to recognise dialogue acts ($$lang)" $(KIESTOON) acts --lang $$lang || exit 1; done
	@sh .ci/step.sh "Preparing the judges" $(VENV)/bin/python -m server.preparing
	@touch $@

test-tools: $(AUDIO)/tried | $(VENV)/.dev
	$(STEP) "Looking for Chromium" sh .ci/chromium.sh

# Spoken Dutch of people, with its text: Debian's fillets-ng. Where there is no apt the tests that need it say so.
$(AUDIO)/tried: .ci/debian.sh
	@mkdir -p $(AUDIO)
	@sh .ci/step.sh "Fetching human Dutch speech for the tests" sh .ci/debian.sh unpack $(AUDIO) fillets-ng-data fillets-ng-data-nl \
		|| [ $$? -eq 69 ]
	@touch $@
