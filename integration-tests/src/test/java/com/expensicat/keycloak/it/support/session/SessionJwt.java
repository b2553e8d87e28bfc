package com.expensicat.keycloak.it.support.session;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A session JWT before it is signed. Immutable: each change is a copy.
 *
 * @param key what signs it, whatever the header says
 */
public record SessionJwt(ObjectNode header, ObjectNode claims, SigningKey key) {

  private static final long LIFETIME = 900;

  /** A good one with the claims that Better Auth gives, valid from now for 15 minutes. */
  public static SessionJwt of(String issuer, String subject, SigningKey key) {
    long now = Instant.now().getEpochSecond();
    ObjectNode claims = JsonNodeFactory.instance.objectNode();
    claims
        .put("iss", issuer)
        .put("aud", issuer)
        .put("sub", subject)
        .put("iat", now)
        .put("exp", now + LIFETIME)
        .put("email", TestIssuer.email(subject))
        .put("emailVerified", true)
        .put("name", TestIssuer.NAME)
        .put("id", subject)
        .put("createdAt", "2026-11-01T10:00:00.000Z")
        .put("updatedAt", "2026-11-01T10:00:00.000Z");
    return new SessionJwt(JsonNodeFactory.instance.objectNode(), claims, key).signedBy(key);
  }

  /** Signed by another key, with a header that says so. */
  public SessionJwt signedBy(SigningKey other) {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    said.put("alg", other.alg()).put("kid", other.kid());
    return new SessionJwt(said, claims, other);
  }

  public SessionJwt header(String name, Object value) {
    return new SessionJwt(with(header, name, value), claims, key);
  }

  public SessionJwt claim(String name, Object value) {
    return new SessionJwt(header, with(claims, name, value), key);
  }

  public SessionJwt withoutKid() {
    ObjectNode copy = header.deepCopy();
    copy.remove("kid");
    return new SessionJwt(copy, claims, key);
  }

  /** Without that claim. */
  public SessionJwt without(String name) {
    ObjectNode copy = claims.deepCopy();
    copy.remove(name);
    return new SessionJwt(header, copy, key);
  }

  public String subject() {
    return claims.path("sub").asText();
  }

  public long issuedAt() {
    return claims.path("iat").asLong();
  }

  /** Header, payload and signature in the compact serialization (RFC 7515 7.1). */
  public String compact() {
    return key.compact(Json.write(header), Json.write(claims));
  }

  private static ObjectNode with(ObjectNode object, String name, Object value) {
    ObjectNode copy = object.deepCopy();
    copy.set(name, Json.tree(value));
    return copy;
  }
}
