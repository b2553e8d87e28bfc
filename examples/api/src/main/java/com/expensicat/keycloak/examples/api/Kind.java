package com.expensicat.keycloak.examples.api;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The kinds of items, each with its fields; all of them must be there, and no others. */
enum Kind {
  TRANSACTIONS("date description amount currency"),
  ENTRIES("date project hours"),
  INVOICES("date customer amount currency"),
  BANK_ACCOUNTS("bank name"),
  DOCUMENTS("name text"),
  MEMBERS("name role");

  /** What everybody finds at first. */
  static final List<Map<String, String>> SAMPLE_TRANSACTIONS =
      List.of(
          transaction("2026-11-02", "Cat food, a month of it", "-86.40"),
          transaction("2026-11-09", "Invoice 2026-117, paid", "1250.00"),
          transaction("2026-11-16", "Scratching post for the office", "-129.00"));

  private final String fields;

  Kind(String fields) {
    this.fields = fields;
  }

  /** The names of the fields that are missing, that nobody knows, or that hold something else. */
  Set<String> faults(Map<String, String> item) {
    Set<String> faults = new TreeSet<>(item.keySet());
    for (String name : fields.split(" ", -1)) {
      if (Field.valueOf(name.toUpperCase(Locale.ROOT)).takes(item.get(name))) {
        faults.remove(name);
      } else {
        faults.add(name);
      }
    }
    return faults;
  }

  private static Map<String, String> transaction(String date, String description, String amount) {
    return Map.of("date", date, "description", description, "amount", amount, "currency", "EUR");
  }

  /** The fields, and the form of their text. */
  private enum Field {
    AMOUNT("-?\\d{1,12}(\\.\\d{1,2})?"),
    BANK("(?s).{1,100}"),
    CURRENCY("[A-Z]{3}"),
    CUSTOMER("(?s).{1,100}"),
    DATE("\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"),
    DESCRIPTION("(?s).{1,500}"),
    HOURS("\\d{1,2}(\\.\\d{1,2})?"),
    NAME("(?s).{1,100}"),
    PROJECT("(?s).{1,100}"),
    ROLE("member|admin"),
    TEXT("(?s).{1,2000}");

    private final Pattern form;

    Field(String form) {
      this.form = Pattern.compile(form);
    }

    boolean takes(String value) {
      return value != null && form.matcher(value).matches();
    }
  }
}
