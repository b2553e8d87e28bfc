package com.expensicat.keycloak.session.verification;

import com.expensicat.keycloak.organization.Organization;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.SessionKey;
import com.expensicat.keycloak.session.issuer.TrustedIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A session JWT whose signature and claims have been verified. Whether somebody revoked it, and
 * which user it stands for, is another question.
 *
 * @param issuerId the id of the identity provider that issued it
 * @param issuerAlias its alias
 * @param settings its settings
 * @param key the key that signed it
 * @param subject the person's id at the issuer
 * @param issuedAt seconds since the epoch
 * @param expiresAt seconds since the epoch
 * @param jti its id, where it has one
 * @param fingerprint hash of header and payload; the signature may be rewritten (ES256) and does
 *     not count
 * @param claims all claims
 */
public record VerifiedSession(
    String issuerId,
    String issuerAlias,
    IssuerSettings settings,
    SessionKey key,
    String subject,
    long issuedAt,
    long expiresAt,
    Optional<String> jti,
    String fingerprint,
    JsonNode claims) {

  /**
   * The claim of that name, which may have dots in it (RFC 7519 4.2); where there is none, the
   * member of an object that the name is the path of, such as {@code o.id}.
   *
   * @return a missing node if there is neither
   */
  static JsonNode claim(JsonNode claims, String name) {
    JsonNode found = claims.path(name);
    if (!found.isMissingNode() || name.indexOf('.') < 0) {
      return found;
    }
    found = claims;
    for (String member : name.split("\\.", -1)) {
      found = found.path(member);
    }
    return found;
  }

  /** A {@link #claim} that is a string with something in it. */
  public Optional<String> text(String name) {
    return Optional.of(claim(claims, name))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(value -> !value.isBlank());
  }

  /** The organisation, by the claim that the issuer's settings name. */
  public Optional<String> organization() {
    return text(settings.organizationClaim());
  }

  /** All organisations that the person may act for, as far as the issuer names them. */
  public List<Organization> organizations() {
    Stream<Organization> active =
        organization()
            .map(
                id ->
                    new Organization(
                        id, settings.organizationNameClaim().flatMap(this::text).orElse(id)))
            .stream();
    Stream<Organization> others =
        listOfOrganizations().stream()
            .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
            .flatMap(one -> organization(one).stream());
    return Stream.concat(active, others).toList();
  }

  /** Whether the issuer has a list of them, so that there is no other. */
  public boolean namesAllOrganizations() {
    return listOfOrganizations().isPresent();
  }

  private Optional<JsonNode> listOfOrganizations() {
    return settings.organizationsClaim().map(name -> claim(claims, name)).filter(JsonNode::isArray);
  }

  /** An id, or an object with {@code id} and {@code name}; empty for anything else. */
  private static Optional<Organization> organization(JsonNode one) {
    JsonNode id = one.isObject() ? one.path("id") : one;
    return id.isTextual() && !id.textValue().isBlank()
        ? Optional.of(new Organization(id.textValue(), one.path("name").asText(id.textValue())))
        : Optional.empty();
  }

  /** Whether an issuer is still as it was when it was found to have issued this session. */
  public boolean isStillOf(TrustedIssuer issuer) {
    return issuerId.equals(issuer.id())
        && settings.equals(issuer.settings())
        && issuer.keys().keys().contains(key);
  }

  /** Seconds for which this session could still be shown, clock skew included. */
  public long secondsLeft(long now) {
    return Math.max(1, expiresAt + settings.clockSkew() - now);
  }
}
