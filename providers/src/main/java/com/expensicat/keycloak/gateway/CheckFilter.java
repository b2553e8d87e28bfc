package com.expensicat.keycloak.gateway;

import com.expensicat.keycloak.http.Addresses;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/**
 * Leads every request at the address for gateways to one and the same answer: they hand method and
 * headers of the request on that they ask about, but not its body, and Keycloak's filters fail with
 * a 500 on a {@code Content-Type} that is none.
 */
@Provider
@PreMatching
public class CheckFilter implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    if (Addresses.isCheck(Addresses.path(request))) {
      request.setMethod(HttpMethod.GET);
      request.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
    }
  }
}
