#!/usr/bin/env bash
# Measures how many answers a second a real server gives about tokens, Keycloak's own endpoints
# beside the pack's. Needs what start.sh needs, and Node.js for the issuer of session JWTs.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
sources=$root/benchmarks/src/main/java/com/expensicat/keycloak/load

port=8080
data=
server=
issuer=http://localhost:9877
rounds=7
duration=10
warm_up=20
connections=16
people=20
only=.
process=0
work=
start_pid=

usage() {
  cat <<'USAGE'
Usage: benchmarks/load.sh [options]

Starts ./start.sh --with-session-issuer in a folder of its own, loads it, prints a table, and stops
it; or loads a server that runs already, with the demo overlay in it.

  --port N         port of the server that is started (default 8080)
  --data DIR       its folder, which stays (default: a temporary one)
  --server URL     loads this server instead, which ./start.sh started
  --issuer URL     the issuer of session JWTs that the server trusts (default http://localhost:9877)
  --process PID    process of the server at --server, or of its start.sh, for its processor time
  --rounds N       how often each scenario is measured (default 7)
  --duration S     for how long each time, in seconds (default 10)
  --warm-up S      for how long each scenario runs before, without counting (default 20)
  --connections N  how many requests are under way at once (default 16)
  --people N       how many tokens of each kind take turns (default 20)
  --only REGEX     only the scenarios whose name it finds, as the table shows them
  --help           this text

The exit code is 0 if every answer was 200.
USAGE
}

die() {
  printf 'load.sh: %s\n' "$*" >&2
  exit 1
}

clean_up() {
  local status=$?
  trap '' INT TERM HUP
  if [ -n "$start_pid" ]; then
    kill -TERM "$start_pid" 2>/dev/null || true
    wait "$start_pid" 2>/dev/null || true
  fi
  if [ -n "$work" ]; then rm -rf "$work"; fi
  exit "$status"
}

start_server() {
  local log=$work/start.log
  "$root/start.sh" --with-session-issuer --port "$port" --data "${data:-$work/data}" >"$log" 2>&1 &
  start_pid=$!
  until grep -q ' Ready$' "$log"; do
    kill -0 "$start_pid" 2>/dev/null || { start_pid= && cat "$log" >&2 && die "The server did not start."; }
    sleep 1
  done
  server=http://localhost:$port
  process=$start_pid
}

while [ $# -gt 0 ]; do
  case $1 in
    --port | --data | --server | --issuer | --process | --rounds | --duration | --warm-up | --connections | --people | --only)
      [ $# -ge 2 ] && [ -n "$2" ] || die "$1 needs a value; see benchmarks/load.sh --help."
      name=${1#--}
      printf -v "${name//-/_}" %s "$2"
      shift 2
      ;;
    --help | -h) usage && exit 0 ;;
    *) die "Unknown option $1; see benchmarks/load.sh --help." ;;
  esac
done
for number in port rounds duration warm_up connections people; do
  [[ ${!number} =~ ^[1-9][0-9]{0,4}$ ]] || die "--${number//_/-} needs a number above 0, not ${!number}."
done
[[ $process =~ ^[0-9]+$ ]] || die "--process needs a number, not $process."
# A round has new tokens, of which an access token lives for five minutes.
[ $((duration * 8)) -le 240 ] && [ $((warm_up * 8)) -le 240 ] || die "A round must end within 240 s: at most 30 for --duration and --warm-up."

java=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d "${TMPDIR:-/tmp}/expensicat-load.XXXXXX")
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

"${java}javac" -d "$work/classes" "$sources"/*.java || die "A JDK 17 or newer is needed."
[ -n "$server" ] || start_server
"${java}java" -cp "$work/classes" com.expensicat.keycloak.load.LoadRun --server "${server%/}" \
  --issuer "${issuer%/}" --process "$process" --rounds "$rounds" --duration "$duration" --warm-up "$warm_up" \
  --connections "$connections" --people "$people" --only "$only"
