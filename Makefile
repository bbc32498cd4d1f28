# make pack: set up, build, and write the packs of the sample workspace. make test: set up and run all tests.
SHELL := /bin/bash
PACKAGES := libxml2-dev zlib1g-dev pkg-config
SWIFT_BUILD := swift build -c release --static-swift-stdlib --product dossier
DOSSIER = $(shell $(SWIFT_BUILD) --show-bin-path)/dossier
SAMPLE := .build/sample
# For make proofs: how many kills, and which bundle is flipped at every so many bytes.
KILLS := 200
FLIPPED = $(SAMPLE)/credit-scoring-2026-q3.zip
FLIP_TRUST = $(SAMPLE)/trust.yaml
EVERY := 64

.PHONY: pack test lint bench setup build clean proofs

pack: build
	@rm -rf $(SAMPLE)
	@Evidence/issue-sample "$$(realpath $(DOSSIER))" $(SAMPLE)

test: setup
	swift test

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

# The counts of faults and tamperings: foreign tools on good bundles and on every edit of them, kills at random moments, and flipped bits.
proofs: pack
	@$(SWIFT_BUILD:dossier=flip-bundle)
	Tests/Independent/check_bundle.sh "$$(realpath $(DOSSIER))" .build/proofs
	Tests/Faults/kill.py $(DOSSIER) --runs $(KILLS)
	$(dir $(DOSSIER))flip-bundle $(FLIPPED) $(FLIP_TRUST) $(EVERY)

bench: build
	Benchmarks/run
	Benchmarks/run-bags
	swift build -c release --static-swift-stdlib --product ledger-benchmark
	rm -rf .build/ledger && $(dir $(DOSSIER))ledger-benchmark .build/ledger 1000000

build: setup
	@$(SWIFT_BUILD)

setup:
	@missing=""; for p in $(PACKAGES); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo"; else \
			echo "These Debian packages are missing, and installing them needs root:$$missing"; exit 1; fi; \
		$$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; fi
	@command -v swift > /dev/null || { echo "Swift is missing: install Swift 6.2 or later from swift.org"; exit 1; }

clean:
	rm -rf .build
