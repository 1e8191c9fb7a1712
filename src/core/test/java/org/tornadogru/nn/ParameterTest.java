package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterTest {

  private static final GruConfig TABLE = GruConfig.builder(7, 5).embedding(4).build();
  private static final GruConfig TIED = GruConfig.builder(7, 5).embedding(5).tied().build();

  private static final GruConfig DENSE =
      GruConfig.builder(7, 5)
          .direction(Direction.BIDIRECTIONAL)
          .dense(new Dense(6, ActivationFunction.TANH), new Dense(3, ActivationFunction.SIGMOID))
          .build();

  private static List<String> names(GruConfig config, int outputs) {
    return Parameter.of(config, outputs).stream().map(Parameter::name).toList();
  }

  @Test
  void anEmbeddingComesFirst() {
    List<Parameter> all = Parameter.of(TABLE, 3);
    assertThat(all.getFirst())
        .isEqualTo(new Parameter("embedding.weight", ParameterKind.EMBEDDING, List.of(7, 4), 5));
    assertThat(all.get(1).shape()).containsExactly(15, 4);
    assertThat(names(TABLE, 3)).endsWith("linear.weight", "linear.bias").hasSize(7);
  }

  @Test
  void aTiedOutputLayerHasItsBiasAlone() {
    assertThat(names(TIED, 7)).startsWith("embedding.weight").endsWith("bias_hh_l0", "linear.bias");
    assertThat(names(TIED, 7)).doesNotContain("linear.weight").hasSize(6);
    assertThat(names(TIED, 0)).startsWith("embedding.weight").hasSize(5);
    assertRefused(() -> Parameter.of(TIED, 6), "an output for each of the 7 tokens, not 6");
  }

  @Test
  void denseLayersComeBeforeTheLinearLayer() {
    assertThat(names(DENSE, 7))
        .endsWith(
            "dense_0.weight",
            "dense_0.bias",
            "dense_1.weight",
            "dense_1.bias",
            "linear.weight",
            "linear.bias");
    assertThat(Parameter.of(DENSE, 7).reversed().stream().limit(6).map(Parameter::shape))
        .containsExactly(
            List.of(7), List.of(7, 3), List.of(3), List.of(3, 6), List.of(6), List.of(6, 10));
    assertThat(names(DENSE, 0)).noneMatch(name -> name.startsWith("dense"));
  }

  @Test
  void theyAreCountedBeforeTheyAreMade() {
    GruConfig tied = DENSE.toBuilder().embedding(3).tied().build();
    GruConfig oneHot = GruConfig.builder(7, 5).tokens().build();
    for (GruConfig config : List.of(TABLE, TIED, DENSE, tied, oneHot)) {
      Weights weights = Weights.zeros(config, 7);
      assertThat(Parameter.count(config, 7)).isEqualTo(weights.count());
      assertThat(weights.withoutLinearLayer()).isEqualTo(Weights.zeros(config, 0));
    }
  }
}
