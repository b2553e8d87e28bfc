package com.expensicat.keycloak.it.support.browser;

import com.expensicat.keycloak.it.support.server.Programs;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Chromium of this machine: one process for the whole test run, started when first asked for.
 * Where there is none the test is aborted.
 */
public final class Chromium {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private Chromium() {}

  /** The running browser; {@link Window} opens windows in it. */
  public static Browser running() {
    if (executable().isEmpty()) {
      throw Programs.skip("no Chromium was found, so no page can be looked at");
    }
    return Running.BROWSER;
  }

  private static Optional<Path> executable() {
    return Programs.named(NAMES).findFirst();
  }

  /** Loading this class starts the process; it ends with this JVM. */
  private static final class Running {
    private static final Playwright PLAYWRIGHT =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private static final Browser BROWSER =
        PLAYWRIGHT
            .chromium()
            .launch(new LaunchOptions().setExecutablePath(executable().orElseThrow()));

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(PLAYWRIGHT::close, "stop Chromium"));
    }
  }
}
