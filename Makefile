help:
	@echo "make demo | test | check"
