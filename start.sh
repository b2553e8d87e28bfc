#!/usr/bin/env bash
# Builds the pack, puts it into the Keycloak distribution that Maven fetches, imports the realm
# and the demo overlay, and serves them on loopback. Needs bash, a JDK and Maven, nothing else
# unless it is asked for more.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
realm_file=$root/realm-export/expensicat-realm.json
overlay_file=$root/realm-export/demo/demo-overlay.json
issuer_folder=$root/examples/session-issuer
issuer_port=9877 # as the demo overlay names it
api_folder=$root/examples/api
mcp_folder=$root/examples/mcp-server
mcp_port=9878

port=8080
data=$root/.expensicat
with_issuer=false
with_api=false
with_mcp=false
features=   # of Keycloak, experimental ones
child=      # the command that runs now, the servers excepted
server_pid=
issuer_pid=
api_pid=
mcp_pid=
serving=false

usage() {
  cat <<'USAGE'
Usage: ./start.sh [--port N] [--data DIR] [--with-session-issuer] [--with-example-api]
                  [--with-mcp-server] [--with-client-metadata]

Builds the pack, unpacks Keycloak, imports the realm and the demo overlay, and serves
http://localhost:8080, bound to loopback, on an embedded database. Ctrl-C stops it.

  --port N     port of the server (default 8080); its management port is N+1000
  --data DIR   folder for the server, its database and its log (default .expensicat in the
               repository); delete it to begin anew
  --with-session-issuer
               also starts the demo issuer of session JWTs at http://localhost:9877, bound to
               loopback; needs Node.js 20 or newer with npm
  --with-example-api
               also serves the example API below http://localhost:8080/api/v1; Keycloak is
               behind the same port then, and listens at port N+2000 of loopback
  --with-mcp-server
               also starts the example MCP server at http://localhost:9878/mcp, bound to loopback,
               and lets anybody register a client; needs Node.js 20 or newer with npm
  --with-client-metadata
               with Keycloak's experimental feature cimd, for client ids that are addresses of
               metadata documents; the policy expensicat-client-metadata switches it on
  --help       this text

Needs a JDK 17 or newer and Maven 3.8 or newer.
USAGE
}

say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }

die() {
  printf 'start.sh: %s\n' "$*" >&2
  exit 1
}

# Runs a command so that a signal to this script ends it at once.
run() {
  "$@" </dev/null &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=
  return "$status"
}

end_child() {
  local status=$?
  trap '' INT TERM HUP
  if [ -n "$child$server_pid$api_pid$issuer_pid$mcp_pid" ]; then
    printf '\n'
    say "Stopping"
    for pid in $child $server_pid $api_pid $issuer_pid $mcp_pid; do
      kill -TERM "$pid" 2>/dev/null || true
      wait "$pid" || true
    done
    say "Stopped"
  fi
  if [ -n "${pid_file:-}" ]; then rm -f "$pid_file"; fi
  exit "$status"
}

# A stop that was asked for while the server serves is a success.
on_signal() {
  if $serving; then exit 0; fi
  exit "$1"
}

server_failed() { failed_with_log "$log" "$1"; }

failed_with_log() {
  printf '\nThe last lines of %s:\n\n' "$1" >&2
  tail -n 25 "$1" >&2 || true
  die "$2"
}

port_is_busy() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || (exec 3<>"/dev/tcp/::1/$1") 2>/dev/null
}

server_is_ready() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$management_port" || exit 1
    printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r -t 5 status <&3
    [[ $status == *' 200 '* ]]
  ) 2>/dev/null
}

find_jdk() {
  local java properties home
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || die "JAVA_HOME is set to $JAVA_HOME, where there is no bin/java; set it to a JDK 17 or newer."
  else
    java=$(command -v java) || die "No JDK was found on the PATH; install a JDK 17 or newer, or set JAVA_HOME to one."
  fi
  properties=$("$java" -XshowSettings:properties -version 2>&1) || die "$java does not run; install a JDK 17 or newer, or set JAVA_HOME to one."
  [[ $properties =~ java\.specification\.version\ =\ ([0-9]+) ]] || die "$java does not tell its version; install a JDK 17 or newer, or set JAVA_HOME to one."
  jdk=${BASH_REMATCH[1]}
  [ "$jdk" -ge 17 ] || die "$java is too old; install a JDK 17 or newer, or set JAVA_HOME to one."
  [[ $properties =~ java\.home\ =\ ([^$'\r\n']+) ]] && home=${BASH_REMATCH[1]}
  [ -x "$home/bin/javac" ] || die "The Java at $home has no compiler; install a JDK 17 or newer, or set JAVA_HOME to one."
  export JAVA_HOME=$home
  unset JAVA # kc.sh would prefer it
}

find_maven() {
  local version
  command -v mvn >/dev/null || die "Maven was not found on the PATH; install Maven 3.8 or newer."
  version=$(mvn --version 2>&1) || die "mvn does not run; install Maven 3.8 or newer."
  [[ $version =~ Apache\ Maven\ ([0-9]+)\.([0-9]+) ]] || die "mvn does not tell its version; install Maven 3.8 or newer."
  [ "${BASH_REMATCH[1]}" -gt 3 ] || { [ "${BASH_REMATCH[1]}" -eq 3 ] && [ "${BASH_REMATCH[2]}" -ge 8 ]; } ||
    die "Maven ${BASH_REMATCH[1]}.${BASH_REMATCH[2]} is too old; install Maven 3.8 or newer."
}

find_node() {
  local version
  command -v node >/dev/null || die "Node.js was not found on the PATH; this needs Node.js 20 or newer."
  version=$(node --version) || die "node does not run; this needs Node.js 20 or newer."
  [[ $version =~ ^v([0-9]+)\. ]] || die "node does not tell its version; this needs Node.js 20 or newer."
  [ "${BASH_REMATCH[1]}" -ge 20 ] || die "Node.js ${version#v} is too old; this needs Node.js 20 or newer."
  command -v npm >/dev/null || die "npm was not found on the PATH; this needs it beside Node.js."
}

# Everything that the built server is made from is older than the stamp of that build.
built_is_current() {
  [ -f "$built" ] && [ "$(<"$built")" = "$features" ] || return 1
  local sources=("$root/start.sh" "$root/pom.xml" "$root/providers/pom.xml" "$root/providers/src")
  [ ! -d "$root/themes" ] || sources+=("$root/themes")
  [ -z "$(find "${sources[@]}" -newer "$built" -print -quit)" ]
}

build() {
  find_maven
  rm -f "$built"
  printf %s "$features" >"$data/building"

  local goals=(package -Dmaven.test.skip=true -Dcyclonedx.skip=true)
  if [ ! -d "$server" ]; then
    rm -rf "$data/unpacking"
    # Maven remembers that it has unpacked, but not where to; hence the overwrite.
    goals+=(dependency:unpack@unpack-keycloak "-Dkeycloak.unpack.directory=$data/unpacking" -Dmdep.overWriteReleases=true)
    say "Building the pack and unpacking Keycloak $keycloak_version (the first time Maven downloads about 300 MB)"
  else
    say "Building the pack"
  fi
  cd "$root"
  run mvn -B -q -Dstyle.color=never -pl providers "${goals[@]}" || die "The Maven build failed; its messages are above."

  if [ ! -d "$server" ]; then
    # The database lies outside the distribution, so that a newer Keycloak finds it.
    mkdir -p "$data/data"
    ln -s ../data "$data/unpacking/keycloak-$keycloak_version/data"
    mv "$data/unpacking/keycloak-$keycloak_version" "$server"
    rmdir "$data/unpacking"
  fi
  cp "$root/providers/target/expensicat-auth.jar" "$server/providers/"

  say "Preparing the server (kc.sh build)"
  run "$server/bin/kc.sh" build --db=dev-file --health-enabled=true ${features:+--features=$features} >"$log" 2>&1 ||
    server_failed "kc.sh build failed."
  rm -f "$server"/classes-*.jsa
  mv "$data/building" "$built"
}

# Has the JVM find its classes where the last start has left them (class-data sharing), which saves a fifth of the time. They are
# written at the first stop after a build, which takes some seconds. What does not fit, the JVM leaves alone.
share_classes() {
  local archive=classes-$jdk.jsa # in the server's folder, whose name may have a space
  if [ "$jdk" -ge 19 ]; then
    export JAVA_OPTS_APPEND="${JAVA_OPTS_APPEND:-} -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=$archive"
  elif [ -f "$server/$archive" ]; then
    export JAVA_OPTS_APPEND="${JAVA_OPTS_APPEND:-} -XX:SharedArchiveFile=$archive"
  else
    export JAVA_OPTS_APPEND="${JAVA_OPTS_APPEND:-} -XX:ArchiveClassesAtExit=$archive"
  fi
}

start_server() {
  local options=(--optimized "--http-port=$keycloak_port" "--http-management-port=$management_port" --http-enabled=true
    --http-host=127.0.0.1 "--hostname=http://localhost:$port" --cache=local --log-level=info,io.smallrye.health:warn
    "--spi-expensicat--realm--api-address=$api_address")
  if $with_api; then options+=(--proxy-headers=xforwarded --proxy-trusted-addresses=127.0.0.1); fi
  if [ ! -f "$complete" ]; then
    # A first start that did not come to its end leaves a database in an unknown state.
    rm -rf "$data/data/h2"
    mkdir -p "$data/data/import"
    cp "$realm_file" "$data/data/import/"
    options+=(--import-realm)
    export KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD=admin
    say "Starting Keycloak with a new database and importing the realm"
  else
    say "Starting Keycloak with the database of the last start"
    [ ! "$realm_file" -nt "$complete" ] && [ ! "$overlay_file" -nt "$complete" ] ||
      say "The realm's files are newer than this database; delete $data to import them"
  fi

  (share_classes && cd "$server" && exec bin/kc.sh start "${options[@]}") </dev/null >"$log" 2>&1 &
  server_pid=$!
  local limit=$((SECONDS + 300))
  until server_is_ready; do
    kill -0 "$server_pid" 2>/dev/null || { server_pid=; server_failed "Keycloak did not start."; }
    [ "$SECONDS" -lt "$limit" ] || server_failed "Keycloak was not ready after 300 s."
    sleep 0.5
  done
}

# Not through kcadm.sh, which does not work in a folder whose name has a space.
kcadm() {
  local client=$server/bin/client
  KC_CLI_PASSWORD=admin run "$JAVA_HOME/bin/java" -cp "$client/keycloak-admin-cli-$keycloak_version.jar" \
    --add-opens=java.base/java.security=ALL-UNNAMED "-Dkc.lib.dir=$client/lib" \
    org.keycloak.client.admin.cli.KcAdmMain "$@" \
    --no-config --server "http://localhost:$port" --realm master --user admin >"$data/overlay.log" 2>&1
}

apply_demo_overlay() {
  say "Applying the demo overlay"
  kcadm create partialImport --target-realm expensicat --file "$overlay_file" && show_page_in_console || {
    cat "$data/overlay.log" >&2
    server_failed "The demo overlay could not be applied."
  }
  touch "$complete"
}

# The admin signs in to master, whose admin theme counts then; a theme that is set there stays.
show_page_in_console() {
  kcadm get realms/master --fields adminTheme || return
  grep -q '"adminTheme"' "$data/overlay.log" || kcadm update realms/master -s adminTheme=expensicat
}

# Starts a Node.js application in the background, its process id in node_pid; the rest of the
# arguments are settings.
start_node() {
  local folder=$1 name=$2 node_log=$3
  shift 3
  # npm writes the second file when it has installed everything.
  if [ ! "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
    say "Installing the packages of the $name (npm ci)"
    run npm ci --prefix "$folder" --no-progress >"$node_log" 2>&1 ||
      failed_with_log "$node_log" "npm ci failed."
  fi
  say "Starting the $name"
  : >"$node_log"
  env "$@" node "$folder/server.mjs" </dev/null >"$node_log" 2>&1 &
  node_pid=$!
}

await_node() {
  local name=$1 node_log=$2 pid=$3 limit=$((SECONDS + 60))
  until grep -q ' ready at ' "$node_log"; do
    kill -0 "$pid" 2>/dev/null || failed_with_log "$node_log" "The $name did not start."
    [ "$SECONDS" -lt "$limit" ] || failed_with_log "$node_log" "The $name was not ready after 60 s."
    sleep 0.2
  done
}

start_issuer() {
  start_node "$issuer_folder" "session issuer" "$issuer_log" "PORT=$issuer_port" ISSUER= \
    "REALM_ISSUER=http://localhost:$port/realms/expensicat" BROKER_ENDPOINT= KEY_ALGORITHM= TEST_CONTROLS=
  issuer_pid=$node_pid
  await_node "session issuer" "$issuer_log" "$issuer_pid"
}

start_mcp() {
  start_node "$mcp_folder" "MCP server" "$mcp_log" "PORT=$mcp_port" ADDRESS= \
    "REALM_ISSUER=http://localhost:$port/realms/expensicat"
  mcp_pid=$node_pid
  await_node "MCP server" "$mcp_log" "$mcp_pid"
}

# The realm knows the MCP server's address, and anybody may register a client.
prepare_for_mcp() {
  local resource=expensicat.resource.expensicat-mcp
  kcadm update realms/expensicat -s "attributes.\"$resource.address\"=http://localhost:$mcp_port/mcp" \
    -s "attributes.\"$resource.name\"=Expensicat for MCP" \
    -s "attributes.\"$resource.scopes\"=transactions:read transactions:write analytics:read" &&
    kcadm get components --target-realm expensicat --format csv --noquotes --fields id,subType,providerId \
      -q type=org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy &&
    kcadm update "components/$(sed -n 's/,anonymous,expensicat.*//p' "$data/overlay.log")" \
      --target-realm expensicat -s 'config.open=["true"]' || {
    cat "$data/overlay.log" >&2
    server_failed "The realm could not be prepared for the MCP server."
  }
}

api_is_built() {
  [ -f "$api_jar" ] && [ -f "$api_built" ] &&
    [ -z "$(find "$root/pom.xml" "$api_folder/pom.xml" "$api_folder/src" -newer "$api_built" -print -quit)" ]
}

# The API, and before it and Keycloak what makes one address of them.
start_api() {
  if ! api_is_built; then
    find_maven
    say "Building the example API"
    touch "$data/building-api"
    cd "$root"
    run mvn -B -q -Dstyle.color=never -f "$api_folder/pom.xml" package || die "The Maven build failed; its messages are above."
    mv "$data/building-api" "$api_built"
  fi
  say "Starting the example API"
  local issuer=
  if $with_issuer; then issuer=http://localhost:$issuer_port; fi
  : >"$api_log"
  "$JAVA_HOME/bin/java" -Xmx256m -jar "$api_jar" --spring.profiles.active=front "--front.port=$port" "--front.keycloak-port=$keycloak_port" \
    "--expensicat.issuer=http://localhost:$port/realms/expensicat" "--expensicat.address=$api_address" \
    "--expensicat.session.issuer=$issuer" </dev/null >"$api_log" 2>&1 &
  api_pid=$!
}

await_api() {
  local limit=$((SECONDS + 120))
  until grep -q 'Started ExampleApi in ' "$api_log"; do
    kill -0 "$api_pid" 2>/dev/null || { api_pid=; failed_with_log "$api_log" "The example API did not start."; }
    [ "$SECONDS" -lt "$limit" ] || failed_with_log "$api_log" "The example API was not ready after 120 s."
    sleep 0.2
  done
}

# Prints a state, a code verifier (RFC 7636 4.1) and its S256 challenge, a line each.
pkce_values() {
  cat >"$data/Pkce.java" <<'JAVA'
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

class Pkce {
  public static void main(String[] args) throws Exception {
    String verifier = random();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes("US-ASCII"));
    System.out.println(random() + "\n" + verifier + "\n" + base64Url(hash));
  }

  static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return base64Url(bytes);
  }

  static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
JAVA
  "$JAVA_HOME/bin/java" "$data/Pkce.java"
}

show_addresses() {
  local values state verifier challenge base=http://localhost:$port redirect=http://127.0.0.1:9876/callback
  values=$(pkce_values)
  { read -r state && read -r verifier && read -r challenge; } <<<"$values"
  cat <<BLOCK

  Admin console  $base/admin/    admin / admin
  Demo user      demo / demo
  Guide          $base/api/auth/oauth2/#client_id=expensicat-demo-app&redirect_uri=http%3A%2F%2F127.0.0.1%3A9876%2Fcallback&scope=transactions%3Aread
  Log            $log

  Sign in as demo and grant the scopes of expensicat-demo-app:

    $base/api/auth/oauth2/authorize?response_type=code&client_id=expensicat-demo-app&redirect_uri=http%3A%2F%2F127.0.0.1%3A9876%2Fcallback&scope=transactions:read%20invoices:read&state=$state&code_challenge=$challenge&code_challenge_method=S256

  The browser ends at $redirect, where nothing listens; take the
  code from its address bar and put it in the place of AUTH_CODE within 60 seconds.
  The code verifier is $verifier

    curl -X POST $base/api/auth/oauth2/token -H 'Content-Type: application/json' -d '{"grant_type":"authorization_code","code":"AUTH_CODE","redirect_uri":"$redirect","client_id":"expensicat-demo-app","code_verifier":"$verifier"}'

BLOCK
  if $with_api; then show_api; fi
  if $with_issuer; then show_issuer "$base"; fi
  if $with_mcp; then printf '  MCP server     http://localhost:%s/mcp\n\n' "$mcp_port"; fi
  printf '  Ctrl-C stops the server.\n\n'
}

show_api() {
  cat <<BLOCK
  Example API    $api_address
  API's log      $api_log

  With the access_token of that answer, or with a session JWT, in the place of ACCESS_TOKEN:

    curl -H "Authorization: Bearer ACCESS_TOKEN" $api_address/transactions

BLOCK
}

show_issuer() {
  local issuer=http://localhost:$issuer_port
  cat <<BLOCK
  Session issuer $issuer    erika@expensicat.test / erika-demo-password
  Issuer's log   $issuer_log

  "Expensicat" on the login page leads there. To sign Erika in and get her session JWT, and to
  ask what the realm says about it:

    session_jwt=\$(jar=\$(mktemp) && curl -sS -o /dev/null -c "\$jar" -H 'Content-Type: application/json' -d '{"email":"erika@expensicat.test","password":"erika-demo-password"}' $issuer/api/auth/sign-in/email && curl -sS -b "\$jar" $issuer/api/auth/token | cut -d '"' -f 4; rm -f "\$jar") && echo "\$session_jwt"

    curl -u expensicat-api:expensicat-api-dev-secret -d "token=\$session_jwt" $1/api/auth/oauth2/introspect

BLOCK
}

while [ $# -gt 0 ]; do
  case $1 in
    --port | --data)
      [ $# -ge 2 ] && [ -n "$2" ] || die "$1 needs a value; see ./start.sh --help."
      if [ "$1" = --port ]; then port=$2; else data=$2; fi
      shift 2
      ;;
    --port=?*) port=${1#*=} && shift ;;
    --data=?*) data=${1#*=} && shift ;;
    --with-session-issuer) with_issuer=true && shift ;;
    --with-example-api) with_api=true && shift ;;
    --with-mcp-server) with_mcp=true && shift ;;
    --with-client-metadata) features=cimd && shift ;;
    --help | -h) usage && exit 0 ;;
    *) die "Unknown option $1; see ./start.sh --help." ;;
  esac
done

highest_port=64535
if $with_api; then highest_port=63535; fi
[[ $port =~ ^[1-9][0-9]{0,4}$ ]] && [ "$port" -le "$highest_port" ] || die "--port needs a number from 1 to $highest_port, not $port."
management_port=$((port + 1000))
keycloak_port=$port
api_address=https://api.expensicat.test/v1
if $with_api; then
  keycloak_port=$((port + 2000))
  api_address=http://localhost:$port/api/v1
fi

find_jdk
if $with_issuer || $with_mcp; then find_node; fi

mkdir -p "$data" 2>/dev/null && data=$(cd "$data" && pwd -P) && [ -w "$data" ] ||
  die "The folder $data cannot be written to; choose another with --data."
[[ $(<"$root/pom.xml") =~ \<keycloak\.distribution\.version\>([^\<]+)\< ]] ||
  die "The pom.xml names no keycloak.distribution.version."
keycloak_version=${BASH_REMATCH[1]}
server=$data/keycloak-$keycloak_version
built=$server/built       # as new as the sources of the pack in this server
complete=$data/complete   # there once the demo overlay is in the database
log=$data/keycloak.log
issuer_log=$data/session-issuer.log
api_jar=$api_folder/target/example-api.jar
api_built=$data/example-api-built   # as new as the sources of that jar
api_log=$data/example-api.log
mcp_log=$data/mcp-server.log

if [ -f "$data/start.pid" ] && other=$(<"$data/start.pid") && kill -0 "$other" 2>/dev/null &&
  { [ ! -r "/proc/$other/cmdline" ] || grep -q start.sh "/proc/$other/cmdline"; }; then
  die "A server runs in $data already (process $other); stop it, or choose another folder with --data."
fi
! port_is_busy "$port" || die "Port $port is in use; choose another with --port."
! port_is_busy "$management_port" || die "Port $management_port, which the management interface needs (--port + 1000), is in use; choose another --port."
! port_is_busy "$keycloak_port" || die "Port $keycloak_port, which Keycloak needs behind the example API's (--port + 2000), is in use; choose another --port."
if $with_issuer && [[ " $port $management_port $keycloak_port " == *" $issuer_port "* ]]; then
  die "Port $issuer_port is the session issuer's; choose another --port."
fi
! $with_issuer || ! port_is_busy "$issuer_port" ||
  die "Port $issuer_port, which the session issuer needs, is in use; stop what listens there."
! $with_mcp || ! port_is_busy "$mcp_port" ||
  die "Port $mcp_port, which the MCP server needs, is in use; stop what listens there."

pid_file=$data/start.pid
echo $$ >"$pid_file"
trap end_child EXIT
trap 'on_signal 129' HUP
trap 'on_signal 130' INT
trap 'on_signal 143' TERM

built_is_current || build
if $with_issuer; then start_issuer; fi
if $with_api; then start_api; fi
start_server
if $with_api; then await_api; fi
[ -f "$complete" ] || apply_demo_overlay
if $with_mcp; then prepare_for_mcp && start_mcp; fi
serving=true
say "Ready"
show_addresses

status=0
wait "$server_pid" || status=$?
server_pid=
serving=false
server_failed "Keycloak ended by itself (exit code $status)."
