/**
 * What people learn of the applications that have access to their account: in the account console
 * and by mail.
 */
package com.expensicat.keycloak.access;
