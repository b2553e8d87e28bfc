#!/usr/bin/env bash
# Prints where a running realm is not what the export says, one place a line, for a job of CI.
# Ends with 0 where there is none, 1 where there is any, 2 where it could not be asked.
set -euo pipefail

usage() {
  cat >&2 <<'USAGE'
Usage: difference.sh

Asks as the service account of a client; it is told by the environment:

  KEYCLOAK_URL            the server's address, https://id.example.com
  KEYCLOAK_CLIENT_ID      the client, which has a service account with the roles view-realm,
                          view-clients and view-identity-providers of the realm
  KEYCLOAK_CLIENT_SECRET  its secret
  KEYCLOAK_REALM          the realm to look at (default: expensicat)
  KEYCLOAK_LOGIN_REALM    the realm in which the client is (default: master)
USAGE
  exit 2
}

fail() {
  printf 'difference.sh: %s\n' "$*" >&2
  exit 2
}

[ $# -eq 0 ] || usage
[ -n "${KEYCLOAK_URL-}" ] && [ -n "${KEYCLOAK_CLIENT_ID-}" ] && [ -n "${KEYCLOAK_CLIENT_SECRET-}" ] || usage
realm=${KEYCLOAK_REALM:-expensicat}
login_realm=${KEYCLOAK_LOGIN_REALM:-master}

# quoted TEXT: as a value of curl's configuration, which comes by a pipe and is in no list of processes.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# ask OPTION...: the body of a good answer.
ask() { curl --silent --show-error --fail-with-body --max-time 60 --config - "$@"; }

answer=$(printf 'data-urlencode = %s\n' \
  "$(quoted "client_id=$KEYCLOAK_CLIENT_ID")" "$(quoted "client_secret=$KEYCLOAK_CLIENT_SECRET")" |
  ask --data grant_type=client_credentials \
    "${KEYCLOAK_URL%/}/realms/$login_realm/protocol/openid-connect/token") ||
  fail "no token: $answer"
[[ $answer =~ \"access_token\":\"([^\"]+)\" ]] || fail 'no token in the answer'

answer=$(printf 'header = %s\n' "$(quoted "Authorization: Bearer ${BASH_REMATCH[1]}")" |
  ask "${KEYCLOAK_URL%/}/admin/realms/$realm/expensicat/difference") ||
  fail "no answer: $answer"
case $answer in
  '[]') exit 0 ;;
  '[{"path":'*) ;;
  *) fail "not understood: $answer" ;;
esac
printf '%s\n' "${answer:1:-1}" | sed 's/},{"path":/}\n{"path":/g'
exit 1
