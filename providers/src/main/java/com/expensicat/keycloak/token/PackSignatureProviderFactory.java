package com.expensicat.keycloak.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.KeptWithRealm;
import com.expensicat.keycloak.ReplacingProviderFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Set;
import org.keycloak.cache.LocalCache;
import org.keycloak.cache.LocalCacheConfiguration;
import org.keycloak.cache.LocalCacheProvider;
import org.keycloak.common.VerificationException;
import org.keycloak.common.util.Base64Url;
import org.keycloak.crypto.ES256SignatureProviderFactory;
import org.keycloak.crypto.EdDSASignatureProviderFactory;
import org.keycloak.crypto.JavaAlgorithm;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.crypto.PS256SignatureProviderFactory;
import org.keycloak.crypto.RS256SignatureProviderFactory;
import org.keycloak.crypto.SignatureException;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.crypto.SignatureProviderFactory;
import org.keycloak.crypto.SignatureSignerContext;
import org.keycloak.crypto.SignatureVerifierContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/**
 * Keycloak's signatures by a realm's own keys, in their place by {@link #order()}. Keycloak puts
 * all keys of the realm together and computes a token's signature again at each introspection,
 * userinfo and check. What a node has found good needs no second look for a minute, if the realm
 * stays as it is, and with it each of its keys. Whatever else there is to say about a token is
 * asked each time, by those who ask it.
 */
public abstract class PackSignatureProviderFactory
    implements SignatureProviderFactory, ReplacingProviderFactory<SignatureProvider> {

  private static final int MOST_REMEMBERED = 10_000;

  /** A bound for keys that come from elsewhere, and change without the realm. */
  private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

  private final SignatureProviderFactory keycloaks;
  private LocalCache<String, RealmState> good;

  private PackSignatureProviderFactory(SignatureProviderFactory keycloaks) {
    this.keycloaks = keycloaks;
  }

  /** The algorithm that Keycloak's realms begin with. */
  public static final class Rs256 extends PackSignatureProviderFactory {
    public Rs256() {
      super(new RS256SignatureProviderFactory());
    }
  }

  /** As {@code FAPI} asks for it. */
  public static final class Ps256 extends PackSignatureProviderFactory {
    public Ps256() {
      super(new PS256SignatureProviderFactory());
    }
  }

  /** Quick to sign, slow to verify. */
  public static final class Es256 extends PackSignatureProviderFactory {
    public Es256() {
      super(new ES256SignatureProviderFactory());
    }
  }

  /** Quick to sign, slow to verify. */
  public static final class EdDsa extends PackSignatureProviderFactory {
    public EdDsa() {
      super(new EdDSASignatureProviderFactory());
    }
  }

  /** A realm as it is until something about it changes; each is another. */
  private static final class RealmState {

    static RealmState of(KeycloakSession session) {
      return KeptWithRealm.get(
          session.getContext().getRealm(), RealmState.class, "", source -> new RealmState());
    }
  }

  @Override
  public String getId() {
    return keycloaks.getId();
  }

  @Override
  public Set<String> getJwkPrivateKeyClaims() {
    return keycloaks.getJwkPrivateKeyClaims();
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    try (KeycloakSession session = factory.create()) {
      good =
          session
              .getProvider(LocalCacheProvider.class)
              .create(
                  LocalCacheConfiguration.<String, RealmState>builder()
                      .name("expensicat-signatures-" + getId())
                      .maxSize(MOST_REMEMBERED)
                      .expirationAfterCreate((name, realm) -> REMEMBERED_FOR)
                      .build());
    }
  }

  @Override
  public SignatureProvider create(KeycloakSession session) {
    return new Remembering(session, keycloaks.create(session), getId(), good);
  }

  @Override
  public void close() {
    if (good != null) {
      good.close();
    }
  }

  private record Remembering(
      KeycloakSession session,
      SignatureProvider keycloaks,
      String algorithm,
      LocalCache<String, RealmState> good)
      implements SignatureProvider {

    @Override
    public SignatureVerifierContext verifier(String kid) throws VerificationException {
      return kid == null ? keycloaks.verifier(kid) : new Verifier(this, kid);
    }

    /** Signatures by keys that are not the realm's. */
    @Override
    public SignatureVerifierContext verifier(KeyWrapper key) throws VerificationException {
      return keycloaks.verifier(key);
    }

    @Override
    public SignatureSignerContext signer() throws SignatureException {
      return keycloaks.signer();
    }

    @Override
    public SignatureSignerContext signer(KeyWrapper key) throws SignatureException {
      return keycloaks.signer(key);
    }

    @Override
    public boolean isAsymmetricAlgorithm() {
      return keycloaks.isAsymmetricAlgorithm();
    }
  }

  /** Looks the key up only where there is a signature to compute. */
  private record Verifier(Remembering provider, String kid) implements SignatureVerifierContext {

    @Override
    public String getKid() {
      return kid;
    }

    @Override
    public String getAlgorithm() {
      return provider.algorithm();
    }

    @Override
    public boolean verify(byte[] data, byte[] signature) throws VerificationException {
      RealmState realm = RealmState.of(provider.session());
      String name = name(data, signature);
      if (provider.good().get(name) == realm) {
        return true;
      }
      boolean isGood = provider.keycloaks().verifier(kid).verify(data, signature);
      if (isGood) {
        provider.good().put(name, realm);
      }
      return isGood;
    }

    private String name(byte[] data, byte[] signature) {
      try {
        MessageDigest hash = MessageDigest.getInstance(JavaAlgorithm.SHA256);
        hash.update(kid.getBytes(UTF_8));
        hash.update((byte) 0);
        hash.update(data);
        return Base64Url.encode(hash.digest(signature));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
