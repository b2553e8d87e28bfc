package com.expensicat.keycloak.database;

import jakarta.persistence.EntityManager;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;

/** The entity manager of a session, which is made when it is used first. */
final class LazyEntityManager implements InvocationHandler {

  private final KeycloakSession session;
  private EntityManager made;

  private LazyEntityManager(KeycloakSession session) {
    this.session = session;
  }

  static EntityManager of(KeycloakSession session) {
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            new LazyEntityManager(session));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (made == null) {
      made = session.getProvider(JpaConnectionProvider.class).getEntityManager();
    }
    try {
      return method.invoke(made, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
