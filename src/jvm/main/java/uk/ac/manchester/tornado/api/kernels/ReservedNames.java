package uk.ac.manchester.tornado.api.kernels;

import java.util.Set;

/** Words that a device's language keeps for itself. */
final class ReservedNames {

  /** TornadoVM refuses methods of these names, and renames parameters. */
  private static final Set<String> OF_TORNADO_VM =
      Set.of(
          "kernel",
          "global",
          "local",
          "half",
          "dot",
          "uniform",
          "pipe",
          "auto",
          "cross",
          "distance",
          "normalize",
          "complex",
          "channel",
          "printf");

  /** Keywords of OpenCL C, or of CUDA C++, that are none in Java. */
  private static final Set<String> KEYWORDS =
      Set.of(
          "constant",
          "register",
          "signed",
          "unsigned",
          "sizeof",
          "struct",
          "typedef",
          "union",
          "inline",
          "restrict",
          "extern",
          "asm",
          "bool",
          "typeof",
          "read_only",
          "write_only",
          "read_write",
          "constexpr",
          "decltype",
          "delete",
          "explicit",
          "friend",
          "mutable",
          "namespace",
          "noexcept",
          "nullptr",
          "operator",
          "template",
          "typeid",
          "typename",
          "using",
          "virtual",
          "and",
          "or",
          "not",
          "xor",
          "bitand",
          "bitor",
          "compl",
          "alignas",
          "alignof",
          "thread_local",
          "export");

  /** Types of OpenCL C: a parameter hides one, a method clashes with it. */
  private static final Set<String> TYPES =
      Set.of(
          "uchar",
          "ushort",
          "uint",
          "ulong",
          "size_t",
          "ptrdiff_t",
          "event_t",
          "sampler_t",
          "float2",
          "float3",
          "float4",
          "float8",
          "float16",
          "int2",
          "int3",
          "int4",
          "int8",
          "int16",
          "double2",
          "double3",
          "double4",
          "double8",
          "double16",
          "half2",
          "half4");

  /** Functions of OpenCL C that one might give to a method or an argument as a name. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "abs",
          "abs_diff",
          "acos",
          "acosh",
          "acospi",
          "add_sat",
          "all",
          "any",
          "asin",
          "asinh",
          "asinpi",
          "atan",
          "atan2",
          "atanh",
          "barrier",
          "bitselect",
          "cbrt",
          "ceil",
          "clamp",
          "clz",
          "copysign",
          "cos",
          "cosh",
          "cospi",
          "degrees",
          "erf",
          "erfc",
          "exp",
          "exp10",
          "exp2",
          "expm1",
          "fabs",
          "fdim",
          "floor",
          "fma",
          "fmax",
          "fmin",
          "fmod",
          "fract",
          "frexp",
          "hypot",
          "ilogb",
          "isequal",
          "isfinite",
          "isgreater",
          "isinf",
          "isless",
          "isnan",
          "isnormal",
          "ldexp",
          "length",
          "lgamma",
          "log",
          "log10",
          "log1p",
          "log2",
          "logb",
          "mad",
          "mad24",
          "max",
          "maxmag",
          "min",
          "minmag",
          "mix",
          "modf",
          "mul24",
          "mul_hi",
          "nan",
          "nextafter",
          "popcount",
          "pow",
          "pown",
          "powr",
          "prefetch",
          "radians",
          "remainder",
          "remquo",
          "rhadd",
          "rint",
          "rootn",
          "rotate",
          "round",
          "rsqrt",
          "select",
          "shuffle",
          "sign",
          "signbit",
          "sin",
          "sincos",
          "sinh",
          "sinpi",
          "smoothstep",
          "sqrt",
          "step",
          "sub_sat",
          "tan",
          "tanh",
          "tanpi",
          "tgamma",
          "trunc",
          "upsample",
          "vec_step",
          "vload",
          "vstore");

  private ReservedNames() {}

  /** Whether a device's compiler would refuse a function of this name. */
  static boolean forbidsMethod(String name) {
    return OF_TORNADO_VM.contains(name)
        || KEYWORDS.contains(name)
        || TYPES.contains(name)
        || FUNCTIONS.contains(name);
  }

  /** Whether a device's compiler would refuse a parameter of this name. */
  static boolean forbidsParameter(String name) {
    return KEYWORDS.contains(name);
  }

  /** Whether a parameter of this name hides a function that a kernel may be compiled into. */
  static boolean isFunction(String name) {
    return FUNCTIONS.contains(name);
  }
}
