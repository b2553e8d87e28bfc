package com.expensicat.keycloak.it.support.oauth;

import com.expensicat.keycloak.it.support.http.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import java.net.URI;
import java.security.interfaces.ECPublicKey;

/** A key that a client binds its tokens to (RFC 9449), with Nimbus to make the good proofs. */
public record DPoPKey(SigningKey key) {

  public static DPoPKey random() {
    return new DPoPKey(SigningKey.es256("of a client"));
  }

  /** {@code jkt}, the thumbprint of RFC 7638. */
  public String thumbprint() {
    try {
      return ecKey().computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A proof for a request without a token. */
  public String proof(String method, URI uri) {
    try {
      return factory().createDPoPJWT(method, uri).serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A proof for a request that shows an access token. */
  public String proof(String method, URI uri, String accessToken) {
    try {
      return factory().createDPoPJWT(method, uri, new DPoPAccessToken(accessToken)).serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private DefaultDPoPProofFactory factory() throws JOSEException {
    return new DefaultDPoPProofFactory(ecKey(), JWSAlgorithm.ES256);
  }

  /** The key as a JWK, the private part too. */
  public JsonNode privateJwk() {
    return Json.read(ecKey().toJSONString()).orElseThrow();
  }

  public ObjectNode publicJwk() {
    return (ObjectNode) Json.read(ecKey().toPublicJWK().toJSONString()).orElseThrow();
  }

  private ECKey ecKey() {
    return new ECKey.Builder(Curve.P_256, (ECPublicKey) key.pair().getPublic())
        .privateKey(key.pair().getPrivate())
        .build();
  }
}
