package org.tornadogru;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Dependencies point one way: from the command line down to the kernels. That no type of TornadoVM
 * and none of a package that is not exported is in a public signature, javac sees to.
 */
@ArchTag("sources")
@AnalyzeClasses(
    packages = "org.tornadogru",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestsInJars.class})
class ArchitectureTest {

  static final class NoTestsInJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("org.tornadogru.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule LAYERS_KNOW_THOSE_BELOW =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("command line")
          .definedBy("..cli..")
          .layer("reports")
          .definedBy("..report..")
          .layer("study")
          .definedBy("..study..")
          .layer("tables")
          .definedBy("..series..")
          .layer("formats")
          .definedBy("..formats..")
          .layer("training")
          .definedBy("..train..")
          .layer("text")
          .definedBy("..text..")
          .layer("models")
          .definedBy("org.tornadogru")
          .layer("graphs")
          .definedBy("..graph..")
          .layer("devices")
          .definedBy("..device..")
          .layer("kernels")
          .definedBy("..kernels..")
          .layer("values")
          .definedBy("..nn..")
          .layer("files")
          .definedBy("org.tornadogru.file..")
          .whereLayer("command line")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("reports")
          .mayOnlyBeAccessedByLayers("command line")
          .whereLayer("study")
          .mayOnlyBeAccessedByLayers("command line", "reports")
          .whereLayer("study")
          .mayOnlyAccessLayers("training", "models", "devices", "values", "files")
          .whereLayer("tables")
          .mayOnlyBeAccessedByLayers("command line", "reports")
          .whereLayer("tables")
          .mayOnlyAccessLayers("formats", "training", "models", "devices", "values", "files")
          .whereLayer("formats")
          .mayOnlyBeAccessedByLayers("command line", "tables")
          .whereLayer("training")
          .mayOnlyAccessLayers("text", "models", "graphs", "devices", "values")
          .whereLayer("text")
          .mayOnlyAccessLayers("models", "graphs", "devices", "values", "files")
          .whereLayer("models")
          .mayOnlyAccessLayers("graphs", "devices", "values")
          .whereLayer("graphs")
          .mayOnlyAccessLayers("devices", "kernels", "values")
          .whereLayer("devices")
          .mayOnlyAccessLayers("kernels", "values")
          .whereLayer("kernels")
          .mayNotAccessAnyLayer()
          .whereLayer("values")
          .mayNotAccessAnyLayer()
          .whereLayer("files")
          .mayOnlyAccessLayers("values");

  @ArchTest
  static final ArchRule FILES_NEED_NO_DEVICE =
      noClasses()
          .that()
          .resideInAPackage("..formats..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..device..", "..graph..", "..kernels..", "uk.ac.manchester..");

  @ArchTest
  static final ArchRule KERNELS_KNOW_ARRAYS_AND_NOTHING_ELSE =
      classes()
          .that()
          .resideInAPackage("..kernels..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "org.tornadogru.kernels..",
                      "java..",
                      "jdk.incubator.vector..",
                      "uk.ac.manchester.tornado.api.annotations..",
                      "uk.ac.manchester.tornado.api.common..",
                      "uk.ac.manchester.tornado.api.math..",
                      "uk.ac.manchester.tornado.api.types..")
                  .or(type(KernelContext.class)));

  @ArchTest
  static final ArchRule ONLY_GRAPH_AND_DEVICE_KNOW_TASK_GRAPHS =
      noClasses()
          .that()
          .resideOutsideOfPackages("..graph..", "..device..", "..kernels..", "..cublas..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("uk.ac.manchester..");

  @ArchTest
  static final ArchRule NO_STATIC_MUTABLE_STATE =
      fields().that().areStatic().and().areNotPrivate().should().beFinal();
}
