package com.expensicat.keycloak.it.support.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;

/**
 * An application, or a resource server, that calls the addresses behind the browser: it has no
 * cookies, and sends the same headers with each request.
 */
public record TokenClient(Parameters headers) {

  /** A public client: it names itself in the body. */
  public static TokenClient anonymous() {
    return new TokenClient(Parameters.of());
  }

  /** A confidential client with {@code client_secret_basic} (RFC 6749 2.3.1). */
  public static TokenClient basic(String clientId, String clientSecret) {
    String credentials =
        URLEncoder.encode(clientId, UTF_8) + ':' + URLEncoder.encode(clientSecret, UTF_8);
    return anonymous()
        .header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
  }

  /** The holder of a token (RFC 6750 2.1). */
  public static TokenClient bearer(String token) {
    return anonymous().header("Authorization", "Bearer " + token);
  }

  /** One header more; a name may repeat. */
  public TokenClient header(String name, String value) {
    return new TokenClient(headers.and(name, value));
  }

  public Answer post(URI uri, BodyKind kind, Parameters parameters) {
    return send("POST", uri, kind.mediaType(), kind.body(parameters));
  }

  /** A POST of a form. */
  public Answer post(URI uri, Parameters parameters) {
    return post(uri, BodyKind.FORM, parameters);
  }

  public Answer get(URI uri) {
    return send("GET", uri);
  }

  /** A request without a body. */
  public Answer send(String method, URI uri) {
    return send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()));
  }

  /** A request with this body, however wrong it may be for its media type. */
  public Answer send(String method, URI uri, String mediaType, String body) {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", mediaType)
            .method(method, BodyPublishers.ofString(body)));
  }

  /** The same without a declared length, in chunks (RFC 9112 7.1). */
  public Answer sendInChunks(String method, URI uri, String mediaType, String body) {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", mediaType)
            .method(method, BodyPublishers.fromPublisher(BodyPublishers.ofString(body))));
  }

  private Answer send(HttpRequest.Builder request) {
    headers.list().forEach(header -> request.header(header.name(), header.value()));
    return UserAgent.send(request);
  }
}
