/**
 * What an application may be made to do for the scopes that are worth most: bind its tokens to a
 * key (RFC 9449), push its authorization requests (RFC 9126). A client policy applies it.
 */
package com.expensicat.keycloak.constraint;
