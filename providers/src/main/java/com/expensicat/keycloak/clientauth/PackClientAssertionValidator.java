package com.expensicat.keycloak.clientauth;

import com.expensicat.keycloak.http.Addresses;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.authenticators.client.ClientAssertionState;
import org.keycloak.authentication.authenticators.client.ClientAuthUtil;
import org.keycloak.authentication.authenticators.client.JWTClientValidator;
import org.keycloak.representations.JsonWebToken;

/**
 * Keycloak's checks of the JWT by which a client authenticates (RFC 7523 2.2, 3), which also take
 * those addresses of the pack as {@code aud} that a client authenticates at. Keycloak knows its own
 * only, none of which the metadata names; and it logs a stack trace for each JWT that is not good.
 */
final class PackClientAssertionValidator extends JWTClientValidator {

  private static final Logger logger = Logger.getLogger(PackClientAssertionValidator.class);

  private static final List<String> OPERATIONS =
      List.of(Addresses.TOKEN, Addresses.INTROSPECT, Addresses.REVOKE, Addresses.PAR);

  private final boolean symmetric;

  private PackClientAssertionValidator(
      ClientAuthenticationFlowContext context,
      SignatureValidator signature,
      String authenticatorId,
      boolean symmetric)
      throws Exception {
    super(context, signature, authenticatorId);
    this.symmetric = symmetric;
  }

  /**
   * Authenticates the client of a request, or tells the context that it does not.
   *
   * @param authenticatorId the authenticator that a client must be set to
   * @param signature the authenticator's check of the signature
   * @param symmetric whether the signature is made with the client's secret
   */
  static void authenticate(
      ClientAuthenticationFlowContext context,
      String authenticatorId,
      SignatureValidator signature,
      boolean symmetric) {
    context.attempted();
    try {
      ClientAssertionState state = state(context);
      JsonWebToken jwt = state.getToken();
      if (jwt != null && !isOfTheClientItself(jwt)) {
        return; // what a third party says of a client is for another authenticator
      }
      if (jwt != null && state.getClient() == null) {
        state.setClient(context.getRealm().getClientByClientId(jwt.getSubject()));
      }
      if (new PackClientAssertionValidator(context, signature, authenticatorId, symmetric)
          .validate()) {
        context.success();
      }
    } catch (Exception e) {
      logger.debug("A client assertion is not good", e);
      context.failure(
          AuthenticationFlowError.INVALID_CLIENT_CREDENTIALS,
          ClientAuthUtil.errorResponse(
              Response.Status.BAD_REQUEST.getStatusCode(),
              OAuthErrorException.INVALID_CLIENT,
              "The client assertion is not valid"));
    }
  }

  private static boolean isOfTheClientItself(JsonWebToken jwt) {
    return jwt.getIssuer() != null && jwt.getIssuer().equals(jwt.getSubject());
  }

  /**
   * What an authenticator knows of the JWT of the request, which is read where it is not yet. What
   * is no JWT, or one of this type that names nobody, counts as none.
   */
  static ClientAssertionState state(ClientAuthenticationFlowContext context) {
    try {
      return context.getState(ClientAssertionState.class, PackClientAssertionValidator::read);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClientAssertionState read(ClientAuthenticationFlowContext context) {
    try {
      ClientAssertionState state = ClientAssertionState.supplier().get(context);
      JsonWebToken jwt = state.getToken();
      boolean isOtherType =
          !OAuth2Constants.CLIENT_ASSERTION_TYPE_JWT.equals(state.getClientAssertionType());
      if (jwt != null && (isOtherType || (jwt.getIssuer() != null && jwt.getSubject() != null))) {
        return state;
      }
    } catch (Exception e) {
      logger.debug("A client assertion cannot be read", e);
    }
    return new ClientAssertionState(null, null, null, null);
  }

  @Override
  protected boolean validateClientAssertionParameters() {
    return getClientAssertion() == null
        ? failure("The client assertion is missing, or not a JWT with iss and sub")
        : super.validateClientAssertionParameters();
  }

  @Override
  protected boolean isSymmetricAlgorithmAllowed() {
    return symmetric;
  }

  @Override
  protected List<String> getExpectedAudiences() {
    URI base = context.getUriInfo().getBaseUri();
    List<String> audiences = new ArrayList<>(super.getExpectedAudiences());
    OPERATIONS.forEach(operation -> audiences.add(Addresses.of(base, operation)));
    return audiences;
  }
}
