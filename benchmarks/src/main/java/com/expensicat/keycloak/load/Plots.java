package com.expensicat.keycloak.load;

import com.expensicat.keycloak.load.Measured.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results as pictures (SVG 1.1). */
final class Plots {

  private static final int WIDTH = 760;
  private static final int MARGIN = 16;
  private static final int LABELS = 130;
  private static final int LINE = 20;
  private static final int BAR = 14;
  private static final int VALUES = 80;
  private static final int TITLES = 230;

  private final Results results;
  private final int connections;
  private final Theme theme;
  private final StringBuilder body = new StringBuilder();
  private int y = MARGIN;

  /** Colours, for readers who have their pages light or dark. */
  enum Theme {
    LIGHT("#ffffff", "#1c2430", "#566173", "#1f5fbf", "#aab4c3"),
    DARK("#0d1117", "#e8ecf2", "#a9b4c4", "#8db8ff", "#566173");

    private final String paper;
    private final String ink;
    private final String soft;
    private final String accent;
    private final String other;

    Theme(String paper, String ink, String soft, String accent, String other) {
      this.paper = paper;
      this.ink = ink;
      this.soft = soft;
      this.accent = accent;
      this.other = other;
    }
  }

  Plots(Results results, int connections, Theme theme) {
    this.results = results;
    this.connections = connections;
    this.theme = theme;
  }

  /** A bar for each server that has an operation, each operation on a scale of its own. */
  String bars(Figure figure) {
    for (Operation operation : Operation.values()) {
      List<String> names = new ArrayList<>();
      List<Double> values = new ArrayList<>();
      for (String target : results.targets().keySet()) {
        List<Measured> measured = results.of(target, operation, connections);
        if (!measured.isEmpty()) {
          names.add(target);
          values.add(Spread.of(measured.stream().map(one -> one.figure(figure)).toList()).median());
        }
      }
      if (!names.isEmpty()) {
        heading(operation.title());
        double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        for (int i = 0; i < names.size(); i++) {
          bar(names.get(i), values.get(i), most);
        }
        y += LINE / 2;
      }
    }
    return picture();
  }

  private void bar(String name, double value, double most) {
    int room = WIDTH - 2 * MARGIN - LABELS - VALUES;
    double length = Math.max(1, room * value / most);
    int middle = y + BAR - 3;
    text(MARGIN + LABELS - 8, middle, "end", theme.soft, name);
    add(
        "<rect x='%d' y='%d' width='%.1f' height='%d' rx='2' fill='%s'/>",
        MARGIN + LABELS, y, length, BAR, name.equals("pack") ? theme.accent : theme.other);
    text(MARGIN + LABELS + length + 6, middle, "start", theme.ink, Spread.number(value));
    y += LINE;
  }

  /** Where the ratio of pack and stock lies, a line from least to most for each pair of JVMs. */
  String ratios(Figure figure) {
    List<Spread> all = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      all.addAll(spreads(operation, figure));
    }
    double least = Math.min(0.9, all.stream().mapToDouble(Spread::least).min().orElse(1));
    double most = Math.max(1.1, all.stream().mapToDouble(Spread::most).max().orElse(1));
    int top = y;
    for (Operation operation : Operation.values()) {
      String title = operation.title();
      for (Spread spread : spreads(operation, figure)) {
        double middle = y + LINE / 2.0;
        text(MARGIN, middle + 5, "start", theme.ink, title);
        add(
            "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-width='3'/>",
            x(spread.least(), least, most),
            x(spread.most(), least, most),
            middle,
            middle,
            theme.other);
        add(
            "<circle cx='%.1f' cy='%.1f' r='5' fill='%s'/>",
            x(spread.median(), least, most), middle, theme.accent);
        text(WIDTH - MARGIN, middle + 5, "end", theme.ink, Spread.number(spread.median()));
        title = "";
        y += LINE;
      }
      y += title.isEmpty() ? LINE / 2 : 0;
    }
    double step = most - least < 1 ? 0.1 : most - least < 2.5 ? 0.25 : 1;
    for (double tick = Math.ceil(least / step) * step; tick <= most; tick += step) {
      boolean isOne = Math.abs(tick - 1) < 0.01;
      double at = x(tick, least, most);
      add(
          "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='%s' stroke-opacity='%s'/>",
          at, at, top, y, isOne ? theme.ink : theme.soft, isOne ? "1" : "0.25");
      String label = String.format(Locale.ROOT, step < 0.2 || step == 1 ? "%.1f" : "%.2f", tick);
      text(at, y + LINE, "middle", theme.soft, label);
    }
    y += LINE + MARGIN;
    return picture();
  }

  private List<Spread> spreads(Operation operation, Figure figure) {
    List<Spread> spreads = new ArrayList<>();
    for (int pair : results.pairs()) {
      List<Double> ratios =
          Results.ratios(
              ofPair(results.of("pack", operation, connections), pair),
              ofPair(results.of("stock", operation.peers(), connections), pair),
              figure);
      if (!ratios.isEmpty()) {
        spreads.add(Spread.of(ratios));
      }
    }
    return spreads;
  }

  private static List<Measured> ofPair(List<Measured> measured, int pair) {
    return measured.stream().filter(one -> one.pair() == pair).toList();
  }

  private static double x(double value, double least, double most) {
    double room = WIDTH - 2.0 * MARGIN - TITLES - VALUES;
    return MARGIN + TITLES + room * (value - least) / (most - least);
  }

  private void heading(String title) {
    text(MARGIN, y + BAR - 2, "start", theme.ink, title);
    y += LINE;
  }

  private void text(double x, double at, String anchor, String colour, String text) {
    add(
        "<text x='%.1f' y='%.1f' text-anchor='%s' fill='%s'>%s</text>",
        x, at, anchor, colour, text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private String picture() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
                + " font-family='system-ui, sans-serif' font-size='13'>%n"
                + "<rect width='100%%' height='100%%' fill='%s'/>%n",
            WIDTH,
            y + MARGIN,
            WIDTH,
            y + MARGIN,
            theme.paper)
        + body
        + "</svg>\n";
  }
}
