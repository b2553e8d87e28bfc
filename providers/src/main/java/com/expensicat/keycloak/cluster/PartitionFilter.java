package com.expensicat.keycloak.cluster;

import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.http.CoveredPaths;
import com.expensicat.keycloak.http.Unavailable;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import org.keycloak.models.KeycloakSession;

/** Answers 503 to all that comes to a node which is cut off from the others. */
@Provider
@PreMatching
public class PartitionFilter implements ContainerRequestFilter {

  @Context KeycloakSession session;

  @Override
  public void filter(ContainerRequestContext request) {
    if (Partition.isCutOff() && CoveredPaths.contain(Addresses.path(request))) {
      request.abortWith(Unavailable.answer(session));
    }
  }
}
