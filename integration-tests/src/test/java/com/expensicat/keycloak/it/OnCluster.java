package com.expensicat.keycloak.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;

/**
 * Tests at {@link Cluster#shared()}. They come after those that need one server, while which the
 * nodes start; see {@link ClusterAhead}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag(OnCluster.TAG)
@Order(Integer.MAX_VALUE - 1)
@interface OnCluster {

  /** The tag of these tests. */
  String TAG = "cluster";
}
