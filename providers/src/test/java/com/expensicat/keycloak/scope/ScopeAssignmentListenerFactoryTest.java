package com.expensicat.keycloak.scope;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.ResourceType;

class ScopeAssignmentListenerFactoryTest {

  @Test
  void aChangeOfTheRealmItselfHasNoPathAndIsLetPass() {
    AdminEvent event = new AdminEvent();
    event.setResourceType(ResourceType.REALM);

    assertThatCode(() -> ScopeAssignmentListenerFactory.note(null, null, event))
        .doesNotThrowAnyException();
  }
}
