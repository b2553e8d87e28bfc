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
 * <p>Conditions are HQL about {@code c}, a {@link org.keycloak.models.jpa.entities.ClientEntity},
 * with as few parentheses as can be: at each pair Hibernate's parser looks ahead to its end, and a
 * pair in a pair in a pair costs a server that starts whole seconds. Hence the conditions that come
 * always are those of a join.
 */
public final class ClientSearch {

  private static final String CLIENTS =
      "RealmEntity r join ClientEntity c on r.id = :realm and c.realmId = r.id";

  private static final String IDS_OF_BUILT_IN =
      Constants.defaultClients.stream().collect(Collectors.joining("', '", "('", "')"));

  private static final String APPLICATIONS =
      CLIENTS
          + " and coalesce(c.protocol, '%1$s') = '%1$s' and c.clientId not in %2$s"
              .formatted(OIDCLoginProtocol.LOGIN_PROTOCOL, IDS_OF_BUILT_IN);

  private static final String BUILT_IN = CLIENTS + " and c.clientId in " + IDS_OF_BUILT_IN;

  private final EntityManager entities;
  private final RealmModel realm;
  private final String among;

  private ClientSearch(EntityManager entities, RealmModel realm, String among) {
    this.entities = entities;
    this.realm = realm;
    this.among = among;
  }

  private static ClientSearch among(KeycloakSession session, RealmModel realm, String clients) {
    return new ClientSearch(
        session.getProvider(JpaConnectionProvider.class).getEntityManager(), realm, clients);
  }

  /**
   * A search among all clients of a realm.
   *
   * @param session the session, in whose transaction the database is asked
   */
  public static ClientSearch amongAll(KeycloakSession session, RealmModel realm) {
    return among(session, realm, CLIENTS);
  }

  /** Among those that speak OpenID Connect and are none of Keycloak's own. */
  public static ClientSearch amongApplications(KeycloakSession session, RealmModel realm) {
    return among(session, realm, APPLICATIONS);
  }

  /** Among Keycloak's own, as every realm has them. */
  public static ClientSearch amongBuiltIn(KeycloakSession session, RealmModel realm) {
    return among(session, realm, BUILT_IN);
  }

  /**
   * A search that finds a client once for each row of something else that fits.
   *
   * @param joins HQL that joins what the conditions are about
   */
  public ClientSearch with(String joins) {
    return new ClientSearch(entities, realm, among + " " + joins);
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
                "select count(c) from %s where %s".formatted(among, condition), Long.class),
            parameters)
        .getSingleResult();
  }

  private TypedQuery<String> search(String condition, Map<String, ?> parameters) {
    return bind(
        entities.createQuery(
            "select c.id from %s where %s order by c.clientId".formatted(among, condition),
            String.class),
        parameters);
  }

  /**
   * Rows about clients that fit a condition.
   *
   * @param columns HQL for two columns or more
   */
  public List<Object[]> rows(String columns, String condition) {
    return bind(
            entities.createQuery(
                "select %s from %s where %s".formatted(columns, among, condition), Object[].class),
            Map.of())
        .getResultList();
  }

  /**
   * Changes rows that have to do with clients that fit a condition.
   *
   * @param hql the statement, with {@code %s} for where the clients come from and the condition
   * @param parameters values of the parameters that statement and condition name
   */
  public void execute(String hql, String condition, Map<String, ?> parameters) {
    bind(entities.createQuery(hql.formatted(among + " where " + condition)), parameters)
        .executeUpdate();
  }

  private <Q extends Query> Q bind(Q query, Map<String, ?> parameters) {
    parameters.forEach(query::setParameter);
    query.setParameter("realm", realm.getId());
    return query;
  }
}
