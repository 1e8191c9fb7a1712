package org.tornadogru.series;

/**
 * A forecast that costs nothing: the model learns what it leaves over, and is measured by it.
 *
 * @param span rows of a mean
 * @param season null if there is none
 */
record Baseline(Kind kind, int span, Season season) {

  /** Forecasts that cost nothing. */
  enum Kind {
    /** The last value. */
    LAST("the last value"),
    /** The mean of the last values. */
    MEAN("the mean of the last values"),
    /** The mean of all, a season of one step. */
    ALL("the mean"),
    /** The value a season ago. */
    SEASONAL("the value a season ago"),
    /** What the season is on the average. */
    PROFILE("the mean of the season"),
    /** That, as much higher or lower as the last season was. */
    LEVEL("the mean of the season at the level of the last");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** The last value. */
  static final Baseline NAIVE = new Baseline(Kind.LAST, 1, null);

  /**
   * The forecast.
   *
   * @param y scaled, none missing
   * @param positions of each
   * @param t the last that is known
   * @param ahead rows from there
   */
  double of(double[] y, long[] positions, int t, int ahead) {
    return switch (kind) {
      case LAST -> y[t];
      case MEAN -> mean(y, t);
      case SEASONAL -> {
        int before = t + ahead - Math.ceilDiv(ahead, season.period()) * season.period();
        yield before >= 0 ? y[before] : y[t];
      }
      case ALL, PROFILE -> season.at(positions[t] + ahead);
      case LEVEL -> season.at(positions[t] + ahead) + level(y, positions, t);
    };
  }

  private double mean(double[] y, int t) {
    int from = Math.max(0, t - span + 1);
    double sum = 0;
    for (int i = from; i <= t; i++) {
      sum += y[i];
    }
    return sum / (t - from + 1);
  }

  private double level(double[] y, long[] positions, int t) {
    int from = Math.max(0, t - season.period() + 1);
    double sum = 0;
    for (int i = from; i <= t; i++) {
      sum += y[i] - season.at(positions[i]);
    }
    return sum / (t - from + 1);
  }

  /** Rows before one that it looks at. */
  int reach() {
    return Math.max(span, season == null ? 1 : season.period());
  }
}
