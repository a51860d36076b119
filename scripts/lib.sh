# Words shared by the scripts of this folder; sourced, never run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
NODE_MIN=20
# The browser tests drive Debian's Chromium; CHENGZHI_CHROMIUM names another one.
CHROMIUM_NAMES="chromium chromium-browser google-chrome-stable google-chrome"

say() { printf '%s\n' "$*"; }
fail() { printf '错误 error: %s\n' "$*" >&2; exit 1; }

# version_at_least 1.95 1.100.2 → true
version_at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

rust_min() { sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n 1; }

chromium_path() {
  local name
  if [ -n "${CHENGZHI_CHROMIUM:-}" ]; then echo "$CHENGZHI_CHROMIUM"; return; fi
  for name in $CHROMIUM_NAMES; do command -v "$name" && return; done
  return 1
}

# npm_install FOLDER: `npm ci`, left out when neither the lock file nor node changed since the last one.
npm_install() {
  local dir=$1 stamp want
  [ -f "$dir/package-lock.json" ] || fail "$dir/package-lock.json is missing: is this a whole clone?"
  stamp=$dir/node_modules/.chengzhi-stamp
  want="$(sha256sum "$dir/package-lock.json" "$dir/package.json" | cut -c1-64 | tr '\n' ' ')$(node --version)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
    say "$(basename "$dir"): packages are up to date"
    return
  fi
  (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error </dev/null)
  printf '%s' "$want" >"$stamp"
}

# The programs without which nothing can be built, one line of complaint each on standard output.
missing_build_tools() {
  local have
  if ! command -v cargo >/dev/null; then
    say "cargo (Rust $(rust_min) or newer, from rustup)"
  else
    have=$(cargo --version | cut -d' ' -f2)
    version_at_least "$(rust_min)" "${have%%-*}" || say "Rust $(rust_min) or newer (found $have)"
  fi
  if ! command -v node >/dev/null; then
    say "node (version $NODE_MIN or newer)"
  else
    have=$(node --version | tr -d v)
    version_at_least "$NODE_MIN" "$have" || say "node $NODE_MIN or newer (found $have)"
  fi
  command -v npm >/dev/null || say "npm (comes with node)"
  command -v cc >/dev/null || say "cc (package gcc)"
}
