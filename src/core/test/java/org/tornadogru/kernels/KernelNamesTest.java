package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A kernel that is called like something of OpenCL C does not build, and may crash the driver: a
 * method's name becomes the kernel's.
 *
 * @see <a href="https://registry.khronos.org/OpenCL/specs/3.0-unified/html/OpenCL_C.html">OpenCL C,
 *     keywords and built-in functions</a>
 */
class KernelNamesTest {

  private static final String RESERVED =
      """
          auto break case char const continue default do double else enum extern float for goto if
          inline int long register restrict return short signed sizeof static struct switch typedef
          union unsigned void volatile while
          bool half quad complex imaginary kernel global local constant private generic pipe
          read_only write_only read_write uniform image1d_t image2d_t image3d_t sampler_t event_t
          uchar ushort uint ulong size_t ptrdiff_t intptr_t uintptr_t
          acos acosh acospi asin asinh asinpi atan atan2 atanh atanpi atan2pi cbrt ceil copysign cos
          cosh cospi erfc erf exp exp2 exp10 expm1 fabs fdim floor fma fmax fmin fmod fract frexp
          hypot ilogb ldexp lgamma lgamma_r log log2 log10 log1p logb mad maxmag minmag modf nan
          nextafter pow pown powr remainder remquo rint rootn round rsqrt sin sincos sinh sinpi sqrt
          tan tanh tanpi tgamma trunc divide recip
          abs abs_diff add_sat hadd rhadd clamp clz ctz mad_hi mad_sat max min mul_hi rotate sub_sat
          upsample popcount mad24 mul24
          degrees mix radians step smoothstep sign cross dot distance length normalize fast_distance
          fast_length fast_normalize
          isequal isnotequal isgreater isless isfinite isinf isnan isnormal isordered isunordered
          signbit any all bitselect select
          barrier mem_fence prefetch printf shuffle shuffle2 vec_step main
          """;

  private static List<JavaMethod> kernels() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(KernelNamesTest.class.getPackageName())
            .stream()
            .filter(type -> !type.isRecord() && !type.getPackageName().endsWith(".simd"))
            .map(JavaClass::getMethods)
            .flatMap(Set::stream)
            .filter(method -> method.getModifiers().contains(JavaModifier.STATIC))
            .filter(method -> method.getRawReturnType().isEquivalentTo(void.class))
            .toList();
  }

  /** TornadoVM compiles it in; the name that a kernel gets on an FPGA tells scalars alone. */
  @Test
  void noKernelAsksForTheSizeOfAnArray() {
    assertThat(kernels())
        .extracting(JavaMethod::getOwner)
        .flatExtracting(JavaClass::getMethodCallsFromSelf)
        .extracting(JavaMethodCall::getName)
        .isNotEmpty()
        .doesNotContain("getSize");
  }

  @Test
  void noKernelIsCalledLikeSomethingOfOpenCl() {
    assertThat(kernels()).hasSizeGreaterThan(10);
    assertThat(kernels())
        .extracting(JavaMethod::getName)
        .doesNotContainAnyElementsOf(List.of(RESERVED.split("\\s+")));
  }
}
