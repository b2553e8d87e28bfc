/** The issuers that the realm trusts, as identity providers: their settings and keys. */
package com.expensicat.keycloak.session.issuer;
