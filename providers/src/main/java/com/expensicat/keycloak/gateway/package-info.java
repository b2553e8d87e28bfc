/**
 * One decision for a gateway that stands in front of the API (nginx {@code auth_request}, Traefik
 * ForwardAuth, Caddy): whose request it is, and what that one may do.
 */
package com.expensicat.keycloak.gateway;
