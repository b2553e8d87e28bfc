#!/bin/sh
# Prints the KeycloakRealmImport for keycloak.yaml, with the production realm of realm-export/, filled in from the environment:
#   EXPENSICAT_DISPLAY_NAME=Staging examples/kubernetes/realm-import.sh | kubectl create -f -
set -eu
# Kubernetes takes no text for a number or a boolean.
realm=$("$(dirname "$0")/../../realm-export/fill.sh" |
  sed -E 's/"(verifyEmail|resetPasswordAllowed|organizationsEnabled|failureFactor|maxFailureWaitSeconds|enabled)": "(true|false|[0-9]+)"/"\1": \2/')
cat <<JSON
{"apiVersion": "k8s.keycloak.org/v2beta1",
 "kind": "KeycloakRealmImport",
 "metadata": {"name": "expensicat"},
 "spec": {"keycloakCRName": "expensicat", "realm": $realm}}
JSON
