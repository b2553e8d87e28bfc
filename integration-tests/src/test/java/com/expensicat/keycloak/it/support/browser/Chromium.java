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
 * The Chromium of this machine: one process for each thread that runs tests, since Playwright is
 * not to be used by two threads, started when first asked for. Where there is none the test is
 * aborted.
 */
public final class Chromium {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private static final ThreadLocal<Browser> RUNNING = ThreadLocal.withInitial(Chromium::start);

  private Chromium() {}

  /** The browser of this thread; {@link Window} opens windows in it. */
  public static Browser running() {
    if (executable().isEmpty()) {
      throw Programs.skip("no Chromium was found, so no page can be looked at");
    }
    return RUNNING.get();
  }

  private static Optional<Path> executable() {
    return Programs.named(NAMES).findFirst();
  }

  /** It ends with this JVM. */
  private static Browser start() {
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "stop Chromium"));
    return playwright
        .chromium()
        .launch(new LaunchOptions().setExecutablePath(executable().orElseThrow()));
  }
}
