# make run     serve Stride at http://localhost:8501 (make run PORT=8600, make run ADDRESS=0.0.0.0)
# make lessons the same without training and the checks by PyTorch: a small install
# make install what make run installs (TORCH=none: what make lessons installs)
# make site    build the site without a server in build/site (Pyodide: from its release, or STRIDE_PYODIDE=FOLDER; Node.js halves its start)
# make test    lint, and every test
# make deep    the same with four times as many random cases
# make bench   the budgets of the design, as a table and as JSON
# make constraints   pin what the packages of the requirements bring, as it is installed
# make lint | format | pictures | clean

PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
PORT ?= 8501
ADDRESS ?=
PYTEST_ARGS ?=
# One worker more than there are cores, since browser tests wait more than they compute. One that has nothing left to do
# takes over from the others.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
TORCH ?=
TORCH_INDEX ?=

# Parts of packages that are there for other programs: their own tests, C's headers, Jupyter's extensions, Arrow's ways to
# reach other hosts. Without them, and with bytecode of what is imported only, the lessons' install is a third smaller.
SPARE := pandas/tests numpy/tests numpy/*/tests pyarrow/tests pyarrow/include plotly/labextension pydeck/nbextension \
  pyarrow/*_flight.* pyarrow/*_s3.* pyarrow/_s3fs.*

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
SERVE := $(PY) -m streamlit run app.py --server.port $(PORT)$(if $(ADDRESS), --server.address $(ADDRESS))

# A stamp is written when its step is done, so that an interrupted step is done again.
MADE := $(VENV)/.made
LEAN := $(VENV)/.installed-lessons
APP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run lessons install site test deep bench lint format pictures constraints clean

help:
	@sed -n 's/^# //p' Makefile | sed -n '/^make /p'

lessons: $(LEAN)
	@echo "Serving Stride at http://localhost:$(PORT) (Ctrl+C stops it; PORT=8600 takes another port) …"
	@$(SERVE)

install: $(if $(filter none,$(TORCH)),$(LEAN),$(APP))

run: $(APP)
	@echo "Serving Stride at http://localhost:$(PORT) (Ctrl+C stops it; PORT=8600 takes another port) …"
	@$(SERVE)

site: $(LEAN)
	@$(PY) -m pages.static build/site

# Threads of PyTorch sleep while they wait, as in the app's own workers. What pytest has compiled is kept.
test: lint
	@$(PY) -m tests.browser.chromium
	@sh tests/player.sh
	@echo "Running every test …"
	@PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE $(PY) -m pytest --numprocesses $(WORKERS) --dist worksteal $(PYTEST_ARGS)

deep: export STRIDE_DEEP = 1
deep: test

bench: $(DEV)
	@$(PY) -m tests.browser.chromium
	@echo "Measuring the budgets (leave the machine alone for a few minutes) …"
	@$(PY) -m tests.benchmarks

lint: $(DEV)
	@echo "Checking style and format (ruff) …"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: $(DEV)
	@echo "Formatting and sorting imports (ruff) …"
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

pictures: $(DEV)
	@$(PY) -m tests.browser.chromium
	@echo "Taking the README's pictures of the app …"
	@$(PY) -m tests.pictures

constraints: $(DEV)
	@$(PY) -m tests.constraints

clean:
	@echo "Removing $(VENV) and what the tools have left …"
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis tests/browser/failures build/site
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Stride needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo missing)."; \
	  echo "Install it, or name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make a virtual environment: its module venv or ensurepip is missing."; \
	  echo "On Debian or Ubuntu: sudo apt-get install python3-venv, then run make again."; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(LEAN): requirements-lessons.txt constraints.txt $(MADE)
	@echo "Installing requirements-lessons.txt …"
	@rm -f $@
	@$(PIP) install --no-compile -r requirements-lessons.txt
	@cd $(VENV)/lib/python*/site-packages && rm -rf $(SPARE)
	@touch $@

# TORCH=cpu: PyTorch built for processors alone, which is far smaller, from the index that TORCH_INDEX names: the address
# that PyTorch's own page "Get started" gives for "CPU".
$(APP): requirements.txt $(LEAN)
	@rm -f $@
ifeq ($(TORCH),cpu)
	@test -n "$(TORCH_INDEX)" || { echo "TORCH=cpu needs TORCH_INDEX, the address that PyTorch's page \"Get started\" names for CPU."; exit 1; }
	@echo "Installing PyTorch for processors alone …"
	@$(PIP) install --index-url $(TORCH_INDEX) $$(sed -n '/^torch/p' requirements.txt)
else
	@echo "Installing requirements.txt (PyTorch is about 5 GB on Linux: a few minutes the first time) …"
endif
	@$(PIP) install -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(APP)
	@echo "Installing requirements-dev.txt …"
	@rm -f $@
	@$(PIP) install -r requirements-dev.txt
	@touch $@
