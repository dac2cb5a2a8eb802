# The two commands of the README are `make demo` and `make test`; the rest serves them.
PY := .venv/bin/python
UV := .venv/bin/uv
UV_VERSION := 0.13.9
MEMBERS := libs/common services/collect services/refurbish services/distribute deploy/embedded
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.PHONY: help demo demo-check test test-all check audit bench contracts lock format clean
help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(UV):
	@python3 -c 'import sys; sys.exit("Filière needs Python 3.11 or newer; this one is %s." % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(RUNTIME): requirements.lock $(UV) $(addsuffix /pyproject.toml,$(MEMBERS))
	$(UV) pip install --quiet --require-hashes -r requirements.lock
	$(UV) pip install --quiet --no-deps $(addprefix -e ,$(MEMBERS))
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	$(UV) pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@
