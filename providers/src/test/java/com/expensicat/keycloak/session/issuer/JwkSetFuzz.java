package com.expensicat.keycloak.session.issuer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.expensicat.keycloak.Bounds;
import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import org.keycloak.common.crypto.CryptoIntegration;
import org.keycloak.crypto.KeyWrapper;

public class JwkSetFuzz {

  private static final byte[] SIGNING_INPUT = "e30.e30".getBytes(US_ASCII);

  static {
    CryptoIntegration.init(JwkSetFuzz.class.getClassLoader());
  }

  @FuzzTest
  void aSetGivesPublicKeysThatNothingIsSignedBy(byte[] json) throws Exception {
    read(json);
  }

  /** Reads one input within the bounds. */
  public static void read(byte[] json) throws Exception {
    Bounds.hold(json, JwkSetFuzz::check);
  }

  private static void check(byte[] json) {
    List<KeyWrapper> keys;
    try {
      keys = JwkSet.read(json);
    } catch (IOException e) {
      return;
    }
    assertThat(keys).isNotEmpty();
    for (KeyWrapper wrapper : keys) {
      SessionKey key =
          new SessionKey(
              wrapper.getKid(), wrapper.getAlgorithm(), (PublicKey) wrapper.getPublicKey());
      for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
        if (algorithm.fits(key)) {
          assertThat(algorithm.verifies(key, SIGNING_INPUT, new byte[64])).isFalse();
        }
      }
    }
  }
}
