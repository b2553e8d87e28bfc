package com.expensicat.keycloak.organization;

import java.util.Optional;
import java.util.function.Predicate;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;

/**
 * The organisation that a person acts for. It is part of a grant, in which it never changes; a
 * browser's session knows that of the last sign-in alone.
 */
public final class ActiveOrganization {

  /** The note of a user session that holds the one of the last sign-in; empty for none. */
  public static final String NOTE = "expensicat.org";

  private static final String ATTRIBUTE = ActiveOrganization.class.getName();

  private ActiveOrganization() {}

  /**
   * Says for which organisation this session's request issues tokens.
   *
   * @param organization its id; empty for none
   */
  public static void fix(KeycloakSession session, String organization) {
    session.setAttribute(ATTRIBUTE, organization);
  }

  /** The one that was fixed for this session's request, else that of the last sign-in. */
  public static Optional<String> of(KeycloakSession session, UserSessionModel userSession) {
    return Optional.ofNullable(session.getAttributeOrDefault(ATTRIBUTE, userSession.getNote(NOTE)))
        .filter(Predicate.not(String::isEmpty));
  }
}
