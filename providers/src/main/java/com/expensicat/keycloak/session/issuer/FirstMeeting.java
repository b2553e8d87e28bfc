package com.expensicat.keycloak.session.issuer;

import java.util.Arrays;
import java.util.Optional;

/** What happens when a person is met whom no link leads to a user. */
public enum FirstMeeting {
  /** A user is made. */
  CREATE("create"),
  /** The session is refused. */
  REFUSE("refuse"),
  /** The one user with the same e-mail is linked, if it is verified on both sides. */
  LINK_VERIFIED_EMAIL("link-verified-email");

  private final String settingName;

  FirstMeeting(String settingName) {
    this.settingName = settingName;
  }

  /** The name in settings. */
  public String settingName() {
    return settingName;
  }

  static Optional<FirstMeeting> of(String settingName) {
    return Arrays.stream(values()).filter(rule -> rule.settingName.equals(settingName)).findFirst();
  }
}
