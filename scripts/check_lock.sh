#!/usr/bin/env bash
# The lock file holds exactly one sqlx-core. A crate still on an older sqlx resolves without complaint to two
# copies, and the embedded SQLite quietly falls back to the older one.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

mapfile -t found < <(awk '/^name = "sqlx-core"$/ { getline; gsub(/"/, ""); print $3 }' "$ROOT/Cargo.lock")
[ ${#found[@]} -eq 1 ] || fail "Cargo.lock must hold one sqlx-core and holds ${#found[@]}: ${found[*]-}"
say "sqlx-core ${found[0]}"
for lock in web/package-lock.json e2e/package-lock.json; do
  ! grep -q '"resolved":' "$ROOT/$lock" || fail "$lock names a registry; see omit-lockfile-registry-resolved in .npmrc"
done
