package com.expensicat.keycloak.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;
import org.keycloak.urls.UrlType;

/**
 * Adds to each error at the pack's addresses where the guide tells of it (RFC 6749 5.2), also to
 * one that only the {@link CommitFilter} has found.
 */
@Provider
@Priority(CommitFilter.PRIORITY - 1)
public class ErrorUriFilter implements ContainerResponseFilter {

  @Context KeycloakSession session;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (response.getEntity() instanceof OAuth2ErrorRepresentation error
        && error.getError() != null
        && Addresses.contains(Addresses.path(request))) {
      Map<String, String> said = new LinkedHashMap<>();
      said.put(OAuth2Constants.ERROR, error.getError());
      if (error.getErrorDescription() != null) {
        said.put(OAuth2Constants.ERROR_DESCRIPTION, error.getErrorDescription());
      }
      said.put(
          KnownErrors.URI_PARAMETER,
          KnownErrors.uri(
              session.getContext().getUri(UrlType.FRONTEND).getBaseUri(), error.getError()));
      response.setEntity(said, response.getEntityAnnotations(), response.getMediaType());
    }
  }
}
