# The verbs of CONTRIBUTING.md; `.ci/run` is all of them on a bare machine.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: setup test check fix types imports docs schemas snapshots record quality pictures lock

setup:  ## make the virtual environment, with the pinned versions
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --no-deps --require-hashes -r constraints.txt
	$(BIN)/pip install --no-deps --no-build-isolation -e .

test:  ## run every test that needs no network and no build
	$(BIN)/pytest

check: types imports test  ## everything a pull request must pass
	$(BIN)/ruff check
	$(BIN)/ruff format --check

fix:  ## repair what ruff can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types:  ## check the types of package and tests
	$(BIN)/mypy

imports:  ## check that imports go only down
	$(BIN)/lint-imports --no-cache

docs:  ## check that README, ARCHITECTURE, CONTRIBUTING, CHANGELOG and DEPLOYMENT match the code
	$(BIN)/pytest tests/docs tests/architecture

schemas:  ## write schemas/ from the code
	$(BIN)/factcheck schema --write schemas

snapshots:  ## write the stored texts of every format from the code and the recordings; read their diff before you commit
	WRITE_SNAPSHOTS=1 $(BIN)/pytest -q tests/reporting/test_snapshots.py tests/reporting/test_html_snapshots.py tests/reporting/test_stories.py

record:  ## record the demo cassette again; needs a key
	rm -f cassettes/demo/contatti-musk-putin.yaml
	$(BIN)/factcheck check seeds/contatti-musk-putin --no-cache --concurrency 1 --cassette cassettes/demo/contatti-musk-putin.yaml

quality:  ## hold what is labelled to its floors
	$(BIN)/pytest tests/quality

pictures:  ## make README's pictures again from the recorded run; needs chromium
	$(BIN)/python -m tests.pictures

LOCK := --universal --python-version 3.11 --generate-hashes --no-config --custom-compile-command "make lock" \
	--no-emit-index-url --no-emit-find-links --no-annotate --upgrade

lock:  ## write constraints.txt, and constraints-ray.txt beside it, from pyproject.toml; needs uv
	uv pip compile pyproject.toml --extra warc --extra dev $(LOCK) --output-file constraints.txt
	sed -n 's/^ray = \["\(.*\)"\]$$/\1/p' pyproject.toml | uv pip compile - --constraint constraints.txt $(LOCK) \
		--output-file constraints-ray.txt
