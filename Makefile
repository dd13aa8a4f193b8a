# Two commands do all the set-up: `make serve` and `make test`. They need Python 3.11 or later,
# and install what the locks name into .venv, which `make clean` removes.

PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check
TWO_AT_ONCE := -n 2 --dist worksteal

# The install bundles it, with the machine's npm or the one that the package index has.
QUERY_EDITOR := $(wildcard editor/*.json editor/*.mjs editor/src/*)

.PHONY: serve test check lock clean

serve: $(VENV)/serve.installed
	$(VENV)/bin/graphsvc serve

test: $(VENV)/test.installed
	$(VENV)/bin/python -m pytest $(TWO_AT_ONCE) -m "not slow and not browser"

check: $(VENV)/test.installed
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

$(VENV)/serve.installed: requirements.lock pyproject.toml hatch_build.py $(QUERY_EDITOR) | $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	@command -v npm >/dev/null || $(PIP) --require-hashes -r requirements-node.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/test.installed: requirements-dev.lock $(VENV)/serve.installed
	$(PIP) --require-hashes -r requirements-dev.lock
	touch $@

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11; name a newer one: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Needs uv. The locks hold versions and hashes, and no address.
lock:
	uv pip compile pyproject.toml --group build $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev $(LOCK) -o requirements-dev.lock
	uv pip compile --group node $(LOCK) -o requirements-node.lock
	uv pip compile $(CKAN).in $(LOCK) -o $(CKAN).lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url

CKAN := tests/harvest/ckan/requirements

clean:
	rm -rf $(VENV)
