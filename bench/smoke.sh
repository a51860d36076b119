#!/usr/bin/env bash
# The benchmarks in small, so that none of them rots: a few seconds, no figures to compare.
# Usage: bench/smoke.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/ci/chengzhi}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 bench/assess/generate.py "$folder" 300 >/dev/null
(
  cd "$folder"
  "$program" assess --year 2024 --roster roster.csv --events events.csv --ledger ledger.csv \
    --sessions sessions.csv --format json --output out.json
)
officers=$(($(wc -l <"$folder/roster.csv") - 1))
assessed=$(grep -c '"staff_no"' "$folder/out.json")
[ "$officers" -eq "$assessed" ] || { echo "assess: $officers officers, $assessed objects" >&2; exit 1; }
echo "assess: $assessed officers"

python3 bench/roster/generate.py "$folder/roster-sheet.csv" 200 >/dev/null
rows=$(($(wc -l <"$folder/roster-sheet.csv") - 1))
[ "$rows" -eq 200 ] || { echo "roster sheet: $rows rows" >&2; exit 1; }
echo "roster sheet: $rows rows"
