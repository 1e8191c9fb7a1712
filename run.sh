#!/usr/bin/env bash
#
# Builds tornado-gru when its sources changed, and runs it: on TornadoVM where TORNADOVM_HOME is set, otherwise on the
# plain JVM. Works from any directory; relative paths in options are relative to where you are.
#
#   ./run.sh [command] [options]              no command: train; --help lists commands and options
#   ./run.sh test [Maven options] [-- ConsoleLauncher options]
#                                             the tests on the plain JVM, with Spark's where Maven can get that, then on each
#                                             of TornadoVM's backends, which takes long: -Ddevice.tests=quick for a selection;
#                                             with -DskipTests only these, and no build where no source changed
#   ./run.sh compare --out DIR [options]      every device of this machine side by side
#   ./run.sh bench [pattern] [JMH options]    JMH benchmarks of the kernels, always on the plain JVM
#   ./run.sh peers --out DIR [options]        LibTorch, ONNX Runtime, oneDNN beside us (Linux on x86-64; downloads them)
#   ./run.sh scaling --out DIR [options]      time by batch, steps, hidden units and layers, beside the same libraries
#   ./run.sh curves --out DIR --text FILE     a text learned by LibTorch and by us: losses by epochs, and times
#   ./run.sh sweep --grid learning-rate=1,2,hidden=16,32 --out DIR [--master URL] [options]
#                                             a text learned with every combination of settings; with --master on Spark
#   ./run.sh synthesize --config intel-fpga --out DIR COMMAND [options]
#                                             one bitstream for an FPGA, of all kernels that the command needs
#   ./run.sh bundle --out FILE.tar.xz [--backends opencl,ptx,cuda]
#                                             everything packed, with a JVM, for a machine with a driver and nothing else
#
# Read here, before the command sees the rest:
#   --config NAME|FILE    Java argument file: one of tornado-configs/, or your own
#   --bitstream DIR       on an FPGA: the bitstream that synthesize made in DIR
#   --device jvm          plain JVM, even where TORNADOVM_HOME is set
#   --show-command        print the command line instead of running it; builds nothing
#   --                    what follows is left alone
#
# Environment:
#   JAVA_HOME             used if it is a JDK that fits: 25 or later; for TornadoVM 25 itself, from 25.0.2 on
#   TORNADO_GRU_JDKS      where else to look for one: patterns of directories, separated by colons
#   TORNADOVM_HOME        a TornadoVM SDK; empty or unset: plain JVM
#   TORNADO_GRU_CONFIG    what --config is when it is not given, on TornadoVM
#   TORNADO_GRU_BACKENDS  TornadoVM's backends to use: opencl,cuda for example; else all that the SDK has and whose drivers
#                         are there
#   CONFORMANCE_CASES     for test and bundle: the file of known answers; as a Maven option, -Dconformance.cases=FILE
#   TIMEMACHINE_TEXT      for test and bundle: the text of The Time Machine; as a Maven option, -Dtimemachine.text=FILE
#   SERIES_DATA           for test: the folder of the tables that forecasts are measured on
#
# Exit code: the command's own; 2 and one line on stderr for what goes wrong before it starts.

set -euo pipefail
unset CDPATH

readonly tornado_version=5.2.0-jdk25
readonly maven_modules=(src/jvm src/core src/formats src/series src/cublas src/app benchmarks)
readonly spark_modules=(src/spark src/spark-app) # in profile spark
readonly usual_jdks="/usr/lib/jvm/*:/opt/java/*:/opt/jdk*:${HOME:-}/.jdks/*:${HOME:-}/.sdkman/candidates/java/*\
:/Library/Java/JavaVirtualMachines/*/Contents/Home:${HOME:-}/Library/Java/JavaVirtualMachines/*/Contents/Home\
:/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home:/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home"

fail() {
  local IFS=' '
  printf 'run.sh: %s\n' "$*" >&2
  exit 2
}

# Prints text. The shell itself would say where in this script it could not.
say() {
  printf '%s\n' "$1" 2>/dev/null || fail "cannot write to standard output"
}

# The file itself, where FILE may be a chain of symbolic links. (macOS had no readlink -f for long.)
follow_links() {
  local file=$1 link
  while [[ -L $file ]]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=${file%/*}/$link ;;
    esac
  done
  printf '%s\n' "$file"
}

absolute_directory() {
  (cd -P -- "$1" && pwd)
}

absolute_file() {
  local directory=.
  if [[ $1 == */* ]]; then directory=${1%/*}/; fi
  printf '%s/%s\n' "$(absolute_directory "$directory")" "${1##*/}"
}

# ---- What was asked for ----

# Sets: arguments (for the command), config, bitstream, show_command, device_jvm.
read_arguments() {
  arguments=()
  config=
  bitstream=
  show_command=no
  device_jvm=no
  while (($# > 0)); do
    case $1 in
      --)
        arguments+=("$@")
        return
        ;;
      --config)
        if (($# == 1)); then fail "--config wants a name or a file: $(config_names)"; fi
        config=$2
        shift
        ;;
      --config=*) config=${1#*=} ;;
      --bitstream)
        if (($# == 1)); then fail "--bitstream wants the directory that synthesize made"; fi
        bitstream=$2
        shift
        ;;
      --bitstream=*) bitstream=${1#*=} ;;
      --show-command) show_command=yes ;;
      --device=jvm)
        device_jvm=yes
        arguments+=("$1")
        ;;
      --device)
        if [[ ${2-} == jvm ]]; then device_jvm=yes; fi
        arguments+=("$1")
        ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done
}

# For a command whose processes have a runtime each: itself on the plain JVM, with --config left to those on TornadoVM.
only_starts_others() {
  local choice=${config:-${TORNADO_GRU_CONFIG:-}}
  device_jvm=yes
  config=
  if [[ -n $choice && $choice != plain-jvm ]]; then
    choice=$(find_config "$choice") # they may run in another directory
  fi
  export TORNADO_GRU_CONFIG=$choice
}

# Sets: runtime (plain or tornado), config_file.
choose_runtime() {
  runtime=plain
  local choice=${config:-${TORNADO_GRU_CONFIG:-}}
  if [[ -n ${TORNADOVM_HOME:-} && $device_jvm == no && $choice != plain-jvm ]]; then runtime=tornado; fi

  if [[ $runtime == tornado ]]; then
    check_tornado_sdk
    config_file=$(find_config "${choice:-any}")
    choose_backends
    if [[ -n $bitstream ]]; then use_bitstream; fi
  else
    if [[ -n $bitstream ]]; then fail "--bitstream is for an FPGA, but this run is on the plain JVM"; fi
    config_file=$(find_config "${config:-plain-jvm}")
    if [[ -n $config && $config_file == "$root"/tornado-configs/* && $config_file != */plain-jvm.args ]]; then
      fail "--config $config is for TornadoVM, but this run is on the plain JVM: set TORNADOVM_HOME, and no --device jvm"
    fi
  fi
}

# Adds to: java_options.
use_bitstream() {
  if [[ ! -f $bitstream/tasks || ! -f $bitstream/kernels.aocx ]]; then
    fail "--bitstream $bitstream: no bitstream is there; ./run.sh synthesize --out $bitstream makes one"
  fi
  java_options+=("-Dtornado.precompiled.binary=$(absolute_directory "$bitstream")/tasks")
}

config_names() {
  local file names=
  for file in "$root"/tornado-configs/*.args; do
    file=${file##*/}
    names="$names ${file%.args}"
  done
  printf '%s\n' "${names# }"
}

find_config() {
  local name=$1
  if [[ -f $root/tornado-configs/$name.args ]]; then
    printf '%s\n' "$root/tornado-configs/$name.args"
  elif [[ -f $name ]]; then
    absolute_file "$name"
  else
    fail "--config $name: no such file, and no such name; names are: $(config_names)"
  fi
}

# ---- Backends ----

# Says why a backend cannot be used, and fails. TornadoVM ends the JVM of all backends where one of them finds no driver,
# or no platform or device of that driver.
readonly try_backend='
import ctypes, sys
backend, library = sys.argv[1:]
count = ctypes.c_uint()
try:
    driver = ctypes.CDLL(library)
    if backend == "opencl":
        error = driver.clGetPlatformIDs(0, None, ctypes.byref(count))
        found = "OpenCL platform"
    else:
        error = driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count))
        found = "NVIDIA GPU"
except OSError as missing:
    print(missing)
    sys.exit(1)
if error or not count.value:
    print("no " + found + (": error %d" % error if error else ""))
    sys.exit(1)
'

# Prints why a backend cannot be used; nothing where it can, or where only a run can tell.
why_not() {
  local backend=$1 library=$TORNADOVM_HOME/lib/libtornado-$1 said status=0
  case $backend in
    opencl | ptx | cuda) ;;
    *) return ;;
  esac
  if [[ -f $library.dylib ]]; then library=$library.dylib; else library=$library.so; fi
  said=$(python3 -c "$try_backend" "$backend" "$library" 2>/dev/null) || status=$?
  if ((status != 0)); then
    said=${said##*$'\n'} # drivers print, too
    printf '%s\n' "${said:-its driver ended the process that tried it, with exit code $status}"
  fi
}

# has WORD WORDS...: whether the first one is among the others.
has() {
  local wanted=$1 word
  shift
  for word in "$@"; do
    if [[ $word == "$wanted" ]]; then return 0; fi
  done
  return 1
}

# Sets: installed_backends, for example opencl and ptx.
read_installed_backends() {
  local line
  installed_backends=()
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == tornado.backends=* ]]; then
      line=${line#*=}
      IFS=', ' read -r -a installed_backends <<<"${line//-backend/}"
    fi
  done <"$TORNADOVM_HOME/etc/tornado.backend"
  if ((${#installed_backends[@]} == 0)); then
    fail "TORNADOVM_HOME has no backend: see $TORNADOVM_HOME/etc/tornado.backend"
  fi
}

# Sets: demanded_backends, and demanded_by, who names them; empty where any backend will do. A configuration of ours is
# for one backend: beside others, one of those might have the default device.
read_demanded_backends() {
  local backend=''
  demanded_by=TORNADO_GRU_BACKENDS
  IFS=', ' read -r -a demanded_backends <<<"${TORNADO_GRU_BACKENDS:-}"
  if [[ $config_file == "$root"/tornado-configs/* ]]; then
    case ${config_file##*/} in
      any.args) ;;
      cuda-*) backend=cuda ;;
      ptx-*) backend=ptx ;;
      *) backend=opencl ;;
    esac
  fi
  if [[ -z $backend ]]; then return; fi
  if [[ -n ${TORNADO_GRU_BACKENDS:-} ]] && ! has "$backend" "${demanded_backends[@]}"; then
    fail "${config_file##*/} needs the $backend backend, but TORNADO_GRU_BACKENDS is $TORNADO_GRU_BACKENDS"
  fi
  demanded_by=${config_file##*/}
  demanded_backends=("$backend")
}

# Sets: backends, those to use, in the SDK's order; left_out, those that cannot be used, each with the reason.
choose_backends() {
  local backend reason
  read_installed_backends
  read_demanded_backends
  for backend in ${demanded_backends[@]+"${demanded_backends[@]}"}; do
    if ! has "$backend" "${installed_backends[@]}"; then
      fail "$demanded_by needs the $backend backend, but $TORNADOVM_HOME has: ${installed_backends[*]}"
    fi
  done

  backends=()
  left_out=''
  for backend in "${installed_backends[@]}"; do
    if ((${#demanded_backends[@]} > 0)) && ! has "$backend" "${demanded_backends[@]}"; then continue; fi
    reason=$(why_not "$backend")
    if [[ -z $reason ]]; then
      backends+=("$backend")
    elif ((${#demanded_backends[@]} > 0)); then
      fail "$demanded_by needs the $backend backend, but it cannot be used here: $reason"
    else
      left_out="$left_out, $backend ($reason)"
    fi
  done
  left_out=${left_out#, }
  if ((${#backends[@]} == 0)); then
    fail "none of TornadoVM's backends can be used here: $left_out; install a driver, or use --device jvm"
  fi
}

# ---- JDK ----

# Prints the version of the JDK in a directory; nothing where there is none. Reading the release file is much faster
# than starting java, and a runtime without javac could not build.
jdk_version() {
  local line pattern='^JAVA_VERSION="([0-9.]+)'
  if [[ -z $1 || ! -x $1/bin/javac || ! -f $1/release ]]; then return; fi
  while IFS= read -r line; do
    if [[ $line =~ $pattern ]]; then
      printf '%s\n' "${BASH_REMATCH[1]}"
      return
    fi
  done <"$1/release"
}

# Prints how far a JDK is from what the runtime wants, the lower the better; nothing where it will not do: the major
# version counts first, the lower the better, and then the update, the newer the better.
jdk_rank() {
  local version=$1 major minor update
  if [[ -z $version ]]; then return; fi
  IFS=. read -r major minor update _ <<<"$version.0.0.0"
  if ((major < 25)); then return; fi
  # TornadoVM's compiler is tied to the JVM's compiler interface of 25.0.2. Its launcher exits with 0 on another one.
  if [[ $runtime == tornado ]] && ((major > 25 || (minor == 0 && update < 2))); then return; fi
  echo $((major * 1000000 - minor * 1000 - update))
}

jdk_of_java_on_path() {
  local java
  if java=$(command -v java); then
    java=$(follow_links "$java")
    printf '%s\n' "${java%/bin/java}"
  fi
}

# Sets: jdk. JAVA_HOME and PATH are the user's choice and come first; among the usual directories the best one wins.
find_jdk() {
  local directory rank best_rank=
  for directory in "${JAVA_HOME:-}" "$(jdk_of_java_on_path)"; do
    if [[ -n $(jdk_rank "$(jdk_version "$directory")") ]]; then
      jdk=$directory
      return
    fi
  done

  local IFS=:
  # shellcheck disable=SC2086 # a list of patterns: meant to be split and expanded
  for directory in ${TORNADO_GRU_JDKS-$usual_jdks}; do
    rank=$(jdk_rank "$(jdk_version "$directory")")
    if [[ -n $rank ]] && ((rank < ${best_rank:-rank + 1})); then
      best_rank=$rank
      jdk=$directory
    fi
  done
  if [[ -z $best_rank ]]; then
    if [[ $runtime == tornado ]]; then
      fail "TornadoVM $tornado_version needs JDK 25, 25.0.2 or later, and none was found:" \
        "install Temurin 25 (https://adoptium.net; with SDKMAN: sdk install java 25.0.3-tem) and set JAVA_HOME to it"
    fi
    fail "no JDK 25 or later found:" \
      "install Temurin 25 (https://adoptium.net; with SDKMAN: sdk install java 25.0.3-tem) and set JAVA_HOME to it"
  fi
}

# ---- Build ----

# What a command needs built. measure, peer and learn are the processes that compare, peers, scaling and curves start, once
# they have built.
# Sets: main_class, build_options, build_inputs, on_spark, and the names of what is built: build_directory, main_jar,
# plain_jvm_jar, libraries.
choose_build() {
  local module=benchmarks
  on_spark=no
  if [[ $1 == sweep && " ${arguments[*]}" == *" --master"* ]]; then on_spark=yes; fi
  main_class=org.tornadogru.cli.Main
  build_options=(-Dmaven.test.skip=true)
  build_inputs=("$root/pom.xml" "$root/src" "$root/benchmarks")
  build_directory=$root/benchmarks/target
  case $1 in
    compare | measure) ;;
    peers | peer | scaling | curves | learn)
      build_options+=(-Ppeers)
      build_directory=$root/benchmarks/peers/target
      ;;
    bench)
      main_class=org.openjdk.jmh.Main
      build_options+=(-Pbench)
      build_directory=$root/benchmarks/jmh/target
      ;;
    *)
      module=src/app
      build_inputs=("$root/pom.xml" "$root/src")
      build_directory=$root/src/app/target
      ;;
  esac
  if [[ $on_spark == yes ]]; then # without a master a sweep is the program's own, and needs no 330 MB
    module=src/spark-app
    build_options+=(-Pspark)
    build_directory=$root/src/spark-app/target
  fi
  build_options+=(-pl "$module" -am)
  name_build_products "tornado-gru-${module##*/}"
}

name_build_products() {
  local line version='' pattern='<version>([^<]+)</version>'
  while IFS= read -r line; do
    if [[ $line =~ $pattern ]]; then # the first one of the pom is the project's own
      version=${BASH_REMATCH[1]}
      break
    fi
  done <"$root/pom.xml"
  main_jar=$build_directory/$1-$version.jar
  plain_jvm_jar=$root/src/jvm/target/tornado-plain-jvm-$version.jar
  libraries=$build_directory/lib
  build_mark=$build_directory/built
  build_begun=$root/target/run.sh.begun
  tests_mark=$root/target/run.sh.tests
}

# A build that is interrupted leaves its own products without their mark, and those of all under suspicion.
build_is_current() {
  [[ -f $build_mark && -f $main_jar && -f $plain_jvm_jar && -d $libraries ]] || return 1
  [[ ! -e $build_begun && ! $main_jar -nt $build_mark ]] || return 1
  [[ -z $(find "${build_inputs[@]}" \( -name target -o -name test \) -prune -o -newer "$build_mark" -print) ]]
}

# Whether the classes of all tests are those of today's sources.
tests_are_current() {
  [[ -f $tests_mark && ! -e $build_begun ]] || return 1
  [[ -z $(find "$root/pom.xml" "$root/src" "$root/benchmarks" -name target -prune -o -newer "$tests_mark" -print) ]]
}

# One build at a time: a directory is the lock, since macOS has no flock. Each file in it names a process of its owner.
# Sets: lock, empty when it is not held.
lock=
take_build_lock() {
  local directory=$root/target/run.sh.lock waited=0 owner
  mkdir -p "$root/target" 2>/dev/null || true
  if [[ ! -w $root/target ]]; then fail "cannot build: no right to write to $root/target"; fi
  until mkdir "$directory" 2>/dev/null; do
    owner=$(build_owner "$directory")
    # Between the lock and its owner's name is a moment.
    if [[ $owner == nobody ]] || { [[ -z $owner ]] && ((waited > 10)); }; then
      echo "run.sh: removing the lock of a build that was killed: $directory" >&2
      rm -rf "$directory" 2>/dev/null || fail "cannot remove $directory: remove it, if no build is running"
    elif [[ $owner == 'another machine' ]]; then
      fail "$directory is the lock of a build on another machine: wait for it, or remove that if none is running there"
    else
      if ((waited == 2)); then echo "run.sh: waiting for another build${owner:+, by $owner} ..." >&2; fi
      sleep 0.5
      waited=$((waited + 1))
    fi
  done
  lock=$directory
  trap release_build_lock EXIT
  own_build script $$
}

# Notes in the lock that a process of this build has a number.
own_build() {
  printf '%s\n%s\n%s\n' "$2" "$(process_start "$2")" "$(machine_name)" >"$lock/$1"
}

# Prints who holds a lock: "process NUMBER", "another machine", or "nobody" that is alive; nothing where there is no name.
build_owner() {
  local file number start machine owner=
  for file in "$1"/maven "$1"/script; do
    if [[ ! -f $file ]] || ! { read -r number && IFS= read -r start && read -r machine; } <"$file"; then continue; fi
    owner=${owner:-nobody}
    if [[ $machine != "$(machine_name)" ]]; then
      owner='another machine'
    elif is_alive "$number" && [[ $(process_start "$number") == "$start" ]]; then
      owner="process $number"
    fi
  done 2>/dev/null
  printf '%s\n' "$owner"
}

# Whether there is a process of this number; another user's cannot be asked by a signal.
is_alive() {
  kill -0 "$1" 2>/dev/null || [[ -n $(process_start "$1") ]]
}

# Prints when a process began, by which it is known from a later one of its number; nothing where there is no ps.
process_start() {
  LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null || true
}

machine_name() {
  printf '%s\n' "${HOSTNAME:-here}"
}

# An interrupted build ends before another one begins.
release_build_lock() {
  local maven='' waited=0
  if [[ -z $lock ]]; then return; fi
  if [[ -f $lock/maven ]]; then read -r maven <"$lock/maven" || true; fi
  if [[ -n $maven ]]; then kill "$maven" 2>/dev/null || true; fi
  while [[ -n $maven ]] && kill -0 "$maven" 2>/dev/null && ((waited < 100)); do
    sleep 0.1
    waited=$((waited + 1))
  done
  rm -rf "$lock"
  lock=
}

require_maven() {
  if ! command -v mvn >/dev/null; then
    fail "Maven is needed to build: install it (https://maven.apache.org/install.html) so that mvn is on PATH"
  fi
}

# Runs Maven, up to the package phase at least, while the build lock is held.
package_with_maven() {
  # New files rather than overwritten ones: a program in progress keeps the jars it has open. Maven only adds libraries:
  # after a change of versions the old ones would stay on the class path.
  rm -rf "$build_mark" "$main_jar" "$plain_jvm_jar" "$libraries"
  touch "$build_begun"
  if ! (own_build maven "$BASHPID" && JAVA_HOME=$jdk exec mvn -B -ntp -f "$root/pom.xml" "$@"); then
    rm -f "$main_jar" "$plain_jvm_jar" "$lock/maven"
    return 1
  fi
  rm -f "$lock/maven"
  # As old as the start of the build: a source saved meanwhile is newer. The program is part of every build.
  local app=$root/src/app/target
  touch -c -r "$lock/script" "$main_jar" "$app"/*.jar
  touch -r "$lock/script" "$build_mark" "$app/built"
  rm -f "$build_begun"
}

# A folder that gains its target during the build would be newer than what is built.
make_target_folders() {
  local folder
  for folder in "${maven_modules[@]}" "${spark_modules[@]}" benchmarks/peers benchmarks/jmh; do mkdir -p "$root/$folder/target"; done
}

build_if_needed() {
  if build_is_current; then return; fi
  require_maven
  make_target_folders
  take_build_lock
  if ! build_is_current; then # another run may have built while this one waited
    echo "building (first time, or sources changed) ..." >&2
    if ! package_with_maven -q "${build_options[@]}" package >"$lock/output" 2>&1; then
      sed '/^WARNING: /d' "$lock/output" >&2 # without what a new JVM says of an older Maven
      fail "the build failed"
    fi
  fi
  release_build_lock
}

# ---- TornadoVM ----

# What the launcher does not check, or reports with exit code 0.
check_tornado_sdk() {
  local sdk=$TORNADOVM_HOME
  if [[ ! -d $sdk ]]; then
    fail "TORNADOVM_HOME is not a directory: $sdk; set it to a TornadoVM SDK, or unset it to run on the plain JVM"
  fi
  if [[ ! -x $sdk/bin/tornado || ! -f $sdk/etc/tornado.backend ]]; then
    fail "TORNADOVM_HOME is not a TornadoVM SDK: $sdk has no bin/tornado or no etc/tornado.backend"
  fi
  if [[ ! -f $sdk/share/java/tornado/tornado-api-$tornado_version.jar ]]; then
    local other=("$sdk"/share/java/tornado/tornado-api-*.jar)
    if [[ ! -f ${other[0]} ]]; then fail "TORNADOVM_HOME is not a TornadoVM SDK: $sdk has no tornado-api-*.jar"; fi
    fail "TORNADOVM_HOME must be TornadoVM $tornado_version, but $sdk has ${other[0]##*/}"
  fi
  local compiler=("$sdk"/share/java/graalJars/compiler-*.jar)
  if [[ ! -f ${compiler[0]} ]]; then
    fail "TORNADOVM_HOME is incomplete: $sdk/share/java/graalJars has no compiler-*.jar"
  fi
  if ! command -v python3 >/dev/null; then
    fail "TornadoVM's launcher needs python3 on PATH: install Python 3, or unset TORNADOVM_HOME to run on the plain JVM"
  fi
  TORNADOVM_HOME=$(absolute_directory "$sdk")
  if [[ $TORNADOVM_HOME == *:* ]]; then
    fail "TORNADOVM_HOME has a colon, at which Java takes module paths apart: move or rename it: $TORNADOVM_HOME"
  fi
  export TORNADOVM_HOME
}

# Sets: tornado_flags, the Java options of the tornado launcher. The launcher itself cannot start the program: it hands
# the command to a shell unquoted, so arguments with spaces or quotes break, and it takes at most 15 of them.
ask_tornado_launcher() {
  local printed word
  if [[ $jdk == *' '* ]]; then fail "TornadoVM's launcher cannot use a JDK with a space in its path: $jdk"; fi
  # On stderr it warns of drivers that choose_backends has looked for already.
  printed=$(JAVA_HOME=$jdk "$TORNADOVM_HOME/bin/tornado" --printJavaFlags </dev/null 2>/dev/null) || true
  printed=${printed##*$'\n'}
  if [[ $printed != "$jdk/bin/java "* ]]; then
    fail "TornadoVM's launcher printed no Java options but: ${printed:-nothing}; see $TORNADOVM_HOME/bin/tornado --devices"
  fi
  printed=${printed#"$jdk/bin/java"}

  # The SDK's path is replaced while the line is split into words: it may have spaces.
  printed=${printed//"$TORNADOVM_HOME"/@SDK@}
  local words=()
  read -r -a words <<<"$printed"
  tornado_flags=()
  for word in "${words[@]}"; do
    # The launcher puts the current directory on the module path: in target/ our own jars would become modules.
    word=${word#.:}
    while [[ $word == *@SDK@* ]]; do word=${word%%@SDK@*}$TORNADOVM_HOME${word#*@SDK@}; done
    tornado_flags+=("$word")
  done
}

# Sets: backend_flags, tornado_flags with no backend but those given: TornadoVM starts all that are on its module path.
flags_of_backends() {
  local modules=$TORNADOVM_HOME/share/java/tornado used='' unused=() backend word jar
  for backend in "${installed_backends[@]}"; do
    if ! has "$backend" "$@"; then unused+=("$backend"); fi
  done
  backend_flags=("${tornado_flags[@]}")
  if ((${#unused[@]} == 0)); then return; fi

  for jar in "$modules"/*.jar; do
    for backend in "${unused[@]}"; do
      if [[ ${jar##*/} == tornado-drivers-$backend-* ]]; then jar=; fi
    done
    if [[ -n $jar ]]; then used=$used:$jar; fi
  done
  backend_flags=()
  for word in "${tornado_flags[@]}"; do
    if [[ $word == "$modules" ]]; then word=${used#:}; fi
    for backend in "${unused[@]}"; do
      if [[ $word == @*/$backend-exports ]]; then
        continue 2
      elif [[ $word == *tornado.drivers.$backend* ]]; then # a list of modules, perhaps behind an option and =
        word=${word//tornado.drivers.$backend/}
        word=${word//,,/,}
        word=${word/=,/=}
        word=${word%,}
      fi
    done
    backend_flags+=("$word")
  done
}

# ---- Run ----

# What java gets besides the configuration.
java_options=()

# Sets: java_command, up to and without the class path, on TornadoVM with the backends given.
choose_java_command() {
  if [[ $runtime == tornado ]]; then
    flags_of_backends "$@"
    java_command=("$jdk/bin/java" "${backend_flags[@]}" "@$config_file" ${java_options[@]+"${java_options[@]}"})
  else
    java_command=("$jdk/bin/java" "@$config_file")
  fi
  # Protobuf, which reads ONNX models, calls what the JVM warns of in four lines on stderr.
  java_command+=(--sun-misc-unsafe-memory-access=allow)
}

# Where no locale is set, Java would not find files whose names are not ASCII, and could not read such arguments.
use_utf8() {
  local locale=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}
  if [[ $locale == C || $locale == POSIX ]]; then export LC_ALL=C.UTF-8; fi
}

run_main() {
  local class_path="$main_jar:$libraries/*" name=${arguments[0]-}
  # On TornadoVM the SDK's modules are the runtime; the plain-JVM one must not be in sight.
  if [[ $runtime == plain ]]; then class_path="$main_jar:$plain_jvm_jar:$libraries/*"; fi
  if [[ $runtime == tornado ]]; then
    ask_tornado_launcher
    choose_java_command "${backends[@]}"
  else
    choose_java_command
  fi
  case $name in
    devices) if [[ $runtime == tornado && -n $left_out ]]; then echo "run.sh: backends left out: $left_out" >&2; fi ;;
    compare | peers | scaling | curves) java_command+=("-Dtornado-gru.script=$root/${self##*/}") ;;
    bench) arguments=("${arguments[@]:1}") ;;
    measure | peer | learn)
      if [[ -n ${TORNADO_GRU_THREADS:-} ]]; then java_command+=("-XX:ActiveProcessorCount=$TORNADO_GRU_THREADS"); fi
      if [[ $name == peer ]]; then arguments[0]=measure; fi
      ;;
  esac
  if [[ $name == peer || $name == learn ]]; then
    # LibTorch's Java part must neither download nor report anything.
    java_command+=(-Dai.djl.offline=true -DOPT_OUT_TRACKING=true "-DENGINE_CACHE_DIR=$build_directory/engines")
  fi
  if [[ $on_spark == yes ]]; then java_command+=("@$root/src/spark/spark.args"); fi
  java_command+=(-cp "$class_path" "$main_class" ${arguments[@]+"${arguments[@]}"})

  if [[ $show_command == yes ]]; then
    local line
    printf -v line '%q ' "${java_command[@]}"
    say "${line% }"
    return
  fi
  use_utf8
  # While compare, peers, scaling or curves measures, nothing is built: all its processes run the same classes.
  if [[ ! ${arguments[0]-} =~ ^(measure|learn)$ ]]; then build_if_needed; fi
  exec "${java_command[@]}"
}

readonly bench_help="Usage: ./run.sh bench [PATTERN] [JMH options]

JMH benchmarks of each kernel and its twins, by themselves, on the plain JVM. ./run.sh compare measures whole steps, on every
device.

PATTERN is a regular expression: KernelBenchmark.forward runs those in whose names it is found; default: all, which takes ten minutes.
  -l                    lists the benchmarks
  -p kernels=SIMD       only this set; default: ANNOTATED and SIMD
  -p shape=H256         sizes of compare's works: d2l, the default, H256, H512
  -f 1 -wi 1 -i 1       one JVM, one second to warm up and one to measure: a quick look
  -h                    all options, in JMH's own words"

# ---- Test ----

test_input() {
  if [[ ! -f $2 ]]; then fail "$1 is not a file: $2"; fi
  absolute_file "$2"
}

# Sets: spark_options, what adds the module for Spark to a build that tests. Not every machine can download its 330 MB.
choose_spark() {
  local artifact='' line pattern='<spark.version>(.+)</spark.version>' offline=()
  spark_options=()
  if has -DskipTests "$@"; then return; fi
  if has -o "$@" || has --offline "$@"; then offline=(-o); fi
  while IFS= read -r line; do
    if [[ $line =~ $pattern ]]; then artifact=org.apache.spark:spark-mllib_2.13:${BASH_REMATCH[1]}; fi
  done <"$root/pom.xml"
  if JAVA_HOME=$jdk mvn -B -ntp -q ${offline[@]+"${offline[@]}"} \
    org.apache.maven.plugins:maven-dependency-plugin:get "-Dartifact=$artifact" >/dev/null 2>&1; then
    spark_options=(-Pspark)
  else
    echo "Spark: not tested (Maven cannot get $artifact)"
  fi
}

# The plain JVM first, with Maven; then the same classes on TornadoVM's backends, which Maven's test runner cannot start.
run_tests() {
  local maven_options=() launcher_options=() properties=() option file

  while (($# > 0)) && [[ $1 != -- ]]; do
    case $1 in
      --device=jvm) ;;
      --device) shift ;;
      *) maven_options+=("$1") ;;
    esac
    shift
  done
  if (($# > 0)); then launcher_options=("${@:2}"); fi

  if [[ -n ${CONFORMANCE_CASES:-} ]]; then
    file=$(test_input CONFORMANCE_CASES "$CONFORMANCE_CASES")
    maven_options+=("-Dconformance.cases=$file")
  fi
  if [[ -n ${TIMEMACHINE_TEXT:-} ]]; then
    file=$(test_input TIMEMACHINE_TEXT "$TIMEMACHINE_TEXT")
    maven_options+=("-Dtimemachine.text=$file")
  fi
  for option in ${maven_options[@]+"${maven_options[@]}"}; do
    if [[ $option == -D*=* ]]; then properties+=("$option"); fi
  done

  cd "$root"
  if ! has -DskipTests ${maven_options[@]+"${maven_options[@]}"} || ! tests_are_current; then
    test_with_maven ${maven_options[@]+"${maven_options[@]}"}
  fi

  if [[ $runtime == plain ]]; then
    local reason="plain JVM asked for"
    if [[ -z ${TORNADOVM_HOME:-} ]]; then reason="TORNADOVM_HOME is not set"; fi
    echo "device tests: not run ($reason)"
    return
  fi
  run_device_tests
}

# The tests on the plain JVM, and all that the device tests need.
test_with_maven() {
  require_maven
  make_target_folders
  take_build_lock
  echo "tests on the plain JVM ($jdk)"
  choose_spark "$@"
  rm -f "$tests_mark"
  if ! package_with_maven verify \
    org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=target/test-classpath.txt \
    ${spark_options[@]+"${spark_options[@]}"} "$@"; then
    echo "device tests: not run (the build or the tests on the plain JVM failed)"
    exit 1
  fi
  touch -r "$lock/script" "$tests_mark"
  release_build_lock
}

# Prints the class path of the device tests: the classes of all modules, and the libraries. TornadoVM is the runtime; the
# plain JVM's must not be in sight.
test_class_path() {
  local module path='' library IFS=:
  for module in "${maven_modules[@]}"; do
    path=$path:$module/target/test-classes
    if [[ $module != src/jvm ]]; then path=$path:$module/target/classes; fi
    for library in $(<"$module/target/test-classpath.txt"); do
      if [[ $library != "$root"/* && :$path: != *:$library:* ]]; then path=$path:$library; fi
    done
  done
  printf '%s\n' "${path#:}"
}

# Each backend in a process that has no other: its device is the default there, for whatever a test starts, and a driver
# that crashes costs no other backend its tests. Uses run_tests' variables.
run_device_tests() {
  local backend module status outcome outcomes='' failed=no class_path not_run=$left_out tests=
  class_path=$(test_class_path)
  for module in "${maven_modules[@]}"; do
    if [[ -d $module/target/test-classes ]]; then tests=$tests:$module/target/test-classes; fi
  done
  tests=${tests#:}
  ask_tornado_launcher
  for backend in "${backends[@]}"; do
    choose_java_command "$backend"
    echo "tests on TornadoVM: $backend ($TORNADOVM_HOME, ${config_file##*/})"
    status=0
    "${java_command[@]}" -cp "$class_path" org.tornadogru.cli.Main devices || status=$?
    if ((status == 0)); then
      # The library sets the first two where it is the first to use TornadoVM: tests of the plain JVM's runtime use it before.
      "${java_command[@]}" -Dtornado.recover.bailout=False -Dtornado.tvm.maxbytecodesize=65536 \
        -ea:org.tornadogru... -Djava.awt.headless=true ${properties[@]+"${properties[@]}"} \
        -cp "$class_path" org.junit.platform.console.ConsoleLauncher execute "--scan-classpath=$tests" \
        --exclude-tag=plain-jvm --details=summary --disable-banner --fail-if-no-tests \
        ${launcher_options[@]+"${launcher_options[@]}"} || status=$?
    fi
    case $status in
      0) outcome=passed ;;
      1) outcome=FAILED ;;
      *) outcome="FAILED (exit code $status)" ;; # no tests, no device, or a driver that crashed
    esac
    if [[ $outcome != passed ]]; then failed=yes; fi
    outcomes="$outcomes, $backend $outcome"
  done
  if ((${#demanded_backends[@]} > 0)); then
    for backend in "${installed_backends[@]}"; do
      if ! has "$backend" "${demanded_backends[@]}"; then not_run="$not_run, $backend"; fi
    done
    if [[ -n $not_run ]]; then not_run="${not_run#, } ($demanded_by)"; fi
  fi
  echo "device tests: ${outcomes#, }${not_run:+; not run: $not_run}"
  if [[ $failed == yes ]]; then exit 1; fi
}

self=${BASH_SOURCE[0]}
if [[ $self != */* ]]; then self=./$self; fi
self=$(follow_links "$self")
root=$(absolute_directory "${self%/*}/")
if [[ $root == *:* ]]; then
  fail "this folder's path has a colon, at which Java takes class paths apart: move or rename it: $root"
fi
if ! (: 3>&1) 2>/dev/null; then fail "standard output is closed: give it a place, /dev/null for example"; fi

read_arguments "$@"
case ${arguments[0]-} in
  peers | compare | scaling | curves) only_starts_others ;;
  bundle)
    # shellcheck source=benchmarks/gpu/bundle.sh
    source "$root/benchmarks/gpu/bundle.sh"
    bundle "${arguments[@]:1}"
    exit
    ;;
  bench)
    if has --help "${arguments[@]}"; then
      say "$bench_help"
      exit
    fi
    if [[ -n ${TORNADOVM_HOME:-} && $device_jvm == no ]]; then
      echo "bench: on the plain JVM, since TornadoVM's modules hide this version of JMH;" \
        "devices are measured by ./run.sh compare" >&2
    fi
    device_jvm=yes
    ;;
esac
choose_runtime
find_jdk
choose_build "${arguments[0]-}"
case ${arguments[0]-}${arguments[1]+ ${arguments[1]}} in
  "test -h" | "test --help") run_main ;; # the program lists all commands, and explains them
  test*)
    if [[ $show_command == yes ]]; then fail "--show-command shows what a run would start; test starts more than one"; fi
    run_tests ${arguments[@]+"${arguments[@]:1}"}
    ;;
  synthesize*)
    # shellcheck source=src/app/main/bash/synthesize.sh
    source "$root/src/app/main/bash/synthesize.sh"
    synthesize "${arguments[@]:1}"
    ;;
  *) run_main ;;
esac
