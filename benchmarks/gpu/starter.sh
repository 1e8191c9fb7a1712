#!/usr/bin/env bash
#
# tornado-gru in a folder: with its own Java, for a machine with a driver and nothing else. Runs from anywhere, also
# where nothing can be written, on every backend of TornadoVM whose driver is here.
#
#   ./tornado-gru [command] [options]         no command: train; each command has --help
#
#   train generate evaluate                   a character language model: learn, write, measure
#   inspect convert                           files of models, ours and other programs'
#   devices                                   what there is; * marks the default
#   compare --out DIR                         every device of this machine side by side
#   measure                                   one work on one device, in one line of JSON; what compare starts
#   test [ConsoleLauncher options]            the device tests, on each backend in turn; for example
#                                             --select-class org.tornadogru.GruTest
#
# Read here, before the command sees the rest:
#   --backend NAMES       of opencl, ptx, cuda, separated by commas; default: all whose driver is here
#   --config NAME|FILE    Java argument file: one of configs/, which are for one backend each, or your own
#   --device jvm          plain JVM: no backend at all
#   --show-command        print the command line instead of running it
#   --                    what follows is left alone
#
# Environment:
#   TORNADO_GRU_BACKENDS, TORNADO_GRU_CONFIG  what --backend and --config are when they are not given
#   LD_LIBRARY_PATH, CUDA_HOME                where to look for the driver's libraries first
#   OCL_ICD_VENDORS                           OpenCL's drivers, as its loader takes them
#   TMPDIR                                    for files of the JVM and of drivers, where this folder cannot be written to
#
# Exit code: the command's own; 2 and one line on stderr for what goes wrong before it starts.

set -euo pipefail
unset CDPATH
export PATH # where nobody set one, bash's own: OpenCL's drivers look for a linker

fail() {
  local IFS=' '
  printf 'tornado-gru: %s\n' "$*" >&2
  exit 2
}

# ---- What was asked for ----

# Sets: arguments (for the command), wanted (backends, separated by spaces), config, show_command, device_jvm.
read_arguments() {
  arguments=()
  wanted=${TORNADO_GRU_BACKENDS:-}
  config=
  show_command=no
  device_jvm=no
  while (($# > 0)); do
    case $1 in
      --)
        arguments+=("$@")
        break
        ;;
      --backend | --config)
        if (($# == 1)); then fail "$1 wants a value: --backend one of ${installed// /, }; --config one of $(config_names)"; fi
        if [[ $1 == --backend ]]; then wanted=$2; else config=$2; fi
        shift
        ;;
      --backend=*) wanted=${1#*=} ;;
      --config=*) config=${1#*=} ;;
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
  wanted=${wanted//,/ }
}

config_names() {
  local file names=
  for file in "$home"/configs/*.args; do
    file=${file##*/}
    names="$names ${file%.args}"
  done
  printf '%s\n' "${names# }"
}

find_config() {
  local file=$1
  if [[ -f $home/configs/$file.args ]]; then file=$home/configs/$file.args; fi
  if [[ ! -f $file ]]; then fail "--config $1: no such file, and no such name; names are: $(config_names)"; fi
  printf '%s/%s\n' "$(cd -P -- "$(dirname -- "$file")" && pwd)" "${file##*/}"
}

print_help() {
  local line
  while IFS= read -r line && [[ $line == '#'* ]]; do
    line=${line#'#'}
    if [[ $line != '!'* ]]; then printf '%s\n' "${line# }"; fi
  done <"$self"
}

# ---- This machine ----

# Sets: state, a folder for what the JVM and drivers write: this one's, or one that is the user's own.
choose_state() {
  state=$home/cache
  if mkdir -p -- "$state" 2>/dev/null && [[ -w $state && -O $state ]]; then return; fi
  state=${TMPDIR:-/tmp}/tornado-gru-$UID
  mkdir -m 700 -- "$state" 2>/dev/null || true
  if [[ ! -d $state || ! -w $state || ! -O $state || -L $state ]]; then
    fail "neither $home nor $state can be written to: set TMPDIR to a folder for temporary files"
  fi
}

# The libraries that a library needs and that the linker does not find, or finds as a stub that only links.
missing_libraries() {
  local line linker
  for linker in "$(command -v ldd || true)" /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*; do
    if [[ ! -x $linker ]]; then continue; fi
    if [[ $linker != */ldd ]]; then linker="$linker --list"; fi
    while read -r line; do
      if [[ $line == *"=> not found"* || $line == *"=> "*/stubs/* ]]; then printf '%s\n' "${line%% *}"; fi
    done < <($linker "$1" 2>/dev/null)
    return
  done
}

# Where drivers and toolkits put their libraries when the linker is not told.
usual_folders() {
  local nvcc
  if nvcc=$(command -v nvcc); then printf '%s\n' "${nvcc%/bin/nvcc}/lib64"; fi
  printf '%s\n' ${CUDA_HOME:+"$CUDA_HOME/lib64"} ${CUDA_PATH:+"$CUDA_PATH/lib64"} \
    /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/local/cuda/lib64 /usr/local/cuda*/lib64 /usr/local/cuda*/targets/*/lib \
    /usr/lib64 /usr/lib/*-linux-gnu /usr/lib64/nvidia /usr/lib/nvidia* /usr/lib/*-linux-gnu/nvidia/current /usr/lib/wsl/lib \
    /run/opengl-driver/lib /usr{,/local}/lib{,64}/python3*/*-packages/nvidia/*/lib
}

# Prints the folder of a library, if the linker does not know it but it is in one of the usual folders.
folder_of() {
  local folder
  while IFS= read -r folder; do
    if [[ -e $folder/$1 ]]; then
      printf '%s\n' "$folder"
      return
    fi
  done < <(usual_folders)
}

linker_knows() {
  local folder IFS=:
  for folder in ${LD_LIBRARY_PATH:-}; do
    if [[ -e $folder/$1 ]]; then return 0; fi
  done
  [[ $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) == *"$1 ("* ]]
}

add_library_folder() {
  if [[ -n $1 && :${LD_LIBRARY_PATH:-}: != *":$1:"* ]]; then
    export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$1
  fi
}

# Lets the linker find what the backends need: the user's own folders first, then ours, then the usual ones.
find_libraries() {
  local backend library
  add_library_folder "$home/tornado/loader"
  for backend in "$@"; do
    while IFS= read -r library; do
      add_library_folder "$(folder_of "$library")"
    done < <(missing_libraries "$home/tornado/lib/libtornado-$backend.so")
  done
  if [[ " $* " == *" cuda "* ]]; then # for kernels cublas
    for library in libcublas.so.13 libcublas.so.12; do
      if linker_knows "$library"; then break; fi
      add_library_folder "$(folder_of "$library")"
    done
  fi
  add_library_folder "$home/tornado/fallback"
  if [[ " $* " == *" opencl "* ]]; then find_opencl_drivers; fi
}

# Containers often have NVIDIA's OpenCL driver but not the line in /etc that names it.
find_opencl_drivers() {
  local driver=libnvidia-opencl.so.1 files
  if [[ -n ${OCL_ICD_VENDORS:-} || -n ${OCL_ICD_FILENAMES:-} ]]; then return; fi
  files=(/etc/OpenCL/vendors/*.icd)
  if grep -qs "$driver" "${files[@]}"; then return; fi
  if ! linker_knows "$driver"; then
    local folder
    folder=$(folder_of "$driver")
    if [[ -z $folder ]]; then return; fi
    add_library_folder "$folder"
  fi
  if [[ ! -e ${files[0]} ]]; then
    export OCL_ICD_VENDORS=$home/tornado/vendors # has this one driver
  else
    mkdir -p -- "$state/vendors"
    cp -- "$home"/tornado/vendors/*.icd "${files[@]}" "$state/vendors/"
    export OCL_ICD_VENDORS=$state/vendors
  fi
}

# Asks backends whether they would start here. Sets: backends, those that would; refusals, the others with the reason.
ask_backends() {
  local pending=("$@") question backend line answered
  backends=()
  refusals=()
  while ((${#pending[@]} > 0)); do
    question=()
    for backend in "${pending[@]}"; do question+=("$backend" "$home/tornado/lib/libtornado-$backend.so"); done
    answered=0
    backend=
    while IFS= read -r line; do
      case $line in
        *": asking") backend=${line%: asking} ;;
        "$backend: yes")
          backends+=("$backend")
          answered=$((answered + 1))
          ;;
        "$backend: "*)
          refusals+=("$backend (${line#"$backend: "})")
          answered=$((answered + 1))
          ;;
      esac
    done < <("$home/jdk/bin/java" "${quiet_java[@]}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
      --enable-native-access=ALL-UNNAMED -cp "$home/tools" BackendProbe "${question[@]}" 2>/dev/null || true)
    pending=("${pending[@]:answered}")
    if ((${#pending[@]} > 0)); then
      refusals+=("${pending[0]} (its driver ended the process that asked)")
      pending=("${pending[@]:1}")
    fi
  done
}

# Sets: backends, empty for the plain JVM; config_file, empty where none is named.
choose_backends() {
  local backend choice=${config:-${TORNADO_GRU_CONFIG:-}} by=--backend
  backends=()
  refusals=()
  config_file=
  if [[ $device_jvm == yes || $config == plain-jvm || -z $installed ]]; then
    if [[ -z $installed && -n $wanted ]]; then fail "--backend $wanted: this bundle has the plain JVM only"; fi
    if [[ -n $config ]]; then config_file=$(find_config "$config"); fi
    if [[ $config_file == "$home"/configs/* && $config_file != */plain-jvm.args ]]; then
      fail "--config $config is for a backend, but this run is on the plain JVM"
    fi
    return
  fi

  if [[ -n $choice ]]; then config_file=$(find_config "$choice"); fi
  if [[ $config_file == "$home"/configs/* ]]; then
    case ${config_file##*/} in
      any.args) backend= ;;
      cuda-*) backend=cuda ;;
      ptx-*) backend=ptx ;;
      *) backend=opencl ;;
    esac
    if [[ -n $backend && -n $wanted && " $wanted " != *" $backend "* ]]; then
      fail "--config $choice needs the backend $backend, but --backend says $wanted"
    fi
    if [[ -n $backend ]]; then by="--config $choice: backend"; fi
    wanted=${backend:-$wanted}
  fi
  for backend in $wanted; do
    if [[ " $installed " != *" $backend "* ]]; then fail "$by $backend: this bundle has ${installed// /, }"; fi
  done
  # shellcheck disable=SC2086 # lists of names
  find_libraries ${wanted:-$installed}
  # shellcheck disable=SC2086
  ask_backends ${wanted:-$installed}
  if [[ -n $wanted ]] && ((${#refusals[@]} > 0)); then fail "$by ${refusals[0]}"; fi
}

# For a command that must not change over to the plain JVM in silence.
require_backend() {
  if ((${#backends[@]} > 0 || ${#refusals[@]} == 0)); then return; fi
  fail "no backend starts on this machine: $(left_out); --device jvm runs on the plain JVM"
}

left_out() {
  local reasons
  printf -v reasons '%s, ' "${refusals[@]}"
  printf '%s\n' "${reasons%, }"
}

say_what_is_left_out() {
  if ((${#refusals[@]} > 0)); then printf 'tornado-gru: backends left out: %s\n' "$(left_out)" >&2; fi
}

# ---- Java ----

# Sets: quiet_java, options for a JVM that writes nowhere else, and the same for drivers in the environment.
keep_files_together() {
  quiet_java=(-XX:-UsePerfData "-XX:ErrorFile=$state/hs_err_pid%p.log" "-Djava.io.tmpdir=$state" "-Duser.home=$state"
    "-Dtornado-gru.starter=${self##*/}")
  export XDG_CACHE_HOME=$state CUDA_CACHE_PATH=${CUDA_CACHE_PATH:-$state/nv} # PoCL, Mesa and Intel; NVIDIA
  # Names of files may have any letter, also where nobody chose a language.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in C | POSIX) export LC_ALL=C.UTF-8 ;; esac
}

# What a driver's compiler has to say of a program that it refuses, TornadoVM writes into its own folder.
link_tornado() {
  export TORNADOVM_HOME=$state/tornado
  mkdir -p -- "$TORNADOVM_HOME"
  if [[ ! $TORNADOVM_HOME/etc -ef $home/tornado/etc ]]; then ln -sfn -- "$home/tornado/etc" "$TORNADOVM_HOME/etc"; fi
}

# Sets: java_command, up to and without the class path, for the given backends; none: the plain JVM.
choose_java_command() {
  local backend modules=ALL-SYSTEM,tornado.runtime,tornado.annotation,tornado.drivers.common native=ALL-UNNAMED
  local path=$home/tornado/base exports=("@$home/tornado/etc/exportLists/common-exports") file
  java_command=("$home/jdk/bin/java" "${quiet_java[@]}")
  if (($# == 0)); then
    unset TORNADOVM_HOME
    java_command+=("@${config_file:-$home/configs/plain-jvm.args}")
  else
    link_tornado
    for backend in "$@"; do
      path=$path:$home/tornado/$backend
      modules=$modules,tornado.drivers.$backend
      native=$native,tornado.drivers.$backend
      exports+=("@$home/tornado/etc/exportLists/$backend-exports")
      for file in "$home/tornado/$backend"/tornado-cu*.jar; do # NVIDIA's libraries
        if [[ -f $file ]]; then
          file=${file##*/tornado-}
          modules=$modules,tornado.${file%%-*}
        fi
      done
    done
    java_command+=(-server -XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI --enable-preview -XX:+UseParallelGC
      "-Djava.library.path=$home/tornado/lib" --module-path "$path" --upgrade-module-path "$home/tornado/graal"
      -Dtornado.load.api.implementation=uk.ac.manchester.tornado.runtime.tasks.TornadoTaskGraph
      -Dtornado.load.runtime.implementation=uk.ac.manchester.tornado.runtime.TornadoCoreRuntime
      -Dtornado.load.tornado.implementation=uk.ac.manchester.tornado.runtime.common.Tornado
      -Dtornado.load.annotation.implementation=uk.ac.manchester.tornado.annotation.ASMClassVisitor
      -Dtornado.load.annotation.parallel=uk.ac.manchester.tornado.api.annotations.Parallel
      "${exports[@]}" --enable-native-access="$native" --add-modules "$modules"
      -Djava.awt.headless=true ${config_file:+"@$config_file"})
  fi
  java_command+=(--sun-misc-unsafe-memory-access=allow)
}

run_java() {
  local class_path="$home/app/*"
  if ((${#backends[@]} == 0)); then class_path="$home/app/*:$home/app/plain-jvm/*"; fi
  choose_java_command ${backends[@]+"${backends[@]}"}
  case ${arguments[0]-} in
    compare)
      java_command+=("-Dtornado-gru.script=$self")
      if [[ -n $TORNADO_GRU_BACKENDS ]]; then link_tornado; fi
      ;;
    measure)
      java_command+=(-XX:ErrorFile=hs_err_pid%p.log) # beside compare's results
      if [[ -n ${TORNADO_GRU_THREADS:-} ]]; then java_command+=("-XX:ActiveProcessorCount=$TORNADO_GRU_THREADS"); fi
      ;;
  esac
  java_command+=(-cp "$class_path" org.tornadogru.cli.Main ${arguments[@]+"${arguments[@]}"})
  if [[ $show_command == yes ]]; then
    local line
    printf -v line '%q ' "${java_command[@]}"
    printf '%s\n' "${line% }"
    return
  fi
  exec "${java_command[@]}"
}

# ---- Test ----

run_tests() {
  local options=(--disable-banner --fail-if-no-tests) details=(--details=summary) select=("--scan-classpath=$home/tests/classes") properties=() turns turn class_path failed=no
  if [[ ! -d $home/tests/classes ]]; then fail "this bundle has no tests"; fi
  while (($# > 0)); do
    case $1 in
      --device) shift ;;
      -- | --device=*) ;;
      --details*)
        details=()
        options+=("$1")
        ;;
      --select-* | --scan-* | -[cmp]*)
        select=()
        options+=("$1")
        ;;
      *) options+=("$1") ;;
    esac
    shift
  done
  if [[ -f $home/tests/cases.json ]]; then properties+=("-Dconformance.cases=$home/tests/cases.json"); fi
  if [[ -f $home/tests/timemachine.txt ]]; then properties+=("-Dtimemachine.text=$home/tests/timemachine.txt"); fi

  cd -- "$state"
  turns=(${backends[@]+"${backends[@]}"})
  if ((${#turns[@]} == 0)); then turns=(jvm); fi
  for turn in "${turns[@]}"; do
    class_path="$home/tests/classes:$home/app/*:$home/tests/lib/*"
    if [[ $turn == jvm ]]; then
      class_path="$class_path:$home/app/plain-jvm/*"
      choose_java_command
    else
      choose_java_command "$turn"
    fi
    echo "tests on $turn"
    # The library sets the first two where it is the first to use TornadoVM: tests of the plain JVM's runtime use it before.
    if "${java_command[@]}" -Dtornado.recover.bailout=False -Dtornado.tvm.maxbytecodesize=65536 \
      -ea:org.tornadogru... ${properties[@]+"${properties[@]}"} -cp "$class_path" \
      org.junit.platform.console.ConsoleLauncher execute ${select[@]+"${select[@]}"} ${details[@]+"${details[@]}"} \
      --exclude-tag=plain-jvm --exclude-tag=sources "${options[@]}"; then
      echo "tests on $turn: passed"
    else
      echo "tests on $turn: FAILED"
      failed=yes
    fi
  done
  [[ $failed == no ]] || exit 1
}

self=${BASH_SOURCE[0]}
if [[ $self != */* ]]; then self=./$self; fi
while [[ -L $self ]]; do
  link=$(readlink "$self")
  if [[ $link == /* ]]; then self=$link; else self=${self%/*}/$link; fi
done
home=$(cd -P -- "${self%/*}/" && pwd)
self=$home/${self##*/}
if ! (: 3>&1) 2>/dev/null; then fail "standard output is closed: give it a place, /dev/null for example"; fi
if [[ $home == *:* ]]; then fail "Java cannot run from a folder with a colon in its name: $home"; fi
installed=
for name in cuda opencl ptx; do
  if [[ -d $home/tornado/$name ]]; then installed="$installed $name"; fi
done
installed=${installed# }

read_arguments "$@"
case ${arguments[0]-} in
  -h | --help | help)
    print_help
    exit
    ;;
  bench | peers) fail "${arguments[0]} needs the sources: start it with their run.sh" ;;
esac
choose_state
keep_files_together
backends=()
config_file=
case ${arguments[0]-} in
  convert | inspect | completion | -V | --version) run_java ;; # nothing to do for a device
  compare)
    # Itself on the plain JVM: its processes have a runtime each.
    choose_backends
    say_what_is_left_out
    export TORNADO_GRU_CONFIG=$config_file TORNADO_GRU_BACKENDS="${backends[*]-}"
    backends=()
    config_file=
    run_java
    ;;
  devices)
    choose_backends
    say_what_is_left_out
    run_java
    ;;
  test)
    choose_backends
    require_backend
    run_tests "${arguments[@]:1}"
    ;;
  *)
    choose_backends
    require_backend
    run_java
    ;;
esac
