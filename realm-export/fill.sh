#!/usr/bin/env bash
# Prints the realm with its placeholders filled in from the environment, as Keycloak does where it
# imports a file: for the ways on which it does not (admin REST, the console, other tools).
set -euo pipefail
export LC_ALL=C

usage() {
  echo 'Usage: fill.sh [FILE]   (default: expensicat-realm.json beside this script)' >&2
  exit 2
}

[ $# -le 1 ] || usage
file=${1:-$(dirname "${BASH_SOURCE[0]}")/expensicat-realm.json}
[ -f "$file" ] || usage

# json TEXT: as it stands between quotes (RFC 8259 7).
json() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  text=${text//$'\t'/\\t}
  if [[ $text == *[[:cntrl:]]* ]]; then
    echo "fill.sh: $2 has a control character in it" >&2
    exit 2
  fi
  printf '%s' "$text"
}

place='^([^$]*(\$[^{$][^$]*)*)\$\{(EXPENSICAT_[A-Z_]+):([^}]*)\}(.*)$'
while IFS= read -r line || [ -n "$line" ]; do
  if [[ $line == *'${EXPENSICAT_'* ]]; then
    [[ $line =~ $place ]] || { echo "fill.sh: cannot read: $line" >&2 && exit 2; }
    name=${BASH_REMATCH[3]}
    value=$(json "${!name-${BASH_REMATCH[4]}}" "$name")
    line=${BASH_REMATCH[1]}$value${BASH_REMATCH[5]}
  fi
  printf '%s\n' "$line"
done <"$file"
