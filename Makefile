# `make try` shows the extension at work, `make test` checks all of it. Everything is built in .build, with the pip
# settings of the user.

PYTHON ?= python3
WORKERS ?= 2
# For pytest, such as `-k name`. Without them `make unit` measures coverage and `make e2e` uses several processes.
ARGS ?=
AZ := .build/az/bin
SIM := .build/sim/bin
AZ_READY := .build/az/ready
SIM_READY := .build/sim/ready
WHEEL_READY := .build/wheel/ready
# The slowest tests are named at the end.
SLOWEST := --durations=10 --durations-min=1
PYTEST := -m pytest -q -p no:cacheprovider $(SLOWEST)
# The user's own Azure settings stay out of every target.
export AZURE_CONFIG_DIR := $(CURDIR)/.build/azdev/azure
export AZURE_CORE_COLLECT_TELEMETRY := no
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help try shell test lint unit scenario record conformance e2e bench wheel environments clean
.NOTPARALLEL:

help:
	@echo 'make try          the documents'"'"' example in front of a simulated Azure'
	@echo 'make shell        a shell in front of the simulated Azure, az signed in'
	@echo 'make test         lint, unit, scenario, conformance, e2e; each of them is a target of its own'
	@echo 'make unit ARGS="-k name"   one test; the same for scenario, conformance and e2e'
	@echo 'make bench        how long the commands take, against the documents'"'"' way'
	@echo 'make wheel        the extension, in dist/'
	@echo 'make record       the scenario recordings anew, in front of the simulator'
	@echo 'make clean        remove what was built'

try: environments
	@$(AZ)/python dev/try.py

# RUN='az …' runs that line instead of opening a shell.
shell: environments
	@$(AZ)/python dev/shell.py $(if $(RUN),"$(RUN)")

test: lint unit scenario conformance e2e

lint: $(AZ_READY)
	@dev/lint.sh

unit: environments
	@dev/unit.sh $(ARGS)

scenario: $(AZ_READY)
	dev/scenario.sh $(if $(ARGS),azext_acrcache/tests $(ARGS))

record: environments
	$(AZ)/python dev/record.py

conformance: $(SIM_READY)
	PYTHONPATH=simulator $(SIM)/python $(PYTEST) -rs tests/conformance $(ARGS)

e2e: environments
	$(AZ)/python $(PYTEST) tests/e2e $(or $(ARGS),-n $(WORKERS) --dist worksteal)

wheel: $(WHEEL_READY)
	@.build/wheel/bin/python dev/wheel.py dist

bench: environments
	@env -u PYTHONDONTWRITEBYTECODE $(AZ)/python dev/bench.py $(BENCH)

environments: $(AZ_READY) $(SIM_READY)

.build/%/ready: dev/requirements-%.txt
	@$(PYTHON) dev/environment.py .build/$* $<

clean:
	rm -rf .build build dist acrcache.egg-info .pytest_cache .hypothesis
	find azext_acrcache simulator tests dev -name __pycache__ -type d -prune -exec rm -rf {} +
