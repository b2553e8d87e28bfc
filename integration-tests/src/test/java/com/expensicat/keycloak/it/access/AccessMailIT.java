package com.expensicat.keycloak.it.access;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AccountApi;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerContainer;
import com.expensicat.keycloak.it.support.session.IssuerSignIn;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mails about an application's access, with a mail server on loopback. */
class AccessMailIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String ADDRESS = "kim@people.test";
  private static final long LONGEST_WAIT_MILLIS = 10_000;
  private static final int PAUSE_MILLIS = 100;

  private final GreenMail mailServer =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  private int port;

  @BeforeAll
  static void theServerReachesThisMachine() {
    Assumptions.assumeFalse(
        SERVER instanceof ServerContainer, "A container does not reach a mail server here.");
    ADMIN.forgetSignOuts();
  }

  @BeforeEach
  void startTheMailServer() {
    mailServer.start();
    port = mailServer.getSmtp().getPort();
  }

  @AfterEach
  void stopTheMailServer() {
    mailServer.stop();
  }

  @Test
  void aPersonIsToldOfANewApplicationAndOfAccessThatWasTakenAway() throws Throwable {
    withMail(
        person -> {
          connect(person, "transactions:read invoices:write");

          MimeMessage connected = mail(1);
          assertThat(connected.getSubject())
              .isEqualTo("New application connected: Expensicat Demo App");
          assertThat(connected.getAllRecipients())
              .extracting(Object::toString)
              .containsExactly(ADDRESS);
          assertThat(text(connected))
              .contains(
                  "Expensicat Demo App got access to your account",
                  "Read transactions",
                  "UTC",
                  AccountApi.address() + "applications")
              .doesNotContain("<", "${")
              .doesNotContainPattern("expensicat[A-Z]");
          Document html = html(connected);
          assertThat(html.select("li").eachText())
              .contains("Read transactions")
              .hasSizeGreaterThanOrEqualTo(2);
          assertThat(html.select("a[href]").eachAttr("href"))
              .containsExactly(AccountApi.address() + "applications");
          assertThat(html.select("img, script, link, [src]")).isEmpty();

          connect(person, "transactions:read team:read");
          MimeMessage changed = mail(2);
          assertThat(changed.getSubject()).isEqualTo("Access changed: Expensicat Demo App");
          assertThat(text(changed)).contains("Read transactions", "Read team members");

          AccountApi.of(person.person()).takeAway(DEMO_APP);
          MimeMessage takenAway = mail(3);
          assertThat(takenAway.getSubject()).isEqualTo("Access taken away: Expensicat Demo App");
          assertThat(text(takenAway))
              .contains("lost its access")
              .doesNotContain("Read transactions");
          assertThat(html(takenAway).text()).contains("lost its access");
        });
  }

  @Test
  void anAdminsTakingAwayIsToldInThePersonsLanguage() throws Throwable {
    withMail(
        user -> user.withObject("/attributes").putArray("locale").add("de"),
        person -> {
          connect(person, "transactions:read");
          MimeMessage connected = mail(1);
          assertThat(connected.getSubject())
              .isEqualTo("Neue Anwendung verbunden: Expensicat Demo App");
          assertThat(text(connected))
              .contains("Zugriff auf Ihr Konto", "Buchungen lesen", "Passwort");
          assertThat(html(connected).selectFirst("html").attr("lang")).isEqualTo("de");

          ADMIN.delete(person.path() + "/consents/" + DEMO_APP);
          MimeMessage takenAway = mail(2);
          assertThat(takenAway.getSubject()).isEqualTo("Zugriff entzogen: Expensicat Demo App");
          assertThat(html(takenAway).text()).contains("hat am", "Zugriff");
        });
  }

  @Test
  void aMailNamesTheOrganization() throws Throwable {
    withMail(
        person -> {
          try (TestIssuer issuer = TestIssuer.handingOver(SERVER, "mail-organizations", "/page")) {
            IssuerSignIn app = new IssuerSignIn(Addresses.PACK, new Browser(), issuer.alias());
            SessionJwt session = issuer.session(person);
            app.connect(session.claim("org", "Cats & Co"));
            assertThat(text(mail(1))).contains("Organisation: Cats & Co", "Read transactions");
            assertThat(html(mail(1)).text()).contains("Organisation: Cats & Co");
            app.connect(session.claim("org", "Dogs"));
            assertThat(text(mail(2))).contains("Organisation: Dogs");

            AccountApi account = AccountApi.of(person.person());
            account.takeAwayFor("client_id=" + DEMO_APP + "&organization=Dogs");
            assertThat(mail(3).getSubject()).contains("Access taken away");
            assertThat(text(mail(3)))
                .contains("Organisation: Dogs")
                .doesNotContain("Read transactions");

            ADMIN.delete(
                "/expensicat"
                    + person.path()
                    + "/consents?client_id="
                    + DEMO_APP
                    + "&organization=Cats%20%26%20Co");
            assertThat(text(mail(4))).contains("Organisation: Cats & Co", "lost its access");
            // Else the issuer takes the user along.
            ADMIN.delete(person.path() + "/federated-identity/" + issuer.alias());
          }
        });
  }

  @Test
  void theNameOfAnApplicationIsNoHeaderAndNoMarkup() throws Throwable {
    String name = "Evil\r\nBcc: all@people.test\r\n\r\n<b>bold</b> \u202egnp ${7*7} {0} '";
    ADMIN.withClientChange(
        DEMO_APP,
        client -> client.put("name", name),
        () ->
            withMail(
                person -> {
                  connect(person, "transactions:read");

                  MimeMessage mail = mail(1);
                  assertThat(mail.getSubject())
                      .isEqualTo(
                          "New application connected: Evil Bcc: all@people.test <b>bold</b>"
                              + " gnp ${7*7} {0} '");
                  assertThat(Collections.list(mail.getAllHeaders()).stream().map(Header::getName))
                      .doesNotContain("Bcc");
                  assertThat(mailServer.getReceivedMessages()).hasSize(1);
                  assertThat(html(mail).select("b")).isEmpty();
                  assertThat(html(mail).text()).contains("<b>bold</b>");
                }));
  }

  @Test
  void nothingIsSentWhereTheRealmDoesNotListenOrTheAddressIsNotVerified() throws Throwable {
    withMail(
        user -> user.put("emailVerified", false), person -> connect(person, "transactions:read"));
    ADMIN.withRealmChange(
        realm -> realm.putArray("eventsListeners").add("jboss-logging"),
        () -> withMail(person -> connect(person, "transactions:read")));
    withMail(
        person -> {
          connect(person, "transactions:read");
          mail(1);
        });
    assertThat(mailServer.getReceivedMessages()).hasSize(1);
  }

  @Test
  void anyEmailThemeOfTheRealmTellsOfIt() throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.put("emailTheme", "base"),
        () ->
            withMail(
                person -> {
                  connect(person, "transactions:read");
                  assertThat(mail(1).getSubject())
                      .isEqualTo("New application connected: Expensicat Demo App");
                  assertThat(text(mail(1))).contains("got access to your account");
                  assertThat(html(mail(1)).select("li").eachText()).contains("Read transactions");
                }));
  }

  @Test
  void nothingIsSentForTokensThatAnApplicationEndsItself() throws Throwable {
    withMail(
        person -> {
          String refreshToken = connect(person, "transactions:read");
          mail(1);
          assertThat(DemoApp.revoke(Addresses.PACK, refreshToken).status()).isEqualTo(200);
          ADMIN.delete(person.path() + "/consents/" + DEMO_APP);
          assertThat(mail(2).getSubject()).startsWith("Access taken away");
          assertThat(mailServer.getReceivedMessages()).hasSize(2);
        });
  }

  @Test
  void withoutAMailServerEverythingGoesOn() throws Throwable {
    try (NewPerson person = NewPerson.join(AccessMailIT::reachable)) {
      connect(person, "transactions:read");
      AccountApi.of(person.person()).takeAway(DEMO_APP);
    }
    assertThat(mailServer.getReceivedMessages()).isEmpty();
  }

  @Test
  void aMailServerThatIsDownOrHangsHoldsNobodyUp() throws Throwable {
    mailServer.stop();
    withMail(person -> connect(person, "transactions:read"));
    try (var hanging = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      withMail(
          hanging.getLocalPort(),
          AccessMailIT::reachable,
          person -> {
            Instant from = Instant.now();
            connect(person, "transactions:read");
            assertThat(Duration.between(from, Instant.now())).isLessThan(Duration.ofSeconds(5));
          });
    }
    awaitLog("No mail about the access of " + DEMO_APP);
    assertThat(SERVER.log()).doesNotContain(ADDRESS);
  }

  /** What a test does with a person. */
  private interface Story {
    void tell(NewPerson person) throws Throwable;
  }

  private void withMail(Story story) throws Throwable {
    withMail(user -> {}, story);
  }

  private void withMail(Consumer<ObjectNode> more, Story story) throws Throwable {
    withMail(port, user -> more.accept(reachable(user)), story);
  }

  private static void withMail(int port, Consumer<ObjectNode> more, Story story) throws Throwable {
    ADMIN.withRealmChange(
        realm ->
            realm
                .putObject("smtpServer")
                .put("host", "127.0.0.1")
                .put("port", String.valueOf(port))
                .put("from", "auth@expensicat.test"),
        () -> {
          try (NewPerson person = NewPerson.join(more)) {
            story.tell(person);
          }
        });
  }

  private static ObjectNode reachable(ObjectNode user) {
    return user.put("email", ADDRESS).put("emailVerified", true);
  }

  /** Connects the demo application; the refresh token. */
  private static String connect(NewPerson person, String scope) {
    Answer answer = authorizeAt(Addresses.PACK).as(person.person()).with("scope", scope).tokens();
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json().path("refresh_token").asText();
  }

  /** The mail of that number, the first is 1; an assertion error if it does not come. */
  private MimeMessage mail(int number) throws InterruptedException {
    assertThat(mailServer.waitForIncomingEmail(LONGEST_WAIT_MILLIS, number))
        .as("mail %d", number)
        .isTrue();
    return mailServer.getReceivedMessages()[number - 1];
  }

  private static void awaitLog(String line) throws InterruptedException {
    Instant deadline = Instant.now().plusMillis(LONGEST_WAIT_MILLIS);
    while (!SERVER.log().contains(line)) {
      assertThat(Instant.now()).as("not logged: %s", line).isBefore(deadline);
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private static String text(MimeMessage mail) throws MessagingException, IOException {
    return part(mail, "text/plain");
  }

  private static Document html(MimeMessage mail) throws MessagingException, IOException {
    return Jsoup.parse(part(mail, "text/html"));
  }

  private static String part(MimeMessage mail, String type) throws MessagingException, IOException {
    MimeMultipart parts = (MimeMultipart) mail.getContent();
    assertThat(parts.getContentType()).startsWith("multipart/alternative");
    for (int i = 0; i < parts.getCount(); i++) {
      BodyPart part = parts.getBodyPart(i);
      if (part.isMimeType(type)) {
        return (String) part.getContent();
      }
    }
    throw new AssertionError("No " + type);
  }
}
