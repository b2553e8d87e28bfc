package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/**
 * Leads every method at the address for gateways to one and the same answer: they hand the method
 * of the request on that they ask about.
 */
@Provider
@PreMatching
public class MethodFilter implements ContainerRequestFilter {

  private static final String CHECK = Addresses.ROOT + '/' + Addresses.CHECK;

  @Override
  public void filter(ContainerRequestContext request) {
    if (CHECK.equals(Addresses.path(request.getUriInfo()))) {
      request.setMethod(HttpMethod.GET);
    }
  }
}
