#!/usr/bin/env bash
# Prints what the demand of docs/capacity.md needs, from measured figures. Needs a JDK 17 or newer.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
java=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d "${TMPDIR:-/tmp}/expensicat-capacity.XXXXXX")
trap 'rm -rf "$work"' EXIT

"${java}javac" -d "$work" "$root"/benchmarks/src/main/java/com/expensicat/keycloak/capacity/*.java || { echo "A JDK 17 or newer is needed." >&2 && exit 1; }
"${java}java" -cp "$work" com.expensicat.keycloak.capacity.CapacityRun "$root/benchmarks/capacity.tsv"
