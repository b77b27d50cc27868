# Zhagen 扎根. `make demo` and `make test` do all their own set-up.
PY ?= .venv/bin
PYTHON ?= python3
export PYTHONPATH := .
APPS := platform audit parties community procurement delivery

help:
	@echo "make demo   一条命令看演示 / run the demo"
	@echo "make test   全部测试 / run the suite"
	@echo "make check  测试、格式、类型、架构 / what CI runs"

migrations:  ## one initial migration an app while nothing is released; those written by hand stand aside
	rm -f $(foreach a,$(APPS),zhagen/$(a)/migrations/000?_initial.py)
	for f in $$(ls zhagen/*/migrations/0*.py); do mv $$f $$f.aside; done
	$(PY)/python -m zhagen.web.manage makemigrations $(APPS) -v 0 -n initial; made=$$?; \
	for f in $$(ls zhagen/*/migrations/*.aside); do mv $$f $${f%.aside}; done; exit $$made

migrations-check:
	$(PY)/python -m zhagen.web.manage makemigrations --check --dry-run -v 0

.PHONY: help migrations migrations-check
