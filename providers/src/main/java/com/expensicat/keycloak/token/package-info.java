/** The form of the tokens that the pack's realm issues, and what introspection says of them. */
package com.expensicat.keycloak.token;
