# Everything a stranger needs: setup, demo, serve, test, soak, bench, check.

PY := .venv/bin/python
SETUP := scripts/setup
PORT ?= 8050

.PHONY: setup dask demo serve test soak bench check pins
.DEFAULT_GOAL := setup

setup: .venv/.runtime

.venv/.runtime: requirements.txt pyproject.toml $(SETUP)
	$(SETUP) runtime

.venv/.dev: requirements.txt requirements-dev.txt pyproject.toml $(SETUP)
	$(SETUP) dev

# What compute.engine: dask://… and its workers need besides.
dask: .venv/.runtime
	$(SETUP) dask

# The demo county has a storage folder of its own, so that it never meets real deliveries.
demo: .venv/.runtime
	UPPFOLJNING_STORAGE=demo-storage .venv/bin/uppfoljning demo --port $(PORT)

serve: .venv/.runtime
	.venv/bin/uppfoljning serve --port $(PORT)

check: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(PY) -m pip --disable-pip-version-check check

test: check
	.venv/bin/pytest -n 2 --dist loadfile -q

# The full numbers of what `make test` samples: some hours, for a night. UPPFOLJNING_SOAK=1 .venv/bin/pytest FILE runs one file of it.
soak: .venv/.dev
	UPPFOLJNING_SOAK=1 .venv/bin/pytest -n 2 --dist loadfile -q --timeout 3600

# What the pages are held against has an environment of its own, .venv-bench.
.venv-bench/.made: requirements-bench.txt $(SETUP)
	$(SETUP) bench

bench: .venv/.dev .venv-bench/.made
	$(PY) -m tests.bench

# Pins every dependency with hashes, for Python 3.11 and later; needs uv on the PATH.
pins:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --extra dask -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dask.txt
	uv pip compile pyproject.toml --extra dask --group dev -c requirements-dask.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.txt
	uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-bench.txt
