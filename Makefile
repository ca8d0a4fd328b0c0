# `make demo` and `make test` set up what they need in .venv; nothing else has to be installed first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Tiny models are fastest on one thread; two torch threads on two busy cores were seen to collapse.
export OMP_NUM_THREADS ?= 1

.PHONY: setup demo test test-long test-newest lint types bench reproduce kills workers fuzz peers docs site page screenshots clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

demo: setup
	$(BIN)/python -m symposia.scenarios.demo

test: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 -m "not long"

# The rest: trainings, processes that are killed, clusters, every block of the guide.
test-long: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 -m long

# The newest versions of everything that the ranges of pyproject.toml allow, as a plain `pip install` takes them.
test-newest:
	$(PYTHON) -m venv build/newest
	build/newest/bin/python -m pip install --quiet --upgrade pip
	PYTHONWARNINGS=ignore build/newest/bin/python -m pip install --quiet --upgrade --editable ".[dev]"
	build/newest/bin/python -m pip list --format freeze > build/newest.txt
	build/newest/bin/python -m pytest --numprocesses auto --maxprocesses 4

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

# mypy wants a package in a folder of its name, so it looks through a link.
types: setup
	mkdir -p build && ln -sfn "$(CURDIR)" build/symposia
	cd build && ../$(BIN)/mypy --config-file symposia/pyproject.toml symposia/agents symposia/topologies symposia/evaluators symposia/trainers symposia/protocols symposia/scenarios symposia/testing.py symposia/__init__.py

bench: setup
	for script in $(filter-out benchmarks/kills.py benchmarks/new_user.py benchmarks/reproduce.py benchmarks/joint.py benchmarks/smol_training.py benchmarks/trained.py benchmarks/saboteur.py benchmarks/soak.py benchmarks/worker_kills.py benchmarks/fuzz_wire.py benchmarks/outside_harness.py benchmarks/view_screenshots.py,$(wildcard benchmarks/*.py)); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# CollabLLM's finding in miniature: policies are trained from nothing, measured and checked; docs/clarification.md.
reproduce: setup
	$(BIN)/python benchmarks/reproduce.py

# A hundred runs, of scenarios of every level, are killed at random bytes and gone on with; a training, too.
kills: setup
	$(BIN)/python benchmarks/kills.py

# Workers and their broker are killed in 20 runs; a worker is restarted every 20 seconds for 10 minutes; a million inputs
# are thrown at what reads the wire.
workers: setup
	$(BIN)/python benchmarks/worker_kills.py --broker
	$(BIN)/python benchmarks/soak.py --think 1.6
	$(BIN)/python benchmarks/fuzz_wire.py

# 200,000 scenarios, data files, replies and traces of all kinds.
fuzz: setup
	SYMPOSIA_FUZZ=200000 SYMPOSIA_LONGEST=7200 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 \
	  --override-ini faulthandler_timeout=7200 tests/test_fuzz.py

# The test suites of autogen-core and AgentChat, on our runtime.
peers: setup
	$(BIN)/python tests/peers/autogen.py
	$(BIN)/python tests/peers/collabllm.py

docs: setup
	$(BIN)/python -m symposia.scenarios.reporting.readme
	$(BIN)/python -m symposia.scenarios.planning.json_schema
	$(BIN)/python -m symposia.scenarios.reporting.protocol_site

# The documentation as a site in build/site; every link inside of it is checked. No network, then or later.
site: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# The viewer's page, one file in the wheel, from its sources in TypeScript. Needs node 20; nobody else does.
page:
	cd scenarios/viewing/page && npm ci --no-audit --no-fund && npm run types && npm run build

# The pictures of docs/viewer.md, from runs of the packaged scenarios in a real Chromium.
screenshots: setup
	$(BIN)/python benchmarks/view_screenshots.py

clean:
	rm -rf $(VENV) build dist *.egg-info
