package com.expensicat.keycloak.session.issuer;

import java.security.PublicKey;

/**
 * A public key of an issuer (RFC 7517 4).
 *
 * @param kid its id, or {@code null}
 * @param algorithm the {@code alg} that it says it is for, or {@code null}
 */
public record SessionKey(String kid, String algorithm, PublicKey publicKey) {}
