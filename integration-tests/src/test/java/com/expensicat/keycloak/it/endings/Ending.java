package com.expensicat.keycloak.it.endings;

import static com.expensicat.keycloak.it.endings.Holding.Thing.ACCESS_TOKEN;
import static com.expensicat.keycloak.it.endings.Holding.Thing.EXCHANGED_TOKEN;
import static com.expensicat.keycloak.it.endings.Holding.Thing.OTHER_GRANT;
import static com.expensicat.keycloak.it.endings.Holding.Thing.REFRESH_TOKEN;
import static com.expensicat.keycloak.it.endings.Holding.Thing.SESSION_JWT;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.endings.Holding.Thing;
import com.expensicat.keycloak.it.support.admin.AccountApi;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A row of the contract's table: something that ends access, and what it ends. */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state, a set that nobody changes
enum Ending {
  REFRESH_TOKEN_REVOKED(
      "An application revokes its refresh token",
      EnumSet.of(REFRESH_TOKEN, ACCESS_TOKEN),
      (held, node) -> revoke(held, node, held.refreshToken())),

  CODE_USED_TWICE(
      "A code is used a second time",
      EnumSet.of(REFRESH_TOKEN, ACCESS_TOKEN),
      (held, node) ->
          assertRefused(
              TokenClient.anonymous()
                  .post(Addresses.PACK.token(node), held.flow.tokenRequest(held.code)))),

  REFRESH_TOKEN_USED_TWICE(
      "A refresh token is used a second time",
      EnumSet.of(REFRESH_TOKEN, ACCESS_TOKEN),
      (held, node) -> {
        Answer first = held.refresh(held.home, held.grant);
        assertRefused(held.refresh(node, held.grant));
        held.grant = first.json();
      }),

  ACCESS_TOKEN_REVOKED(
      "An application revokes its access token",
      EnumSet.of(ACCESS_TOKEN),
      (held, node) -> revoke(held, node, held.accessToken())),

  CONSENT_TAKEN_BACK(
      "A person takes access away from an application (account console)",
      EnumSet.of(REFRESH_TOKEN, ACCESS_TOKEN, OTHER_GRANT),
      (held, node) ->
          assertDone(AccountApi.of(node, held.person.person()).takeAway(held.clientId))),

  CONSENT_TAKEN_BACK_BY_AN_ADMIN(
      "An admin takes a person's consent to an application away",
      EnumSet.of(REFRESH_TOKEN, ACCESS_TOKEN, OTHER_GRANT),
      (held, node) -> node.admin().delete(held.person.path() + "/consents/" + held.clientId)),

  CLIENT_DELETED(
      "The client is deleted",
      EnumSet.of(REFRESH_TOKEN, ACCESS_TOKEN, OTHER_GRANT),
      (held, node) -> node.admin().delete(held.clientPath())),

  CLIENT_DISABLED(
      "The client is disabled, while it is",
      EnumSet.of(REFRESH_TOKEN, ACCESS_TOKEN, OTHER_GRANT),
      (held, node) -> set(node, held.clientPath(), it -> it.put("enabled", false)),
      (held, node) -> set(node, held.clientPath(), it -> it.put("enabled", true))),

  USER_DELETED(
      "The user is deleted",
      EnumSet.allOf(Thing.class),
      (held, node) -> node.admin().delete(held.person.path())),

  USER_DISABLED(
      "The user is disabled, while it is",
      EnumSet.allOf(Thing.class),
      (held, node) -> set(node, held.person.path(), it -> it.put("enabled", false)),
      (held, node) -> set(node, held.person.path(), it -> it.put("enabled", true))),

  SIGN_OUT_BY_AN_ADMIN(
      "An admin signs a person out of all sessions",
      EnumSet.allOf(Thing.class),
      (held, node) -> node.admin().post(held.person.path() + "/logout", null)),

  SIGN_OUT(
      "A person signs out of all sessions (account console)",
      EnumSet.allOf(Thing.class),
      (held, node) -> assertDone(AccountApi.of(node, held.person.person()).signOut(true))),

  SIGN_OUT_OF_OTHERS(
      "A person signs out of all sessions but this one (account console)",
      EnumSet.allOf(Thing.class),
      (held, node) -> assertDone(AccountApi.of(node, held.person.person()).signOut(false))),

  SIGN_OUT_OF_THE_REALM(
      "An admin signs everybody out",
      EnumSet.allOf(Thing.class),
      (held, node) -> node.admin().logoutAll()),

  SESSION_JWT_REVOKED(
      "A session JWT is revoked",
      EnumSet.of(SESSION_JWT, EXCHANGED_TOKEN),
      (held, node) ->
          assertDone(
              SessionExchange.WEB
                  .client()
                  .post(Addresses.PACK.revoke(node), Parameters.of("token", held.sessionJwt)))),

  ISSUER_DISABLED(
      "An issuer of session JWTs is disabled, while it is",
      EnumSet.of(SESSION_JWT, EXCHANGED_TOKEN),
      (held, node) -> set(node, held.issuer.path(), it -> it.put("enabled", false)),
      (held, node) -> set(node, held.issuer.path(), it -> it.put("enabled", true))),

  ISSUER_DELETED(
      "An issuer is deleted",
      EnumSet.of(SESSION_JWT, EXCHANGED_TOKEN),
      (held, node) -> node.admin().delete(held.issuer.path())),

  LINK_REMOVED(
      "A person's link to an issuer is removed",
      EnumSet.of(SESSION_JWT, EXCHANGED_TOKEN),
      (held, node) ->
          node.admin().delete(held.person.path() + "/federated-identity/" + held.issuer.alias())),

  KEY_WITHDRAWN(
      "An issuer's key is withdrawn, and its keys are reloaded",
      EnumSet.of(SESSION_JWT, EXCHANGED_TOKEN),
      (held, node) -> {
        held.issuer.withdraw("ed");
        node.admin().get(held.issuer.path() + "/reload-keys");
      }),

  KEY_WITHDRAWN_AND_ISSUER_SAVED(
      "An issuer's key is withdrawn, and the issuer is saved",
      EnumSet.of(SESSION_JWT, EXCHANGED_TOKEN),
      (held, node) -> {
        held.issuer.withdraw("ed");
        set(node, held.issuer.path(), it -> it.put("displayName", "Saved"));
      }),

  PINNED_KEYS_REPLACED(
      "An issuer's pinned keys are replaced",
      EnumSet.of(SESSION_JWT, EXCHANGED_TOKEN),
      (held, node) -> {
        held.issuer.withdraw("ed");
        set(
            node,
            held.issuer.path(),
            it -> it.withObject("/config").put("jwks", held.issuer.jwks()));
      });

  private final String words;
  private final Set<Thing> things;
  private final BiConsumer<Holding, KeycloakServer> deed;
  private final BiConsumer<Holding, KeycloakServer> undoing;

  Ending(String words, Set<Thing> things, BiConsumer<Holding, KeycloakServer> deed) {
    this(words, things, deed, null);
  }

  Ending(
      String words,
      Set<Thing> things,
      BiConsumer<Holding, KeycloakServer> deed,
      BiConsumer<Holding, KeycloakServer> undoing) {
    this.words = words;
    this.things = things;
    this.deed = deed;
    this.undoing = undoing;
  }

  /** What happens, for admins to read. */
  String words() {
    return words;
  }

  boolean ends(Thing thing) {
    return things.contains(thing);
  }

  /** Has it happen at a node. */
  void happen(Holding held, KeycloakServer node) {
    deed.accept(held, node);
  }

  /** Whether it can be undone, and everything counts again then. */
  boolean isForAWhile() {
    return undoing != null;
  }

  void undo(Holding held, KeycloakServer node) {
    undoing.accept(held, node);
  }

  private static void revoke(Holding held, KeycloakServer node, String token) {
    assertDone(
        TokenClient.anonymous()
            .post(
                Addresses.PACK.revoke(node),
                Parameters.of("client_id", held.clientId, "token", token)));
  }

  private static void set(KeycloakServer node, String path, Consumer<ObjectNode> change) {
    ObjectNode representation = (ObjectNode) node.admin().get(path);
    change.accept(representation);
    node.admin().put(path, representation);
  }

  private static void assertDone(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isIn(200, 204);
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.json().path("error").asText()).isEqualTo("invalid_grant");
  }
}
