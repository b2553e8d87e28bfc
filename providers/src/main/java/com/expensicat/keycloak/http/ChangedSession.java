package com.expensicat.keycloak.http;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.keycloak.models.KeycloakSession;

/** A {@link KeycloakSession} that does one thing in another way. */
public final class ChangedSession {

  private ChangedSession() {}

  /**
   * That session, in all else.
   *
   * @param method the name of a method of {@link KeycloakSession}
   * @param answer what it gives
   */
  public static KeycloakSession with(KeycloakSession session, String method, Object answer) {
    return (KeycloakSession)
        Proxy.newProxyInstance(
            ChangedSession.class.getClassLoader(),
            new Class<?>[] {KeycloakSession.class},
            (proxy, called, arguments) ->
                called.getName().equals(method) ? answer : invoke(session, called, arguments));
  }

  private static Object invoke(KeycloakSession session, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(session, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
