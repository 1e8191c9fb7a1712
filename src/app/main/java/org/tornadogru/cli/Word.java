package org.tornadogru.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.WeightPrecision;
import org.tornadogru.series.SeriesConfig;
import org.tornadogru.text.VocabularyKind;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The words that an option of an enum type takes: the constants in lower case, with hyphens. */
public abstract class Word<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {

  private final E[] constants;

  private Word(Class<E> type) {
    constants = type.getEnumConstants();
  }

  /** The word for a constant. */
  public static String of(Enum<?> constant) {
    return GruProperty.word(constant).replace('_', '-');
  }

  @Override
  public E convert(String word) {
    return Arrays.stream(constants)
        .filter(constant -> of(constant).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected %s but was '%s'".formatted(String.join(" or ", words()), word)));
  }

  @Override
  public Iterator<String> iterator() {
    return words().iterator();
  }

  private List<String> words() {
    return Arrays.stream(constants).map(Word::of).toList();
  }

  static final class Reset extends Word<ResetPlacement> {
    Reset() {
      super(ResetPlacement.class);
    }
  }

  static final class Precision extends Word<WeightPrecision> {
    Precision() {
      super(WeightPrecision.class);
    }
  }

  static final class Init extends Word<Initialization> {
    Init() {
      super(Initialization.class);
    }
  }

  static final class Alphabet extends Word<VocabularyKind> {
    Alphabet() {
      super(VocabularyKind.class);
    }
  }

  static final class KnownText extends Word<CorpusOptions.KnownCorpus> {
    KnownText() {
      super(CorpusOptions.KnownCorpus.class);
    }
  }

  static final class Split extends Word<TextOptions.WindowSplit> {
    Split() {
      super(TextOptions.WindowSplit.class);
    }
  }

  static final class ScalingWord extends Word<SeriesConfig.Scaling> {
    ScalingWord() {
      super(SeriesConfig.Scaling.class);
    }
  }

  static final class HeldOutWord extends Word<SeriesConfig.Split> {
    HeldOutWord() {
      super(SeriesConfig.Split.class);
    }
  }

  static final class Way extends Word<Direction> {
    Way() {
      super(Direction.class);
    }
  }

  static final class MultiWord extends Word<SeriesConfig.Multi> {
    MultiWord() {
      super(SeriesConfig.Multi.class);
    }
  }

  static final class Gates extends Word<Gating> {
    Gates() {
      super(Gating.class);
    }
  }

  static final class OptimizerWord extends Word<RunSettings.OptimizerKind> {
    OptimizerWord() {
      super(RunSettings.OptimizerKind.class);
    }
  }

  static final class ScheduleWord extends Word<RunSettings.ScheduleKind> {
    ScheduleWord() {
      super(RunSettings.ScheduleKind.class);
    }
  }

  static final class KeepWord extends Word<RunSettings.Keep> {
    KeepWord() {
      super(RunSettings.Keep.class);
    }
  }

  static final class PresetWord extends Word<RunSettings.Preset> {
    PresetWord() {
      super(RunSettings.Preset.class);
    }
  }

  /** The sets of kernels. */
  public static final class Kernels extends Word<KernelChoice> {
    public Kernels() {
      super(KernelChoice.class);
    }
  }
}
