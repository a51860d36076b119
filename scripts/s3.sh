#!/usr/bin/env bash
# A throw-away S3 server for tests: moto (from PyPI), a real server process that speaks the protocol and keeps its
# objects in memory. Its programs stay in target/s3 so that the second start takes a second.
#
#   eval "$(scripts/s3.sh start)"    starts one and exports CHENGZHI_TEST_S3 (its address) and CHENGZHI_S3_PID
#   scripts/s3.sh stop [PID]         ends it (PID defaults to $CHENGZHI_S3_PID)
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

MOTO=moto==5.2.5
VENV=$ROOT/target/s3

die() { printf 's3.sh: %s\n' "$*" >&2; exit 1; }

install() {
  local log
  [ -f "$VENV/.$MOTO" ] && return
  command -v python3 >/dev/null || die "python3 is missing (Debian packages python3, python3-venv)"
  log=$(mktemp)
  rm -rf "$VENV"
  # The server's own needs only: the extra "server" brings every service there is.
  if ! { python3 -m venv "$VENV" && "$VENV/bin/pip" install --quiet "moto[s3]${MOTO#moto}" flask flask-cors; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "$MOTO could not be installed (Debian package python3-venv; PyPI must be reachable)"
  fi
  rm -f "$log"
  : >"$VENV/.$MOTO"
}

start() {
  local port try pid log
  install >&2
  log=$VENV/server.log
  # Binding is the only honest test of a free port. Below the ephemeral range, so that no client socket sits there.
  for try in $(seq 1 20); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    "$VENV/bin/moto_server" -H 127.0.0.1 -p "$port" </dev/null >"$log" 2>&1 &
    pid=$!
    for _ in $(seq 1 600); do
      if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && kill -0 "$pid" 2>/dev/null; then
        printf 'export CHENGZHI_TEST_S3=http://127.0.0.1:%s\nexport CHENGZHI_S3_PID=%s\n' "$port" "$pid"
        return
      fi
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill "$pid" 2>/dev/null || true
  done
  tail -n 20 "$log" >&2
  die "the server did not start (attempt $try)"
}

stop() {
  local pid=${1:-${CHENGZHI_S3_PID:-}}
  [ -n "$pid" ] || die "stop what? Give the process or set CHENGZHI_S3_PID"
  # Only ever end what start started.
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q moto_server || return 0
  kill "$pid" 2>/dev/null || true
}

case ${1:-} in
  start) start ;;
  stop) shift; stop "$@" ;;
  *) sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
