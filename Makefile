# `make demo` opens the desk on this machine; `make test` is what must pass.

# A checkout that belongs to another user must build too.
export GOFLAGS := -buildvcs=false $(filter-out -buildvcs=%,$(GOFLAGS))

TEMPL := go tool -modfile=tools.mod templ
# The same folder each time: its templates' names in the output depend on it.
TEMPLATES := -path internal/views
ARGS ?=

.PHONY: build demo test check generate generated format vet lint bench screenshots install

build:
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/web ./cmd/web

# Everything in one process: database, emulator, desk. FRESH=1 starts over.
demo: build
ifdef FRESH
	rm -rf .data
endif
	@exec bin/web demo $(ARGS)

# What tests need beside Go is installed where that is allowed, else named.
install:
	@scripts/install

test: install check
	CGO_ENABLED=1 go test -race -p 2 -timeout 20m ./...

# All that looks at the source without running it.
check: format generated vet lint

format:
	@found=$$(gofmt -l cmd internal migrations static tools); \
	if [ -n "$$found" ]; then echo "gofmt these:"; echo "$$found"; exit 1; fi

generate:
	$(TEMPL) generate $(TEMPLATES)

# Fails when a template was changed and its Go file was not.
generated:
	@sum() { find internal -name '*_templ.go' | LC_ALL=C sort | xargs cat | cksum; }; \
	before=$$(sum); $(TEMPL) generate $(TEMPLATES) -log-level error || exit 1; \
	if [ "$$before" != "$$(sum)" ]; then echo "generated files were out of date: they are new now, commit them"; exit 1; fi

vet:
	go vet ./...

bin/lint: $(wildcard tools/go.* tools/lint/*.go)
	cd tools && go build -o ../bin/lint ./lint

# go vet runs our own bin/lint, so that its results are cached.
lint: bin/lint
	cd tools && go vet ./... && go test ./...
	go vet -vettool=$(CURDIR)/bin/lint ./...

# Speed beside a floor; no part of the tests. QUICK=1 measures 10,000 sessions alone.
bench:
	DESK_BENCH=$(if $(QUICK),quick) go test -count=1 -run '^$$' -bench '^BenchmarkDesk$$' -benchtime 1x -timeout 20m ./internal/bench

# Pictures of every page into docs/screenshots.
screenshots: install
	DESK_SCREENSHOTS=$(CURDIR)/docs/screenshots go test -count=1 -run '^TestScreenshots$$' ./internal/e2e
