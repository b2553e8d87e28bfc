/**
 * Who is asked for consent, and how: a person can give it in part, to each application and each
 * scope of the API.
 */
package com.expensicat.keycloak.consent;
