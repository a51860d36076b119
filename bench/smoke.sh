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

# Exams: thirty candidates for seconds, a kill in the middle, both ways of the comparison. Every acknowledged answer is
# looked up afterwards; the generator fails when one is missing.
generator=$(dirname "$program")/bench_exam
exam() { "$generator" "$@" --program "$program" --folder "$folder/exam" --candidates 30 >"$folder/exam.txt" || { cat "$folder/exam.txt" >&2; exit 1; }; }
exam run --spread 2 --sit 4 --every 1 --sign-in 0
exam kill --spread 1 --sit 4 --every 1 --times 1
exam compare --workers 5 --seconds 30 2>/dev/null
echo "exam: $(tail -n 1 "$folder/exam.txt")"
