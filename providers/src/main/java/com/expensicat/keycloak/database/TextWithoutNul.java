package com.expensicat.keycloak.database;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.boot.model.TypeContributor;
import org.hibernate.dialect.Dialect;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.sql.ast.spi.SqlAppender;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.BasicBinder;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.hibernate.type.descriptor.jdbc.VarcharJdbcType;

/**
 * Makes U+FFFD of each NUL in a text that goes to the database, as CommonMark 2.3 and HTML do.
 * PostgreSQL refuses NUL, and Keycloak hands on whatever a path, a form, a header or a token holds,
 * to ask for a client, a user, a realm or an issuer of that name: each such request would be a 500
 * with a stack trace (keycloak/keycloak#41117). So there is nobody of that name, whichever database
 * it is, and the answer is the one for a name that nobody has.
 */
public class TextWithoutNul implements TypeContributor {

  private static final char REPLACEMENT = '\uFFFD';

  @Override
  public void contribute(TypeContributions types, ServiceRegistry services) {
    types.contributeJdbcType(new Varchar());
  }

  private static String clean(String text) {
    return text.replace('\0', REPLACEMENT);
  }

  private static final class Varchar extends VarcharJdbcType {

    private static final long serialVersionUID = 1L;

    @Override
    public <X> ValueBinder<X> getBinder(JavaType<X> type) {
      return new BasicBinder<>(type, this) {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doBind(
            PreparedStatement statement, X value, int index, WrapperOptions options)
            throws SQLException {
          statement.setString(index, clean(type.unwrap(value, String.class, options)));
        }

        @Override
        protected void doBind(
            CallableStatement statement, X value, String name, WrapperOptions options)
            throws SQLException {
          statement.setString(name, clean(type.unwrap(value, String.class, options)));
        }
      };
    }

    /** For texts that Keycloak writes into the statement itself. */
    @Override
    public <X> JdbcLiteralFormatter<X> getJdbcLiteralFormatter(JavaType<X> type) {
      return (SqlAppender appender, X value, Dialect dialect, WrapperOptions options) ->
          dialect.appendLiteral(appender, clean(type.unwrap(value, String.class, options)));
    }
  }
}
