#!/bin/sh
# Prints the KeycloakRealmImport for keycloak.yaml, with the production realm as it is in realm-export/:
#   examples/kubernetes/realm-import.sh | kubectl create -f -
set -eu
realm=$(cat "$(dirname "$0")/../../realm-export/expensicat-realm.json")
cat <<JSON
{"apiVersion": "k8s.keycloak.org/v2beta1",
 "kind": "KeycloakRealmImport",
 "metadata": {"name": "expensicat"},
 "spec": {"keycloakCRName": "expensicat", "realm": $realm}}
JSON
