/**
 * Spring Security as a client that signs people in, and as an API that takes access tokens: what a
 * developer writes who follows its reference manual.
 */
package com.expensicat.keycloak.clients.spring;
