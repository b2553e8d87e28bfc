package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.scope.ScopeStatus.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;

/**
 * Keeps the catalog true in a realm: each of its scopes is a client scope with the catalog's name,
 * protocol, flags and audience mapper, an optional scope of the realm, and assigned to the clients
 * that had it. One of that name that others made is taken over, and given to every client. Texts
 * that an admin changed stay, and client scopes that are not the catalog's are never touched.
 * Nothing is written where nothing differs; each scope that is mended is logged.
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

  private final RealmModel realm;
  private final Supplier<ProtocolMapperModel> audienceMapper;
  private final List<CatalogScope> catalog;
  private final ScopeAssignments assignments;

  /**
   * @param session the session, in whose transaction all is written
   * @param realm the realm to keep true
   * @param audienceMapper makes the mapper by which a scope of the catalog gives its tokens an
   *     {@code aud}
   */
  public ScopeReconciler(
      KeycloakSession session, RealmModel realm, Supplier<ProtocolMapperModel> audienceMapper) {
    this.realm = realm;
    this.audienceMapper = audienceMapper;
    this.catalog = session.getProvider(ScopeCatalogProvider.class).scopes();
    this.assignments = new ScopeAssignments(session);
  }

  /** Mends whatever differs from the catalog; for clients see {@link ScopeAssignments}. */
  public void reconcile() {
    catalog.stream().map(CatalogScope::name).forEach(this::mend);
  }

  /** Whether nothing differs from the catalog. */
  public boolean isInStep() {
    return catalog.stream().map(Comparison::new).noneMatch(Comparison::differs);
  }

  /** How each scope of the catalog stands, in the catalog's order. Nothing is written. */
  public Stream<ScopeStatus> statuses() {
    return catalog.stream().map(Comparison::new).map(Comparison::status);
  }

  /** The client scope that the realm has for a scope of the catalog. */
  public Optional<ClientScopeModel> find(String name) {
    return catalog.stream()
        .filter(scope -> scope.name().equals(name))
        .map(this::find)
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The client scopes of the catalog's names that others made, and that are to be taken over. */
  public Stream<ClientScopeModel> foreign() {
    Set<String> names = catalog.stream().map(CatalogScope::name).collect(Collectors.toSet());
    return realm
        .getClientScopesStream()
        .filter(scope -> names.contains(scope.getName()))
        .filter(scope -> !isTakenOver(scope, scope.getName()));
  }

  private static boolean isTakenOver(ClientScopeModel scope, String name) {
    return name.equals(scope.getAttribute(CATALOG_NAME));
  }

  /**
   * Brings one scope of the catalog into step.
   *
   * @param name its name in the catalog
   * @return how it stood before, with the id that it has now; empty where nothing differed
   */
  public Optional<ScopeStatus> mend(String name) {
    return catalog.stream()
        .filter(scope -> scope.name().equals(name))
        .map(Comparison::new)
        .filter(Comparison::differs)
        .map(Comparison::mend)
        .findFirst();
  }

  /** A difference and what ends it. */
  private record Drift(ScopeDifference difference, Runnable mend) {}

  /** One scope of the catalog beside the client scope that the realm has for it. */
  private final class Comparison {

    private final CatalogScope wanted;
    private final ClientScopeModel scope;
    private final List<Drift> drifts = new ArrayList<>();

    Comparison(CatalogScope wanted) {
      this.wanted = wanted;
      this.scope = find(wanted);
      if (scope == null) {
        differ(ScopeDifference.SCOPE, null, wanted.name(), this::make);
      } else {
        compareAll(scope);
      }
    }

    boolean differs() {
      return !drifts.isEmpty();
    }

    ScopeStatus status() {
      return new ScopeStatus(
          wanted,
          scope == null ? null : scope.getId(),
          state(),
          drifts.stream().map(Drift::difference).toList());
    }

    private State state() {
      if (scope == null) {
        return State.MISSING;
      }
      if (differs()) {
        return State.DRIFTED;
      }
      return assignments.isAssigned(scope) ? State.IN_STEP : State.DISABLED;
    }

    ScopeStatus mend() {
      ScopeStatus before = status();
      drifts.forEach(drift -> drift.mend().run());
      logger.infof(
          "Scope %s of realm %s mended: it %s.",
          wanted.name(),
          realm.getName(),
          before.differences().stream()
              .map(ScopeDifference::toString)
              .collect(Collectors.joining(", ")));
      return new ScopeStatus(wanted, find(wanted).getId(), before.state(), before.differences());
    }

    private void make() {
      realm.addClientScope(idOf("scope", wanted.name()), wanted.name());
      new Comparison(wanted).drifts.forEach(drift -> drift.mend().run());
    }

    private void compareAll(ClientScopeModel present) {
      compare(ScopeDifference.NAME, present.getName(), wanted.name(), present::setName);
      compare(
          ScopeDifference.PROTOCOL,
          present.getProtocol(),
          OIDCLoginProtocol.LOGIN_PROTOCOL,
          present::setProtocol);
      compareAttribute(present, CATALOG_NAME, wanted.name());
      compareAttribute(present, ClientScopeModel.INCLUDE_IN_TOKEN_SCOPE, "true");
      compareAttribute(present, ClientScopeModel.DISPLAY_ON_CONSENT_SCREEN, "true");
      compareAttribute(present, ClientScopeModel.INCLUDE_IN_OPENID_PROVIDER_METADATA, "true");
      compare(
          ScopeDifference.PARAMETERIZED,
          String.valueOf(present.isParameterizedScope()),
          "false",
          value -> present.setIsParameterizedScope(false));
      if (isBlank(present.getGuiOrder())) {
        compareAttribute(
            present, ClientScopeModel.GUI_ORDER, String.valueOf(catalog.indexOf(wanted) + 1));
      }
      compareTexts(present);
      compareAudience(present);
      compareClients(present);
      compareOffer(present);
    }

    /**
     * A scope that bears no mark was made by others, or just now, and is given to every client that
     * an admin did not take it from. That a client has it as a default scope is a decision about
     * that client unless the realm gives it to all so.
     */
    private void compareClients(ClientScopeModel present) {
      if (!isTakenOver(present, wanted.name())) {
        boolean everybodysDefault = isOffered(present, true);
        differ(
            ScopeDifference.GIVEN_TO,
            assignments.count(present) + " clients",
            "every client",
            () -> assignments.give(present, !everybodysDefault));
      }
    }

    private boolean isOffered(ClientScopeModel present, boolean byDefault) {
      return realm.getDefaultClientScopesStream(byDefault).anyMatch(present::equals);
    }

    /** An admin's text stays; one that is the catalog's own of an earlier time is renewed. */
    private void compareTexts(ClientScopeModel present) {
      String last = present.getAttribute(CATALOG_DESCRIPTION);
      String description = present.getDescription();
      if (isBlank(description) || description.equals(last)) {
        compare(
            ScopeDifference.DESCRIPTION,
            description,
            wanted.description(),
            present::setDescription);
      }
      String consent = present.getAttribute(ClientScopeModel.CONSENT_SCREEN_TEXT);
      if (isBlank(consent) || consent.equals(last)) {
        compareAttribute(present, ClientScopeModel.CONSENT_SCREEN_TEXT, wanted.description());
      }
      compareAttribute(present, CATALOG_DESCRIPTION, wanted.description());
    }

    private void compareAudience(ClientScopeModel present) {
      ProtocolMapperModel mapper = audienceMapper.get();
      mapper.setId(idOf("audience", present.getId()));
      ProtocolMapperModel found =
          present.getProtocolMapperByName(mapper.getProtocol(), mapper.getName());
      compare(
          ScopeDifference.AUDIENCE_MAPPER,
          found == null ? null : described(found),
          described(mapper),
          value -> {
            if (found == null) {
              present.addProtocolMapper(mapper);
            } else {
              mapper.setId(found.getId());
              present.updateProtocolMapper(mapper);
            }
          });
    }

    /** To every client that is made from now on. */
    private void compareOffer(ClientScopeModel present) {
      compare(
          ScopeDifference.OFFERED_AS,
          isOffered(present, false) ? "optional" : isOffered(present, true) ? "default" : null,
          "optional",
          value -> {
            realm.removeDefaultClientScope(present);
            realm.addDefaultClientScope(present, false);
          });
    }

    private void compareAttribute(ClientScopeModel present, String name, String value) {
      compare(
          name, present.getAttribute(name), value, mended -> present.setAttribute(name, mended));
    }

    private void compare(String what, String found, String value, Consumer<String> setter) {
      if (!Objects.equals(value, found)) {
        differ(what, found, value, () -> setter.accept(value));
      }
    }

    private void differ(String what, String found, String value, Runnable mend) {
      drifts.add(new Drift(new ScopeDifference(what, found, value), mend));
    }
  }

  private static String described(ProtocolMapperModel mapper) {
    return mapper.getProtocolMapper() + new TreeMap<>(mapper.getConfig());
  }

  private ClientScopeModel find(CatalogScope wanted) {
    ClientScopeModel byName = KeycloakModelUtils.getClientScopeByName(realm, wanted.name());
    return byName != null
        ? byName
        : realm
            .getClientScopesStream()
            .filter(scope -> wanted.name().equals(scope.getAttribute(CATALOG_NAME)))
            .findFirst()
            .orElse(null);
  }

  private String idOf(String kind, String name) {
    String seed = String.join("/", realm.getId(), kind, name);
    return UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static boolean isBlank(String text) {
    return text == null || text.isBlank();
  }
}
