# shellcheck shell=bash disable=SC2154 # variables and functions of run.sh
#
# The command `bundle` of run.sh, which reads this file: packs a folder that runs on a machine with a driver and nothing
# else, and says what is in it.
#
#   ./run.sh bundle --out FILE.tar.xz [--backends opencl,ptx,cuda]
#
# The folder, tornado-gru/:
#
#   tornado-gru     the starter, benchmarks/gpu/starter.sh
#   jdk/            a runtime image of the JDK
#   app/            our jars and their libraries; app/plain-jvm/ is our runtime for the plain JVM
#   configs/        tornado-configs/
#   gpu/            measure.sh, which measures all there is to know on a machine with a GPU
#   tools/          BackendProbe, which the starter asks for backends
#   tests/          test classes of all modules, JUnit, and the inputs that CONFORMANCE_CASES and TIMEMACHINE_TEXT name now
#   tornado/        of the SDK at TORNADOVM_HOME: base/ and a folder per backend (modules), graal/ (the compiler), lib/, etc/;
#                   loader/ has an OpenCL loader, vendors/ a line for it that names NVIDIA's driver, fallback/ the C++ library
#
# Jars and image are not compressed, since xz does that better for all together.

# What TornadoVM, our jars and JUnit need of the JDK.
readonly bundled_modules=java.base,java.compiler,java.datatransfer,java.desktop,java.instrument,java.logging,java.management,\
java.net.http,java.prefs,java.sql,java.xml,jdk.incubator.vector,jdk.internal.vm.ci,jdk.jfr,jdk.management,jdk.unsupported,jdk.zipfs

# Sets: bundle_file, bundle_backends (separated by spaces; empty for the plain JVM alone), bundle_cases, bundle_text.
read_bundle_arguments() {
  local backends='' available='' backend
  bundle_file=
  while (($# > 0)); do
    case $1 in
      --out | --backends)
        if (($# == 1)); then fail "$1 wants a value: see ./run.sh bundle --help"; fi
        if [[ $1 == --out ]]; then bundle_file=$2; else backends=$2; fi
        shift
        ;;
      --out=*) bundle_file=${1#*=} ;;
      --backends=*) backends=${1#*=} ;;
      *) fail "bundle knows no $1: ./run.sh bundle --out FILE.tar.xz [--backends opencl,ptx,cuda]" ;;
    esac
    shift
  done
  if [[ $bundle_file != *.tar.xz ]]; then fail "bundle wants --out FILE.tar.xz"; fi
  if [[ $bundle_file == */* && ! -d ${bundle_file%/*} ]]; then fail "no such folder: ${bundle_file%/*}"; fi
  bundle_file=$(absolute_file "$bundle_file")
  if [[ ! -w ${bundle_file%/*} ]]; then fail "no right to write to ${bundle_file%/*}"; fi

  if [[ $runtime == tornado ]]; then
    for backend in cuda opencl ptx; do
      if [[ $(<"$TORNADOVM_HOME/etc/tornado.backend") == *$backend-backend* ]]; then available="$available $backend"; fi
    done
  fi
  bundle_cases=
  bundle_text=
  if [[ -n ${CONFORMANCE_CASES:-} ]]; then bundle_cases=$(test_input CONFORMANCE_CASES "$CONFORMANCE_CASES"); fi
  if [[ -n ${TIMEMACHINE_TEXT:-} ]]; then bundle_text=$(test_input TIMEMACHINE_TEXT "$TIMEMACHINE_TEXT"); fi
  bundle_backends=${backends//,/ }
  for backend in $bundle_backends; do
    if [[ -z $available ]]; then fail "--backends $backend: set TORNADOVM_HOME to a TornadoVM SDK that has it"; fi
    if [[ " $available " != *" $backend "* ]]; then fail "--backends $backend: $TORNADOVM_HOME has:$available"; fi
  done
  bundle_backends=${bundle_backends:-${available# }}
}

# What the tests need besides, one file per line.
test_libraries() {
  local module jar IFS=:
  for module in "${maven_modules[@]}"; do
    for jar in $(<"$root/$module/target/bundle-classpath.txt"); do
      if [[ $jar != "$root"/* && ! -e $libraries/${jar##*/} ]]; then printf '%s\n' "$jar"; fi
    done
  done | sort -u
}

store_jars() {
  mkdir -p "$1"
  "$jdk/bin/java" "$root/benchmarks/gpu/StoreJars.java" "$@"
}

add_program() {
  local to=$1 jar jars=() module
  cp "$root/benchmarks/gpu/starter.sh" "$to/tornado-gru"
  chmod 755 "$to/tornado-gru"
  store_jars "$to/app" "$main_jar" "$libraries"/*.jar
  store_jars "$to/app/plain-jvm" "$plain_jvm_jar"
  mkdir -p "$to/configs" "$to/tests"
  cp "$root"/tornado-configs/*.args "$to/configs/"
  mkdir -p "$to/gpu"
  cp "$root"/benchmarks/gpu/{measure.sh,torch_baseline.py} "$to/gpu/"
  "$jdk/bin/javac" -proc:none -d "$to/tools" "$root/benchmarks/gpu/BackendProbe.java"

  mkdir "$to/tests/classes"
  for module in "${maven_modules[@]}"; do cp -r "$root/$module/target/test-classes/." "$to/tests/classes/"; done
  while IFS= read -r jar; do jars+=("$jar"); done < <(test_libraries)
  store_jars "$to/tests/lib" "${jars[@]}"
  if [[ -n $bundle_cases ]]; then cp "$bundle_cases" "$to/tests/cases.json"; fi
  if [[ -n $bundle_text ]]; then cp "$bundle_text" "$to/tests/timemachine.txt"; fi
}

add_image() {
  "$jdk/bin/jlink" --add-modules "$bundled_modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
    --compress zip-0 --output "$1/jdk" 2>&1 | sed '/^WARNING: Using incubator modules/d' >&2
}

# The SDK's modules without those that nothing requires: as modules they would only hide other versions on the class path.
add_tornado() {
  local to=$1/tornado jar name backend base=() compiler=()
  for jar in "$TORNADOVM_HOME"/share/java/graalJars/*.jar; do
    if [[ $jar != */truffle-api-* ]]; then compiler+=("$jar"); fi
  done
  for jar in "$TORNADOVM_HOME"/share/java/tornado/*.jar; do
    name=${jar##*/}
    case $name in
      tornado-drivers-common-* | tornado-annotation-* | tornado-api-* | tornado-runtime-*) base+=("$jar") ;;
      tornado-* | truffle-* | ejml-* | lucene-* | jmh-* | jopt-simple-* | junit-* | hamcrest-* | log4j-* | jsr305-* | commons-lang3-*) ;;
      *) base+=("$jar") ;;
    esac
  done
  store_jars "$to/base" "${base[@]}"
  store_jars "$to/graal" "${compiler[@]}"
  mkdir -p "$to/etc/exportLists" "$to/lib"
  cp "$TORNADOVM_HOME"/etc/tornado.{properties,backend} "$TORNADOVM_HOME"/etc/*.conf "$to/etc/"
  cp "$TORNADOVM_HOME"/LICENSE* "$to/" 2>/dev/null || true
  cp "$TORNADOVM_HOME/etc/exportLists/common-exports" "$to/etc/exportLists/"
  for backend in $bundle_backends; do add_backend "$to" "$backend"; done
}

add_backend() {
  local to=$1 backend=$2 library jars=("$TORNADOVM_HOME/share/java/tornado/tornado-drivers-$2"-*.jar)
  cp "$TORNADOVM_HOME/etc/exportLists/$backend-exports" "$to/etc/exportLists/"
  cp "$TORNADOVM_HOME/lib/libtornado-$backend.so" "$to/lib/"
  if [[ $backend == cuda ]]; then
    for library in "$TORNADOVM_HOME"/lib/libtornado-cu{blas,dnn,fft,sparse,tlass}*.so; do
      if [[ ! -f $library ]]; then continue; fi
      cp "$library" "$to/lib/"
      library=${library##*/libtornado-}
      jars+=("$TORNADOVM_HOME/share/java/tornado/tornado-${library%.so}"-*.jar)
    done
  fi
  store_jars "$to/$backend" "${jars[@]}"
  if [[ $backend == opencl ]]; then
    mkdir -p "$to/loader" "$to/vendors"
    copy_library libOpenCL.so.1 "$to/lib/libtornado-opencl.so" "$to/loader"
    echo libnvidia-opencl.so.1 >"$to/vendors/nvidia.icd"
  fi
  mkdir -p "$to/fallback"
  copy_library libstdc++.so.6 "$to/lib/libtornado-$backend.so" "$to/fallback"
  copy_library libgcc_s.so.1 "$to/lib/libtornado-$backend.so" "$to/fallback"
}

# Copies a library from where the linker finds it for another one.
copy_library() {
  local name=$1 user=$2 to=$3 line
  while read -r line; do
    if [[ $line == "$name => /"* ]]; then
      line=${line#*=> }
      cp -L "${line% (*}" "$to/$name"
      return
    fi
  done < <(ldd "$user")
  fail "this machine has no $name, which ${user##*/} needs"
}

build_for_bundle() {
  require_maven
  take_build_lock
  echo "building ..." >&2
  if ! package_with_maven -q -DskipTests -pl benchmarks -am package org.apache.maven.plugins:maven-dependency-plugin:build-classpath \
    -Dmdep.outputFile=target/bundle-classpath.txt >"$lock/output" 2>&1; then
    sed '/^WARNING: /d' "$lock/output" >&2
    fail "the build failed"
  fi
  release_build_lock
}

# A module that lacks another one shows at the start of a JVM.
check_modules() {
  local tornado=$1/tornado backend path=$1/tornado/base modules=tornado.runtime,tornado.annotation,tornado.drivers.common said
  for backend in $bundle_backends; do
    path=$path:$tornado/$backend
    modules=$modules,tornado.drivers.$backend
  done
  if ! said=$("$1/jdk/bin/java" -XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI --module-path "$path" \
    --upgrade-module-path "$tornado/graal" --add-modules "$modules" -version 2>&1); then
    fail "the modules of $TORNADOVM_HOME do not start in the bundle: $(tail -n 1 <<<"$said")"
  fi
}

bundle() {
  local staging folder
  if [[ ${1-} == -h || ${1-} == --help ]]; then
    sed -n '2,/^$/{ s/^# \{0,1\}//; p; }' "$root/benchmarks/gpu/bundle.sh"
    return
  fi
  if [[ $OSTYPE != linux* ]]; then fail "bundle packs for Linux, on Linux"; fi
  runtime=plain
  if [[ -n ${TORNADOVM_HOME:-} ]]; then
    runtime=tornado
    check_tornado_sdk
  fi
  read_bundle_arguments "$@"
  find_jdk
  if [[ ! -x $jdk/bin/jlink ]]; then fail "$jdk has no jlink"; fi
  if ! command -v xz >/dev/null; then fail "bundle needs xz on PATH"; fi
  choose_build compare
  build_for_bundle

  staging=$(mktemp -d "$root/target/bundle.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$staging'; release_build_lock" EXIT
  folder=$staging/tornado-gru
  mkdir "$folder"
  add_image "$folder"
  add_program "$folder"
  if [[ -n $bundle_backends ]]; then
    add_tornado "$folder"
    check_modules "$folder"
  fi
  chmod -R u+w,a+rX "$folder"

  echo "packing ..." >&2
  tar -C "$staging" --sort=name --owner=0 --group=0 --numeric-owner --mtime=2026-01-01 -cf - tornado-gru |
    xz -T0 -6 >"$staging/packed"
  mv -f "$staging/packed" "$bundle_file"
  describe_bundle "$folder"
}

describe_bundle() {
  local inputs=''
  if [[ -f $1/tests/cases.json ]]; then inputs="$inputs, with published answers"; fi
  if [[ -f $1/tests/timemachine.txt ]]; then inputs="$inputs, with The Time Machine"; fi
  printf 'bundle      %s, %d MB; unpacks into tornado-gru/, %d MB\n' "${bundle_file##*/}" \
    "$((($(stat -c %s "$bundle_file") + 999999) / 1000000))" "$(du -sm "$1" | cut -f 1)"
  if [[ -n $bundle_backends ]]; then
    printf 'backends    %s, and the plain JVM\n' "${bundle_backends// /, }"
  else
    printf 'backends    none, since TORNADOVM_HOME is not set: the plain JVM only\n'
  fi
  printf 'tests       included%s; ./tornado-gru test\n' "$inputs"
}
