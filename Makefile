# The commands of this clone; README.md says more. Everything is installed into .venv and kept in VAR_DIR.
HOUSE := newsroom/house/with-python -m newsroom.house.setup
BIN := .venv/bin
TEMPLATES := find . -name .venv -prune -o -path '*/templates/*' -name '*.html' -print0

.PHONY: run setup test check format browser pictures screenshots bench faults audit lock

# Install, prepare, start. PORT, DATABASE_URL and VAR_DIR are taken from the environment or the command line.
run:
	@exec $(HOUSE) run

# Everything `run` does before it starts the servers.
setup:
	@exec $(HOUSE) setup

# Every test, two at a time; who is done takes what the other still has. ARGS replaces the arguments of pytest: make test ARGS=tests/house
test:
	@exec $(HOUSE) test $(or $(ARGS),-n 2 --dist worksteal)

# What a machine can judge without running the tests.
check:
	@$(HOUSE) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TEMPLATES) | xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py lint_migrations
	ENVIRONMENT=production SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	    ALLOWED_HOSTS=news.example SITE_URL=https://news.example DATABASE_URL=postgres://news@db.example/news EMAIL_URL=smtp://mail.example \
	    $(BIN)/python manage.py check --deploy --fail-level WARNING

# Puts code and templates into the form that `check` asks for.
format:
	@$(HOUSE) dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(TEMPLATES) | xargs -0 $(BIN)/djade --target-version 5.2

# Playwright's own Chromium, into VAR_DIR, where none is on the PATH.
browser:
	@$(HOUSE) dev
	@$(BIN)/python -m newsroom.house.browser

# The pictures of the guides in docs/, from a demo that runs beside it (`make run`).
pictures:
	@$(HOUSE) dev
	@$(BIN)/python -m newsroom.house.pictures

# Every kind of page at three widths, light and dark, on one sheet, from a demo of its own. ARGS="--only article*"
screenshots:
	@$(HOUSE) dev
	@$(BIN)/python -m audit.screenshots $(ARGS)

# The pages before Lighthouse, axe, the Nu HTML checker and feed parsers; docs/audit.md. ARGS="--only article --tools axe,html"
audit:
	@$(HOUSE) dev
	@$(BIN)/python -m audit $(ARGS)

# Speed against its limits; bench/README.md. ARGS, as in: make bench ARGS="--quick --only cached"
bench:
	@$(HOUSE) dev
	@$(BIN)/python bench/run.py $(ARGS)

# kill -9, full disks, a wrong clock, a broken mail server under a writing load; docs/faults.md. ARGS="--only database --rounds 10"
faults:
	@$(HOUSE) dev
	@$(BIN)/python bench/faults.py $(ARGS)

# The locks, from pyproject.toml; the newest versions with UPGRADE=--upgrade. Needs uv on the PATH.
UV := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
lock:
	$(UV) $(UPGRADE) --extra embedded --extra sentry --extra s3 --extra valkey --extra dev -o requirements/dev.lock
	$(UV) --extra embedded -c requirements/dev.lock -o requirements/run.lock
	$(UV) -c requirements/dev.lock -o requirements/production.lock
	$(UV) --extra sentry -c requirements/dev.lock -o requirements/sentry.lock
	$(UV) --extra sentry --extra s3 --extra valkey -c requirements/dev.lock -o requirements/stores.lock
	for lock in dev run production sentry stores; do \
	    sed -i '1i # Made by "make lock" from pyproject.toml. Each file that may be installed is named by its hash.' requirements/$$lock.lock; \
	done
