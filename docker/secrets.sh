#!/usr/bin/env bash
# Makes what is missing in secrets/: random passwords, and a certificate for trying, signed by itself.
#
#   docker/secrets.sh [HOST...]     names of the server, localhost unless there are some
#
# A certificate of your own goes there as tls.crt, with its chain, and tls.key. Containers of several users read the files,
# so on the machine it is the folder that keeps others out.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p secrets
chmod 700 secrets
cd secrets

for password in database-password admin-password grafana-password; do
  [ -s $password ] || openssl rand -hex 24 | tr -d '\n' >$password
done
if [ ! -s tls.crt ] || [ ! -s tls.key ]; then
  [ $# -gt 0 ] || set -- localhost
  names=$(printf ',DNS:%s' "$@")
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=$1" \
    -addext "subjectAltName=${names#,}" -keyout tls.key -out tls.crt 2>/dev/null
fi
chmod 444 -- *
