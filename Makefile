# make run: set up and open the desk (offscreen when there is no screen). make test: set up and test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_LOCK := installers/requirements.txt
TEST_LOCK := installers/requirements-test.txt
BENCH_LOCK := installers/requirements-bench.txt

.PHONY: run test check faults bench demo words system-run system-test lock clean

run: system-run $(VENV)/.run
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		$(BIN)/wismo-desk --practice; \
	else \
		echo "No screen here: the same job runs offscreen and leaves its labels and pictures in out/."; \
		$(BIN)/wismo-desk demo --headless --out out; \
	fi

demo: system-run $(VENV)/.run
	$(BIN)/wismo-desk demo --headless --out out

test: system-test $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: system-test $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Kills, power cuts, full disks, broken lines: half an hour and more on two cores; `make test` runs the short forms.
faults: system-test $(VENV)/.test
	$(BIN)/python -m tests.faults

bench: system-test $(VENV)/.bench
	$(BIN)/python -m tests.speed

words: $(VENV)/.test
	$(BIN)/python -m installers.words

# What Debian lacks for Qt and for the tests under a real X server; as root it is installed, else named.
system-run:
	@sh installers/system.sh run
system-test:
	@sh installers/system.sh test

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python $(RUN_LOCK) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(RUN_LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run $(TEST_LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(TEST_LOCK)
	@touch $@

$(VENV)/.bench: $(VENV)/.test $(BENCH_LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(BENCH_LOCK)
	@touch $@

# Needs uv. Universal (Windows, macOS, Linux; Python 3.11 and up), with hashes, without index addresses.
# What runs is held to the versions that are tested.
lock:
	uv pip compile pyproject.toml --group build --group test --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o $(TEST_LOCK)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q --constraint $(TEST_LOCK) -o $(RUN_LOCK)
	uv pip compile pyproject.toml --group build --group test --group bench --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o $(BENCH_LOCK)

clean:
	rm -rf $(VENV) out
