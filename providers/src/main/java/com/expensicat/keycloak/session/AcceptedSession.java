package com.expensicat.keycloak.session;

import com.expensicat.keycloak.session.verification.VerifiedSession;
import java.util.List;
import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.UserModel;
import org.keycloak.representations.IDToken;

/**
 * A session JWT that stands for a user of the realm, here and now.
 *
 * @param verified the session JWT
 * @param user the user of the realm
 * @param scopes the scopes it stands for, in the order of the catalog
 */
public record AcceptedSession(VerifiedSession verified, UserModel user, List<String> scopes) {

  public AcceptedSession {
    scopes = List.copyOf(scopes);
  }

  /** Tells an event whose session it is. */
  public void tell(EventBuilder event) {
    event.detail(Details.IDENTITY_PROVIDER, verified.issuerAlias()).user(user);
  }

  /** The person's id at the issuer. */
  public String subject() {
    return verified.subject();
  }

  /** The person's name, as the session JWT has it. */
  public Optional<String> name() {
    return verified.text(IDToken.NAME);
  }

  /** The organisation, by the claim that the issuer's settings name. */
  public Optional<String> organization() {
    return verified.organization();
  }
}
