#!/usr/bin/env bash
# Measures how long a server with many clients takes to start, with the pack and without.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

clients=1000,10000
rounds=5
database=postgres
work=

usage() {
  cat <<'USAGE'
Usage: benchmarks/start-time.sh [options]

Builds the pack and two Keycloaks, one with it and one without, fills databases with clients, and
starts the two in turn on each. Needs a JDK 17 or newer and Maven 3.8 or newer.

  --clients N,N    how many clients there are (default 1000,10000)
  --rounds N       how often each server is started (default 5)
  --database KIND  postgres, which Maven fetches, or h2 (default postgres)
  --help           this text
USAGE
}

die() {
  printf 'start-time.sh: %s\n' "$*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --clients | --rounds | --database)
      [ $# -ge 2 ] && [ -n "$2" ] || die "$1 needs a value; see benchmarks/start-time.sh --help."
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    --help | -h) usage && exit 0 ;;
    *) die "Unknown option $1; see benchmarks/start-time.sh --help." ;;
  esac
done
[[ $clients =~ ^[1-9][0-9]{0,5}(,[1-9][0-9]{0,5})*$ ]] || die "--clients needs numbers with commas between, not $clients."
[[ $rounds =~ ^[1-9][0-9]?$ ]] || die "--rounds needs a number above 0, not $rounds."
[[ $database =~ ^(postgres|h2)$ ]] || die "--database is postgres or h2, not $database."

work=$(mktemp -d "${TMPDIR:-/tmp}/expensicat-start.XXXXXX")
trap 'rm -rf "$work"' EXIT

cd "$root"
mvn -B -q -Dstyle.color=never -Pbenchmarks -pl providers,benchmarks package -Dmaven.test.skip=true -Dcyclonedx.skip=true ||
  die "The Maven build failed; its messages are above."
mvn -B -q -Dstyle.color=never -Pbenchmarks -pl benchmarks dependency:unpack@unpack-keycloak \
  "-Dkeycloak.unpack.directory=$work/unpacked" -Dmdep.overWriteReleases=true || die "Keycloak could not be unpacked."
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Djava.util.logging.manager=org.jboss.logmanager.LogManager -cp benchmarks/target/benchmarks.jar com.expensicat.keycloak.start.StartRun \
  --work "$work" --keycloak "$(echo "$work"/unpacked/keycloak-*)" --pack providers/target/expensicat-auth.jar \
  --realm realm-export/expensicat-realm.json --clients "$clients" --rounds "$rounds" --database "$database"
