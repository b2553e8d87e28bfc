package com.expensicat.keycloak.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;
import org.keycloak.OAuthErrorException;
import org.keycloak.services.ErrorResponseException;

/**
 * Turns larger bodies than anybody needs away, at the pack's addresses and at Keycloak's own of the
 * same realms, before anything of them is decoded or kept. Keycloak has no such limit of its own:
 * Quarkus takes 10 MiB, and 128 KiB for one parameter of a form (keycloak/keycloak#26330), decodes
 * all of it before it looks at the request, and a pushed request is kept as it came.
 */
@Provider
@PreMatching
public class BodyLimitFilter implements ContainerRequestFilter {

  /** Largest body, in bytes. */
  static final int LARGEST_BODY = 64 * 1024;

  private static final Set<String> WITH_BODY =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  @Override
  public void filter(ContainerRequestContext request) {
    if (!WITH_BODY.contains(request.getMethod())) {
      return;
    }
    String path = Addresses.path(request);
    if (!CoveredPaths.contain(path) || Addresses.isCheck(path)) {
      return;
    }
    String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      request.setEntityStream(new BoundedBody(request.getEntityStream()));
    } else if (Long.parseLong(length) > LARGEST_BODY) {
      request.abortWith(tooLarge().getResponse());
    }
  }

  /** The answer to a larger body. */
  static ErrorResponseException tooLarge() {
    return OAuthErrors.exception(
        Response.Status.REQUEST_ENTITY_TOO_LARGE,
        OAuthErrorException.INVALID_REQUEST,
        "The body is larger than %d KiB".formatted(LARGEST_BODY / 1024));
  }
}
