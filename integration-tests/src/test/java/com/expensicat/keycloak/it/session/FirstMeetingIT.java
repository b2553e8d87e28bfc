package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.Postgres;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which user a person is, at the first meeting and at each that follows. */
class FirstMeetingIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String ALIAS = "first-meeting";
  private static final String ANOTHER_ALIAS = "another-meeting";

  private static Events events;

  private final AdminApi admin = SERVER.admin();
  private final List<TestIssuer> issuers = new ArrayList<>();
  private final List<String> users = new ArrayList<>();
  private final String subject = TestIssuer.newSubject();
  private final String email = TestIssuer.email(subject);

  @BeforeAll
  static void keepEvents() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
  }

  @AfterAll
  static void keepThemNoMore() {
    events.close();
  }

  @AfterEach
  void cleanUp() {
    issuers.forEach(TestIssuer::close);
    users.forEach(id -> admin.send("DELETE", "/users/" + id, null));
  }

  @Test
  void aPersonIsMadeAUser() {
    TestIssuer issuer = trusted(Map.of());

    JsonNode user = user(met(issuer.session(subject)));

    assertThat(user.path("enabled").asBoolean()).isTrue();
    assertThat(user.path("email").asText()).isEqualTo(email);
    assertThat(user.path("emailVerified").asBoolean()).isTrue();
    assertThat(user.path("firstName").asText()).isEqualTo(TestIssuer.NAME);
    assertThat(user.path("requiredActions")).isEmpty();
    assertThat(links(user)).containsEntry(ALIAS, subject).hasSize(1);
  }

  @Test
  void anUnverifiedEmailIsTakenAsSuch() {
    TestIssuer issuer = trusted(Map.of());

    JsonNode user = user(met(issuer.session(subject).claim("emailVerified", false)));

    assertThat(user.path("email").asText()).isEqualTo(email);
    assertThat(user.path("emailVerified").asBoolean()).isFalse();
  }

  @Test
  void aPersonIsTheSameUserAfterTheProviderWasDeletedAndMadeAgain() {
    TestIssuer issuer = trusted(Map.of());
    String before = met(issuer.session(subject));

    admin.delete(issuer.path());
    issuer.trust(SERVER, ALIAS, Map.of());

    assertThat(met(issuer.session(subject))).isEqualTo(before);
    assertThat(links(user(before))).containsEntry(ALIAS, subject).hasSize(1);
  }

  @Test
  void aPersonIsTheSameUserWhateverTheAliasOfTheIssuer() {
    TestIssuer issuer = trusted(Map.of());
    String before = met(issuer.session(subject));

    admin.delete(issuer.path());
    issuer.trust(SERVER, ANOTHER_ALIAS, Map.of());

    assertThat(met(issuer.session(subject))).isEqualTo(before);
  }

  @Test
  void aPersonOfAnotherIssuerIsAnotherUserWhateverTheAlias() {
    TestIssuer issuer = trusted(Map.of());
    String before = met(issuer.session(subject));

    admin.delete(issuer.path());
    TestIssuer other = trusted(Map.of());

    assertThat(met(other.session(subject))).isNotEqualTo(before);
    assertThat(links(user(before))).isEmpty();
  }

  @Test
  void whereTheIssuerRefusesNobodyIsMade() throws Exception {
    TestIssuer issuer = trusted(Map.of("firstMeeting", "refuse"));

    assertRefused("first_meeting_refused", issuer.session(subject));

    assertThat(issuer.users()).isEmpty();
    assertThat(usersWithEmail()).isEmpty();
  }

  @Test
  void whereTheIssuerRefusesAPersonWhomAnAdminLinkedIsTaken() {
    TestIssuer issuer = trusted(Map.of("firstMeeting", "refuse"));
    String id = newUser("{}");
    admin.post(link(id), Map.of("userId", subject, "userName", subject));

    assertThat(met(issuer.session(subject))).isEqualTo(id);
  }

  @Test
  void anEmailThatIsVerifiedOnBothSidesLinks() {
    TestIssuer issuer = trustedToLink();
    String id = newUser("{'emailVerified':true}");

    assertThat(met(issuer.session(subject))).isEqualTo(id);
    assertThat(links(user(id))).containsEntry(ALIAS, subject).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "true,  false, email_not_verified",
    "false, true,  email_not_verified",
    "false, false, email_not_verified",
  })
  void anEmailThatIsNotVerifiedOnBothSidesDoesNotLink(
      boolean atTheIssuer, boolean here, String reason) throws Exception {
    TestIssuer issuer = trustedToLink();
    String id = newUser("{'emailVerified':" + here + "}");

    assertRefused(reason, issuer.session(subject).claim("emailVerified", atTheIssuer));

    assertThat(links(user(id))).isEmpty();
    assertThat(issuer.users()).isEmpty();
  }

  /**
   * In small letters by Java or by the database, or to the eye, these are the address of a user.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u212aim",
        "K\u0131m",
        "K\u0130m",
        "\uff2bim",
        "\uff4bim",
        "k\u200bim",
        "kim\u0301"
      })
  void anEmailThatOnlyLooksTheSameLinksAndTakesNothing(String localPart) throws Exception {
    String domain = "@" + subject + ".test";
    String owner = newUser("{'emailVerified':true,'email':'kim%s'}".formatted(domain));
    TestIssuer linking = trustedToLink();
    SessionJwt lookalike = linking.session(subject).claim("email", localPart + domain);

    Events.Watch watch = events.watch(Events.INTROSPECTION_REFUSED);
    assertThat(
            ResourceServer.API
                .introspect(Addresses.PACK, lookalike.compact())
                .path("active")
                .asBoolean())
        .isFalse();
    assertThat(watch.reason()).isIn("email_ambiguous", "email_not_verified");
    assertThat(links(user(owner))).isEmpty();

    linking.close();
    TestIssuer creating = trusted(Map.of());
    JsonNode made = user(met(creating.session(subject).claim("email", localPart + domain)));
    assertThat(made.path("id").asText()).isNotEqualTo(owner);
    assertThat(made.path("email").asText()).isNotEqualTo("kim" + domain);
    assertThat(user(owner).path("email").asText()).isEqualTo("kim" + domain);
  }

  /** Nobody has that address yet; who has proven another one does not get it. */
  @ParameterizedTest
  @ValueSource(strings = {"\u212aim", "k\u200bim", "kim\u0085"})
  void anEmailThatWouldBeKeptAsAnotherIsLeftOut(String localPart) {
    TestIssuer issuer = trusted(Map.of("syncMode", "FORCE"));
    String domain = "@" + subject + ".test";

    String id = met(issuer.session(subject).claim("email", localPart + domain));

    assertThat(user(id).path("email").asText()).isEmpty();
    met(issuer.session(subject).claim("email", "kim" + domain).claim("emailVerified", false));
    assertThat(user(id).path("email").asText()).isEqualTo("kim" + domain);
    met(issuer.session(subject).claim("email", localPart + domain));
    assertThat(user(id).path("emailVerified").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'email_verified':false}",
        "{'email_verified':null}",
        "{'email_verified':'true'}",
        "{'email_verified':1}",
        "{'email_verified':true,'emailVerified':false}",
        "{'email_verified':true,'emailVerified':null}",
        "{'email_verified':true,'emailVerified':'yes'}"
      })
  void twoClaimsThatDisagreeVerifyNothing(String claims) throws Exception {
    TestIssuer issuer = trustedToLink();
    String id = newUser("{'emailVerified':true}");
    SessionJwt session = issuer.session(subject);
    for (var claim : Json.object(claims).properties()) {
      session = session.claim(claim.getKey(), claim.getValue());
    }

    assertRefused("email_not_verified", session);

    assertThat(links(user(id))).isEmpty();
  }

  @Test
  void twoClaimsThatAgreeVerify() {
    TestIssuer issuer = trustedToLink();
    String id = newUser("{'emailVerified':true}");

    assertThat(met(issuer.session(subject).claim("email_verified", true))).isEqualTo(id);
  }

  @Test
  void whereOnlyAnEmailLinksNobodyIsMadeWithoutIt() throws Exception {
    TestIssuer issuer = trustedToLink();

    assertRefused("email_ambiguous", issuer.session(subject));

    assertThat(usersWithEmail()).isEmpty();
  }

  @Test
  void aSecondPersonWithTheSameEmailIsNotLinked() throws Exception {
    TestIssuer issuer = trustedToLink();
    String id = newUser("{'emailVerified':true}");
    met(issuer.session(subject));

    assertRefused("email_ambiguous", issuer.session(TestIssuer.newSubject()).claim("email", email));

    assertThat(links(user(id))).containsEntry(ALIAS, subject).hasSize(1);
  }

  @Test
  void anAdminIsNotLinkedByEmail() throws Exception {
    TestIssuer issuer = trustedToLink();
    String id = newUser("{'emailVerified':true}");
    String management = admin.client("realm-management").path("id").asText();
    JsonNode role = admin.get("/clients/" + management + "/roles/view-users");
    admin.post("/users/" + id + "/role-mappings/clients/" + management, List.of(role));

    assertRefused("email_ambiguous", issuer.session(subject));

    assertThat(links(user(id))).isEmpty();
  }

  @Test
  void anEmailOfTwoUsersDoesNotLink() throws Throwable {
    TestIssuer issuer = trustedToLink();
    admin.withRealmChange(
        realm -> realm.put("loginWithEmailAllowed", false).put("duplicateEmailsAllowed", true),
        () -> {
          newUser("{'emailVerified':true}");
          newUser("{'emailVerified':true}");
          try {
            assertRefused("email_ambiguous", issuer.session(subject));
          } finally {
            users.forEach(id -> admin.delete("/users/" + id));
          }
        });
  }

  @Test
  void aLinkByEmailThatAnAdminRemovedIsNotMadeAgain() throws Exception {
    TestIssuer issuer = trustedToLink();
    String id = newUser("{'emailVerified':true}");
    SessionJwt session = issuer.session(subject);
    met(session);

    admin.delete(link(id));

    assertRefused("link_removed", session);
    assertRefused("link_removed", issuer.session(subject).claim("fresh", true));
  }

  @Test
  void anEmailOfAnotherUserIsNotTakenOver() {
    TestIssuer issuer = trusted(Map.of());
    String owner = newUser("{'emailVerified':true}");

    JsonNode user = user(met(issuer.session(subject)));

    assertThat(user.path("id").asText()).isNotEqualTo(owner);
    assertThat(user.path("email").asText()).isEmpty();
    assertThat(user.path("emailVerified").asBoolean()).isFalse();
    assertThat(user(owner).path("email").asText()).isEqualTo(email);
    assertThat(links(user(owner))).isEmpty();
  }

  @Test
  void anEmailThatIsTheNameOfAnotherUserIsNotTakenOver() {
    TestIssuer issuer = trusted(Map.of());
    String owner = newUser("{'username':'%s','email':''}".formatted(email));

    JsonNode user = user(met(issuer.session(subject)));

    assertThat(user.path("id").asText()).isNotEqualTo(owner);
    assertThat(user.path("email").asText()).isEmpty();
    assertThat(user.path("username").asText()).isNotEqualTo(email);
  }

  @Test
  void anEmailOfAnotherUserIsNotTakenOverLaterEither() {
    TestIssuer issuer = trusted(Map.of("syncMode", "FORCE"));
    String owner = newUser("{'emailVerified':true}");
    SessionJwt session = issuer.session(TestIssuer.newSubject());
    String id = met(session);

    met(session.claim("email", email));

    assertThat(user(id).path("email").asText()).isEqualTo(TestIssuer.email(session.subject()));
    assertThat(user(owner).path("email").asText()).isEqualTo(email);
  }

  @ParameterizedTest
  @ValueSource(strings = {"not an address", "a@b@c", "<script>@people.test"})
  void whatIsNoEmailIsLeftOut(String claim) {
    TestIssuer issuer = trusted(Map.of());

    assertThat(user(met(issuer.session(subject).claim("email", claim))).path("email").asText())
        .isEmpty();
  }

  @Test
  void idsThatDifferOnlyByCaseAreTwoPersons() {
    TestIssuer issuer = trusted(Map.of());
    String capitals = subject.toUpperCase(Locale.ROOT);

    String first = met(issuer.session(subject));
    String second = met(issuer.session(capitals));

    assertThat(second).isNotEqualTo(first);
    assertThat(met(issuer.session(subject).claim("again", true))).isEqualTo(first);
    assertThat(met(issuer.session(capitals).claim("again", true))).isEqualTo(second);
    assertThat(links(user(first))).containsEntry(ALIAS, subject);
    assertThat(links(user(second))).containsEntry(ALIAS, capitals);
  }

  @RepeatedTest(3)
  void twentyFirstMeetingsAtOnceMakeOneUser() throws Exception {
    TestIssuer issuer = trusted(Map.of("exchangeClients", "expensicat-web"));

    Set<String> ids = atOnce(number -> issuer.session(subject).claim("number", number));

    assertThat(ids).hasSize(1).doesNotContain("");
    assertThat(issuer.users()).hasSize(1);
    assertThat(usersWithEmail()).hasSize(1);
  }

  @Test
  void twentyChangesOfAPersonAtOnceAreAllAccepted() throws Exception {
    TestIssuer issuer = trusted(Map.of("syncMode", "FORCE", "exchangeClients", "expensicat-web"));
    String id = met(issuer.session(subject));

    Set<String> ids =
        atOnce(
            number ->
                issuer
                    .session(subject)
                    .claim("name", "Ada " + number)
                    .claim("email", number + "-" + email));

    assertThat(ids).containsExactly(id);
    assertThat(user(id).path("firstName").asText()).matches("Ada \\d+");
  }

  /** Shows twenty sessions at once by every way, and collects whom they lead to. */
  private static Set<String> atOnce(IntFunction<SessionJwt> sessions) {
    List<Callable<String>> met = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      met.add(meetings(sessions.apply(i).compact()).get(i % 4));
    }
    return Set.copyOf(AtOnce.run(met));
  }

  /** Every way to show a session; each says which user it is. */
  private static List<Callable<String>> meetings(String jwt) {
    return List.of(
        () -> ResourceServer.API.introspect(Addresses.PACK, jwt).path("sub").asText(),
        () -> Gateway.said(Gateway.check(jwt), "User"),
        () ->
            TokenClient.bearer(jwt)
                .get(Addresses.PACK.userinfo(SERVER))
                .json()
                .path("sub")
                .asText(),
        () ->
            Jwt.claims(
                    SessionExchange.WEB
                        .send(Addresses.PACK, jwt, "transactions:read")
                        .json()
                        .path("access_token")
                        .asText())
                .path("sub")
                .asText());
  }

  @Test
  void aUserWhomAnAdminDeletedIsNotMadeAgainByASessionOfBefore() throws Exception {
    TestIssuer issuer = trusted(Map.of("clockSkew", "0"));
    SessionJwt session = issuer.session(subject);
    SessionJwt unseen = session.claim("unseen", true);
    String id = met(session);

    admin.delete("/users/" + id);

    assertRefused("user_deleted", session);
    assertRefused("user_deleted", unseen);
    Thread.sleep(1100);
    assertRefused("user_deleted", session);
    assertThat(usersWithEmail()).isEmpty();
    assertThat(met(issuer.session(subject))).isNotEmpty();
    assertRefused("not_before", session);
    assertRefused("not_before", unseen);
  }

  @Test
  void aLinkThatAnAdminRemovedIsNotMadeAgain() throws Exception {
    TestIssuer issuer = trusted(Map.of());
    SessionJwt session = issuer.session(subject);
    String id = met(session);
    users.add(id);

    admin.delete(link(id));

    assertRefused("link_removed", session);
    admin.put("/users/" + id, ((ObjectNode) user(id)).put("firstName", "Edited"));
    assertRefused("link_removed", session);
    ObjectNode withoutAttributes = (ObjectNode) user(id);
    withoutAttributes.set("attributes", Json.object("{}"));
    admin.put("/users/" + id, withoutAttributes);
    assertRefused("link_removed", issuer.session(subject).claim("fresh", true));
    assertThat(user(id).path("firstName").asText()).isEqualTo("Edited");
    assertThat(links(user(id))).isEmpty();
  }

  @Test
  void aLinkThatAnAdminPutsBackCountsAgain() throws Exception {
    TestIssuer issuer = trusted(Map.of());
    SessionJwt session = issuer.session(subject);
    String id = met(session);
    admin.delete(link(id));
    assertRefused("link_removed", session);

    admin.post(link(id), Map.of("userId", subject, "userName", subject));

    assertThat(met(session)).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "{'enabled':false}, user_disabled",
        "{'requiredActions':['UPDATE_PASSWORD']}, required_action"
      })
  void aUserWhoMayNotSignInIsRefusedUntilThatIsLifted(String change, String reason)
      throws Throwable {
    TestIssuer issuer = trusted(Map.of());
    SessionJwt session = issuer.session(subject);
    String id = met(session);

    admin.withChange(
        "/users/" + id,
        user -> user.setAll(Json.object(change)),
        () -> {
          assertRefused(reason, session);
          assertRefused(reason, session.claim("fresh", true));
          Gateway.assertInvalidToken(Gateway.check(session.compact()));
        });

    assertThat(met(session)).isEqualTo(id);
  }

  @Test
  void whatWasIssuedBeforeTheRealmsNotBeforeIsRefused() throws Throwable {
    TestIssuer issuer = trusted(Map.of());
    long now = Instant.now().getEpochSecond();
    SessionJwt old = issuer.session(subject).claim("iat", now - 30);
    SessionJwt young = issuer.session(subject).claim("iat", now + 10);
    met(old);

    admin.withRealmChange(
        realm -> realm.put("notBefore", now),
        () -> {
          assertRefused("not_before", old);
          met(young);
        });
  }

  @Test
  void whatWasIssuedBeforeTheUserWasSignedOutIsRefused() throws Exception {
    TestIssuer issuer = trusted(Map.of());
    SessionJwt old = issuer.session(subject).claim("iat", Instant.now().getEpochSecond() - 5);
    String id = met(old);

    admin.post("/users/" + id + "/logout", null);

    assertRefused("not_before", old);
    Thread.sleep(1100);
    SessionJwt young = issuer.session(subject).claim("iat", Instant.now().getEpochSecond() + 10);
    assertThat(met(young)).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({"FORCE, true", "IMPORT, false"})
  void aChangedNameAndEmailAreTakenOverWhereTheSyncModeSaysSo(String syncMode, boolean taken) {
    TestIssuer issuer = trusted(Map.of("syncMode", syncMode));
    SessionJwt session = issuer.session(subject);
    String id = met(session);

    met(
        session
            .claim("name", "Ada King")
            .claim("email", "new-" + email)
            .claim("emailVerified", false));

    JsonNode user = user(id);
    assertThat(user.path("firstName").asText()).isEqualTo(taken ? "Ada King" : TestIssuer.NAME);
    assertThat(user.path("email").asText()).isEqualTo(taken ? "new-" + email : email);
    assertThat(user.path("emailVerified").asBoolean()).isEqualTo(!taken);
  }

  @Test
  void aClaimIsTakenOverToAnAttributeAtTheFirstMeetingAndOnChange() {
    TestIssuer issuer = trusted(Map.of("syncMode", "FORCE"));
    addMapper(
        issuer,
        "expensicat-session-attribute-mapper",
        Map.of("claim", "locale", "user.attribute", "locale"));
    SessionJwt session = issuer.session(subject);

    String id = met(session.claim("locale", "de-" + subject));
    assertThat(usersWith("locale", "de-" + subject)).containsExactly(id);

    met(session.claim("locale", "fr-" + subject));
    assertThat(usersWith("locale", "de-" + subject)).isEmpty();
    assertThat(usersWith("locale", "fr-" + subject)).containsExactly(id);
  }

  @Test
  void whatTheDatabaseCannotHoldIsTriedOnce() throws Exception {
    Postgres.missing().ifPresent(why -> Programs.skip("PostgreSQL " + why));
    TestIssuer issuer = trusted(Map.of());
    addMapper(
        issuer,
        "expensicat-session-attribute-mapper",
        Map.of("claim", "nickname", "user.attribute", "lastName"));
    long before = refusedValues();

    assertRefused("mapping_failed", issuer.session(subject).claim("nickname", subject.repeat(10)));

    assertThat(refusedValues()).isEqualTo(before + 1);
  }

  /** How often PostgreSQL has found a value too long; Keycloak's log does not say. */
  private static long refusedValues() throws IOException {
    return Files.readString(Artifacts.SERVERS.resolve("postgres.log"))
        .lines()
        .filter(line -> line.contains("value too long"))
        .count();
  }

  @Test
  void claimsPutAUserIntoAGroupAtTheFirstMeetingAndTakeItOutOnChange() {
    TestIssuer issuer = trusted(Map.of("syncMode", "FORCE"));
    String name = "pro-" + subject;
    String group = "/groups/" + admin.create("/groups", Map.of("name", name));
    try {
      addMapper(
          issuer,
          "expensicat-session-group-mapper",
          Map.of("claims", "[{\"key\":\"plan\",\"value\":\"pro\"}]", "group", "/" + name));
      SessionJwt session = issuer.session(subject);

      String id = met(session.claim("plan", "pro"));
      assertThat(admin.get("/users/" + id + "/groups")).hasSize(1);

      met(session.claim("plan", "free"));
      assertThat(admin.get("/users/" + id + "/groups")).isEmpty();
    } finally {
      admin.delete(group);
    }
  }

  @ParameterizedTest
  @CsvSource({"org, org", "tenant, tenant"})
  void theOrganisationIsCarriedOnByTheClaimOfTheSettings(String setting, String claim) {
    TestIssuer issuer = trusted(Map.of("organizationClaim", setting));

    JsonNode said = said(issuer.session(subject).claim(claim, "org_42"));

    assertThat(said.path("org").asText()).isEqualTo("org_42");
  }

  /** A name may have dots in it (RFC 7519 4.2); where there is no such claim it is a path. */
  @Test
  void aClaimIsNamedByItsPathToo() {
    TestIssuer issuer =
        trusted(
            Map.of(
                "organizationClaim", "o.id",
                "subjectClaim", "user.id",
                "requiredClaims", "user.id,o.id"));
    SessionJwt session =
        issuer
            .session(subject)
            .claim("o", Map.of("id", "org_42"))
            .claim("user", Map.of("id", subject));

    assertThat(said(session).path("org").asText()).isEqualTo("org_42");
    assertThat(said(session.claim("o.id", "org_43")).path("org").asText()).isEqualTo("org_43");
    assertThat(said(session.without("o").claim("o.id", "org_44")).path("org").asText())
        .isEqualTo("org_44");
    assertThat(
            ResourceServer.API
                .introspect(Addresses.PACK, session.without("o").compact())
                .path("active")
                .asBoolean())
        .isFalse();
  }

  private TestIssuer trusted(Map<String, String> config) {
    TestIssuer issuer = TestIssuer.trusted(SERVER, ALIAS, config);
    issuers.add(issuer);
    return issuer;
  }

  private TestIssuer trustedToLink() {
    return trusted(Map.of("firstMeeting", "link-verified-email"));
  }

  private void addMapper(TestIssuer issuer, String type, Map<String, String> config) {
    Map<String, String> whole = new HashMap<>(config);
    whole.put("syncMode", "INHERIT");
    admin.post(
        issuer.path() + "/mappers",
        Map.of(
            "name",
            type,
            "identityProviderAlias",
            issuer.alias(),
            "identityProviderMapper",
            type,
            "config",
            whole));
  }

  /** A user of another origin with the person's e-mail, and whatever is changed of that. */
  private String newUser(String change) {
    ObjectNode user =
        Json.object("{'username':'%s','enabled':true}".formatted(TestIssuer.newSubject()));
    user.put("email", email).setAll(Json.object(change));
    String id = admin.create("/users", user);
    users.add(id);
    return id;
  }

  private JsonNode user(String id) {
    return admin.get("/users/" + id);
  }

  private static String link(String userId) {
    return "/users/" + userId + "/federated-identity/" + ALIAS;
  }

  /** The ids at the issuers, by alias. */
  private Map<String, String> links(JsonNode user) {
    Map<String, String> links = new HashMap<>();
    admin
        .get("/users/" + user.path("id").asText() + "/federated-identity")
        .forEach(
            link ->
                links.put(link.path("identityProvider").asText(), link.path("userId").asText()));
    return links;
  }

  private JsonNode usersWithEmail() {
    return admin.get("/users?exact=true&email=" + email);
  }

  private List<String> usersWith(String attribute, String value) {
    return admin.get("/users?q=" + attribute + ":" + value).findValuesAsText("id");
  }

  private static JsonNode said(SessionJwt session) {
    JsonNode said = ResourceServer.API.introspect(Addresses.PACK, session.compact());
    assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
    return said;
  }

  /** The id of the user whom an accepted session leads to. */
  private String met(SessionJwt session) {
    String id = said(session).path("sub").asText();
    users.add(id);
    return id;
  }

  private static void assertRefused(String reason, SessionJwt session) throws Exception {
    Events.Watch watch = events.watch(Events.INTROSPECTION_REFUSED);
    JsonNode said = ResourceServer.API.introspect(Addresses.PACK, session.compact());
    assertThat(said).as(reason).isEqualTo(Json.object("{'active':false}"));
    assertThat(watch.reason()).isEqualTo(reason);
  }
}
