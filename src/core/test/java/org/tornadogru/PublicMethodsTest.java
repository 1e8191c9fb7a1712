package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Plateau;
import org.tornadogru.optim.Schedule;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Sampling;
import org.tornadogru.text.TextGenerator;
import org.tornadogru.text.TokenStreams;
import org.tornadogru.text.TokenWindows;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingConfig;
import org.tornadogru.train.TrainingOptions;

/**
 * Every public constructor and method of what core exports, called with one argument after the
 * other that makes no sense, and with all of them: what comes out is what the documentation says.
 *
 * <p>That is {@link InvalidInputException} for what a user gave, {@link IllegalArgumentException}
 * and {@link IndexOutOfBoundsException} for what a program did wrong, and {@link
 * NullPointerException} that names the parameter.
 */
@Tag("plain-jvm")
class PublicMethodsTest {

  private static final List<String> PACKAGES =
      List.of("", "device", "nn", "optim", "text", "train");

  /** Take long, or as much memory as they are told to, and do what they are told. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "Corpus.timeMachine",
          "TextGenerator.generate",
          "Trainer.train",
          "Trainer.resume",
          "Batches.order");

  private static final Set<Class<?>> KEEPERS =
      Set.of(
          Gru.class,
          GruStream.class,
          Predictor.class,
          SequenceModel.class,
          TextGenerator.class,
          Trainer.class);

  private static final List<Object> EXTREMES =
      List.of(
          Integer.MIN_VALUE,
          -1,
          0,
          1,
          Integer.MAX_VALUE,
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          Float.NaN,
          -1f,
          Float.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          "",
          "\uD800",
          Path.of("/nonexistent"),
          new int[0],
          new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
          new float[0],
          new float[][] {null},
          new float[][] {{1}, {}},
          new float[][][] {{null}},
          new float[][][] {null},
          new float[0][][],
          new int[][] {null},
          new int[][] {{1}, {}},
          List.of(),
          List.of(-1),
          List.of(Integer.MAX_VALUE, Integer.MAX_VALUE),
          Set.of(),
          Map.of());

  private final List<Object> samples = samples();
  private final Set<String> findings = new TreeSet<>();
  private int calls;

  @Test
  void throwWhatIsDocumented() throws Exception {
    for (Class<?> type : exported()) {
      for (Constructor<?> constructor : type.getConstructors()) {
        if (!Modifier.isAbstract(type.getModifiers())) {
          provoke(constructor, null);
        }
      }
      for (Method method : type.getMethods()) {
        if (method.getDeclaringClass() != type
            || method.isSynthetic()
            || method.getParameterCount() == 0
            || List.of("equals", "valueOf").contains(method.getName())
            || LEFT_OUT.contains(type.getSimpleName() + "." + method.getName())) {
          continue;
        }
        if (Modifier.isStatic(method.getModifiers())) {
          provoke(method, null);
        } else {
          for (Object sample : fitting(type, samples)) {
            provoke(method, sample);
          }
        }
      }
    }

    assertThat(calls).isGreaterThan(1200);
    assertThat(findings).isEmpty();
  }

  @Test
  void whatIsWrongIsNamedWithBothShapesOrValues() {
    Device device = Device.fastest();
    Weights weights =
        Weights.initial(GruConfig.builder(2, 3).build(), 0, Initialization.UNIFORM, 1);
    List<Tensor> twice = new ArrayList<>(weights.tensors());
    twice.add(Tensor.of(twice.getFirst().name(), List.of(1, 2), place -> place));

    assertThatThrownBy(() -> new Gru(weights, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("device");
    assertThatThrownBy(() -> new GruStream(weights, Integer.MAX_VALUE, device))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("2147483647 rows");
    assertThatThrownBy(() -> Sequences.of(new float[][][] {{{1}}, null}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the input[1] is null: expected an array");
    assertThatThrownBy(() -> Weights.of(weights.config(), 0, twice))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("tensor weight_ih_l0 is there twice, with shapes [9, 2] and [1, 2]");
  }

  /** One bad argument at a time among good ones, and all that are null. */
  private void provoke(Executable executable, Object target) throws Exception {
    Class<?>[] types = executable.getParameterTypes();
    Object[] good = Stream.of(types).map(this::usual).toArray();
    for (int place = 0; place < types.length; place++) {
      List<Object> bad = new ArrayList<>(fitting(types[place], EXTREMES));
      String generic = executable.getGenericParameterTypes()[place].getTypeName();
      if (!generic.contains("<java.lang.Integer>")) {
        bad.removeIf(list -> list instanceof List<?> integers && !integers.isEmpty());
      }
      if (!types[place].isPrimitive()) {
        bad.add(null);
      }
      for (Object each : bad) {
        Object[] arguments = good.clone();
        arguments[place] = each;
        call(executable, target, arguments);
      }
    }
    if (Stream.of(types).noneMatch(Class::isPrimitive)) {
      call(executable, target, new Object[types.length]);
    }
  }

  private void call(Executable executable, Object target, Object[] arguments) throws Exception {
    calls++;
    try {
      Object result =
          executable instanceof Constructor<?> constructor
              ? constructor.newInstance(arguments)
              : ((Method) executable).invoke(target, arguments);
      if (result instanceof AutoCloseable resource && !result.equals(target)) {
        resource.close();
      }
      if (executable instanceof Constructor && KEEPERS.contains(executable.getDeclaringClass())) {
        requireNoNull(executable, arguments);
      }
    } catch (InvocationTargetException e) {
      if (!isDocumented(e.getCause(), executable)) {
        StackTraceElement[] trace = e.getCause().getStackTrace();
        findings.add(
            "%s.%s%s: %s at %s"
                .formatted(
                    executable.getDeclaringClass().getSimpleName(),
                    executable.getName().replaceAll(".*\\.", ""),
                    Arrays.deepToString(arguments).replaceAll("(?<=.{120}).*", "…"),
                    e.getCause(),
                    trace.length == 0 ? "" : trace[0]));
      }
    }
  }

  /**
   * A null that is kept would come out of another method, later. A model that learns no more has no
   * optimization.
   */
  private void requireNoNull(Executable executable, Object[] arguments) {
    for (int place = 0; place < arguments.length; place++) {
      Class<?> type = executable.getParameterTypes()[place];
      if (arguments[place] == null && type != Optimization.class) {
        findings.add("%s keeps a null for its %s".formatted(executable, type.getSimpleName()));
      }
    }
  }

  private static boolean isDocumented(Throwable thrown, Executable by) {
    return switch (thrown) {
      case InvalidInputException e -> isLine(e.getMessage());
      case IndexOutOfBoundsException e -> true;
      case NullPointerException e -> namesParameter(e);
      case IllegalArgumentException e -> isLine(e.getMessage());
      case IllegalStateException e -> by.getName().equals("backward"); // which follows a forward
      default -> false;
    };
  }

  private static boolean isLine(String message) {
    return message != null && message.lines().count() == 1;
  }

  /**
   * Said by {@link Objects#requireNonNull}, or by the JVM where the parameter is used by its name.
   */
  private static boolean namesParameter(NullPointerException thrown) {
    String message = String.valueOf(thrown.getMessage());
    if (message.matches("[a-z]\\w*( \\w+)*")) {
      return !message.equals("null");
    }
    return message.matches(".* because \"[a-z]\\w*\" is null")
        && thrown.getStackTrace()[0].getClassName().startsWith("org.tornadogru.");
  }

  // ---- Values ----

  private static List<Object> samples() {
    Device device = Device.fastest();
    GruConfig config = GruConfig.ofTokens(28, 3, ResetPlacement.AFTER);
    Weights weights = Weights.initial(config, 28, Initialization.UNIFORM, 1);
    Head head = Head.nextToken(28);
    Sequences sequences = Sequences.ofTokens(2, new int[] {3, 4, 5, 6, 7, 8});
    SequenceModel model = new SequenceModel(weights, head, Optimization.sgd(1, 1), device);
    int[] tokens = new int[60];
    TokenWindows windows = TokenWindows.all(tokens, 4);
    GruConfig vectors = GruConfig.builder(2, 3).build();
    Weights layer = Weights.initial(vectors, 0, Initialization.UNIFORM, 1);
    return List.of(
        device,
        config,
        weights,
        head,
        sequences,
        model,
        windows,
        windows.validation(2),
        TokenStreams.of(tokens, 2, 4),
        vectors,
        layer,
        new Gru(layer, device),
        new GruStream(weights, head, 2, device),
        new Predictor(weights, head, device),
        new TextGenerator(weights, Vocabulary.d2l(), device),
        new Trainer(model, epoch -> windows.validation(2)),
        Vocabulary.d2l(),
        Vocabulary.bytes(),
        Vocabulary.ofCharacters("abc"),
        Sampling.greedy(),
        new Corpus("name", "text"),
        Labels.classes(1, 2),
        Labels.NEXT_TOKENS,
        Batch.ofTokens(sequences),
        Tensor.of("tensor", List.of(2, 1, 2), place -> place),
        Optimization.sgd(1, 1),
        new Adam(0.1f),
        Clipping.NONE,
        Schedule.CONSTANT,
        new Plateau(0.5, 2, 1e-3),
        Plateau.State.FIRST,
        TrainingConfig.concise(),
        new TrainingOptions(Schedule.CONSTANT, null, 1, 0, 0, false, 0),
        Usage.PLAIN,
        new SequenceShape(2, 2),
        ShapePolicy.EXACT,
        config.toBuilder(),
        GruProperty.HIDDEN_SIZE,
        Parameter.of(config, 28).getFirst(),
        ActivationFunction.TANH,
        new Dense(2, ActivationFunction.TANH),
        model.state(),
        Optional.empty(),
        OptionalDouble.empty(),
        List.of(),
        Set.of(),
        Map.of(),
        "text",
        1,
        1L,
        0.5f,
        0.5,
        true,
        new int[] {1, 2},
        new int[][] {{1}, {2}},
        new float[] {1, 2},
        new float[][] {{1}, {2}},
        new float[][][] {{{1, 2}}},
        head.loss(),
        Path.of("/nonexistent"));
  }

  private static List<Object> fitting(Class<?> type, List<Object> values) {
    Class<?> boxed = boxed(type);
    return values.stream().filter(boxed::isInstance).toList();
  }

  private static Class<?> boxed(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0).getClass() : type;
  }

  /** A value that makes sense, as far as one can tell from its type. */
  private Object usual(Class<?> type) {
    List<Object> known = fitting(type, samples);
    if (!known.isEmpty() && type != Object.class) {
      return known.getFirst();
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    if (type.isInterface() && !type.isSealed()) {
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) ->
              method.getReturnType() == void.class ? null : usual(method.getReturnType()));
    }
    return null;
  }

  private static List<Class<?>> exported() throws URISyntaxException, ClassNotFoundException {
    File classes = new File(Gru.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> all = new ArrayList<>();
    for (String each : PACKAGES) {
      String name = each.isEmpty() ? "org.tornadogru" : "org.tornadogru." + each;
      String[] files = new File(classes, name.replace('.', '/')).list();
      for (String file : Objects.requireNonNull(files)) {
        if (file.endsWith(".class") && !file.equals("package-info.class")) {
          Class<?> type = Class.forName(name + "." + file.replace(".class", ""));
          if (isPublic(type)) {
            all.add(type);
          }
        }
      }
    }
    assertThat(all).contains(Loss.class, Weights.class).hasSizeGreaterThan(60);
    return all;
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
  }
}
