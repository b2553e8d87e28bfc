package com.expensicat.keycloak.it.attack;

import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Cases;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The table of attacks, {@code attacks.csv}. */
final class AttackTable extends AnnotationBasedArgumentsProvider<AttackTest> {

  /** All rows at each of their addresses. */
  static final List<Attack> ATTACKS =
      Cases.of("attacks.csv").map(Arguments::get).flatMap(AttackTable::atItsAddresses).toList();

  /** The second column says {@code both}, or after {@code pack:} why Keycloak's own is left out. */
  private static Stream<Attack> atItsAddresses(Object[] row) {
    Stream<Addresses> at =
        row[1].equals("both") ? Stream.of(Addresses.values()) : Stream.of(Addresses.PACK);
    return at.map(
        addresses ->
            new Attack(
                (String) row[0],
                (String) row[2],
                (String) row[3],
                (String) row[4],
                (String) row[5],
                (String) row[6],
                addresses));
  }

  /** Whether a test with that annotation stands for the row. */
  static boolean stands(String value, Attack attack) {
    return value.equals(attack.id()) || value.equals(attack.kind());
  }

  @Override
  protected Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context, AttackTest test) {
    return ATTACKS.stream()
        .filter(attack -> stands(test.value(), attack))
        .map(attack -> Arguments.of(attack));
  }
}
