/**
 * How a client proves itself at the addresses that only clients send requests to: by its secret
 * (RFC 6749 2.3.1) or by a JWT (RFC 7523 2.2), each in the place of Keycloak's authenticator of the
 * same id.
 */
package com.expensicat.keycloak.clientauth;
