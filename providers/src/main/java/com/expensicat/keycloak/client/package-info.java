/**
 * What marks a client: one of Keycloak's own, one of the house's, one that registered itself. The
 * ground that the rules stand on which treat clients differently.
 */
package com.expensicat.keycloak.client;
