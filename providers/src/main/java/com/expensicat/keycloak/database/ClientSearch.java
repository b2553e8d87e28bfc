package com.expensicat.keycloak.database;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.persistence.TypedQuery;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;

/**
 * Asks the database for clients of a realm, whatever their number. Keycloak's model knows no search
 * by what is missing, and to walk all clients would load each of them, with some thirty rows.
 *
 * <p>Conditions are HQL about {@code c}, a {@link org.keycloak.models.jpa.entities.ClientEntity}.
 */
public final class ClientSearch {

  /** The condition that a client is one of Keycloak's own, as every realm has them. */
  public static final String IS_BUILT_IN =
      Constants.defaultClients.stream()
          .collect(Collectors.joining("', '", "c.clientId in ('", "')"));

  /** The condition that a client speaks OpenID Connect and is none of Keycloak's own. */
  public static final String IS_APPLICATION =
      "(c.protocol is null or c.protocol = '%s') and not %s"
          .formatted(OIDCLoginProtocol.LOGIN_PROTOCOL, IS_BUILT_IN);

  private final EntityManager entities;
  private final RealmModel realm;

  /**
   * @param session the session, in whose transaction the database is asked
   */
  public ClientSearch(KeycloakSession session, RealmModel realm) {
    this.entities = session.getProvider(JpaConnectionProvider.class).getEntityManager();
    this.realm = realm;
  }

  /**
   * The condition that a client has an attribute.
   *
   * @param name the attribute's name, as a constant has it
   * @param condition HQL about {@code a.value}
   */
  public static String hasAttribute(String name, String condition) {
    return "exists (select 1 from ClientAttributeEntity a where a.client = c and a.name = '%s' and %s)"
        .formatted(name, condition);
  }

  /**
   * The ids of all clients that fit a condition.
   *
   * @param parameters values of the parameters that the condition names
   */
  public List<String> ids(String condition, Map<String, ?> parameters) {
    return search(condition, parameters).getResultList();
  }

  /**
   * The ids of some of the clients that fit a condition, in the order of Keycloak's own lists.
   *
   * @param parameters values of the parameters that the condition names
   * @param first how many to leave out
   * @param max how many at most
   */
  public List<String> ids(String condition, Map<String, ?> parameters, int first, int max) {
    return search(condition, parameters).setFirstResult(first).setMaxResults(max).getResultList();
  }

  /**
   * How many clients fit a condition.
   *
   * @param parameters values of the parameters that the condition names
   */
  public long count(String condition, Map<String, ?> parameters) {
    return bind(
            entities.createQuery(
                "select count(c) from ClientEntity c where " + inRealm(condition), Long.class),
            parameters)
        .getSingleResult();
  }

  private TypedQuery<String> search(String condition, Map<String, ?> parameters) {
    return bind(
        entities.createQuery(
            "select c.id from ClientEntity c where " + inRealm(condition) + " order by c.clientId",
            String.class),
        parameters);
  }

  /**
   * Rows about clients that fit a condition.
   *
   * @param columns HQL for two columns or more
   * @param joined HQL that joins what the columns come from
   * @param parameters values of the parameters that the condition names
   */
  public List<Object[]> rows(
      String columns, String joined, String condition, Map<String, ?> parameters) {
    return bind(
            entities.createQuery(
                "select %s from ClientEntity c join %s where %s"
                    .formatted(columns, joined, inRealm(condition)),
                Object[].class),
            parameters)
        .getResultList();
  }

  /**
   * Changes rows that have to do with clients that fit a condition.
   *
   * @param hql the beginning of the statement, up to the query for clients
   * @param parameters values of the parameters that statement and condition name
   */
  public void execute(String hql, String condition, Map<String, ?> parameters) {
    bind(entities.createQuery(hql.formatted(inRealm(condition))), parameters).executeUpdate();
  }

  private static String inRealm(String condition) {
    return "c.realmId = :realm and (" + condition + ")";
  }

  private <Q extends Query> Q bind(Q query, Map<String, ?> parameters) {
    parameters.forEach(query::setParameter);
    query.setParameter("realm", realm.getId());
    return query;
  }
}
