/**
 * The addresses under {@code /api/auth/oauth2}, and what they and Keycloak's own addresses have in
 * common: the same reading of requests and the same answers, with Keycloak's endpoints behind both.
 */
package com.expensicat.keycloak.endpoint;
