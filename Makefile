# The commands of the project. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test build web fmt clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Films of drill cost about a minute of the first start: FILMS=1 makes them too.
demo: build ## build all, make the demo city in var/demo and serve it on 127.0.0.1:8080 (FILMS=1 with drill films; ARGS="--today 2025-03-03T09:00")
	@exec target/release/chengzhi demo $(if $(FILMS),,--without-films) $(ARGS)

test: ## every check, as the continuous integration runs it (PHASES="clippy rust" for some of them)
	@scripts/test.sh $(PHASES)

build: web ## web assets and the release binary target/release/chengzhi
	@scripts/build.sh binary

web: ## web assets in web/dist
	@scripts/build.sh web

fmt: ## format the Rust code
	cargo fmt --all

clean: ## remove what was built; the demo city in var/demo stays
	cargo clean
	rm -rf web/dist web/node_modules e2e/node_modules e2e/test-results
