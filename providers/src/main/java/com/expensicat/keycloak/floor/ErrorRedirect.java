package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.http.KnownErrors;
import jakarta.ws.rs.core.Response;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.utils.OIDCRedirectUriBuilder;
import org.keycloak.protocol.oidc.utils.OIDCResponseMode;
import org.keycloak.services.Urls;
import org.keycloak.urls.UrlType;

/** The redirect that tells a client of an error (RFC 6749 4.1.2.1, RFC 9207 2). */
public final class ErrorRedirect {

  private ErrorRedirect() {}

  /**
   * Makes the redirect.
   *
   * @param redirectUri a URI that the client has registered
   * @param error the error code
   * @param description for developers, in the characters of RFC 6749 4.1.2.1
   * @param state the request's {@code state}, or null
   */
  public static Response to(
      KeycloakSession session,
      String redirectUri,
      OIDCResponseMode responseMode,
      String error,
      String description,
      String state) {
    OIDCRedirectUriBuilder redirect =
        OIDCRedirectUriBuilder.fromUri(redirectUri, responseMode, JarmSession.of(session), null)
            .addParam(OAuth2Constants.ERROR, error)
            .addParam(OAuth2Constants.ERROR_DESCRIPTION, description)
            .addParam(
                KnownErrors.URI_PARAMETER,
                KnownErrors.uri(session.getContext().getUri(UrlType.FRONTEND).getBaseUri(), error));
    if (state != null) {
      redirect.addParam(OAuth2Constants.STATE, state);
    }
    return redirect
        .addParam(
            OAuth2Constants.ISSUER,
            Urls.realmIssuer(
                session.getContext().getUri().getBaseUri(),
                session.getContext().getRealm().getName()))
        .build();
  }
}
