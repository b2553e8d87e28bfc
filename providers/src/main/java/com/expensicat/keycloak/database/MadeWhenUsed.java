package com.expensicat.keycloak.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/** What Keycloak makes for a request whether it is used or not, made when it is used first. */
final class MadeWhenUsed implements InvocationHandler {

  private final Supplier<?> maker;
  private Object made;

  private MadeWhenUsed(Supplier<?> maker) {
    this.maker = maker;
  }

  static <T> T of(Class<T> type, Supplier<T> maker) {
    return type.cast(
        Proxy.newProxyInstance(
            MadeWhenUsed.class.getClassLoader(), new Class<?>[] {type}, new MadeWhenUsed(maker)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (made == null) {
      if (method.getName().equals("close")) {
        return null;
      }
      made = maker.get();
    }
    try {
      return method.invoke(made, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
