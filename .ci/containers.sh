#!/usr/bin/env bash
# A Docker API and the images that compose and the container tests use.
#
#   settings=$(.ci/containers.sh up DIR) && eval "$settings"     DIR holds state, logs and image parts
#   .ci/containers.sh down DIR                                   ends what up started
#
# Where a Docker API answers and a registry can be reached, nothing is built here. Elsewhere, as
# root on Debian: Podman behind a socket, and stand-ins for the images, made of Debian's packages
# and of the Keycloak distribution from Maven.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
say() { printf '[containers %3d s] %s\n' "$SECONDS" "$*" >&2; }

[ $# -eq 2 ] || { echo "Usage: $0 up|down DIR" >&2 && exit 2; }
mkdir -p "$2"
dir=$(cd "$2" && pwd -P)
pid_file=$dir/podman.pid
health_pid_file=$dir/health.pid
keycloak_version=$(sed -n 's:.*<keycloak.distribution.version>\(.*\)</.*:\1:p' "$root/pom.xml")
keycloak_image=quay.io/keycloak/keycloak:$keycloak_version
postgres_image=docker.io/library/postgres:17
base_image=localhost/expensicat-ci/base
postgres_stand_in=localhost/expensicat-ci/postgres:15-$(cat "$root"/.ci/images/postgres/* | sha256sum | head -c 8)
haproxy_image=docker.io/library/haproxy:3.2
prometheus_image=docker.io/prom/prometheus:v3.5.0
programs_stand_in=localhost/expensicat-ci/programs:12
settings=()

setting() {
  export "$1=$2"
  settings+=("$1=$2")
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing ${missing[*]}"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$dir/apt.log" 2>&1 || { tail -20 "$dir/apt.log" >&2 && return 1; }
}

start_engine() {
  if docker info >/dev/null 2>&1; then
    engine=docker
    say "Using the Docker API that answers already"
    return
  fi
  # runc, because crun refuses hybrid cgroups.
  install_packages podman runc netavark aardvark-dns iptables
  engine=podman
  cat >"$dir/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
CONF
  setting CONTAINERS_CONF "$dir/containers.conf"
  say "Starting podman system service"
  podman system service --time=0 "unix://$dir/podman.sock" </dev/null >"$dir/podman.log" 2>&1 &
  echo $! >"$pid_file"
  setting DOCKER_HOST "unix://$dir/podman.sock"
  # Testcontainers: its helper image cannot be pulled, and published ports are on this machine.
  setting TESTCONTAINERS_RYUK_DISABLED true
  setting TESTCONTAINERS_HOST_OVERRIDE 127.0.0.1
  local tries=0
  until [ -S "$dir/podman.sock" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { cat "$dir/podman.log" >&2 && return 1; }
    sleep 0.1
  done
  run_health_checks "$(<"$pid_file")"
}

# Podman leaves the timing of health checks to systemd; where there is none, this loop takes its place.
run_health_checks() {
  [ ! -d /run/systemd/system ] || return 0
  local service=$1
  while kill -0 "$service" 2>/dev/null; do
    for container in $(podman ps --quiet); do
      timeout 10 podman healthcheck run "$container" || true
    done
    sleep 2
  done </dev/null >/dev/null 2>&1 &
  echo $! >"$health_pid_file"
}

find_compose() {
  if docker compose version >/dev/null 2>&1; then
    setting COMPOSE "docker compose"
  else
    install_packages docker-compose
    setting COMPOSE docker-compose
  fi
}

have_image() { "$engine" image inspect "$1" >/dev/null 2>&1; }
have_or_pull() { have_image "$1" || timeout 300 "$engine" pull -q "$1" >/dev/null 2>&1; }

# Debian with a Java runtime and PostgreSQL, from this machine's own package sources.
build_base_image() {
  have_image "$base_image" && return
  install_packages mmdebstrap
  say "Building the base image"
  mmdebstrap --quiet --variant=minbase --include=openjdk-17-jre-headless,ca-certificates,postgresql-15 \
    bookworm "$dir/base.tar" >"$dir/base.log" 2>&1 || { tail -20 "$dir/base.log" >&2 && return 1; }
  "$engine" import -q "$dir/base.tar" "$base_image" >/dev/null
  rm -f "$dir/base.tar"
}

build_image() {
  "$engine" build -q -t "$1" "$2" >"$dir/build.log" 2>&1 || { tail -20 "$dir/build.log" >&2 && return 1; }
}

# Debian with the programs that need nothing of the pack's.
build_programs_image() {
  install_packages mmdebstrap
  say "Building a stand-in for $haproxy_image and $prometheus_image"
  mmdebstrap --quiet --variant=minbase --include=haproxy,prometheus \
    --customize-hook='mkdir "$1/prometheus" && chown 65534:65534 "$1/prometheus"' \
    bookworm "$dir/programs.tar" >"$dir/programs.log" 2>&1 || { tail -20 "$dir/programs.log" >&2 && return 1; }
  "$engine" import -q "$dir/programs.tar" "$programs_stand_in" >/dev/null
  rm -f "$dir/programs.tar"
}

# prepare_program SETTING IMAGE: the image, or else the stand-in by that setting of the compose file.
prepare_program() {
  have_image "$programs_stand_in" || have_or_pull "$2" || build_programs_image
  have_image "$2" || setting "$1" "$programs_stand_in"
}

prepare_images() {
  if ! have_or_pull "$keycloak_image"; then
    build_base_image
    say "Building a stand-in for $keycloak_image"
    rm -rf "$dir/keycloak"
    mkdir "$dir/keycloak"
    cp "$root/.ci/images/keycloak/Dockerfile" "$dir/keycloak/"
    (cd "$root" && mvn -B -q -pl providers dependency:unpack@unpack-keycloak \
      "-Dkeycloak.unpack.directory=$dir/keycloak" -Dmdep.overWriteReleases=true) >&2
    mv "$dir/keycloak/keycloak-$keycloak_version" "$dir/keycloak/keycloak"
    build_image "$keycloak_image" "$dir/keycloak"
    rm -rf "$dir/keycloak"
  fi
  if ! have_image "$postgres_stand_in" && ! have_or_pull "$postgres_image"; then
    build_base_image
    say "Building a stand-in for $postgres_image"
    build_image "$postgres_stand_in" "$root/.ci/images/postgres"
  fi
  have_image "$postgres_image" || setting POSTGRES_IMAGE "$postgres_stand_in"
  prepare_program HAPROXY_IMAGE "$haproxy_image"
  prepare_program PROMETHEUS_IMAGE "$prometheus_image"
}

stop_engine() {
  local file pid
  [ -f "$pid_file" ] || return 0
  # Without its helper, Testcontainers may leave containers behind.
  podman ps --all --quiet --filter label=org.testcontainers=true | xargs --no-run-if-empty podman rm --force >/dev/null 2>&1 || true
  for file in "$health_pid_file" "$pid_file"; do
    [ -f "$file" ] || continue
    pid=$(<"$file")
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    rm -f "$file"
  done
}

case $1 in
  up)
    trap '[ $? -eq 0 ] || stop_engine' EXIT
    start_engine
    find_compose
    prepare_images
    setting ENGINE "$engine"
    say "Ready"
    for setting in "${settings[@]}"; do
      printf 'export %s=%q\n' "${setting%%=*}" "${setting#*=}"
    done
    ;;
  down) stop_engine ;;
  *) echo "Usage: $0 up|down DIR" >&2 && exit 2 ;;
esac
