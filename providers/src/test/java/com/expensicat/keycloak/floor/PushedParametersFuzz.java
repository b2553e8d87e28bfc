package com.expensicat.keycloak.floor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.expensicat.keycloak.Bounds;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Set;

public class PushedParametersFuzz {

  private static final String OF_THE_REALM = "tenant";

  /** As many as {@link PushedParameters} knows, and that of the realm. */
  private static final int MOST = 24;

  @FuzzTest
  void whatIsKeptIsBoundedAndAsItWasSent(byte[] form) throws Exception {
    read(form);
  }

  /** Reads one input, a form that is decoded, within the bounds. */
  public static void read(byte[] form) throws Exception {
    Bounds.hold(form, PushedParametersFuzz::check);
  }

  private static void check(byte[] form) {
    MultivaluedMap<String, String> sent = parameters(form);
    MultivaluedMap<String, String> kept = parameters(form);

    PushedParameters.retain(kept, Set.of(OF_THE_REALM, "client_secret"));

    assertThat(sent).containsAllEntriesOf(kept);
    assertThat(kept).hasSizeLessThanOrEqualTo(MOST);
    assertThat(kept)
        .doesNotContainKeys("client_secret", "client_assertion", "client_assertion_type");
    for (String name : Set.of(OF_THE_REALM, "client_id", "state", "request_uri", "resource")) {
      assertThat(kept.get(name)).isEqualTo(sent.get(name));
    }
  }

  private static MultivaluedMap<String, String> parameters(byte[] form) {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
    for (String pair : new String(form, ISO_8859_1).split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters.add(parts[0], parts.length > 1 ? parts[1] : "");
    }
    return parameters;
  }
}
