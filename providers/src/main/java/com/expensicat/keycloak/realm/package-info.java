/**
 * What keeps the pack's realm as the pack needs it: at the server's start, when the realm is made
 * or imported, and whenever a client is saved.
 */
package com.expensicat.keycloak.realm;
