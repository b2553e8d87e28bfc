package com.expensicat.keycloak.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.expensicat.keycloak.Bounds;
import java.util.Base64;
import java.util.Optional;
import org.keycloak.util.BasicAuthHelper;

public class BasicCredentialsFuzz {

  @FuzzTest
  void aHeaderIsReadAsKeycloakReadsItOrRefusedWithAReason(byte[] header) throws Exception {
    read(header);
  }

  /** Reads one input, as a header and as what a header holds, within the bounds. */
  public static void read(byte[] input) throws Exception {
    Bounds.hold(
        input,
        bytes -> {
          check(new String(bytes, ISO_8859_1));
          check("Basic " + Base64.getEncoder().encodeToString(bytes));
        });
  }

  private static void check(String header) {
    Optional<BasicCredentials> credentials;
    try {
      credentials = BasicCredentials.read(header);
    } catch (IllegalArgumentException e) {
      // RFC 6749 5.2
      assertThat(e.getMessage()).matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");
      return;
    }
    if (credentials.isPresent()) {
      assertThat(BasicAuthHelper.RFC6749.parseHeader(header))
          .containsExactly(credentials.get().clientId(), credentials.get().secret());
    } else {
      assertThat(header).doesNotMatch("(?is)basic( .*)?");
    }
  }
}
