package com.expensicat.keycloak.it;

import org.junit.platform.engine.TestTag;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Starts the cluster in the background as soon as it is known that some test will ask for it: two
 * nodes take as long as hundreds of tests. What goes wrong, the first that asks is told of.
 */
public final class ClusterAhead implements TestExecutionListener {

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    if (isAskedFor(plan)) {
      Thread start = new Thread(Cluster::startShared, "start of the cluster");
      start.setDaemon(true);
      start.start();
    }
  }

  private static boolean isAskedFor(TestPlan plan) {
    TestTag tag = TestTag.create(OnCluster.TAG);
    return plan.getRoots().stream()
        .flatMap(root -> plan.getDescendants(root).stream())
        .anyMatch(test -> test.getTags().contains(tag));
  }
}
