package com.expensicat.keycloak.it.attack;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** A test that takes an {@link Attack}, once for each row that it stands for and each address. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(AttackTable.class)
@ExtendWith(AttackCount.class)
public @interface AttackTest {

  /** The id of a row, or the kind of request of all its rows. */
  String value();
}
