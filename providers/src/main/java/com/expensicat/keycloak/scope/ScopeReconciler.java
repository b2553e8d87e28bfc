package com.expensicat.keycloak.scope;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.mappers.AudienceProtocolMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAttributeMapperHelper;

/**
 * Keeps the catalog true in a realm: each of its scopes is a client scope with the catalog's name,
 * protocol, flags and audience mapper, an optional scope of the realm, and assigned to the clients
 * that had it. Texts that an admin changed stay, and client scopes that are not the catalog's are
 * never touched. Nothing is written where nothing differs; each scope that is mended is logged.
 *
 * <p>A catalog scope is known by its name, or, when it was renamed, by the mark that the reconciler
 * left on it. Ids are made from realm and name, so that of two servers that restore the same thing
 * at the same time one fails on the database's key and, tried again, finds nothing left to do.
 */
public final class ScopeReconciler {

  private static final Logger logger = Logger.getLogger(ScopeReconciler.class);

  /** Marks a client scope as the catalog's; its value is the scope's name in the catalog. */
  static final String CATALOG_NAME = "expensicat.scope";

  /** The catalog's description when it was last written, to tell an admin's text from ours. */
  static final String CATALOG_DESCRIPTION = "expensicat.scope.description";

  static final String AUDIENCE_MAPPER = "api audience";

  private final RealmModel realm;
  private final String audience;
  private final List<CatalogScope> catalog;
  private final ScopeAssignments assignments;

  /**
   * @param session the session, in whose transaction all is written
   * @param realm the realm to keep true
   * @param audience the {@code aud} that a token with a scope of the catalog gets
   */
  public ScopeReconciler(KeycloakSession session, RealmModel realm, String audience) {
    this.realm = realm;
    this.audience = audience;
    this.catalog = session.getProvider(ScopeCatalogProvider.class).scopes();
    this.assignments = new ScopeAssignments(session);
  }

  /** Mends whatever differs from the catalog. */
  public void reconcile() {
    for (int position = 0; position < catalog.size(); position++) {
      new Reconciliation(catalog.get(position), position + 1).run();
    }
    try (Stream<ClientModel> clients = realm.getClientsStream()) {
      clients.forEach(assignments::remember);
    }
  }

  /** One scope of the catalog, brought into step. */
  private final class Reconciliation {

    private final CatalogScope wanted;
    private final int position;
    private final List<String> drifts = new ArrayList<>();

    Reconciliation(CatalogScope wanted, int position) {
      this.wanted = wanted;
      this.position = position;
    }

    void run() {
      ClientScopeModel scope = find();
      if (scope == null) {
        scope = realm.addClientScope(idOf("scope", wanted.name()), wanted.name());
        mendDetails(scope);
        offerToClients(scope);
        offerToRealm(scope);
        drifts.clear();
        drifts.add("was missing");
      } else {
        mendDetails(scope);
        offerToRealm(scope);
      }
      if (!drifts.isEmpty()) {
        logger.infof(
            "Scope %s of realm %s mended: it %s.",
            wanted.name(), realm.getName(), String.join(", ", drifts));
      }
    }

    private ClientScopeModel find() {
      ClientScopeModel byName = KeycloakModelUtils.getClientScopeByName(realm, wanted.name());
      return byName != null
          ? byName
          : realm
              .getClientScopesStream()
              .filter(scope -> wanted.name().equals(scope.getAttribute(CATALOG_NAME)))
              .findFirst()
              .orElse(null);
    }

    private void mendDetails(ClientScopeModel scope) {
      mend("name", wanted.name(), scope.getName(), scope::setName);
      mend("protocol", OIDCLoginProtocol.LOGIN_PROTOCOL, scope.getProtocol(), scope::setProtocol);
      mendAttribute(scope, CATALOG_NAME, wanted.name());
      mendAttribute(scope, ClientScopeModel.INCLUDE_IN_TOKEN_SCOPE, "true");
      mendAttribute(scope, ClientScopeModel.DISPLAY_ON_CONSENT_SCREEN, "true");
      mendAttribute(scope, ClientScopeModel.INCLUDE_IN_OPENID_PROVIDER_METADATA, "true");
      if (scope.isParameterizedScope()) {
        scope.setIsParameterizedScope(false);
        drifts.add("was parameterized");
      }
      if (isBlank(scope.getGuiOrder())) {
        scope.setGuiOrder(String.valueOf(position));
      }
      mendTexts(scope);
      mendAudience(scope);
    }

    /** An admin's text stays; one that is the catalog's own of an earlier time is renewed. */
    private void mendTexts(ClientScopeModel scope) {
      String last = scope.getAttribute(CATALOG_DESCRIPTION);
      String description = scope.getDescription();
      if (isBlank(description) || description.equals(last)) {
        mend("description", wanted.description(), description, scope::setDescription);
      }
      String consent = scope.getAttribute(ClientScopeModel.CONSENT_SCREEN_TEXT);
      if (isBlank(consent) || consent.equals(last)) {
        mend("consent text", wanted.description(), consent, scope::setConsentScreenText);
      }
      if (!wanted.description().equals(last)) {
        scope.setAttribute(CATALOG_DESCRIPTION, wanted.description());
      }
    }

    private void mendAudience(ClientScopeModel scope) {
      ProtocolMapperModel mapper = audienceMapper(scope);
      ProtocolMapperModel present =
          scope.getProtocolMapperByName(OIDCLoginProtocol.LOGIN_PROTOCOL, AUDIENCE_MAPPER);
      if (present == null) {
        scope.addProtocolMapper(mapper);
        drifts.add("had no audience mapper");
      } else if (!mapper.getProtocolMapper().equals(present.getProtocolMapper())
          || !mapper.getConfig().equals(present.getConfig())) {
        mapper.setId(present.getId());
        scope.updateProtocolMapper(mapper);
        drifts.add("had another audience mapper");
      }
    }

    private ProtocolMapperModel audienceMapper(ClientScopeModel scope) {
      ProtocolMapperModel mapper = new ProtocolMapperModel();
      mapper.setId(idOf("audience", scope.getId()));
      mapper.setName(AUDIENCE_MAPPER);
      mapper.setProtocol(OIDCLoginProtocol.LOGIN_PROTOCOL);
      mapper.setProtocolMapper(AudienceProtocolMapper.PROVIDER_ID);
      mapper.setConfig(
          Map.of(
              AudienceProtocolMapper.INCLUDED_CUSTOM_AUDIENCE, audience,
              OIDCAttributeMapperHelper.INCLUDE_IN_ACCESS_TOKEN, "true",
              OIDCAttributeMapperHelper.INCLUDE_IN_LIGHTWEIGHT_ACCESS_TOKEN, "true",
              OIDCAttributeMapperHelper.INCLUDE_IN_INTROSPECTION, "true",
              OIDCAttributeMapperHelper.INCLUDE_IN_ID_TOKEN, "false",
              OIDCAttributeMapperHelper.INCLUDE_IN_USERINFO, "false"));
      return mapper;
    }

    /** Gives a scope that was made anew to every client that an admin did not take it from. */
    private void offerToClients(ClientScopeModel scope) {
      try (Stream<ClientModel> clients = realm.getClientsStream()) {
        clients.forEach(client -> assignments.restore(client, scope));
      }
    }

    /** To every client that is made from now on. */
    private void offerToRealm(ClientScopeModel scope) {
      if (realm.getDefaultClientScopesStream(false).noneMatch(scope::equals)) {
        realm.removeDefaultClientScope(scope);
        realm.addDefaultClientScope(scope, false);
        drifts.add("was not among the realm's optional client scopes");
      }
    }

    private void mendAttribute(ClientScopeModel scope, String name, String value) {
      mend(name, value, scope.getAttribute(name), mended -> scope.setAttribute(name, mended));
    }

    private void mend(String what, String value, String present, Consumer<String> setter) {
      if (!Objects.equals(value, present)) {
        setter.accept(value);
        drifts.add("had the " + what + " '" + present + "'");
      }
    }
  }

  private String idOf(String kind, String name) {
    String seed = String.join("/", realm.getId(), kind, name);
    return UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static boolean isBlank(String text) {
    return text == null || text.isBlank();
  }
}
