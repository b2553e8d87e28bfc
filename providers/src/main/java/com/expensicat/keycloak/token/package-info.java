/**
 * What the tokens of the pack's realm carry, {@code aud} and claims, and what introspection says of
 * them.
 */
package com.expensicat.keycloak.token;
