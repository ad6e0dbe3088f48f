# Every routine task. "make help" lists them. Windows: the README has the same commands for PowerShell.
# Variables given on the command line (make run PORT=8123) reach the program through the environment.

.DEFAULT_GOAL := help
.PHONY: help run test lint messages screenshots install

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=

# One shell test for everything that makes "python3 -m venv" fail with a traceback.
define check_python
	@command -v $(PYTHON) >/dev/null || \
	  { echo "Python 3 is missing; install it: sudo apt-get install -y python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing; install it: sudo apt-get install -y python3-venv" >&2; exit 1; }
endef

define install_failed
{ echo "The packages of $(1) could not be installed; the lines above say why (no network?)." >&2; exit 1; }
endef

help: ## List the tasks
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: $(VENV)/.runtime ## Start the product on http://127.0.0.1:8000/ (make run PORT=8123)
	@$(PY) manage.py start

test: $(VENV)/.development ## All tests: SQLite, PostgreSQL, browser (make test ARGS="-k path")
	@$(PY) tests/run.py $(ARGS)

lint: $(VENV)/.development ## Style, types, migrations and translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) tests/check_translations.py

messages: $(VENV)/.development ## Collect the texts into locale/zh_Hans and compile them
	@mkdir -p locale
	$(PY) manage.py makemessages -l zh_Hans --add-location file --no-wrap \
	  --ignore "$(VENV)" --ignore var --ignore tests
	$(PY) manage.py compilemessages -l zh_Hans --ignore "$(VENV)" --ignore var

screenshots: $(VENV)/.development ## Pictures of every kind of page into docs/screenshots
	@$(PY) tests/screenshots.py

install: $(VENV)/.development ## Only prepare .venv with all requirements

# The stamps make a changed requirements file install again. A venv that lost its python or pip
# (system upgrade, interrupted set-up) is made anew rather than repaired.
$(VENV)/.runtime: requirements.txt
	$(check_python)
	@$(PY) -m pip --version >/dev/null 2>&1 || \
	  { echo "Making $(VENV)"; $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing requirements.txt"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt || \
	  $(call install_failed,requirements.txt)
	@touch $@

$(VENV)/.development: $(VENV)/.runtime tests/requirements.txt
	@echo "Installing tests/requirements.txt"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt || \
	  $(call install_failed,tests/requirements.txt)
	@touch $@
