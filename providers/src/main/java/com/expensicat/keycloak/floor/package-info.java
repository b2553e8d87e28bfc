/**
 * The floor: rules that hold at every address of the realms that it covers, whatever policies,
 * attributes and switches an admin has set. Client policies may ask for more, never for less. What
 * an authorization request must be, which redirect URIs match, which grants are offered and which
 * resources may be named is each one class.
 */
package com.expensicat.keycloak.floor;
