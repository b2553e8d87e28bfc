package com.expensicat.keycloak.session.issuer;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpStatus;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.keycloak.connections.httpclient.HttpClientProvider;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.jose.jwk.JSONWebKeySet;
import org.keycloak.jose.jwk.JWK;
import org.keycloak.models.KeycloakSession;
import org.keycloak.util.JWKSUtils;
import org.keycloak.util.JsonSerialization;

/** JWK sets (RFC 7517 5), read and fetched with care. */
final class JwkSet {

  /** Largest set, in bytes. */
  private static final int LARGEST = 256 * 1024;

  /** For how long an issuer may keep the server waiting, in milliseconds. */
  private static final int TIMEOUT = 3000;

  private static final RequestConfig REQUEST =
      RequestConfig.custom()
          .setRedirectsEnabled(false)
          .setConnectTimeout(TIMEOUT)
          .setConnectionRequestTimeout(TIMEOUT)
          .setSocketTimeout(TIMEOUT)
          .build();

  private JwkSet() {}

  /**
   * The public keys of a set that may sign; keys of unknown types are left out (RFC 7517 5).
   *
   * @throws IOException if it is no JWK set, has no such key, or gives a private key away
   */
  @SuppressWarnings("deprecation") // JWKSUtils itself takes nothing else
  static List<KeyWrapper> read(byte[] json) throws IOException {
    JSONWebKeySet set = JsonSerialization.readValue(json, JSONWebKeySet.class);
    if (set == null
        || set.getKeys() == null
        || Arrays.stream(set.getKeys()).anyMatch(Objects::isNull)) {
      throw new IOException("not a JWK set");
    }
    if (Arrays.stream(set.getKeys()).anyMatch(key -> key.getOtherClaims().containsKey("d"))) {
      throw new IOException("a private key is in it");
    }
    List<KeyWrapper> keys = JWKSUtils.getKeyWrappersForUse(set, JWK.Use.SIG, true).getKeys();
    if (keys.isEmpty()) {
      throw new IOException("no key in it that could sign");
    }
    return keys;
  }

  /**
   * Fetches a set through Keycloak's HTTP client; redirects are not followed.
   *
   * @throws IOException if it cannot be had in time, or is none
   */
  static List<KeyWrapper> fetch(KeycloakSession session, String url) throws IOException {
    HttpGet request = new HttpGet(url);
    request.setConfig(REQUEST);
    request.setHeader("Accept", "application/jwk-set+json, application/json");
    try (CloseableHttpResponse response =
        session.getProvider(HttpClientProvider.class).getHttpClient().execute(request)) {
      int status = response.getStatusLine().getStatusCode();
      if (status != HttpStatus.SC_OK || response.getEntity() == null) {
        throw new IOException("status " + status);
      }
      try (InputStream body = response.getEntity().getContent()) {
        return read(bounded(body));
      }
    } finally {
      request.abort();
    }
  }

  /** Why a set is none or cannot be had, in one line that quotes nothing of the document. */
  static String problem(Exception e) {
    return e instanceof JsonProcessingException ? "not a JWK set" : String.valueOf(e.getMessage());
  }

  private static byte[] bounded(InputStream body) throws IOException {
    long started = System.nanoTime();
    byte[] buffer = new byte[LARGEST + 1];
    int length = 0;
    while (length < buffer.length) {
      int read = body.read(buffer, length, buffer.length - length);
      if (read < 0) {
        return Arrays.copyOf(buffer, length);
      }
      length += read;
      if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started) > TIMEOUT) {
        throw new IOException("too slow");
      }
    }
    throw new IOException("larger than " + LARGEST + " bytes");
  }
}
