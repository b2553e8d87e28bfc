/**
 * The organisation that a person acts for: which one a sign-in and a grant are for, and what has
 * been granted for each.
 */
package com.expensicat.keycloak.organization;
