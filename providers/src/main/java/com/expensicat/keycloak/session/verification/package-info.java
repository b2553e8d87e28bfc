/** Whether a session JWT is good: what it says, by whom, and whether it still counts. */
package com.expensicat.keycloak.session.verification;
