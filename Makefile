# Everything a fresh machine with Go, Node and make needs: `make run`, `make test`.

GO      ?= go
ADDR    ?= 127.0.0.1:8080
DATA    ?= .blockflow
PROGRAMS ?= ../shared/bench
TOOLS   := $(GO) tool -modfile=.ci/tools.mod
BINARY  := bin/blockflow
SOURCES := $(shell find cmd runtime blocks engine examples -name '*.go' -o -name '*.sql' -o -name '*.json') go.mod go.sum

.PHONY: run build editor test test-go test-editor test-sdk lint bench conformance clean

## run: build everything and serve on embedded defaults
run: build
	$(BINARY) serve --addr $(ADDR) --data $(DATA)

## build: the editor, then the one binary that holds it
build: editor
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BINARY) ./cmd/blockflow

editor: editor/dist/index.html

editor/dist/index.html: editor/node_modules/.installed $(shell find editor/src editor/public editor/*.ts editor/*.html editor/*.json -type f 2>/dev/null)
	cd editor && npm run build
	touch $@

editor/node_modules/.installed: editor/package.json editor/package-lock.json
	cd editor && npm ci --no-audit --no-fund
	touch $@

## test: everything, in a real browser too
test: test-go test-editor test-sdk

test-go:
	$(GO) test -race -shuffle=on ./...

test-editor: build
	.ci/chromium
	cd editor && npm run check && npm run e2e

# Backendless's own SDK against the user service.
test-sdk: build runtime/users/sdk/node_modules/.installed
	cd runtime/users/sdk && npm test

runtime/users/sdk/node_modules/.installed: runtime/users/sdk/package.json runtime/users/sdk/package-lock.json
	cd runtime/users/sdk && npm ci --no-audit --no-fund
	touch $@

## lint: formatting, vet, staticcheck, known vulnerabilities, TypeScript
lint: editor/node_modules/.installed
	@unformatted=$$($(TOOLS) gofumpt -l cmd runtime blocks engine examples editor/embed.go); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofumpt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(TOOLS) staticcheck ./...
	.ci/govulncheck
	cd editor && npm run lint

## bench: speed, as ratios within one run; beside goja, V8, PocketBase, Node-RED and n8n where they are at hand
bench: editor/node_modules/.installed
	$(GO) run ./cmd/bench -programs $(PROGRAMS)
	$(GO) run ./cmd/bench/durable
	$(GO) run ./cmd/bench/pocketbase
	$(GO) run ./cmd/bench/peers
	$(GO) test -run '^$$' -bench . -benchmem ./engine/... ./blocks/... ./runtime/...

clean:
	rm -rf bin editor/node_modules runtime/users/sdk/node_modules editor/dist/* .blockflow
