package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.realm.ClientRule.Effect;

/**
 * One thing about a client that a rule meets.
 *
 * @param rule the rule
 * @param effect what becomes of it
 * @param text the rule in words
 * @param value the address that it is about, or what a setting says so far; empty where there is no
 *     more to say
 */
public record ClientFinding(ClientRule rule, Effect effect, String text, String value) {

  ClientFinding(ClientRule rule, String value) {
    this(rule, rule.effect(), rule.text(), value);
  }

  /** Whether somebody wrote what is changed; else it is only what Keycloak takes for granted. */
  boolean isWritten() {
    return rule.effect() == Effect.REFUSED || rule == ClientRule.CONSENT || !value.isEmpty();
  }

  /** The rule, and what it is about, without characters that would make another line of a log. */
  @Override
  public String toString() {
    return value.isEmpty() ? rule.name() : rule + " " + OAuthErrors.printable(value);
  }
}
