# Front door. Each target is one command of `.venv/bin/stsconf` or of tox.ini; nothing is decided here.
#
# make turns every failure into its own exit code 2. Where 1 (not conformant) and 3 (could not judge) must be
# told apart, call `.venv/bin/stsconf run` after `make .venv/.stamp`; the targets print the real code.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
STSCONF := .venv/bin/stsconf
TOX := .venv/bin/tox

# Options of the suite; an empty one leaves the decision to stsconf.
CLUSTER ?=
PROFILE ?=
APPS ?=
JOBS ?=
TIMEOUT_SCALE ?=
NODES ?=
NODE_IMAGE ?=
REPORT_DIR ?=
K8S ?=
ARGS ?=
no_install = $(if $(NO_INSTALL),--no-install)
target = $(if $(CLUSTER),--cluster $(CLUSTER))
kubernetes = $(if $(K8S),--kubernetes $(K8S))
options = $(target) $(kubernetes) $(if $(PROFILE),--profile $(PROFILE)) $(if $(APPS),--apps $(APPS)) $(if $(JOBS),--jobs $(JOBS)) \
	$(if $(TIMEOUT_SCALE),--timeout-scale $(TIMEOUT_SCALE)) $(if $(REPORT_DIR),--report-dir $(REPORT_DIR)) \
	$(if $(NODES),--nodes $(NODES)) $(if $(NODE_IMAGE),--node-image $(NODE_IMAGE)) \
	$(if $(KEEP),--keep-on-failure) $(no_install)

# $(call verb,name and options): run it, and let its exit code be read even though make hides it.
verb = @$(STSCONF) $(strip $(1)) || { code=$$?; echo "stsconf $(firstword $(1)): exit code $$code" >&2; exit $$code; }

.PHONY: help
help: ## This list
	@echo 'usage: make <target> [CLUSTER=embedded|simulated|kind|minikube|k3d|context:NAME] [PROFILE=] [APPS=] [JOBS=]'
	@echo '                     [TIMEOUT_SCALE=] [NODES=] [NODE_IMAGE=] [K8S=] [REPORT_DIR=]'
	@echo '                     [KEEP=1 keeps what failed] [ARGS="more options"]'
	@echo
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

.PHONY: conformance
conformance: .venv/.stamp ## Judge a cluster: this machine's own by default, or CLUSTER=
	$(call verb,run $(options) $(ARGS))

.PHONY: cluster
cluster: .venv/.stamp ## Start a cluster to work with and leave it running
	$(call verb,cluster up $(if $(CLUSTER),--kind $(CLUSTER)) $(kubernetes) $(no_install) $(ARGS))

.PHONY: cluster-down
cluster-down: .venv/.stamp ## Stop what `make cluster` started
	$(call verb,cluster down $(ARGS))

.PHONY: sweep
sweep: .venv/.stamp ## Remove what interrupted runs left behind
	$(call verb,sweep $(target) $(ARGS))

# A kind that needs no registry: see docs/targets.md. COMMAND and not ARGS: a make in it would take those for its own.
OFFLINE_KIND := .venv/bin/python -m tools.offline_kind.cli $(no_install)

.PHONY: kind-offline
kind-offline: .venv/.stamp ## Start a docker in a network of its own, with kind and its node image, without a registry
	@$(OFFLINE_KIND) up

.PHONY: kind-offline-run
kind-offline-run: .venv/.stamp ## Run a command in there: COMMAND="make conformance CLUSTER=kind NODES=3"
	@$(OFFLINE_KIND) run $(COMMAND)

.PHONY: kind-offline-down
kind-offline-down: .venv/.stamp ## End it with every cluster in it, also after a kill -9
	@$(OFFLINE_KIND) down

.PHONY: images
images: .venv/.stamp ## Write the images of the apps, and list them
	$(call verb,images $(ARGS))

.PHONY: table
table: .venv/.stamp ## Write docs/observations.md and docs/guarantees.md anew from the checks
	$(call verb,table $(ARGS))

.PHONY: mutants
mutants: .venv/.stamp ## Break the StatefulSet controller at its source, and see who notices; ALL=1, FULL=1
	$(call verb,mutants run $(if $(ALL),--all) $(if $(FULL),--whole) $(target) $(ARGS))

.PHONY: faults
faults: .venv/.stamp ## Break what is around it (DNS, storage, admission, API), and see who notices
	$(call verb,faults $(target) $(ARGS))

.PHONY: museum
museum: .venv/.stamp ## Past releases of the StatefulSet controller with the bugs that they had, and who notices
	$(call verb,museum $(target) $(ARGS))

.PHONY: schema
schema: .venv/.stamp ## Write docs/stream.schema.json anew from the model
	@.venv/bin/python -m stsconf.report.schema >docs/stream.schema.json

.PHONY: test
test: .venv/.stamp ## All that needs no cluster: lint, types, layers and tests, side by side
	@$(TOX) run-parallel --parallel all --parallel-no-spinner -e lint,types,layers,unit,machinery,apps

.PHONY: check
check: .venv/.stamp ## All that needs nothing to run: lint, types and layers
	@$(TOX) run-parallel --parallel all --parallel-no-spinner -e lint,types,layers

.PHONY: lint
lint: .venv/.stamp ## Style, suppressions and the changelog's fragments
	@$(TOX) run -q -e lint

.PHONY: types
types: .venv/.stamp ## mypy, strict
	@$(TOX) run -q -e types

.PHONY: layers
layers: .venv/.stamp ## Who may import whom
	@$(TOX) run -q -e layers

.PHONY: format
format: .venv/.stamp ## Mend what can be mended by machine
	@$(TOX) run -q -e format

.PHONY: lock
lock: .venv/.stamp ## Pin the dependencies anew; ARGS=--upgrade takes the newest
	@$(TOX) run -q -e lock -- $(ARGS)

.PHONY: clean
clean: ## Remove .venv and every cache; reports and the built clusters stay
	rm -rf .venv .tox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment, exactly as locked. Debian keeps the venv module in a package of its own.
.venv/.stamp: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) venv-module
	@echo 'Building .venv from requirements-dev.lock ...'
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: venv-module
venv-module:
	@command -v apt-get >/dev/null || { echo "$(PYTHON) has no venv module: install it with your package manager" >&2; exit 1; }
	@[ "$$(id -u)" = 0 ] && [ -z "$(NO_INSTALL)" ] || \
		{ echo "$(PYTHON) has no venv module. Install it: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo 'Installing the Debian package python3-venv with apt-get (NO_INSTALL=1 forbids it) ...'
	@apt-get update -qq </dev/null
	@DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends python3-venv </dev/null >/dev/null
