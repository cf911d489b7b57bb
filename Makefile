# The commands of the project; `make` or `make help` lists them.
# Each needs only Python 3.11 or later, pip and make: the environment is made on first use.

PYTHON ?= python3
export TAG
# Modules stay compiled from command to command.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help book pdf serve test check confirm format source chapter messages site-check compare links audit record bench schema lock release publish clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Renewed whenever the lock or the package settings change. The project itself comes after the packages of the lock:
# pip refuses a folder among requirements with hashes.
$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] + "; set PYTHON=/path/to/a/later/python3." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

book: $(STAMP)  ## build the site into _build/html
	$(BIN)/python scripts/build_book.py

# The site offers the editions only if they were made of what it is made of, so it is built before and after.
pdf: book  ## make the report as PDF into _build/pdf, with a brief of each summary
	$(BIN)/python scripts/make_pdf.py
	$(BIN)/python scripts/build_book.py
	$(BIN)/python scripts/check_pdf.py

serve: $(STAMP)  ## show the site in a browser while you write
	$(BIN)/python scripts/serve.py

confirm: $(STAMP)  ## note that pages have been read again; PAGE="index chapters/strategy"
	$(BIN)/python scripts/check.py --confirm $(PAGE)

test: $(STAMP)  ## run every test, a clean build included
	$(BIN)/python scripts/find_browser.py
	$(BIN)/python -m pytest -n 2

check: $(STAMP)  ## check data, texts, notebooks and code in seconds
	$(BIN)/python scripts/check.py

format: $(STAMP)  ## put code and data/words.txt in order
	$(BIN)/python -m ruff check --fix --quiet .
	$(BIN)/python -m ruff format --quiet .
	$(BIN)/python scripts/sort_words.py

source: $(STAMP)  ## begin a publication's file; ID=ks-2024 KIND="survey report" COUNTRY=FI LANGUAGE=fi SHORT=yes
	@$(BIN)/python scripts/new_source.py "$(ID)" $(if $(KIND),--kind "$(KIND)") $(if $(COUNTRY),--country "$(COUNTRY)") $(if $(LANGUAGE),--language "$(LANGUAGE)") $(if $(SHORT),--short)

chapter: $(STAMP)  ## begin a chapter from the template; NAME=leadership
	@$(BIN)/python scripts/new_chapter.py "$(NAME)"

messages: $(STAMP)  ## renew the catalogues of pages in other languages
	@$(BIN)/python scripts/messages.py

site-check: book  ## check the built pages: links, HTML, ids, numbers, languages
	$(BIN)/python scripts/check_site.py

compare: $(STAMP)  ## list the published numbers that changed since BASE=main
	@$(BIN)/python scripts/compare_evidence.py $(or $(BASE),HEAD)

links: book  ## look where links to other sites lead
	$(BIN)/python scripts/check_links.py $(ARGS)

audit: $(STAMP)  ## recompute the published numbers; ARGS="SOURCE-ID --verdict contradicted"
	@$(BIN)/python scripts/audit.py $(ARGS)

record: $(STAMP)  ## execute the chapters that changed and write their notebooks; ARGS=--all for every one
	$(BIN)/python scripts/record.py $(ARGS)

bench: $(STAMP)  ## measure builds against plain settings, which takes an hour
	$(BIN)/python scripts/bench.py

schema: $(STAMP)  ## write the JSON Schema that editors use for data/
	$(BIN)/python scripts/write_schema.py

# Written into _build first: if the versions cannot be resolved, the lock files stay as they are.
COMPILE = $(BIN)/python -m uv pip compile --universal --python-version 3.11 --upgrade --quiet \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links pyproject.toml
lock: $(STAMP)  ## renew the lock files from pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@mkdir -p _build
	{ echo "# Every version that the project is built and tested with, for Python 3.11 and later, with the hashes of its files."; \
	  echo "# Made by \`make lock\` from pyproject.toml; do not edit."; \
	  $(COMPILE) --all-extras; } > _build/requirements.txt
	{ echo "# The versions, of a current Sphinx above all, with which the book is built without Jupyter Book."; \
	  echo "# Made by \`make lock\` from pyproject.toml and way_out.in; do not edit."; \
	  echo jupyter-book | $(COMPILE) tests/way_out.in --excludes -; } > _build/way_out.txt
	mv _build/requirements.txt requirements.txt
	mv _build/way_out.txt tests/way_out.txt

release: pdf  ## pack site, PDFs, data and checksums into _build/release; TAG=v0.1.0
	$(BIN)/python scripts/check_site.py
	$(BIN)/python scripts/package_release.py --tag "$$TAG"

publish:  ## make the release TAG on GitHub of what is packed
	gh release create "$$TAG" _build/release/* --verify-tag --title "$$TAG" --notes "What is new stands in CHANGELOG.md."

clean:  ## remove what was built, keep the environment
	rm -rf _build
