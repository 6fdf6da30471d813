# Everything goes through the release configuration, so that the demo and the tests share one build.
SWIFT ?= swift
RESPLIT := .build/release/resplit
# What `bench-peers` runs, one script of Benchmarks/peers each.
PEERS := minimum_cut minimum_cut_growth parametric_cuts plan_set bit_widths decision_growth simulation simulation_growth

.PHONY: setup build demo test check scenarios bench bench-allocations bench-peers format

setup: ## bring what is missing: system libraries (apt) and the inference runtime (PyPI)
	@scripts/setup.sh

build: setup ## the release build; the binary is .build/release/resplit
	$(SWIFT) build -c release --product resplit

demo: build ## the closed loop on this machine, about two and a half minutes
	@$(RESPLIT) demo

test: setup ## all tests
	$(SWIFT) test -c release --disable-testable-imports --disable-xctest

check: ## formatting, without changing anything
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

scenarios: build ## recorded scenarios against what they come to now
	@$(RESPLIT) scenario check

bench: bench-allocations ## speed, as ratios against a peer in the same run; first, that decisions take no memory
	$(SWIFT) package --package-path Benchmarks --allow-writing-to-package-directory benchmark --no-progress --target ResplitBenchmarks

bench-allocations: setup ## that decisions take nothing from the heap, counted
	$(SWIFT) run --package-path Benchmarks -c release allocations

bench-peers: setup ## speed against solvers in other languages, brought from PyPI into .venv-peers
	@Benchmarks/peers/setup.sh
	$(SWIFT) build --package-path Benchmarks -c release --product against-peers
	@for subject in $(PEERS); do \
		.venv-peers/bin/python Benchmarks/peers/$$subject.py Benchmarks/.build/release/against-peers || exit 1; \
	done

format: ## format every source in place
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks
