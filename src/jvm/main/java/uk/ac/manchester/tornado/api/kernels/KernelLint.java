package uk.ac.manchester.tornado.api.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Says of a kernel, once, what TornadoVM would not compile or would compute otherwise. What becomes
 * of it is {@value #PROPERTY}'s to say: {@code off}, {@code warn} on standard error (also without
 * the property), or {@code error}.
 *
 * <p>A kernel that uses the JDK's Vector API, or the Java array behind an array, is meant for the
 * JVM alone, and not looked at.
 */
final class KernelLint {

  static final String PROPERTY = "tornado.plain.lint";

  private final List<String> findings;
  private boolean reported;

  KernelLint(KernelMethod kernel, Set<KernelMethod> reached, int arity) {
    boolean isData = Calls.isKnown(kernel.owner().getName().replace('.', '/'));
    boolean isBound = kernel.receiver() && kernel.parameters().size() > arity && !isData;
    List<KernelRules> rules =
        reached.stream().map(each -> new KernelRules(each, each.equals(kernel), isBound)).toList();
    findings =
        rules.stream().anyMatch(KernelRules::isForJvm)
            ? List.of()
            : rules.stream().flatMap(each -> each.findings().stream()).distinct().toList();
  }

  /** Reports once what was found. */
  void report() {
    String mode = System.getProperty(PROPERTY, "warn").toLowerCase(Locale.ROOT);
    if (findings.isEmpty() || mode.equals("off")) {
      return;
    }
    String message = String.join(System.lineSeparator(), findings);
    if (mode.equals("error")) {
      throw new TornadoRuntimeException(message);
    }
    if (!reported) {
      reported = true;
      System.err.println("tornado.plain.lint: " + message);
    }
  }
}
