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

fail() {
  printf 'fill.sh: %s\n' "$*" >&2
  exit 2
}

# json TEXT: as it stands between quotes (RFC 8259 7).
json() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  text=${text//$'\t'/\\t}
  [[ $text != *[[:cntrl:]]* ]] || fail "a value has a control character in it"
  printf '%s' "$text"
}

while IFS= read -r line || [ -n "$line" ]; do
  filled=
  while [[ $line == *'${EXPENSICAT_'* ]]; do
    before=${line%%'${EXPENSICAT_'*}
    place=${line#"$before"'${'}
    line=${place#*\}}
    place=${place%%\}*}
    name=${place%%:*}
    [[ $name =~ ^[A-Z_]+$ ]] || fail "cannot read the placeholder $name"
    [[ $place == *:* || -n ${!name+set} ]] || fail "$name is not set"
    filled+=$before$(json "${!name-${place#*:}}")
  done
  printf '%s\n' "$filled$line"
done <"$file"
