package com.expensicat.keycloak.page;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import org.keycloak.models.RealmModel;
import org.keycloak.theme.Theme;

/**
 * A theme whose templates carry the page's nonce on each script of theirs (CSP 3, 2.3.1). It is put
 * into the source of a template, before any value of the page is, so that what gets into a page by
 * a value never carries it.
 */
record NoncedTheme(Theme theme) implements Theme {

  /** The template variable with the nonce. */
  static final String NONCE = "cspNonce";

  private static final Pattern SCRIPT = Pattern.compile("<script(?=[\\s>])");
  private static final String NONCED_SCRIPT = "<script nonce=\"\\${" + NONCE + "!}\"";

  @Override
  public URL getTemplate(String name) throws IOException {
    URL template = theme.getTemplate(name);
    return template == null ? null : nonced(template);
  }

  private static URL nonced(URL template) throws IOException {
    return new URL(
        template,
        "",
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL address) {
            return new URLConnection(address) {
              @Override
              public void connect() {}

              @Override
              public InputStream getInputStream() throws IOException {
                try (InputStream source = template.openStream()) {
                  String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
                  return new ByteArrayInputStream(
                      SCRIPT
                          .matcher(text)
                          .replaceAll(NONCED_SCRIPT)
                          .getBytes(StandardCharsets.UTF_8));
                }
              }
            };
          }
        });
  }

  @Override
  public String getName() {
    return theme.getName();
  }

  @Override
  public String getParentName() {
    return theme.getParentName();
  }

  @Override
  public String getImportName() {
    return theme.getImportName();
  }

  @Override
  public Type getType() {
    return theme.getType();
  }

  @Override
  public InputStream getResourceAsStream(String path) throws IOException {
    return theme.getResourceAsStream(path);
  }

  @Override
  public Properties getMessages(Locale locale) throws IOException {
    return theme.getMessages(locale);
  }

  @Override
  public Properties getMessages(String baseBundlename, Locale locale) throws IOException {
    return theme.getMessages(baseBundlename, locale);
  }

  @Override
  public Properties getEnhancedMessages(RealmModel realm, Locale locale) throws IOException {
    return theme.getEnhancedMessages(realm, locale);
  }

  @Override
  public Properties getProperties() throws IOException {
    return theme.getProperties();
  }

  @Override
  public boolean hasResource(String path) throws IOException {
    return theme.hasResource(path);
  }

  @Override
  public boolean hasContentHash(String path) throws IOException {
    return theme.hasContentHash(path);
  }

  @Override
  public boolean isAbstract() throws IOException {
    return theme.isAbstract();
  }
}
