/**
 * The floor: rules that hold at every address of the realms that it covers, whatever policies,
 * attributes and switches an admin has set. Client policies may ask for more, never for less.
 */
package com.expensicat.keycloak.floor;
