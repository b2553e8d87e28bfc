package com.expensicat.keycloak.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The Chromium of this machine: one process for the whole test run, started when first asked for.
 * Where there is none the test is aborted.
 */
final class Chromium {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private Chromium() {}

  /** The running browser; {@link Window} opens windows in it. */
  static Browser running() {
    if (executable().isEmpty()) {
      String message = "Skipped: no Chromium was found, so no page can be looked at.";
      System.err.println(message);
      Assumptions.abort(message);
    }
    return Running.BROWSER;
  }

  private static Optional<Path> executable() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
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
