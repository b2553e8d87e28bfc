/**
 * Session JWTs: the way of one through the realm, whoever shows it, and all that the rest of the
 * pack knows of it. The rooms below are built upon each other in this order: {@code issuer}, {@code
 * verification}, {@code user}, this one, {@code oauth2}, {@code signin}.
 */
package com.expensicat.keycloak.session;
