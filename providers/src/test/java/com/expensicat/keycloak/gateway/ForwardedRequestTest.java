package com.expensicat.keycloak.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.token.ApiRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedRequestTest {

  @ParameterizedTest
  @CsvFileSource(resources = "/forwarded-requests.csv", delimiter = '|', numLinesToSkip = 1)
  void aProxySaysMethodAndAddress(
      String method, String proto, String host, String uri, String address) {
    Optional<ApiRequest> read = ForwardedRequest.read(headers(method, proto, host, uri)::get);

    assertThat(read)
        .isEqualTo(
            Optional.ofNullable(address).map(known -> new ApiRequest(method, URI.create(known))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Method", "Proto", "Host", "Uri"})
  void eachHeaderMustBeThereOnce(String name) {
    Map<String, List<String>> headers = headers("GET", "https", "api.example", "/v1");
    String value = headers.get("X-Forwarded-" + name).get(0);

    headers.put("X-Forwarded-" + name, List.of(value, value));
    assertThat(ForwardedRequest.read(headers::get)).isEmpty();

    headers.remove("X-Forwarded-" + name);
    assertThat(ForwardedRequest.read(headers::get)).isEmpty();
  }

  @Test
  void aLongAddressIsReadAtOnce() {
    String path = "/" + "a/".repeat(50_000);

    assertThat(ForwardedRequest.read(headers("GET", "https", "api.example", path)::get))
        .contains(new ApiRequest("GET", URI.create("https://api.example" + path)));
  }

  private static Map<String, List<String>> headers(
      String method, String proto, String host, String uri) {
    Map<String, List<String>> headers = new TreeMap<>();
    headers.put("X-Forwarded-Method", List.of(method));
    headers.put("X-Forwarded-Proto", List.of(proto));
    headers.put("X-Forwarded-Host", List.of(host));
    headers.put("X-Forwarded-Uri", List.of(uri));
    return headers;
  }
}
