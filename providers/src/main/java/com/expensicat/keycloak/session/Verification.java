package com.expensicat.keycloak.session;

import java.util.Optional;

/** What the {@link SessionVerifier} says of a token. */
sealed interface Verification {

  /** The alias of the trusted issuer that the token names, where it came that far. */
  Optional<String> issuerAlias();

  /** All rules of the token itself are kept. */
  record Verified(VerifiedSession session) implements Verification {
    @Override
    public Optional<String> issuerAlias() {
      return Optional.of(session.issuerAlias());
    }
  }

  /** One is not. */
  record Refused(RefusalReason reason, Optional<String> issuerAlias) implements Verification {}
}
