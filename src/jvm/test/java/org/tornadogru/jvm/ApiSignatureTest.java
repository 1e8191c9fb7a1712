package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ConstantDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * What is compiled against the plain-JVM runtime links against TornadoVM: every class, field and
 * method that a program can refer to here is there, of the same kind and with the same descriptor.
 * The class files are compared without being loaded.
 *
 * <p>Skipped where TornadoVM's tornado-api.jar is not at hand: -Dtornado.api.jar=FILE,
 * TORNADOVM_HOME, or the local Maven repository.
 */
@Tag("plain-jvm")
class ApiSignatureTest {

  private static final String VERSION = "5.2.0-jdk25";
  private static final String JAR = "tornado-api-" + VERSION + ".jar";
  private static final Set<AccessFlag> KIND =
      Set.of(AccessFlag.INTERFACE, AccessFlag.ANNOTATION, AccessFlag.ENUM, AccessFlag.ABSTRACT);

  private static Map<String, ClassModel> ours;
  private static Map<String, ClassModel> theirs;

  @BeforeAll
  static void readBoth() throws IOException, URISyntaxException {
    Optional<Path> jar = sdkJar();
    assumeTrue(jar.isPresent(), JAR + " is not at hand");
    theirs = read(jar.get());
    Path place =
        Path.of(TaskGraph.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ours = read(place);
    for (ModuleReference module : ModuleFinder.of(place).findAll()) {
      ours.keySet().removeIf(name -> !isExported(module.descriptor(), name));
    }
  }

  private static boolean isExported(ModuleDescriptor module, String className) {
    String packageName = className.substring(0, className.lastIndexOf('/')).replace('/', '.');
    return module.exports().stream().anyMatch(export -> export.source().equals(packageName));
  }

  private static Optional<Path> sdkJar() {
    List<Path> places = new ArrayList<>();
    if (System.getProperty("tornado.api.jar") != null) {
      places.add(Path.of(System.getProperty("tornado.api.jar")));
    }
    String sdk = System.getenv("TORNADOVM_HOME");
    if (sdk != null && !sdk.isEmpty()) {
      places.add(Path.of(sdk, "share", "java", "tornado", JAR));
    }
    places.add(
        Path.of(System.getProperty("user.home"), ".m2", "repository", "io", "github")
            .resolve(Path.of("beehive-lab", "tornado-api", VERSION, JAR)));
    return places.stream().filter(Files::isRegularFile).findFirst();
  }

  private static Map<String, ClassModel> read(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      return readTree(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return readTree(jar.getPath("/"));
    }
  }

  private static Map<String, ClassModel> readTree(Path root) throws IOException {
    Map<String, ClassModel> classes = new HashMap<>();
    List<Path> files;
    try (Stream<Path> tree = Files.walk(root.resolve("uk"))) {
      files = tree.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        ClassModel model = ClassFile.of().parse(in.readAllBytes());
        classes.put(model.thisClass().asInternalName(), model);
      }
    }
    return classes;
  }

  @Test
  void thereIsSomethingToCompare() {
    assertThat(publicClasses()).hasSizeGreaterThan(60);
    assertThat(theirs).hasSizeGreaterThan(ours.size());
  }

  @Test
  void classesAreThereAndOfTheSameKind() {
    List<String> wrong = new ArrayList<>();
    for (ClassModel our : publicClasses()) {
      ClassModel their = theirs.get(nameOf(our));
      if (their == null || !their.flags().has(AccessFlag.PUBLIC)) {
        wrong.add(nameOf(our) + " is missing");
        continue;
      }
      for (AccessFlag flag : KIND) {
        if (our.flags().has(flag) != their.flags().has(flag)) {
          wrong.add(nameOf(our) + " differs in " + flag);
        }
      }
      if (their.flags().has(AccessFlag.FINAL) && !our.flags().has(AccessFlag.FINAL)) {
        wrong.add(nameOf(our) + " is final there");
      }
      for (String supertype : supertypes(our)) {
        if (isHidden(supertype)) {
          continue;
        }
        if (!isSubtype(nameOf(our), supertype)) {
          wrong.add(nameOf(our) + " is no " + supertype + " there");
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void fieldsAreThereWithTheSameValues() {
    List<String> wrong = new ArrayList<>();
    for (ClassModel our : publicClasses()) {
      for (FieldModel field : our.fields()) {
        if (!isAccessible(field.flags().flags())) {
          continue;
        }
        String id = field.fieldName().stringValue() + " " + field.fieldType().stringValue();
        FieldModel other = findField(nameOf(our), id);
        if (other == null
            || other.flags().has(AccessFlag.STATIC) != field.flags().has(AccessFlag.STATIC)) {
          wrong.add(nameOf(our) + "." + id);
        } else if (constant(field) != null && !constant(field).equals(constant(other))) {
          // javac copies such a value into the classes that use it.
          wrong.add(nameOf(our) + "." + id + " has another value there: " + constant(other));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void methodsAndConstructorsAreThere() {
    List<String> wrong = new ArrayList<>();
    for (ClassModel our : publicClasses()) {
      for (MethodModel method : our.methods()) {
        if (!isAccessible(method.flags().flags())) {
          continue;
        }
        String id = method.methodName().stringValue() + method.methodType().stringValue();
        MethodModel other = findMethod(nameOf(our), id);
        if (other == null
            || other.flags().has(AccessFlag.STATIC) != method.flags().has(AccessFlag.STATIC)) {
          wrong.add(nameOf(our) + "." + id);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static List<ClassModel> publicClasses() {
    return ours.values().stream().filter(our -> isPublic(nameOf(our))).toList();
  }

  /** Of a superclass that is not public, programs see what a class inherits. */
  private static boolean isHidden(String name) {
    return ours.containsKey(name) && !isPublic(name);
  }

  /** A member of a class that is not public cannot be referred to from outside. */
  private static boolean isPublic(String name) {
    int nesting = name.lastIndexOf('$');
    return ours.get(name).flags().has(AccessFlag.PUBLIC)
        && (nesting < 0 || isPublic(name.substring(0, nesting)));
  }

  private static String nameOf(ClassModel model) {
    return model.thisClass().asInternalName();
  }

  private static boolean isAccessible(Set<AccessFlag> flags) {
    return flags.contains(AccessFlag.PUBLIC) || flags.contains(AccessFlag.PROTECTED);
  }

  private static List<String> supertypes(ClassModel model) {
    List<String> names = new ArrayList<>();
    model.superclass().map(ClassEntry::asInternalName).ifPresent(names::add);
    model.interfaces().forEach(entry -> names.add(entry.asInternalName()));
    return names;
  }

  private static boolean isSubtype(String name, String supertype) {
    ClassModel model = theirs.get(name);
    return name.equals(supertype)
        || (model != null
            && supertypes(model).stream().anyMatch(parent -> isSubtype(parent, supertype)));
  }

  private static FieldModel findField(String owner, String id) {
    ClassModel model = theirs.get(owner);
    if (model == null) {
      return null;
    }
    for (FieldModel field : model.fields()) {
      if (id.equals(field.fieldName().stringValue() + " " + field.fieldType().stringValue())
          && isAccessible(field.flags().flags())) {
        return field;
      }
    }
    return supertypes(model).stream()
        .map(parent -> findField(parent, id))
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }

  private static MethodModel findMethod(String owner, String id) {
    ClassModel model = theirs.get(owner);
    if (model == null) {
      return null;
    }
    for (MethodModel method : model.methods()) {
      if (id.equals(method.methodName().stringValue() + method.methodType().stringValue())
          && isAccessible(method.flags().flags())) {
        return method;
      }
    }
    if (id.startsWith("<init>")) {
      return null; // constructors are not inherited
    }
    return supertypes(model).stream()
        .map(parent -> findMethod(parent, id))
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }

  private static ConstantDesc constant(FieldModel field) {
    return field
        .findAttribute(Attributes.constantValue())
        .map(value -> value.constant().constantValue())
        .orElse(null);
  }
}
