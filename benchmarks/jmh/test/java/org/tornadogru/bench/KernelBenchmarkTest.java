package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.tornadogru.bench.KernelBenchmark.Loops;

@Tag("plain-jvm")
class KernelBenchmarkTest {

  @ParameterizedTest
  @EnumSource
  void everyBenchmarkRuns(Loops kernels) throws ReflectiveOperationException {
    KernelBenchmark benchmark = new KernelBenchmark();
    benchmark.kernels = kernels;
    benchmark.shape = "small";
    benchmark.prepare();
    List<Method> methods =
        Arrays.stream(KernelBenchmark.class.getMethods())
            .filter(method -> method.isAnnotationPresent(Benchmark.class))
            .toList();
    assertThat(methods).hasSizeGreaterThan(20);
    for (Method method : methods) {
      benchmark.restore();
      method.invoke(benchmark);
    }
  }
}
