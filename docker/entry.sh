#!/bin/bash
# kc.sh with secrets from files, which Keycloak's environment does not know: KC_DB_PASSWORD_FILE names the file that holds
# KC_DB_PASSWORD, and KC_BOOTSTRAP_ADMIN_PASSWORD_FILE likewise.
set -euo pipefail
for secret in KC_DB_PASSWORD KC_BOOTSTRAP_ADMIN_PASSWORD; do
  file=${secret}_FILE
  if [ -n "${!file:-}" ]; then
    export "$secret=$(<"${!file}")"
    unset "$file"
  fi
done
exec /opt/keycloak/bin/kc.sh "$@"
