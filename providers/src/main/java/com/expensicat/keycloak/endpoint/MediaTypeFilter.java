package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import org.keycloak.OAuthErrorException;

/**
 * Turns away, below the pack's addresses, a {@code Content-Type} that is no media type, on which
 * Quarkus would fail with a 500 while it looks for a method.
 */
@Provider
@PreMatching
public class MediaTypeFilter implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    String contentType = request.getHeaderString(HttpHeaders.CONTENT_TYPE);
    String path = Addresses.path(request.getUriInfo());
    if (contentType != null
        && Addresses.contains(path)
        && !Addresses.isCheck(path)
        && !isMediaType(contentType)) {
      request.abortWith(
          OAuthErrors.answer(
                  Response.Status.UNSUPPORTED_MEDIA_TYPE,
                  OAuthErrorException.INVALID_REQUEST,
                  "The Content-Type is not a media type")
              .build());
    }
  }

  private static boolean isMediaType(String contentType) {
    try {
      MediaType.valueOf(contentType);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
