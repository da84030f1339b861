# The commands of the course. `make` alone lists them. Without make (Windows):
# see README.md. Another Python than python3: make setup PYTHON=python3.13

PYTHON ?= python3
BIN := .venv/bin
SETUP = @command -v "$(PYTHON)" >/dev/null || { \
	echo "make: no $(PYTHON) found. Install Python 3.11 or newer, or name" \
	"the one that you have: make setup PYTHON=python3.13" >&2; exit 1; }; \
	"$(PYTHON)" tools/setup.py $(if $(STICK),--from "$(STICK)")

# As in course/kernel.py: on a busy machine threads should not wait awake. Benchmarks
# want a quiet one, and PyTorch as it comes.
course lab test sweeps: export GOMP_SPINCOUNT ?= 4000

.PHONY: help setup course figures lab book slides stick test sweeps benchmarks clean
.DEFAULT_GOAL := help

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup:  ## make .venv and install the course into it (STICK=FOLDER: without a network)
	$(SETUP)

course: setup  ## run all notebooks; results and the table of verdicts in build/
	$(BIN)/course run

figures: course  ## the same run; every figure is in build/figures/, PNG and SVG

lab: setup  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

book:  ## build the web book from the stored notebooks: docs/_build/html/index.html
	$(SETUP) docs
	$(BIN)/python -m sphinx -q -E -W --keep-going -d docs/_build/doctrees docs docs/_build/html
	@echo "The book: docs/_build/html/index.html"

stick:  ## all packages and the course into STICK=FOLDER, for laptops without a network
	$(if $(STICK),,$(error name the folder: make stick STICK=FOLDER))
	@"$(PYTHON)" tools/stick.py "$(STICK)"

slides:  ## make slides of the stored notebooks: build/slides/index.html
	$(SETUP) docs
	$(BIN)/course slides

test:  ## style, types, unit tests, then every notebook again (20 minutes)
	$(SETUP) test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest
	$(BIN)/pytest --nbval notebooks

sweeps: setup  ## compute data/sweeps/ anew (45 minutes on two cores; CLUSTER=ADDRESS: Dask)
	$(BIN)/python -m birdplane.sweep --remake build/sweeps $(if $(CLUSTER),--cluster $(CLUSTER))

benchmarks: setup  ## time the observer against others (12 to 14 minutes, two quiet cores)
	$(BIN)/python -m benchmarks

clean:  ## delete results and caches; .venv stays
	rm -rf build dist docs/_build docs/notebooks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name .venv -prune -o -name __pycache__ -prune -exec rm -rf {} +
