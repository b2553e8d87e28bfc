package com.expensicat.keycloak.consent;

import com.expensicat.keycloak.InformingProviderFactory;
import com.expensicat.keycloak.RealmNeed;
import org.keycloak.authentication.RequiredActionFactory;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionProviderModel;

/** Asks for consent as a required action, the last one of a sign-in. */
public class ConsentActionFactory
    implements RequiredActionFactory, InformingProviderFactory<RequiredActionProvider> {

  static final String ID = "expensicat-consent";

  private static final String NAME = "Consent to single scopes";

  /** After everything that makes sure who the person is. */
  private static final int LAST = 10_000;

  private static final String IN_PLACE = "switched on, the last one";

  private static final ConsentAction ACTION = new ConsentAction();

  /** Whether a realm has the action, as each has that was ever kept by the pack. */
  public static boolean isRegistered(RealmModel realm) {
    return realm.getRequiredActionProviderByAlias(ID) != null;
  }

  /** The action in a realm, switched on and the last one, also where somebody switched it off. */
  public static RealmNeed need(RealmModel realm) {
    return new RealmNeed(
        "Required action " + ID,
        () -> state(realm.getRequiredActionProviderByAlias(ID)),
        IN_PLACE,
        () -> register(realm));
  }

  private static String state(RequiredActionProviderModel action) {
    if (action == null) {
      return null;
    }
    if (!action.isEnabled()) {
      return "switched off";
    }
    return action.getPriority() == LAST ? IN_PLACE : "not the last one";
  }

  private static void register(RealmModel realm) {
    RequiredActionProviderModel action = realm.getRequiredActionProviderByAlias(ID);
    if (action == null) {
      action = new RequiredActionProviderModel();
      action.setAlias(ID);
      action.setProviderId(ID);
      action.setName(NAME);
      action.setEnabled(true);
      action.setPriority(LAST);
      realm.addRequiredActionProvider(action);
    } else {
      action.setEnabled(true);
      action.setPriority(LAST);
      realm.updateRequiredActionProvider(action);
    }
  }

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public String getDisplayText() {
    return NAME;
  }

  @Override
  public RequiredActionProvider create(KeycloakSession session) {
    return ACTION;
  }
}
