package com.expensicat.keycloak.session;

import java.util.List;
import java.util.Optional;
import org.keycloak.models.UserModel;
import org.keycloak.representations.IDToken;

/** A session JWT that stands for a user of the realm, here and now. */
public final class AcceptedSession {

  private final VerifiedSession verified;
  private final UserModel user;
  private final List<String> scopes;

  AcceptedSession(VerifiedSession verified, UserModel user, List<String> scopes) {
    this.verified = verified;
    this.user = user;
    this.scopes = List.copyOf(scopes);
  }

  /** The user of the realm. */
  public UserModel user() {
    return user;
  }

  /** The scopes it stands for, in the order of the catalog. */
  public List<String> scopes() {
    return scopes;
  }

  /** The person's id at the issuer. */
  public String subject() {
    return verified.subject();
  }

  /** The {@code iss} of the session JWT. */
  public String issuer() {
    return verified.settings().issuer();
  }

  /** The alias of the identity provider that the issuer is. */
  public String issuerAlias() {
    return verified.issuerAlias();
  }

  /** Ids of the clients that the issuer lets introspect it. */
  public List<String> audience() {
    return verified.settings().introspectionClients().stream().sorted().toList();
  }

  /** The organisation, by the claim that the issuer's settings name. */
  public Optional<String> organization() {
    return verified.text(verified.settings().organizationClaim());
  }

  /** Seconds since the epoch. */
  public long issuedAt() {
    return verified.issuedAt();
  }

  /** Seconds since the epoch. */
  public long expiresAt() {
    return verified.expiresAt();
  }

  /** The {@code jti}, where it has one. */
  public Optional<String> id() {
    return verified.jti();
  }

  /** The person's name, as the session JWT has it. */
  public Optional<String> name() {
    return verified.text(IDToken.NAME);
  }

  VerifiedSession verified() {
    return verified;
  }
}
