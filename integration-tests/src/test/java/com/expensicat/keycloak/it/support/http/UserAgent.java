package com.expensicat.keycloak.it.support.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Sends requests as they are: HTTP/1.1, no cookies, no redirects followed, 60 seconds at most. */
public final class UserAgent {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private UserAgent() {}

  /** The answer, which {@link OpenApi} describes where it is one of the pack's. */
  public static Answer send(HttpRequest.Builder builder) {
    HttpRequest request = builder.timeout(Duration.ofSeconds(60)).build();
    try {
      Answer answer = Answer.of(CLIENT.send(request, BodyHandlers.ofString()));
      OpenApi.requireDescribed(request.method(), answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
