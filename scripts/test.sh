#!/usr/bin/env bash
# `make test`, and what .ci/run runs: every check of the project, cheap ones first, stopping at the first failure.
#
#   scripts/test.sh              all phases
#   scripts/test.sh rust e2e     only these, in their usual order (for work; CI runs all)
#   scripts/test.sh --list       the phases
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# Settings of whoever runs this must not reach the tests.
chromium=${CHENGZHI_CHROMIUM:-}
for name in $(compgen -e CHENGZHI_ || true); do unset "$name"; done
[ -z "$chromium" ] || export CHENGZHI_CHROMIUM=$chromium
export LC_ALL=C.UTF-8 CARGO_TERM_PROGRESS_WHEN=never npm_config_update_notifier=false
# One profile for clippy, tests and the browser's binary, so that the dependencies are built once.
PROFILE=ci
BINARY=$ROOT/${CARGO_TARGET_DIR:-target}/$PROFILE/chengzhi
case ${CARGO_TARGET_DIR:-} in /*) BINARY=$CARGO_TARGET_DIR/$PROFILE/chengzhi ;; esac
export CHENGZHI_BINARY=$BINARY

PHASES="tools lock format web-install web-types web-tests web-build clippy rust-build rust demo bench e2e"
declare -A WHAT=(
  [tools]="system packages and programs"
  [lock]="one sqlx-core, no registry named, licences allowed"
  [format]="cargo fmt --check"
  [web-install]="npm ci in web and e2e"
  [web-types]="vue-tsc, API client against api/openapi.json"
  [web-tests]="vitest"
  [web-build]="vite build (the binary embeds it)"
  [clippy]="clippy, warnings are errors"
  [rust-build]="test programs and the binary"
  [rust]="Rust tests on SQLite, PostgreSQL and S3"
  [demo]="demo --verify, one district: 2024 with films, 2025, now"
  [bench]="smoke run of the benchmarks"
  [e2e]="browser tests against the binary"
)

case ${1:-} in
  --list) for p in $PHASES; do printf '%-12s %s\n' "$p" "${WHAT[$p]}"; done; exit 0 ;;
  -*) sed -n '2,6p' "$0"; exit 2 ;;
esac
WANTED=" ${*:-$PHASES} "
for p in $WANTED; do [ -n "${WHAT[$p]:-}" ] || fail "no phase $p; there are: $PHASES"; done

SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/chengzhi-test.XXXXXX")
SUMMARY=""
CURRENT=""
STARTED=$SECONDS

finish() {
  local status=$?
  trap - EXIT
  [ -z "${CHENGZHI_S3_PID:-}" ] || "$ROOT/scripts/s3.sh" stop "$CHENGZHI_S3_PID" || true
  [ -z "${CHENGZHI_PG_DIR:-}" ] || "$ROOT/scripts/pg.sh" stop "$CHENGZHI_PG_DIR" || true
  rm -rf "$SCRATCH"
  [ -z "$CURRENT" ] || SUMMARY+=$(printf '%-12s %6d s   FAILED' "$CURRENT" $((SECONDS - PHASE_STARTED)))$'\n'
  printf '\n%s\n' "phase           time   result"
  printf '%s' "$SUMMARY"
  for p in $PHASES; do
    case $SUMMARY in *"$p "*) ;; *) printf '%-12s      –     not run\n' "$p" ;; esac
  done
  printf '%-12s %6d s   %s\n' total $((SECONDS - STARTED)) "$([ "$status" -eq 0 ] && echo ok || echo FAILED)"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A phase is the function of the same name. It runs in this shell under `set -e`, never in a condition.
phase() {
  case $WANTED in *" $1 "*) ;; *) return 0 ;; esac
  CURRENT=$1
  PHASE_STARTED=$SECONDS
  printf '\n== %s: %s\n' "$1" "${WHAT[$1]}"
  "phase_${1//-/_}"
  SUMMARY+=$(printf '%-12s %6d s   ok' "$1" $((SECONDS - PHASE_STARTED)))$'\n'
  CURRENT=""
}

phase_tools() { scripts/tools.sh; }
phase_lock() {
  scripts/check_lock.sh
  node scripts/check_licences.mjs
}
phase_format() { cargo fmt --all --check; }

phase_web_install() {
  npm_install "$ROOT/web"
  npm_install "$ROOT/e2e"
}

phase_web_types() {
  (cd web && npm run --silent check </dev/null)
  # The committed client is the one that the committed description gives.
  (cd web && npx --no-install openapi-typescript ../api/openapi.json -o "$SCRATCH/schema.ts" >/dev/null </dev/null)
  diff -u web/src/api/schema.ts "$SCRATCH/schema.ts" >"$SCRATCH/schema.diff" || {
    head -n 40 "$SCRATCH/schema.diff"
    fail "web/src/api/schema.ts is not what api/openapi.json gives: npm run api in web/"
  }
}

phase_web_tests() { (cd web && CI=true npm run --silent test </dev/null); }
phase_web_build() { (cd web && npm run --silent build </dev/null); }

phase_clippy() { cargo clippy --locked --workspace --all-targets --profile $PROFILE -- -D warnings; }

# One command builds tests and binaries together: apart, the features of the dependencies could differ and
# everything would be built twice.
phase_rust_build() {
  cargo build --locked --workspace --lib --bins --tests --examples --profile $PROFILE
  [ -x "$BINARY" ] || fail "$BINARY was not built"
}

phase_rust() {
  eval "$(scripts/pg.sh start)"
  eval "$(scripts/s3.sh start)"
  # The tests fail, never skip, when these variables are missing.
  [ -n "${CHENGZHI_TEST_POSTGRES:-}" ] || fail "no PostgreSQL for the tests"
  [ -n "${CHENGZHI_TEST_S3:-}" ] || fail "no S3 server for the tests"
  if command -v cargo-nextest >/dev/null; then
    cargo nextest run --locked --workspace --cargo-profile $PROFILE --no-fail-fast --status-level fail \
      --final-status-level slow
    cargo test --locked --workspace --profile $PROFILE --doc --quiet
  else
    cargo test --locked --workspace --profile $PROFILE --no-fail-fast --quiet
  fi
  scripts/s3.sh stop "$CHENGZHI_S3_PID"
  scripts/pg.sh stop "$CHENGZHI_PG_DIR"
  unset CHENGZHI_PG_DIR CHENGZHI_TEST_POSTGRES CHENGZHI_S3_PID CHENGZHI_TEST_S3
}

phase_demo() {
  local today films
  for today in 2024-11-18T09:00 2025-11-18T09:00 now; do
    say "-- $today"
    # Films are drawn and checked once; they are the same on every day.
    films=--without-films
    [ "$today" != 2024-11-18T09:00 ] || films=
    "$BINARY" demo --verify --districts 1 --today "$today" ${films:+"$films"} --data-dir "$SCRATCH/demo-$today" </dev/null
    rm -rf "$SCRATCH/demo-$today"
  done
}

phase_bench() {
  [ -x bench/smoke.sh ] || { say "bench/smoke.sh is missing"; return 1; }
  bench/smoke.sh
}

phase_e2e() { (cd e2e && node run.mjs </dev/null); }

for p in $PHASES; do phase "$p"; done
