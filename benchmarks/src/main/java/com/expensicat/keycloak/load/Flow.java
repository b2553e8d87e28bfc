package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The authorization code flow (RFC 6749 4.1, RFC 7636) of a person who is signed in and has
 * consented: authorization request, code, tokens.
 */
final class Flow implements Work {

  private static final int MOST_HOPS = 5; // between addresses of the server itself
  private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

  private final Endpoints endpoints;
  private final Map<String, String> cookies;
  private final String scope;
  private final boolean json;
  private String verifier = "";
  private boolean isRedeeming;
  private int hops;
  private Optional<byte[]> pending = Optional.empty();
  private String accessToken = "";
  private String refreshToken = "";

  /**
   * @param cookies the browser's, which answers change
   * @param json whether the token request is JSON, as the guide's, and not a form
   */
  Flow(Endpoints endpoints, Map<String, String> cookies, String scope, boolean json) {
    this.endpoints = endpoints;
    this.cookies = cookies;
    this.scope = scope;
    this.json = json;
  }

  /** The path of the authorization request, with its query. */
  String authorize() {
    verifier = (UUID.randomUUID() + "-" + UUID.randomUUID()).replace("-", "");
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("response_type", "code");
    parameters.put("client_id", endpoints.client());
    parameters.put("redirect_uri", Endpoints.REDIRECT_URI);
    parameters.put("scope", endpoints.always() + scope);
    parameters.put("state", "load");
    parameters.put("code_challenge", challenge(verifier));
    parameters.put("code_challenge_method", "S256");
    return endpoints.authorize() + '?' + Requests.query(parameters);
  }

  /**
   * Has the next unit begin with the token request.
   *
   * @param location where {@link #authorize} was redirected to, by way of the login page
   */
  void resume(String location) {
    pending = tokenRequest(location);
  }

  private Optional<byte[]> tokenRequest(String location) {
    Matcher code = CODE.matcher(location);
    if (!location.startsWith(Endpoints.REDIRECT_URI) || !code.find()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("grant_type", "authorization_code");
    parameters.put("code", code.group(1));
    parameters.put("redirect_uri", Endpoints.REDIRECT_URI);
    parameters.put("client_id", endpoints.client());
    parameters.put("code_verifier", verifier);
    Requests requests = endpoints.requests();
    return Optional.of(
        json
            ? requests.postJson(endpoints.token(), parameters)
            : requests.postForm(endpoints.token(), endpoints.credentials(), parameters));
  }

  String accessToken() {
    return accessToken;
  }

  String refreshToken() {
    return refreshToken;
  }

  @Override
  public Optional<byte[]> first() {
    Optional<byte[]> resumed = pending;
    hops = 0;
    pending = Optional.empty();
    isRedeeming = resumed.isPresent();
    return isRedeeming ? resumed : Optional.of(authorizationRequest(authorize()));
  }

  private byte[] authorizationRequest(String path) {
    return endpoints.requests().get(path, Requests.cookies(cookies));
  }

  @Override
  public Optional<byte[]> next(Answer answer) throws WrongAnswerException {
    if (!isRedeeming) {
      answer.keepCookies(cookies);
      String location = answer.header("Location");
      if (location.startsWith(endpoints.address()) && ++hops < MOST_HOPS) {
        return Optional.of(authorizationRequest(location.substring(endpoints.address().length())));
      }
      Optional<byte[]> request = tokenRequest(location);
      if (request.isEmpty()) {
        throw new WrongAnswerException("No code", answer);
      }
      isRedeeming = true;
      return request;
    }
    if (answer.status() != 200) {
      throw new WrongAnswerException("No tokens", answer);
    }
    accessToken = answer.text("access_token");
    refreshToken = answer.text("refresh_token");
    return Optional.empty();
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
