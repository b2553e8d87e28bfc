/** Starts servers on databases with many clients, with the pack and without, and tells how fast. */
package com.expensicat.keycloak.start;
