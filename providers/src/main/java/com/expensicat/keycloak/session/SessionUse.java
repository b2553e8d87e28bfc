package com.expensicat.keycloak.session;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import java.util.function.BiPredicate;

/** Something that is done with a session, and that the issuer's settings permit to some clients. */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state
public enum SessionUse {
  /** A decision about a request of its bearer; no client is asked for. */
  BEARER((settings, clientId) -> true),
  /** A resource server looks what is in it (RFC 7662). */
  INTROSPECTION(IssuerSettings::mayIntrospect),
  /** A client turns it into an access token (RFC 8693). */
  EXCHANGE(IssuerSettings::mayExchange),
  /** A client revokes it (RFC 7009). */
  REVOCATION(
      (settings, clientId) -> settings.mayIntrospect(clientId) || settings.mayExchange(clientId));

  private final BiPredicate<IssuerSettings, String> rule;

  SessionUse(BiPredicate<IssuerSettings, String> rule) {
    this.rule = rule;
  }

  boolean isPermitted(IssuerSettings settings, String clientId) {
    return rule.test(settings, clientId);
  }
}
