#!/usr/bin/env bash
# Measures the same work of the pack, of Keycloak alone, and of what one would pick instead.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

targets=pack,stock,better-auth,spring,oidc-provider
operations=.
connections=8,16
pairs=2
rounds=5
duration=10
warm_up=40
grants=300
database_delay=0
keycloak_options=
out=$root/benchmarks/target/comparison
peers=$root/benchmarks/peers
render=
bounds=
docs=
before=
variant=
work=
child=

usage() {
  cat <<'USAGE'
Usage: benchmarks/compare.sh [options]

Builds the pack, starts each server from its package, has them do the same work in turn, and writes
tables, plots and all figures into a folder. Needs a JDK 17 or newer, Maven 3.8 or newer, and for
the servers of Node.js that, 20 or newer, with npm.

  --targets A,B        of pack, stock, better-auth, spring, oidc-provider (default all five), and grown:
                       the pack with 10,000 clients, 100,000 people, 200 issuers, 300 grants of one
  --operations REGEX   only the operations whose name it finds, as the tables show them
  --connections N,N    how many requests are under way at once (default 8,16; 20 at most)
  --pairs N            how often all servers are started anew (default 2)
  --rounds N           how often each operation is measured with each start (default 5)
  --duration S         for how long each time, in seconds (default 10)
  --warm-up S          for how long each operation runs before, without counting (default 40)
  --grants N           how many sign-ins the size of a grant is taken from (default 300, at most 400;
                       with 0 nothing is counted in PostgreSQL)
  --database-delay MS  how much later PostgreSQL's answers come (default 0)
  --keycloak-options "A B"  more options of kc.sh start, for pack and stock, such as --cache=ispn
  --variant "A B"      one more server with the pack and these options of kc.sh build and start, and
                       of the JVM, which begin with -X: what a setting costs or saves
  --before FILE        another jar of the pack, as one more server: what a change costs or saves
  --out DIR            where the results are written (default benchmarks/target/comparison)
  --docs               also puts tables and plots into docs/benchmarks.md
  --render FILE        measures nothing; the results are those of an earlier benchmarks.json
  --short              the gate: pack and stock only, a few minutes; fails where the pack clearly
                       takes more processor time than benchmarks/bounds.tsv allows
  --help               this text

The exit code is 0 if every answer was right, and with --short if all bounds hold.
USAGE
}

die() {
  printf 'compare.sh: %s\n' "$*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --targets | --operations | --connections | --pairs | --rounds | --duration | --warm-up | --grants | --database-delay | --keycloak-options | --variant | --before | --out | --render)
      [ $# -ge 2 ] && [ -n "$2" ] || die "$1 needs a value; see benchmarks/compare.sh --help."
      name=${1#--}
      printf -v "${name//-/_}" %s "$2"
      shift 2
      ;;
    --docs) docs=$root/docs && shift ;;
    --short)
      targets=pack,stock operations='^(authorize, code|refresh|introspection|userinfo)' connections=8 pairs=1 rounds=6 duration=5
      warm_up=15 grants=0 bounds=$root/benchmarks/bounds.tsv
      shift
      ;;
    --help | -h) usage && exit 0 ;;
    *) die "Unknown option $1; see benchmarks/compare.sh --help." ;;
  esac
done
for number in pairs rounds duration; do
  [[ ${!number} =~ ^[1-9][0-9]{0,2}$ ]] || die "--$number needs a number above 0, not ${!number}."
done
for number in warm_up grants database_delay; do
  [[ ${!number} =~ ^[0-9]{1,4}$ ]] || die "--${number//_/-} needs a number, not ${!number}."
done
[ "$grants" -le 400 ] || die "--grants is 400 at most, 20 of a person."
[[ $connections =~ ^([1-9]|1[0-9]|20)(,([1-9]|1[0-9]|20))*$ ]] || die "--connections needs numbers from 1 to 20 with commas between, not $connections."

out=$(realpath -m "$out")
[ -z "$before" ] || { before=$(realpath -e "$before") && targets+=,before; } || die "There is no $before."
[ -z "$variant" ] || targets+=,variant
[ -z "$render" ] || render=$(realpath "$render") || die "There is no $render."
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# property FILE NAME: what a pom.xml says.
property() { sed -n "s:.*<$2>\(.*\)</$2>.*:\1:p" "$1" | head -1; }

end() {
  local status=$?
  trap '' INT TERM HUP
  if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null && wait "$child" || true; fi
  rm -rf "$work"
  exit "$status"
}

# Runs a command so that a signal to this script ends it at once.
run() {
  "$@" &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=
  return "$status"
}

work=$(mktemp -d "${TMPDIR:-/tmp}/expensicat-compare.XXXXXX")
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$root"
modules=providers,benchmarks
[[ ,$targets, != *,spring,* ]] || modules+=,benchmarks/peers/spring
run mvn -B -q -Dstyle.color=never -Pbenchmarks -pl "$modules" package -Dmaven.test.skip=true -Dcyclonedx.skip=true ||
  die "The Maven build failed; its messages are above."
if [ -z "$render" ]; then
  run mvn -B -q -Dstyle.color=never -Pbenchmarks -pl benchmarks dependency:unpack@unpack-keycloak \
    "-Dkeycloak.unpack.directory=$work/unpacked" -Dmdep.overWriteReleases=true || die "Keycloak could not be unpacked."
  # npm writes the second file when it has installed everything.
  if [[ ,$targets, =~ ,(better-auth|oidc-provider), ]] && [ ! "$peers/node/node_modules/.package-lock.json" -nt "$peers/node/package-lock.json" ]; then
    command -v npm >/dev/null || die "Better Auth and oidc-provider need Node.js 20 or newer with npm."
    run npm ci --prefix "$peers/node" --no-progress >"$work/npm.log" 2>&1 || { cat "$work/npm.log" >&2 && die "npm ci failed."; }
  fi
fi
run "$java" -Xmx512m -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
  -cp benchmarks/target/benchmarks.jar com.expensicat.keycloak.load.ComparisonRun \
  --work "$work" --keycloak "$work/unpacked/keycloak-$(property pom.xml keycloak.distribution.version)" \
  --keycloak-version "$(property pom.xml keycloak.distribution.version)" --postgres-version "$(property pom.xml postgres.version)" \
  --spring-version "$(property benchmarks/peers/spring/pom.xml spring-boot.version)" --peers "$peers" \
  --pack providers/target/expensicat-auth.jar --before "$before" --realm realm-export/expensicat-realm.json \
  --targets "$targets" --operations "$operations" --connections "$connections" --pairs "$pairs" --rounds "$rounds" \
  --duration "$duration" --warm-up "$warm_up" --grants "$grants" --database-delay "$database_delay" --keycloak-options "$keycloak_options" --variant "$variant" --out "$out" --render "$render" --bounds "$bounds" --docs "$docs"
