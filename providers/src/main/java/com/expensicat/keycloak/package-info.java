/**
 * Expensicat Auth for Keycloak: what all rooms of the pack share, its settings and where it is at
 * work, what its factories do alike, and what it needs of a realm and a user.
 */
package com.expensicat.keycloak;
