#!/bin/bash
# The part of the official image's entry point that the compose file relies on: an empty data
# folder becomes a database POSTGRES_DB, owned by POSTGRES_USER with the password in POSTGRES_PASSWORD_FILE.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  initdb --username="$user" --pwfile="${POSTGRES_PASSWORD_FILE:?}" --auth-local=trust \
    --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE \"${POSTGRES_DB:-$user}\"" | postgres --single -j postgres >/dev/null
fi

exec "$@" -c listen_addresses='*'
