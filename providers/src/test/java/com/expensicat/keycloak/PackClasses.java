package com.expensicat.keycloak;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The pack's classes without its tests, read once for all that look at them. */
public final class PackClasses {

  public static final String ROOT = PackBuild.class.getPackageName();

  public static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private PackClasses() {}
}
