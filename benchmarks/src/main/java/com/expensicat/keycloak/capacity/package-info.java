/**
 * What many people and applications need, computed from measured figures and tried by a simulation.
 */
package com.expensicat.keycloak.capacity;
