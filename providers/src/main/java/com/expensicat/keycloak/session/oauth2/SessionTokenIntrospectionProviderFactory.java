package com.expensicat.keycloak.session.oauth2;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.http.Unavailable;
import com.expensicat.keycloak.session.AcceptedSession;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.SessionUse;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.verification.VerifiedSession;
import com.expensicat.keycloak.token.PersonClaims;
import com.expensicat.keycloak.token.TokenUse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.OAuth2Constants;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.protocol.oidc.TokenIntrospectionProviderFactory;
import org.keycloak.services.Urls;

/**
 * Introspection of session JWTs (RFC 7662), for the clients that the issuer's settings name.
 * Whatever is wrong with a token, the answer is no more than that it is not active.
 */
public class SessionTokenIntrospectionProviderFactory
    implements TokenIntrospectionProviderFactory, PackProviderFactory<TokenIntrospectionProvider> {

  @Override
  public String getId() {
    return IssuerSettings.PROVIDER_ID;
  }

  @Override
  public TokenIntrospectionProvider create(KeycloakSession session) {
    return new Provider(session);
  }

  private record Provider(KeycloakSession session) implements TokenIntrospectionProvider {

    @Override
    public Response introspect(String token, EventBuilder event) {
      try {
        return answer(token, event);
      } catch (RuntimeException e) {
        // Of any other exception Keycloak says that the request is wrong.
        throw Unavailable.isWhy(e) ? Unavailable.exception(Unavailable.root(e)) : e;
      }
    }

    private Response answer(String token, EventBuilder event) {
      return session
          .getProvider(SessionJwtProvider.class)
          .accept(
              token,
              SessionUse.INTROSPECTION,
              session.getContext().getClient().getClientId(),
              () -> event)
          .onAccepted(accepted -> accepted.tell(event))
          .map(this::describe)
          .onAccepted(description -> event.success())
          .either(
              Provider::json,
              reason ->
                  reason.isUndecided()
                      ? Unavailable.answer(session)
                      : json(Map.of("active", false)));
    }

    private static Response json(Map<String, Object> answer) {
      return Response.ok(answer, MediaType.APPLICATION_JSON_TYPE).build();
    }

    private Map<String, Object> describe(AcceptedSession accepted) {
      RealmModel realm = session.getContext().getRealm();
      VerifiedSession verified = accepted.verified();
      List<String> audience = verified.settings().introspectionClients().stream().sorted().toList();
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("active", true);
      answer.put("sub", accepted.user().getId());
      answer.put("username", accepted.user().getUsername());
      if (!accepted.scopes().isEmpty()) {
        answer.put(OAuth2Constants.SCOPE, String.join(" ", accepted.scopes()));
      }
      answer.put(
          OAuth2Constants.ISSUER,
          Urls.realmIssuer(session.getContext().getUri().getBaseUri(), realm.getName()));
      answer.put("session_iss", verified.settings().issuer());
      answer.put("iat", verified.issuedAt());
      answer.put("exp", verified.expiresAt());
      answer.put("aud", audience.size() == 1 ? audience.get(0) : audience);
      answer.put(TokenUse.CLAIM, TokenUse.SESSION);
      answer.put(PersonClaims.SUBJECT, accepted.subject());
      accepted
          .organization()
          .ifPresent(organization -> answer.put(PersonClaims.ORGANIZATION, organization));
      verified.jti().ifPresent(jti -> answer.put("jti", jti));
      return answer;
    }

    @Override
    public void close() {}
  }
}
