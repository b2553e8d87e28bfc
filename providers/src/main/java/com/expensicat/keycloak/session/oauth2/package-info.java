/** Session JWTs at introspection (RFC 7662) and token exchange (RFC 8693). */
package com.expensicat.keycloak.session.oauth2;
