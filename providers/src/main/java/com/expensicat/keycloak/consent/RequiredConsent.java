package com.expensicat.keycloak.consent;

import static com.expensicat.keycloak.database.ClientSearch.hasAttribute;

import com.expensicat.keycloak.client.FirstParty;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;

/**
 * Who is asked for consent: everybody, for each application that an admin has not marked
 * first-party, also where it asks for no scope at all. Keycloak asks where a client is set so.
 */
public final class RequiredConsent {

  /** Consent text for the client itself, which makes the page appear where no scope does. */
  private static final String IDENTITY_CONSENT_TEXT = "${expensicatIdentityConsentText}";

  private static final String IS_DUE =
      "not " + hasAttribute(FirstParty.ATTRIBUTE, "lower(a.value) = 'true'");

  /** The condition that nobody would be asked for an application (see {@code ClientSearch}). */
  public static final String IS_MISSING = "c.consentRequired = false and " + IS_DUE;

  /** The condition that {@link #set} changes an application. */
  public static final String DIFFERS =
      Stream.of(
              "c.consentRequired = false",
              "not " + hasAttribute(ClientScopeModel.DISPLAY_ON_CONSENT_SCREEN, "a.value = 'true'"),
              "not " + hasAttribute(ClientScopeModel.CONSENT_SCREEN_TEXT, "a.value is not null"))
          .map(lack -> IS_DUE + " and " + lack)
          .collect(Collectors.joining(" or "));

  private RequiredConsent() {}

  /** Whether people are to be asked for an application, and would not be. */
  public static boolean isMissing(ClientModel client) {
    return !client.isConsentRequired() && !FirstParty.isMarked(client.getAttributes());
  }

  /** Has people be asked for an application; writes nothing where nothing differs. */
  public static void set(ClientModel client) {
    if (FirstParty.isMarked(client.getAttributes())) {
      return;
    }
    if (!client.isConsentRequired()) {
      client.setConsentRequired(true);
    }
    if (!"true".equals(client.getAttribute(ClientScopeModel.DISPLAY_ON_CONSENT_SCREEN))) {
      client.setAttribute(ClientScopeModel.DISPLAY_ON_CONSENT_SCREEN, "true");
    }
    if (client.getAttribute(ClientScopeModel.CONSENT_SCREEN_TEXT) == null) {
      client.setConsentScreenText(IDENTITY_CONSENT_TEXT);
    }
  }
}
