# Two commands to begin with: `make demo` and `make test`. docs/reference/commands.md has them all.
.DEFAULT_GOAL := help
.PHONY: help demo run test test-setup test-sqlite test-services test-browser bench soak lint clean
SERVE ?= yes
PY := .venv/bin/python
DEMO := DJANGO_SETTINGS_MODULE=mipex_site.settings.demo $(PY) manage.py
RUN := DJANGO_SETTINGS_MODULE=mipex_site.settings.local $(PY) manage.py
# xdist pays where many short tests share a start; the seed of each random order is printed.
SUITE := $(PY) -m pytest -q -n 2 --dist worksteal

help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## play a whole round on the real MIPEX data in var/demo, then serve it (SERVE=no: only play)
	@.ci/venv requirements.txt
	@$(DEMO) play_demo --serve $(SERVE)

run: ## serve a lasting portal from var/data; makes its first coordinator
	@.ci/venv requirements.txt
	@$(RUN) serve_portal

test: test-setup test-sqlite test-services test-browser ## the whole suite: SQLite, PostgreSQL with Redis and a worker, Chromium

test-setup: ## what the suite needs: packages of Python, then of Debian (as root, or it says which)
	@.ci/venv requirements-dev.txt
	@$(PY) -m tests.services install

test-sqlite: test-setup ## the suite on SQLite, with the doctests of the engine
	$(SUITE) -m "not postgres and not service and not browser" --doctest-modules tests scoring/engine

test-services: test-setup ## the suite on a real PostgreSQL, with a real Redis and a real worker
	$(PY) -m tests.services run -- $(SUITE) -m "not browser and not crawl"

test-browser: test-setup ## the portal in a real Chromium
	$(PY) -m tests.services run -- $(SUITE) -m browser

bench: test-setup ## what things cost, each as a ratio to a baseline of the same run
	@$(PY) -m tests.services run -- $(PY) -m bench

soak: ## mutants of the exact modules of the engine: half an hour, ends with 1 on a new survivor
	@.ci/venv requirements-dev.txt
	@$(PY) -m soak

lint: ## the linters and the checks that need no test
	@.ci/venv requirements-dev.txt
	@.ci/lint

clean: ## remove what can be made again: .venv, var/demo, var/test, var/soak (never var/data)
	rm -rf .venv var/demo var/test var/soak .coverage* htmlcov
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
