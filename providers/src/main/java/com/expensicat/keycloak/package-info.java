/** Expensicat Auth for Keycloak: what all packages of the pack share, its settings. */
package com.expensicat.keycloak;
