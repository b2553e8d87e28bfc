/** Consent that a person can give in part, to each application and each scope of the API. */
package com.expensicat.keycloak.consent;
