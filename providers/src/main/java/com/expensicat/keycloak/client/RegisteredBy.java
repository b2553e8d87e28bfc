package com.expensicat.keycloak.client;

import java.util.Set;
import org.keycloak.models.ClientModel;

/**
 * Who registered a client, as a client attribute says. It is set by registration, out of the
 * client's own reach; an admin who has looked at a client takes it over by the value {@code admin}.
 */
public final class RegisteredBy {

  /** The client attribute. */
  public static final String ATTRIBUTE = "expensicat.registered-by";

  /** A stranger, without any token. */
  public static final String ANYBODY = "anybody";

  /** A holder of an initial access token, or of an admin's access token. */
  public static final String TOKEN_HOLDER = "token-holder";

  /** An admin answers for the client. */
  public static final String ADMIN = "admin";

  /** Keycloak sets it on clients that it knows by their metadata document (CIMD). */
  private static final String CIMD_ATTRIBUTE = "cimd.cache.expiry.time.in.sec";

  private RegisteredBy() {}

  /** Whether the client came by registration, and no admin has taken it over since. */
  public static boolean isSelfRegistered(ClientModel client) {
    String by = client.getAttribute(ATTRIBUTE);
    return by != null && Set.of(ANYBODY, TOKEN_HOLDER).contains(by);
  }

  /** Whether the client's id is the address of its metadata document, which Keycloak fetched. */
  public static boolean isMetadataDocument(ClientModel client) {
    return client.getAttribute(CIMD_ATTRIBUTE) != null;
  }

  /** Whether no admin answers for what the client says of itself. */
  public static boolean isUnverified(ClientModel client) {
    return isSelfRegistered(client)
        || (!ADMIN.equals(client.getAttribute(ATTRIBUTE))
            && (client.getRegistrationToken() != null || isMetadataDocument(client)));
  }
}
