/**
 * The table of the addresses under {@code /api/auth/oauth2}, and what they and Keycloak's own
 * addresses have in common: Keycloak's endpoints behind both, each with the pack's rules in front
 * of it.
 */
package com.expensicat.keycloak.endpoint;
