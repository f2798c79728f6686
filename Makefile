# The two verbs for everybody: `make demo` and `make test`. Python 3.11+ with venv, git and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: demo test check soak bench lock schemas clean

demo: $(VENV)/run.stamp
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m reconciler demo --source "$(CURDIR)"

bench: $(VENV)/dev.stamp
	@$(BIN)/python benchmarks/plan.py
	@$(BIN)/python benchmarks/validate.py
	@$(BIN)/python benchmarks/prose.py
	@$(BIN)/python benchmarks/patch.py
	@$(BIN)/python benchmarks/proof.py
	@$(BIN)/python benchmarks/team.py
	@$(BIN)/python benchmarks/html.py

# One worker more than there are processors: some tests wait for a clock or a process.
test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist worksteal

soak: $(VENV)/dev.stamp
	@PYTHONPATH=tests $(BIN)/python -m model
	@PYTHONPATH=tests $(BIN)/python -m rig
	@HYPOTHESIS_PROFILE=explore EXAMPLES=300 $(BIN)/python -m pytest -q --timeout 0 \
		tests/properties/test_run_machine.py
	@PYTHONPATH=tests $(BIN)/python -m soak

check: $(VENV)/dev.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/zizmor --offline --quiet .
	@.ci/actionlint/run

schemas: $(VENV)/run.stamp
	@$(BIN)/reconciler schema --write schemas

# Rewrites the lock files from pyproject.toml; needs uv on the path.
lock:
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  pyproject.toml --group build -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  pyproject.toml --group build --group dev -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d; try: make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) …" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
