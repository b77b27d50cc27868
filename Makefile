# Zhagen 扎根. `make demo` and `make test` do all their own set-up.
SHELL := /bin/bash
VENV ?= .venv
PY ?= $(VENV)/bin
PYTHON ?= python3
PORT ?= 8000
export PYTHONPATH := .
APPS := platform parties audit procurement delivery community integrity policy
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check
# What needs no database, or is a page's words, is proved once, on SQLite (journeys walk pages on both);
# ON_POSTGRES=tests PAGES_APART= runs everything there too
ON_POSTGRES ?= $(addprefix tests/,smoke races journeys audit parties procurement delivery community integrity policy platform web/test_backup_under_load.py)
PAGES_APART ?= --ignore-glob='*_pages.py'
# What proves core and actions; the walks over all pages and the races only repeat it
COVERED := zhagen/core $(addprefix tests/,core lab cli smoke journeys audit platform parties community procurement delivery integrity policy)
SUITE := $(PY)/python -m pytest -p no:cacheprovider -n 2 --dist loadfile --no-loadscope-reorder

help:
	@echo "make demo      一条命令看演示（PORT=8000）/ run the demo"
	@echo "make test      全部测试：SQLite、PostgreSQL、浏览器 / the whole suite"
	@echo "make fast      核心测试，几秒 / the core's tests"
	@echo "make coverage  核心和动作的每个分支都要测到 / every branch of core and actions"
	@echo "make lint      格式、类型、架构 / format, types, import contracts"
	@echo "make docs      由代码生成的参考文档 / generated reference"
	@echo "make bench     各项测速 / benchmarks"
	@echo "make check     CI 运行的全部检查 / what CI runs"
	@echo "make campaign  全尺寸的证明，数小时 / proofs at full size"
	@echo "make lock      重新锁定依赖 / lock the dependencies anew"

demo: $(VENV)/ready  ## PORT= changes the port
	@PORT=$(PORT) $(VENV)/bin/zhagen demo

test: $(VENV)/ready-dev test-sqlite test-postgres test-browser

test-sqlite:
	@echo "== SQLite =="
	$(SUITE) -rs -m "not browser"

test-browser: $(VENV)/ready-dev  ## axe on every page and the journeys, in Chromium
	@echo "== Chromium =="
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || echo "没有 Chromium，浏览器测试将跳过（apt-get install chromium fonts-noto-cjk） / no Chromium: browser tests are skipped"
	$(SUITE) -rs -m browser tests/web tests/journeys

test-postgres:
	@echo "== PostgreSQL =="
	$(SUITE) -p tests.on_postgres -m "not browser" $(PAGES_APART) $(ON_POSTGRES)

coverage: $(VENV)/ready-dev  ## core and actions whole, the rest above its floor; tracing doubles the core's time, so it stands alone
	$(SUITE) -m "not browser" --cov --cov-report= $(COVERED)
	NUMBA_DISABLE_JIT=1 $(PY)/python -m pytest -p no:cacheprovider --cov --cov-append --cov-report= tests/core/test_allocation_rules.py tests/core/test_allocation_files.py
	$(PY)/python -m tests.coverage_floor

fast:
	$(PY)/python -m pytest -p no:cacheprovider tests/core tests/lab

lint:
	$(PY)/ruff format --check .
	$(PY)/ruff check .
	$(PY)/lint-imports
	$(PY)/mypy
	$(MAKE) -s migrations-check

docs:
	$(PY)/python -m zhagen.web.reference docs/reference

lab-docs:  ## pages and figures of the lab, from the results kept in docs/reference/lab-results.json
	$(PY)/python -m zhagen.web.reference docs/reference
	$(PY)/python -m zhagen.web.lab_figures docs/reference

lab-results:  ## judge the lab at full size and keep the results, minutes, resumed if stopped; then lab-docs
	$(PY)/python -m zhagen lab check --level full --hold 100 --lang en -o var/lab
	cp var/lab/check.json docs/reference/lab-results.json
	$(MAKE) lab-docs

bench:  ## DATA= a folder of Pabulib files, PEER= a python that has pabutools: for bench/allocation.py; MESA= a python that has Mesa: for bench/lab.py
	@for each in $(filter-out bench/allocation.py bench/lab.py bench/lab_mesa.py,$(wildcard bench/*.py)); do echo "== $$each"; $(PY)/python $$each || exit 1; done
	@echo "== bench/allocation.py"
	@$(PY)/python bench/allocation.py $(if $(DATA),--data $(DATA)) $(if $(PEER),--peer $(PEER))
	@echo "== bench/lab.py"
	@$(PY)/python bench/lab.py $(if $(MESA),--peer $(MESA))

check: lint test

other-pythons:  ## core and smoke tests under 3.12 and 3.13 where these are installed; skipped aloud where not
	.ci/other-pythons

campaign: $(VENV)/ready-dev  ## resumes where it stopped; SHARE=0.1 tries the way, ONLY=races runs one proof, AGAIN=1 runs it again
	$(PY)/python -m tests.campaign $(if $(SHARE),--share $(SHARE)) $(if $(ONLY),--only "$(ONLY)") $(if $(AGAIN),--again)

migrations:  ## one initial migration an app while nothing is released; those written by hand stand aside
	rm -f $(foreach a,$(APPS),zhagen/$(a)/migrations/000?_initial.py)
	for f in $$(ls zhagen/*/migrations/0*.py 2>/dev/null); do mv $$f $$f.aside; done
	for a in $(APPS); do $(PY)/python -m zhagen.web.manage makemigrations $$a -v 0 -n initial || made=1; done; \
	for f in $$(ls zhagen/*/migrations/*.aside 2>/dev/null); do mv $$f $${f%.aside}; done; exit $${made:-0}
	DJANGO_SETTINGS_MODULE=zhagen.web.settings $(PY)/python -m zhagen.platform.fold_migrations $(APPS)

migrations-check:
	$(PY)/python -m zhagen.web.manage makemigrations --check --dry-run -v 0

lock:
	$(PY)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	$(PY)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock

$(VENV)/ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "1/2 安装依赖（首次约一分钟）/ installing the packages (about a minute the first time)"
	@$(PIP) install --require-hashes -r requirements.lock
	@echo "2/2 安装扎根 / installing zhagen"
	@$(PIP) install -q --no-deps -e .
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "1/2 安装依赖和测试工具（首次约两分钟）/ installing packages and test tools (about two minutes the first time)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@echo "2/2 安装扎根 / installing zhagen"
	@$(PIP) install -q --no-deps -e .
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新：make PYTHON=python3.11 / Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "不能建立虚拟环境：请先安装 python3-venv（apt-get install python3-venv），再运行一次 / cannot make a virtual environment: install python3-venv (apt-get install python3-venv) and run again"; exit 1; }

readme:  ## figures of both READMEs, from a demo loaded for it
	home=$$(mktemp -d) && ZHAGEN_HOME=$$home $(PY)/python -m zhagen.web.manage demo --no-serve && \
	ZHAGEN_HOME=$$home $(PY)/python -m zhagen.web.demo.readme README.md README.zh-CN.md; rm -rf $$home

screenshots:  ## pictures of both READMEs, of a demo that runs beside (make demo)
	$(PY)/python -m tests.web.screenshots http://127.0.0.1:$(or $(PORT),8000) docs/images

permissions-expected:  ## freeze the matrix of who may what anew; read the difference before committing
	ZHAGEN_WRITE_EXPECTED=1 $(PY)/python -m pytest -q -n 0 tests/web/test_permissions.py -k decided

messages:  ## what has no English yet, ready to fill in
	DJANGO_SETTINGS_MODULE=zhagen.web.settings $(PY)/python -m zhagen.platform.phrases

.PHONY: lab-docs lab-results coverage other-pythons readme test-browser screenshots permissions-expected messages help demo test test-sqlite test-postgres fast lint docs bench check campaign migrations migrations-check lock
