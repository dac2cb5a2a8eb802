# The two commands of the README are `make demo` and `make test`; the rest serves them.
PYTHON ?= python3
PY := .venv/bin/python
UV := .venv/bin/uv
UV_VERSION := 0.13.9
MEMBERS := libs/common services/collect services/refurbish services/distribute deploy/embedded
RUNTIME := .venv/.runtime
DEV := .venv/.dev
# Two workers, each with engines of its own; a worker that is done takes tests over from the other.
# What is asked for by name runs in one process: a worker begins with two seconds of importing.
WORKERS := $(if $(ONLY),0,2)
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist worksteal
# The longest come first (`filiere.testing.plugin`), and whoever is free takes the next one.
PYTEST_SLOW := $(PY) -m pytest -n 2 --dist load --maxschedchunk 1 --thorough
# What runs again on other engines: with `kafka` the broker alone is another one, so the services' own tests are left out.
BROKER_SUITES := libs/common/tests/backbone libs/common/tests/embedded/test_apache_kafka.py tests/contracts/test_wire.py tests/flows tests/faults
OTHER := $(filter-out embedded,$(INFRA))
ON := $(strip $(OTHER:%=--infra=%) $(or $(ONLY),$(if $(OTHER),$(BROKER_SUITES) $(if $(filter-out kafka,$(OTHER)),services))))
# Images often set it; a test run starts hundreds of Python processes, and each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE
EXPORT := $(UV) export --quiet --frozen --no-emit-workspace --no-header --no-annotate

.PHONY: help demo dev seed demo-check kafka kafka-down engines engines-down test test-slow test-all check audit bench fire fuzz backup restore contracts lock format pictures screenshot helm-check helm-server clean
.DEFAULT_GOAL := help

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(RUNTIME) ## Start everything, play the demonstration, stay up at http://localhost:8000 until Ctrl-C
	@$(PY) -m stack demo

dev: $(RUNTIME) ## Everything, with SERVICE=collect started again at each change of a file
	@$(PY) -m stack dev $(or $(SERVICE),collect)

seed: $(RUNTIME) ## Fill .filiere with the demonstration's world, and end
	@$(PY) -m stack seed

demo-check: $(RUNTIME) ## The demonstration without a screen; the last line is one JSON object
	@$(PY) -m stack demo-check

audit: $(RUNTIME) ## Check a running Filière: every device in one place, no dead letter
	@$(PY) -m stack audit

engines: $(DEV) ## Keep the tests' engines up: every run of this checkout finds them, and one test takes two seconds
	@$(PY) -m filiere.testing.kept up

engines-down: $(DEV) ## Stop them; so do eight hours without a test
	@$(PY) -m filiere.testing.kept down

test: $(DEV) ## The default tests; ONLY=path for some; INFRA=kafka|env|containers: those of PostgreSQL and broker, elsewhere
	$(PYTEST) $(ON) -m "not slow and not performance"

test-slow: $(DEV) ## The proofs that take minutes, every property thoroughly; INFRA as above, ONLY="files" for some
	@command -v "$${CHROMIUM:-chromium-headless-shell}" >/dev/null || command -v chromium >/dev/null || echo "!!! No chromium here: the browser tests are SKIPPED."
	$(PYTEST_SLOW) $(ON) -m "$(if $(OTHER),slow,(slow or hypothesis)) and not performance"

test-all: test test-slow ## Both

check: $(DEV) ## Lint, types, import rules, lock, contracts, migrations
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) .ci/check_lock.py
	$(PY) -m filiere.contracts check $(if $(SINCE),--since $(SINCE))
	$(PY) .ci/check_migrations.py

kafka: $(RUNTIME) ## A real Apache Kafka on this machine (needs java and mvn); NODES=2 for more brokers, PORT=9092
	@$(PY) -m filiere.embedded.apache_kafka up --nodes $(or $(NODES),1) --port $(or $(PORT),9092)

kafka-down: $(RUNTIME) ## Stop it; FORGET=1 also removes what it stored
	@$(PY) -m filiere.embedded.apache_kafka down $(if $(FORGET),--forget)

fire: $(DEV) ## Load and faults at once, then the proof of every promise; MINUTES=15 INFRA=kafka SEED=… NODES=1 FAULTS=200
	@$(PY) -m tests.faults.fire --infra $(or $(INFRA),embedded) --minutes $(or $(MINUTES),5) --nodes $(or $(NODES),1) \
	  $(if $(SEED),--seed $(SEED)) $(if $(FAULTS),--faults $(FAULTS))

fuzz: $(DEV) ## Anything at every door; MINUTES=10 SEED=… ONLY=openapi,bodies,pages,files,records; READERS=1000000 through each reader
	@$(PY) $(if $(READERS),-m tests.fuzz.readers --count $(READERS),-m tests.fuzz --minutes $(or $(MINUTES),10)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)") $(if $(SERVICE),--service $(SERVICE))

backup: $(RUNTIME) ## Back up the three databases at one instant, TO=folder; a running Filière, DATABASE_URL, or the embedded one
	@$(PY) -m stack backup $(TO)

restore: $(RUNTIME) ## Put a backup back, FROM=folder; services stopped
	@$(PY) -m stack restore $(FROM)

helm-check: $(DEV) ## Render the Kubernetes chart and check it; gets Helm and the operators' definitions by Go and Maven
	@$(PY) deploy/helm/tests/tools.py
	$(PY) -m pytest -q deploy/helm/tests

helm-server: $(DEV) ## The same, and a real Kubernetes API server as judge, built once (minutes)
	@$(PY) deploy/helm/tests/tools.py --server
	$(PY) -m pytest -q deploy/helm/tests

contracts: $(DEV) ## Write contracts/ and docs/addresses.md from what the services declare
	$(PY) -m filiere.contracts write
	$(PY) -m tests.addresses

bench: $(DEV) ## Ours beside the raw engines, in the same run; ONLY=backbone for a part; the last line is JSON
	@$(PY) -m tests.performance $(ONLY)

format: $(DEV) ## Format the code and mend what can be mended
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

pictures: $(DEV) ## Take the guides' pictures again where a page reads otherwise now; ONLY=services/collect
	$(PYTEST) --pictures -q $(wildcard $(or $(ONLY),services/*)/tests/test_guides.py)

screenshot: $(DEV) ## Take the README's picture again, from the demonstration in a real browser
	$(PY) -m tests.browser.screenshot docs/screenshot.png

lock: $(UV) ## Resolve again and write the lock files (hashes, no addresses); needs the network
	$(UV) lock
	$(EXPORT) --no-dev -o requirements.lock >/dev/null
	$(EXPORT) --only-group dev -o requirements-dev.lock >/dev/null
	@# What builds our own packages inside the image.
	sed -nE 's/^requires = \["(uv_build[^"]+)"\]/\1/p' libs/common/pyproject.toml | $(UV) pip compile --quiet --universal \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url -o deploy/docker/image/build.lock -

clean: ## Remove the environment and the demonstration's data
	rm -rf .venv .filiere

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Filière needs Python 3.11 or newer; this one is %s." % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(RUNTIME): requirements.lock $(UV) $(addsuffix /pyproject.toml,$(MEMBERS))
	$(UV) pip install --python $(PY) --quiet --require-hashes -r requirements.lock
	$(UV) pip install --python $(PY) --quiet --no-deps $(addprefix -e ,$(MEMBERS))
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	$(UV) pip install --python $(PY) --quiet --require-hashes -r requirements-dev.lock
	@touch $@
