#!/usr/bin/env bash
# Builds what `make demo` and an installation need: `build.sh web`, then `build.sh binary`.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

mapfile -t missing < <(missing_build_tools)
if [ ${#missing[@]} -gt 0 ]; then
  list=$(printf '%s; ' "${missing[@]}")
  fail "missing: ${list%; }"
fi

case ${1:-} in
  web)
    say "1/3 网页依赖 packages of the web pages"
    npm_install "$ROOT/web"
    say "2/3 网页 web pages"
    (cd web && npm run --silent build </dev/null)
    ;;
  binary)
    [ -f web/dist/index.html ] || fail "web/dist is empty: make web"
    say "3/3 程序 the program (the first time takes several minutes)"
    cargo build --locked --release -p chengzhi
    ;;
  *) fail "build.sh web|binary" ;;
esac
