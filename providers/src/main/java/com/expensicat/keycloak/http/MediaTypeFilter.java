package com.expensicat.keycloak.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import org.keycloak.OAuthErrorException;

/**
 * Has a form be one in whatever case its media type is written (RFC 9110 8.3.1): Quarkus compares
 * the header letter by letter before it reads the form, and would leave it unread. And turns away,
 * below the pack's addresses, a {@code Content-Type} that is no media type, on which Quarkus would
 * fail with a 500 while it looks for a method.
 */
@Provider
@PreMatching
public class MediaTypeFilter implements ContainerRequestFilter {

  private static final String FORM = MediaType.APPLICATION_FORM_URLENCODED;

  @Context HttpServerRequest received;

  @Override
  public void filter(ContainerRequestContext request) {
    String contentType = request.getHeaderString(HttpHeaders.CONTENT_TYPE);
    if (contentType == null) {
      return;
    }
    String path = Addresses.path(request);
    if (isForm(contentType) && !contentType.startsWith(FORM) && CoveredPaths.contain(path)) {
      received.headers().set(HttpHeaders.CONTENT_TYPE, FORM + contentType.substring(FORM.length()));
    }
    if (Addresses.contains(path) && !Addresses.isCheck(path) && !isMediaType(contentType)) {
      request.abortWith(
          OAuthErrors.answer(
                  Response.Status.UNSUPPORTED_MEDIA_TYPE,
                  OAuthErrorException.INVALID_REQUEST,
                  "The Content-Type is not a media type")
              .build());
    }
  }

  private static boolean isForm(String contentType) {
    return contentType.regionMatches(true, 0, FORM, 0, FORM.length());
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
