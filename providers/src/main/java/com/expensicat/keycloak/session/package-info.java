/**
 * Session JWTs: the issuers that the realm trusts, as identity providers; their verification; the
 * users they lead to; and what Keycloak does with them at introspection, sign-in and exchange.
 */
package com.expensicat.keycloak.session;
