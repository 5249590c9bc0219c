# Everything a newcomer types. `make help` reads the two-hash comments below.
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-long test-fast check format bench bench-large screenshots chaos faults messages lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(STAMP) ## build .venv/ with the jalon command, from the hashed requirement files

$(STAMP): requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup ## play the whole 2021 call of Montpellier, from its opening to its last closed grant
	$(BIN)/jalon demo

run: setup ## start Jalon on this machine: the database made or brought up to date, then `jalon serve`
	$(BIN)/jalon init
	$(BIN)/jalon serve

test: setup ## every test but the few that take minutes
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not long"

test-long: setup ## those: pages in a browser, runs through Prefect, kills, restarts, any request to the API
	$(BIN)/python -m pytest -n auto --dist loadgroup -m long

test-fast: setup ## the tests that start no server
	$(BIN)/python -m pytest -n auto -m "not slow and not postgres"

check: setup ## style, types, import direction, size and door rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/rules

format: setup ## put the code in its one shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## speed and memory, as ratios against a floor in the same run
	$(BIN)/python -m bench

bench-large: setup ## the daily sweep and the pages over a million applications (minutes)
	$(BIN)/python -m bench --large

faults: setup ## kill processes at every point of a hand-over, over a thousand times; many at work at once
	$(BIN)/python -m tests.faults

chaos: setup ## PostgreSQL restarted during 5 000 moves, processes killed, a full disk, clock jumps (minutes)
	$(BIN)/python -m tests.chaos

screenshots: setup ## the pictures of the main pages, in docs/pictures/ (needs chromium)
	$(BIN)/python -m docs.take_pictures

messages: setup ## bring the catalogues of config/locale/ up to date with the French sentences
	mkdir -p var
	$(BIN)/pybabel --quiet extract -F babel.cfg -k later --no-location --sort-output -o var/messages.pot .
	$(BIN)/pybabel --quiet update -i var/messages.pot -o config/locale/en.po -l en --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock: ## pin the dependencies again (needs uv)
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements/base.txt
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements/base.txt --group dev pyproject.toml -o requirements/dev.txt

clean: ## remove what was built (the database under var/ stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
