package com.expensicat.keycloak.examples.api;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * One address for the API and Keycloak, as a company's proxy makes it, for {@code start.sh}; on
 * Vert.x, which Keycloak itself is on, so that what Keycloak takes passes.
 */
@Component
@Profile("front & !gateway")
class Front {

  private static final String LOOPBACK = "127.0.0.1";

  /** Keycloak has its own limits. */
  private static final int LARGEST_HEAD_BYTES = 65_536;

  private static final int MOST_CONNECTIONS = 200;
  private static final int KEEP_ALIVE_SECONDS = 15;

  private final Settings settings;
  private final Vertx vertx = Vertx.vertx();

  Front(Settings settings) {
    this.settings = settings;
  }

  /**
   * Where it listens, and where Keycloak does, both on loopback.
   *
   * @param port its own port
   * @param keycloakPort Keycloak's
   */
  @ConfigurationProperties("front")
  record Settings(int port, int keycloakPort) {}

  @EventListener
  void start(WebServerInitializedEvent api) {
    HttpProxy toKeycloak = proxy(settings.keycloakPort());
    HttpProxy toApi = proxy(api.getWebServer().getPort());
    vertx
        .createHttpServer(
            new HttpServerOptions()
                .setMaxHeaderSize(LARGEST_HEAD_BYTES)
                .setMaxInitialLineLength(LARGEST_HEAD_BYTES)
                .setHandle100ContinueAutomatically(true))
        .requestHandler(request -> (isForApi(request) ? toApi : toKeycloak).handle(request))
        .listen(settings.port(), LOOPBACK)
        .await();
  }

  private HttpProxy proxy(int port) {
    return HttpProxy.reverseProxy(
            new ProxyOptions().setSupportWebSocket(false),
            vertx.createHttpClient(
                new HttpClientOptions()
                    .setMaxHeaderSize(LARGEST_HEAD_BYTES)
                    .setMaxInitialLineLength(LARGEST_HEAD_BYTES)
                    .setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS)))
        .origin(port, LOOPBACK)
        .addInterceptor(new Forwarded());
  }

  private static boolean isForApi(HttpServerRequest request) {
    String path = request.path();
    return path != null && (path.equals(Endpoint.ROOT) || path.startsWith(Endpoint.ROOT + "/"));
  }

  /** Says who asked for which host, in place of whatever the client says of that. */
  private static final class Forwarded implements ProxyInterceptor {

    private static final List<String> SAID_BY_PROXIES =
        List.of(
            "Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Prefix",
            "X-Forwarded-Proto");

    @Override
    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
      ProxyRequest request = context.request();
      HttpServerRequest asked = request.proxiedRequest();
      MultiMap headers = request.headers();
      SAID_BY_PROXIES.forEach(headers::remove);
      headers.remove("Expect");
      headers.set("X-Forwarded-For", asked.remoteAddress().hostAddress());
      headers.set("X-Forwarded-Proto", "http");
      if (asked.authority() != null) {
        request.setAuthority(asked.authority());
        headers.set("X-Forwarded-Host", asked.authority().toString());
      }
      return context.sendRequest();
    }
  }
}
