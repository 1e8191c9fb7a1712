package org.tornadogru.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rates as {@code torch.optim.lr_scheduler} of PyTorch 1.13 set them for an optimizer of rate 1,
 * from the first update on. Each is named by the call that made it.
 */
class SchedulesTest {

  /** 1e-6 of a rate. */
  private static final Percentage CLOSE = Percentage.withPercentage(1e-4);

  /** Of a rate that is 0. */
  private static final double ZERO = 1e-15;

  private static Arguments row(String name, Schedule schedule, double[] rates) {
    return Arguments.of(Named.of(name, schedule), rates);
  }

  static List<Arguments> rates() {
    return List.of(
        row("constant", Schedule.CONSTANT, new double[] {1, 1, 1, 1}),
        row(
            "StepLR(step_size=3, gamma=0.5)",
            new Schedule.Step(3, 0.5),
            new double[] {1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125}),
        row(
            "StepLR(step_size=4, gamma=1.25)",
            new Schedule.Step(4, 1.25),
            new double[] {1, 1, 1, 1, 1.25, 1.25, 1.25, 1.25, 1.5625, 1.5625, 1.5625, 1.5625}),
        row(
            "ExponentialLR(gamma=0.9)",
            new Schedule.Step(1, 0.9),
            new double[] {
              1,
              0.9,
              0.81,
              0.729,
              0.6561,
              0.59049,
              0.531441,
              0.4782969,
              0.43046721,
              0.387420489,
              0.3486784401,
              0.31381059609
            }),
        row(
            "PolynomialLR(total_iters=10, power=1)",
            new Schedule.Polynomial(10, 1),
            new double[] {1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0, 0}),
        row(
            "PolynomialLR(total_iters=10, power=2.5)",
            new Schedule.Polynomial(10, 2.5),
            new double[] {
              1,
              0.768433471421,
              0.57243340224,
              0.409963413002,
              0.278854800927,
              0.176776695297,
              0.101192885125,
              0.0492950301755,
              0.01788854382,
              0.00316227766017,
              0,
              0,
              0
            }),
        row(
            "CosineAnnealingLR(T_max=10)",
            new Schedule.Cosine(10, 0, 0),
            new double[] {
              1,
              0.975528258148,
              0.904508497187,
              0.793892626146,
              0.654508497187,
              0.5,
              0.345491502813,
              0.206107373854,
              0.0954915028125,
              0.0244717418524,
              0
            }),
        row(
            "CosineAnnealingLR(T_max=13, eta_min=0.05)",
            new Schedule.Cosine(13, 0, 0.05),
            new double[] {
              1,
              0.986197363277,
              0.945591612185,
              0.880542605381,
              0.794830754697,
              0.693437321345,
              0.582254923121,
              0.467745076879,
              0.356562678655,
              0.255169245303,
              0.169457394619,
              0.104408387815,
              0.0638026367226,
              0.05
            }),
        row(
            "SequentialLR([LinearLR(1/4, total_iters=3), CosineAnnealingLR(T_max=8)], [4])",
            new Schedule.Cosine(12, 4, 0),
            new double[] {
              0.25,
              0.5,
              0.75,
              1,
              1,
              0.961939766256,
              0.853553390593,
              0.691341716183,
              0.5,
              0.308658283817,
              0.146446609407,
              0.0380602337444,
              0
            }),
        row(
            "SequentialLR([LinearLR(1/5, total_iters=4), CosineAnnealingLR(T_max=10, eta_min=0.1)], [5])",
            new Schedule.Cosine(15, 5, 0.1),
            new double[] {
              0.2,
              0.4,
              0.6,
              0.8,
              1,
              1,
              0.977975432333,
              0.914057647469,
              0.814503363532,
              0.689057647469,
              0.55,
              0.410942352531,
              0.285496636468,
              0.185942352531,
              0.122024567667,
              0.1
            }),
        row(
            "OneCycleLR(total_steps=10, pct_start=0.3)",
            new Schedule.OneCycle(10, 0.3),
            new double[] {
              0.04,
              0.52,
              1,
              0.950484632013,
              0.81174565395,
              0.611262021936,
              0.388741978064,
              0.18825834605,
              0.0495193679865,
              4e-06
            }),
        row(
            "OneCycleLR(total_steps=12, pct_start=0.25)",
            new Schedule.OneCycle(12, 0.25),
            new double[] {
              0.04,
              0.52,
              1,
              0.969846431008,
              0.883022689471,
              0.750001,
              0.586825741537,
              0.413178258463,
              0.250003,
              0.116981310529,
              0.0301575689923,
              4e-06
            }),
        row(
            "OneCycleLR(total_steps=7, pct_start=0.5)",
            new Schedule.OneCycle(7, 0.5),
            new double[] {
              0.04, 0.3716718427, 0.9083281573, 0.950484632013, 0.611262021936, 0.18825834605, 4e-06
            }),
        row(
            "OneCycleLR(total_steps=2, pct_start=0.6)",
            new Schedule.OneCycle(2, 0.6),
            new double[] {0.04, 4e-06}),
        row(
            "OneCycleLR(total_steps=3, pct_start=0.1)",
            new Schedule.OneCycle(3, 0.1),
            new double[] {0.843121446451, 0.30196290914, 4e-06}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rates")
  void everyUpdateHasTheRateOfPyTorch(Schedule schedule, double[] rates) {
    for (int update = 0; update < rates.length; update++) {
      assertClose(schedule.factor(update), rates[update], update);
    }
  }

  private static void assertClose(double factor, double rate, int update) {
    if (rate == 0) { // PyTorch's steps end a rounding away from it
      assertThat(factor).as("update %d", update).isCloseTo(0, within(ZERO));
    } else {
      assertThat(factor).as("update %d", update).isCloseTo(rate, CLOSE);
    }
  }

  /** Where PyTorch's rises again, or ends. */
  @Test
  void aRateStaysWhereItsScheduleEnds() {
    assertThat(new Schedule.Cosine(15, 5, 0.1).factor(1_000_000)).isEqualTo(0.1);
    assertThat(new Schedule.Polynomial(10, 2.5).factor(1_000_000)).isZero();
    assertThat(new Schedule.OneCycle(10, 0.3).factor(1_000_000)).isCloseTo(4e-6, CLOSE);
  }

  /** Where PyTorch has its eps of 1e-8. */
  @Test
  void aPlateauLowersARateHoweverLowItIs() {
    Plateau.State state = new Plateau.State(1e-9, 1, 10);
    assertThat(new Plateau().after(state, 1).scale()).isCloseTo(1e-10, CLOSE);
  }

  private static final double[] LOSSES = {
    3, 2.5, 2.5, 2.49999, 2.6, 2.4, 2.4, 2.4, 2.4, 2.39, Double.NaN, 2.5, 2.2, 2.2, 2.2, 2.2, 2.2
  };

  /** Never so low that 1e-8, by which PyTorch does not lower a rate any more, shows. */
  static List<Arguments> plateaus() {
    return List.of(
        Arguments.of(
            Named.of("factor=0.5, patience=2", new Plateau(0.5, 2, 1e-4)),
            new double[] {
              1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125
            }),
        Arguments.of(
            Named.of("factor=0.5, patience=0, threshold=0.05", new Plateau(0.5, 0, 0.05)),
            new double[] {
              1,
              1,
              0.5,
              0.25,
              0.125,
              0.0625,
              0.03125,
              0.015625,
              0.0078125,
              0.00390625,
              0.001953125,
              0.0009765625,
              0.0009765625,
              0.00048828125,
              0.000244140625,
              0.0001220703125,
              6.103515625e-05
            }),
        Arguments.of(
            Named.of("factor=0.8, patience=1, threshold=0", new Plateau(0.8, 1, 0)),
            new double[] {
              1, 1, 1, 1, 1, 1, 1, 0.8, 0.8, 0.8, 0.8, 0.64, 0.64, 0.64, 0.512, 0.512, 0.4096
            }),
        Arguments.of(
            Named.of("the defaults", new Plateau()),
            new double[] {
              1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1,
              0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01
            }));
  }

  @ParameterizedTest(name = "ReduceLROnPlateau: {0}")
  @MethodSource("plateaus")
  void everyValidationIsFollowedByTheRateOfPyTorch(Plateau plateau, double[] rates) {
    Plateau.State state = Plateau.State.FIRST;
    for (int validation = 0; validation < rates.length; validation++) {
      state = plateau.after(state, LOSSES[validation % LOSSES.length]);
      assertThat(state.scale()).as("validation %d", validation).isCloseTo(rates[validation], CLOSE);
    }
  }
}
