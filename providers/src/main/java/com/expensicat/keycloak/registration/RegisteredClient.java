package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.client.FirstParty;
import com.expensicat.keycloak.client.RegisteredBy;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCConfigAttributes;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.oidc.OIDCClientRepresentation;

/**
 * What becomes of a client that is registered, and what of it may be changed later. Keycloak judges
 * an update by the request alone: so a token of registration could change a client that an admin
 * has given more than registration gives, or take back what an admin has withheld.
 */
final class RegisteredClient {

  /** Attributes that stand for a field of the metadata, which an update without it empties. */
  private static final List<String> LINKS =
      List.of(
          ClientModel.LOGO_URI,
          ClientModel.TOS_URI,
          ClientModel.POLICY_URI,
          OIDCConfigAttributes.POST_LOGOUT_REDIRECT_URIS);

  private static final String CHOSEN_BY_SERVER = "is chosen by the server";

  private final RealmModel realm;
  private final ClientMetadata rules;
  private final ScopeCatalogProvider catalog;

  /** Registration in the session's realm. */
  RegisteredClient(KeycloakSession session, ClientMetadata rules) {
    this.realm = session.getContext().getRealm();
    this.rules = rules;
    this.catalog = session.getProvider(ScopeCatalogProvider.class);
  }

  /**
   * Makes a new client one of registration. The {@code scope} of one that anybody has registered is
   * no limit, which RFC 7591 2 leaves to the server: clients of MCP register with the scope of the
   * first challenge and ask for more when a tool wants it, and whoever may register without a token
   * could register anew.
   *
   * @param client the client as Keycloak has read it from the metadata
   * @param scope the metadata's {@code scope}, or null for every scope that registration gives
   * @param registeredBy a value of {@link RegisteredBy#ATTRIBUTE}
   */
  void begin(ClientRepresentation client, String scope, String registeredBy) {
    client.setDefaultClientScopes(List.copyOf(names(realm.getDefaultClientScopesStream(true))));
    Set<String> optional = offered();
    boolean limited = scope != null && !RegisteredBy.ANYBODY.equals(registeredBy);
    optional.retainAll(limited ? requested(scope) : rules.scopes());
    client.setOptionalClientScopes(List.copyOf(optional));
    attributes(client).put(RegisteredBy.ATTRIBUTE, registeredBy);
    attributes(client).put(ClientUse.ATTRIBUTE, ClientUse.today().toString());
    restrict(client);
  }

  /** Makes the changed client what registration allows; it keeps at most the scopes it has. */
  void change(ClientRepresentation client, String scope, ClientModel present) {
    client.setDefaultClientScopes(List.copyOf(present.getClientScopes(true).keySet()));
    Set<String> optional = new TreeSet<>(present.getClientScopes(false).keySet());
    if (scope != null) {
      optional.retainAll(requested(scope));
    }
    client.setOptionalClientScopes(List.copyOf(optional));
    LINKS.forEach(link -> attributes(client).putIfAbsent(link, ""));
    restrict(client);
  }

  private static void restrict(ClientRepresentation client) {
    client.setConsentRequired(true);
    client.setFullScopeAllowed(false);
    client.setImplicitFlowEnabled(false);
    client.setDirectAccessGrantsEnabled(false);
    client.setServiceAccountsEnabled(false);
    client.setAuthorizationServicesEnabled(null);
    client.setProtocolMappers(null);
    client.setWebOrigins(List.of("+"));
  }

  /** Whether the client is as registration could have made it, and so may be changed by it. */
  boolean governs(ClientModel client) {
    return RegisteredBy.isSelfRegistered(client)
        && !FirstParty.isMarked(client.getAttributes())
        && client.isConsentRequired()
        && !client.isFullScopeAllowed()
        && !client.isImplicitFlowEnabled()
        && !client.isDirectAccessGrantsEnabled()
        && !client.isServiceAccountsEnabled()
        && client.getProtocolMappersStream().findAny().isEmpty()
        && hasNoFurtherDefaultScope(client);
  }

  private boolean hasNoFurtherDefaultScope(ClientModel client) {
    Set<String> given = new TreeSet<>(client.getClientScopes(true).keySet());
    given.removeAll(names(realm.getDefaultClientScopesStream(true)));
    given.removeAll(ClientMetadata.OF_OPENID);
    return given.isEmpty();
  }

  /** What is wrong with the metadata of a new client, beside the rules for all. */
  Optional<Flaw> flawOfNew(OIDCClientRepresentation metadata) {
    if (metadata.getClientId() != null) {
      return Optional.of(new Flaw(OAuth2Constants.CLIENT_ID, CHOSEN_BY_SERVER));
    }
    return metadata.getClientSecret() == null
        ? Optional.empty()
        : Optional.of(new Flaw(OAuth2Constants.CLIENT_SECRET, CHOSEN_BY_SERVER));
  }

  /** What is wrong with new metadata of a client, as it is now. */
  Optional<Flaw> flawOfChange(OIDCClientRepresentation metadata, ClientModel client) {
    if (!client.getClientId().equals(metadata.getClientId())) {
      return Optional.of(new Flaw(OAuth2Constants.CLIENT_ID, "is not that of this client"));
    }
    if (metadata.getClientSecret() != null && !isSecretOf(client, metadata.getClientSecret())) {
      return Optional.of(new Flaw(OAuth2Constants.CLIENT_SECRET, CHOSEN_BY_SERVER));
    }
    if (ClientMetadata.NONE.equals(metadata.getTokenEndpointAuthMethod())
        != client.isPublicClient()) {
      return Optional.of(
          new Flaw(ClientMetadata.AUTH_METHOD, "cannot change between public and confidential"));
    }
    if (metadata.getScope() != null) {
      Set<String> wider = requested(metadata.getScope());
      wider.retainAll(offered());
      wider.removeAll(client.getClientScopes(false).keySet());
      if (!wider.isEmpty()) {
        return Optional.of(
            new Flaw(ClientMetadata.SCOPE, "cannot become wider, by " + String.join(" ", wider)));
      }
    }
    return Optional.empty();
  }

  /**
   * The scopes that a client may have if it asks: the realm's optional ones, and the catalog's also
   * where something else has written that list of the realm.
   */
  private Set<String> offered() {
    Set<String> byDefault = names(realm.getDefaultClientScopesStream(true));
    Set<String> offered = names(realm.getDefaultClientScopesStream(false));
    realm
        .getClientScopesStream()
        .map(ClientScopeModel::getName)
        .filter(catalog::contains)
        .filter(Predicate.not(byDefault::contains))
        .forEach(offered::add);
    return offered;
  }

  private static boolean isSecretOf(ClientModel client, String secret) {
    return client.getSecret() != null
        && MessageDigest.isEqual(
            client.getSecret().getBytes(StandardCharsets.UTF_8),
            secret.getBytes(StandardCharsets.UTF_8));
  }

  private static Set<String> requested(String scope) {
    return ClientMetadata.names(scope).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Stream<ClientScopeModel> scopes) {
    return scopes.map(ClientScopeModel::getName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, String> attributes(ClientRepresentation client) {
    if (client.getAttributes() == null) {
      client.setAttributes(new HashMap<>());
    }
    return client.getAttributes();
  }
}
