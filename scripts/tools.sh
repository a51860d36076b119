#!/usr/bin/env bash
# Sees to it that everything `make test` needs is on this machine: installs Debian packages where apt and root
# allow, and otherwise fails with one line that names what is missing.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

chromium_works() {
  local path
  path=$(chromium_path) && "$path" --headless --no-sandbox --version >/dev/null 2>&1
}

cjk_fonts() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]; }

# The Debian packages whose work cannot be done now.
missing_packages() {
  command -v cc >/dev/null || say gcc
  [ -e /usr/include/stdio.h ] || command -v cc >/dev/null || say libc6-dev
  chromium_works || say chromium
  cjk_fonts || say fonts-noto-cjk
  command -v fc-list >/dev/null || say fontconfig
  "$ROOT/scripts/pg.sh" check || say postgresql
  command -v strace >/dev/null || say strace
  # For the S3 server of the tests, which comes from PyPI.
  python3 -c 'import ensurepip' 2>/dev/null || say python3-venv
  { command -v ffmpeg && command -v ffprobe; } >/dev/null || say ffmpeg
}

# `sudo -n` never asks: without a free hand it fails and we say so.
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

mapfile -t packages < <(missing_packages)
if [ ${#packages[@]} -gt 0 ] && may_install; then
  say "installing: ${packages[*]}"
  log=$(mktemp)
  if ! {
    as_root apt-get -q update &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${packages[@]}"
  } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
  fi
  rm -f "$log"
  mapfile -t packages < <(missing_packages)
fi

mapfile -t programs < <(missing_build_tools)
if command -v cargo >/dev/null; then
  cargo fmt --version >/dev/null 2>&1 || programs+=("rustfmt (rustup component add rustfmt)")
  cargo clippy --version >/dev/null 2>&1 || programs+=("clippy (rustup component add clippy)")
fi

complaint=""
[ ${#packages[@]} -eq 0 ] || complaint="packages not installed: ${packages[*]} (apt-get install ${packages[*]})"
if [ ${#programs[@]} -gt 0 ]; then
  list=$(printf '%s; ' "${programs[@]}")
  complaint="${complaint:+$complaint; }programs missing: ${list%; }"
fi
[ -z "$complaint" ] || fail "$complaint"

say "cargo      $(cargo --version)"
if command -v cargo-nextest >/dev/null; then say "nextest    $(cargo nextest --version 2>/dev/null | head -n 1)"
else say "nextest    not installed: plain cargo test runs the same tests"; fi
say "node       $(node --version), npm $(npm --version 2>/dev/null)"
say "chromium   $("$(chromium_path)" --version 2>/dev/null | head -n 1)"
say "cpu        $(nproc) cores"
