package com.expensicat.keycloak.it.support.browser;

import com.microsoft.playwright.options.ColorScheme;

/** How a page is looked at. */
public enum Look {
  LIGHT(ColorScheme.LIGHT, 1280, 900),
  DARK(ColorScheme.DARK, 1280, 900),
  PHONE(ColorScheme.LIGHT, 375, 700),
  /** A window of {@link #LIGHT} at 400 %, or of a small telephone (WCAG 2.2, 1.4.10). */
  NARROW(ColorScheme.DARK, 320, 640);

  final ColorScheme colorScheme;

  /** CSS pixels. */
  final int width;

  final int height;

  Look(ColorScheme colorScheme, int width, int height) {
    this.colorScheme = colorScheme;
    this.width = width;
    this.height = height;
  }
}
