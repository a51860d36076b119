#!/usr/bin/env bash
# A throw-away PostgreSQL cluster for tests and trials. Nothing of it survives `stop`.
#
#   eval "$(scripts/pg.sh start)"    starts one and exports CHENGZHI_TEST_POSTGRES and CHENGZHI_PG_DIR
#   eval "$(scripts/pg.sh start --durable)"   the same on a disk with syncing on, for measurements
#   scripts/pg.sh stop [DIR]         stops and removes it (DIR defaults to $CHENGZHI_PG_DIR)
#   scripts/pg.sh psql [ARGS…]       opens psql on the exported cluster
#
# The server refuses to run as root, so root hands over to `postgres` or else `nobody`. Durability is switched
# off unless asked for: a test cluster has nothing to lose, and each test makes a database of its own.
set -euo pipefail

say() { printf 'pg.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# The directory of initdb and pg_ctl: PATH first, then Debian's versioned folders, newest first.
pg_bin() {
  local found
  if found=$(command -v initdb) && [ -x "$(dirname "$(readlink -f "$found")")/pg_ctl" ]; then
    dirname "$(readlink -f "$found")"
    return
  fi
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -rn | head -n 1)
  [ -n "$found" ] && [ -x "$found/initdb" ] && [ -x "$found/pg_ctl" ] && echo "$found"
}

# The unprivileged account that runs the server when we are root; empty when we are not.
pg_account() {
  [ "$(id -u)" -eq 0 ] || return 0
  local name
  for name in postgres nobody; do
    if id -u "$name" >/dev/null 2>&1; then echo "$name"; return; fi
  done
  die "running as root and neither the account postgres nor nobody exists"
}

as_account() {
  local account=$1; shift
  if [ -z "$account" ]; then "$@"
  elif command -v runuser >/dev/null; then runuser -u "$account" -- "$@"
  else su -s /bin/sh "$account" -c "$(printf '%q ' "$@")"
  fi
}

# Where the cluster lives: in memory where there is plenty (hundreds of databases are made and thrown away, some
# 8 MB each), else on disk. Never $TMPDIR: the path of a unix socket may not exceed 107 bytes, and the account must
# reach it.
room() {
  local free memory
  free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
  memory=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null) || memory=0
  if [ -w /dev/shm ] && [ "${free:-0}" -gt 8000000 ] && [ "${memory:-0}" -gt 12000000 ]; then echo /dev/shm; else echo /tmp; fi
}

start() {
  local bin account dir password port try durable=${1:-}
  bin=$(pg_bin) || true
  [ -n "$bin" ] || die "no PostgreSQL server programs (initdb, pg_ctl); Debian package: postgresql"
  account=$(pg_account)
  if [ "$durable" = --durable ]; then dir=$(mktemp -d /tmp/chengzhi-pg.XXXXXX); else dir=$(mktemp -d "$(room)/chengzhi-pg.XXXXXX"); fi
  # Until the caller has the variables nobody else can clean up.
  # shellcheck disable=SC2154
  trap 'status=$?; [ "$status" -eq 0 ] || stop "'"$dir"'" >/dev/null 2>&1 || true; exit "$status"' EXIT
  password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s\n' "$password" >"$dir/password"
  chmod 600 "$dir/password"
  [ -z "$account" ] || chown -R "$account" "$dir"

  cd /  # the account may not be allowed to read the working directory
  if ! as_account "$account" "$bin/initdb" --pgdata="$dir/data" --username=chengzhi --pwfile="$dir/password" \
      --auth=password --encoding=UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1; then
    cat "$dir/initdb.log" >&2
    die "initdb failed"
  fi
  cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 300
shared_buffers = 256MB
max_wal_size = 4GB
log_min_messages = warning
CONF
  if [ "$durable" != --durable ]; then
    cat >>"$dir/data/postgresql.conf" <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
CONF
  fi
  # Binding is the only honest test of a free port. Below the ephemeral range, so that no client socket sits there.
  for try in $(seq 1 30); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if as_account "$account" "$bin/pg_ctl" start --pgdata="$dir/data" --log="$dir/server.log" --silent --wait \
        --timeout=60 --options="-p $port" </dev/null >/dev/null 2>&1; then
      printf 'export CHENGZHI_TEST_POSTGRES=%q\n' "postgres://chengzhi:$password@127.0.0.1:$port/postgres"
      printf 'export CHENGZHI_PG_DIR=%q\n' "$dir"
      return
    fi
    grep -qi 'could not bind\|address already in use' "$dir/server.log" 2>/dev/null || break
    : >"$dir/server.log"
  done
  cat "$dir/server.log" >&2 || true
  die "the server did not start (attempt $try)"
}

stop() {
  local dir=${1:-${CHENGZHI_PG_DIR:-}} bin
  [ -n "$dir" ] || die "stop what? Give the folder or set CHENGZHI_PG_DIR"
  # Only ever remove what start made.
  case $dir in /tmp/chengzhi-pg.* | /dev/shm/chengzhi-pg.*) ;; *) die "$dir is not a folder made by pg.sh start" ;; esac
  [ -d "$dir" ] || return 0
  bin=$(pg_bin) || true
  cd /
  if [ -f "$dir/data/postmaster.pid" ] && [ -n "$bin" ]; then
    as_account "$(pg_account)" "$bin/pg_ctl" stop --pgdata="$dir/data" --mode=immediate --silent --wait \
      --timeout=60 </dev/null >/dev/null 2>&1 || say "the server in $dir did not stop"
  fi
  rm -rf "$dir"
}

case ${1:-} in
  start) shift; start "$@" ;;
  stop) shift; stop "$@" ;;
  psql)
    shift
    [ -n "${CHENGZHI_TEST_POSTGRES:-}" ] || die "start a cluster first: eval \"\$(scripts/pg.sh start)\""
    exec "$(pg_bin)/psql" "$CHENGZHI_TEST_POSTGRES" "$@"
    ;;
  check)
    [ -n "$(pg_bin || true)" ] || exit 1
    ;;
  *) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
