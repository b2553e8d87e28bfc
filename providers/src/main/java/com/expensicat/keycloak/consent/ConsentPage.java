package com.expensicat.keycloak.consent;

import com.expensicat.keycloak.client.RegisteredBy;
import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.organization.Organization;
import com.expensicat.keycloak.resource.ProtectedResource;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.expensicat.keycloak.resource.ResourceIndicators;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import com.expensicat.keycloak.scope.ScopeWords;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.keycloak.OAuth2Constants;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.theme.Theme;

/**
 * What the template of the consent page shows.
 *
 * @param person the person who is signed in, by the address or name that a login takes
 * @param organization the name of the organisation that the person acts for, or empty
 * @param organizations those that the person may choose from; none where there is no choice
 * @param application the application's name
 * @param document the host of its metadata document, which is its id, or empty
 * @param description what it says of itself, or empty
 * @param operator who runs it: what an admin has written down, or the host of the website of an
 *     application that an admin answers for, or the host of a metadata document, or empty
 * @param destination the host that the person is sent back to, or the private scheme of an app
 * @param onThisDevice whether it is a program on the person's own device
 * @param website the application's own address, or empty
 * @param terms its terms, or empty
 * @param policy its privacy policy, or empty
 * @param logo its logo, or empty; a link, never an image, so that a browser loads nothing from
 *     there
 * @param firstTime whether the person has granted nothing to it yet
 * @param unverified whether no admin answers for what it says of itself
 * @param selfNamed whether its name is one of those things
 * @param groups the scopes, by what they touch
 * @param resources the protected resources where access counts; none where that is the API alone
 * @param days for how many days access lasts while it is not used
 */
public record ConsentPage(
    String person,
    String organization,
    List<Choice> organizations,
    String application,
    String document,
    String description,
    String operator,
    String destination,
    boolean onThisDevice,
    String website,
    String terms,
    String policy,
    String logo,
    boolean firstTime,
    boolean unverified,
    boolean selfNamed,
    List<Group> groups,
    List<String> resources,
    long days) {

  /** Scopes that can do most harm. */
  private static final Set<String> POWERFUL = Set.of("banking:write", "team:admin");

  /** Client attribute: who runs the application, for people to read. */
  private static final String OPERATOR = "expensicat.operator";

  private static final String IDENTITY = "identity";

  /** An organisation to choose. */
  public record Choice(String id, String name, boolean chosen) {}

  private static List<Choice> choices(LoginOrganization organization) {
    Optional<Organization> chosen = organization.get();
    List<Organization> all = organization.choices();
    return all.size() < 2
        ? List.of()
        : all.stream()
            .map(one -> new Choice(one.id(), one.name(), chosen.filter(one::equals).isPresent()))
            .toList();
  }

  /** Scopes that touch the same; {@code identity} for those that are no right at the API. */
  public record Group(String name, List<Scope> scopes) {}

  /**
   * One scope.
   *
   * @param kind {@code read}, {@code change}, or {@code know} for who the person is
   * @param powerful whether it can do much harm
   * @param required whether it cannot be unticked
   * @param ticked whether it is ticked at first
   */
  public record Scope(
      String name, String text, String kind, boolean powerful, boolean required, boolean ticked) {}

  static ConsentPage of(RequiredActionContext context, PartialConsent consent) {
    AuthenticationSessionModel authSession = context.getAuthenticationSession();
    ClientModel client = authSession.getClient();
    RealmModel realm = context.getRealm();
    URI destination = URI.create(Optional.ofNullable(authSession.getRedirectUri()).orElse("#"));
    return new ConsentPage(
        Optional.ofNullable(context.getUser().getEmail()).orElse(context.getUser().getUsername()),
        consent.organization().get().map(Organization::name).orElse(""),
        choices(consent.organization()),
        text(client.getName()).isEmpty() ? client.getClientId() : client.getName(),
        document(client),
        text(client.getDescription()),
        operator(client),
        destination.getHost() == null ? text(destination.getScheme()) : destination.getHost(),
        isLoopback(destination),
        link(client.getBaseUrl()),
        link(client.getAttribute(ClientModel.TOS_URI)),
        link(client.getAttribute(ClientModel.POLICY_URI)),
        link(client.getAttribute(ClientModel.LOGO_URI)),
        consent.isFirst(),
        RegisteredBy.isUnverified(client),
        RegisteredBy.isUnverified(client) && !text(client.getName()).isEmpty(),
        groups(context, consent.questions()),
        resources(context, consent.questions()),
        TimeUnit.SECONDS.toDays(realm.getOfflineSessionIdleTimeout()));
  }

  private static boolean isLoopback(URI destination) {
    String host = destination.getHost();
    return host != null
        && (host.equals("localhost") || host.equals("[::1]") || host.startsWith("127."));
  }

  /** Nothing that nobody has checked: of a metadata document, its address was fetched. */
  private static String operator(ClientModel client) {
    String known = text(client.getAttribute(OPERATOR));
    if (!known.isEmpty()) {
      return known;
    }
    String document = document(client);
    if (!document.isEmpty()) {
      return document;
    }
    return RegisteredBy.isUnverified(client) ? "" : host(link(client.getBaseUrl()));
  }

  private static String document(ClientModel client) {
    return RegisteredBy.isMetadataDocument(client) ? host(client.getClientId()) : "";
  }

  private static String host(String address) {
    try {
      return text(new URI(address).getHost());
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private static List<Group> groups(
      RequiredActionContext context, List<PartialConsent.Question> questions) {
    KeycloakSession session = context.getSession();
    ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
    ScopeWords words =
        new ScopeWords(
            session,
            context.getRealm(),
            Theme.Type.LOGIN,
            session.getContext().resolveLocale(context.getUser(), Theme.Type.LOGIN));
    Map<String, List<Scope>> groups = new LinkedHashMap<>();
    for (PartialConsent.Question question : questions) {
      ClientScopeModel scope = question.scope();
      boolean ofApi = catalog.contains(ScopeWords.name(scope));
      String[] parts = ScopeWords.name(scope).split(":", 2);
      groups
          .computeIfAbsent(ofApi ? parts[0] : IDENTITY, name -> new ArrayList<>())
          .add(
              new Scope(
                  ScopeWords.name(scope),
                  words.of(scope),
                  !ofApi ? "know" : parts.length > 1 && parts[1].equals("read") ? "read" : "change",
                  POWERFUL.contains(ScopeWords.name(scope)),
                  question.required(),
                  !question.declined()));
    }
    return groups.entrySet().stream()
        .map(group -> new Group(group.getKey(), List.copyOf(group.getValue())))
        .toList();
  }

  private static List<String> resources(
      RequiredActionContext context, List<PartialConsent.Question> questions) {
    KeycloakSession session = context.getSession();
    ProtectedResources known = ProtectedResources.of(session, context.getRealm());
    List<String> scopes =
        questions.stream().map(question -> ScopeWords.name(question.scope())).toList();
    List<ProtectedResource> meant =
        ResourceIndicators.target(
                session,
                known,
                context.getAuthenticationSession().getClientNote(OAuth2Constants.RESOURCE))
            .orElse(known.all())
            .stream()
            .filter(resource -> resource.takesAny(scopes))
            .toList();
    return meant.equals(List.of(known.api()))
        ? List.of()
        : meant.stream().map(ProtectedResource::title).toList();
  }

  /** An address that a person may safely be led to. */
  private static String link(String address) {
    return text(address).matches("https?://.*") ? address : "";
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
