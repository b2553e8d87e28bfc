package com.expensicat.keycloak;

import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One thing that the pack needs of its realm, and that a file or a tool may take away which writes
 * the whole realm.
 *
 * @param what what it is, for admins
 * @param found how it is in the realm, or {@code null} where it is missing
 * @param wanted how it has to be
 * @param restore brings it there
 */
public record RealmNeed(String what, Supplier<String> found, String wanted, Runnable restore) {

  private static final Logger logger = Logger.getLogger(RealmNeed.class);

  /** Whether the realm has it. */
  public boolean isMet() {
    return wanted.equals(found.get());
  }

  /** Brings it to where it has to be, and logs how it was. */
  public void mend() {
    String before = found.get();
    restore.run();
    if (before == null) {
      logger.infof("%s added.", what);
    } else {
      logger.infof("%s mended: it was %s.", what, before);
    }
  }
}
