package com.expensicat.keycloak.it.support.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tests at {@link Cluster#shared()}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OwnServers
public @interface OnCluster {}
