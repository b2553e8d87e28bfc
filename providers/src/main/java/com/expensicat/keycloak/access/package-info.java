/**
 * What people learn of the applications that have access to their account.
 */
package com.expensicat.keycloak.access;
