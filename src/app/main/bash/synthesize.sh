# shellcheck shell=bash disable=SC2154 # variables and functions of run.sh
#
# The command `synthesize` of run.sh, which reads this file: makes one bitstream of all the kernels that a command needs
# on an FPGA. With a bitstream per kernel, made when a kernel is first needed, an FPGA is configured anew at every launch.
#
#   ./run.sh synthesize --config intel-fpga --out DIR COMMAND [its options]
#   ./run.sh COMMAND --config intel-fpga --bitstream DIR [its options]
#
# The command is rehearsed: it runs to its end as Java, each graph once, while TornadoVM generates the code of the kernels
# and makes no bitstream. Then the FPGA's compiler, which takes hours, gets them all at once. In DIR:
#
#   sources/KERNEL.cl, kernels.cl   the kernels, by themselves and in one file
#   kernels.aocx                    the bitstream
#   tasks                           which tasks it is for, as TornadoVM wants it
#   rehearsal.log, synthesis.log    what the command and the compiler printed
#
# Environment, as TornadoVM reads it: ONEAPI_ROOT, for oneAPI's compiler; CL_CONTEXT_EMULATOR_DEVICE_INTELFPGA, for a
# bitstream of the emulator.

# Sets: bitstream_directory, and arguments, those of the command. What it writes goes to a scratch directory.
read_synthesize_arguments() {
  local usage="./run.sh synthesize --config intel-fpga --out DIR COMMAND [its options]"
  bitstream_directory=
  while (($# > 0)); do
    case $1 in
      --out)
        if (($# == 1)); then fail "--out wants a directory: $usage"; fi
        bitstream_directory=$2
        shift
        ;;
      --out=*) bitstream_directory=${1#*=} ;;
      *) break ;;
    esac
    shift
  done
  if [[ -z $bitstream_directory ]]; then fail "synthesize wants --out DIR: $usage"; fi
  case ${1-} in
    train | evaluate | generate) ;;
    *) fail "synthesize wants a command, train, evaluate or generate: $usage" ;;
  esac
  if [[ $runtime != tornado ]]; then fail "synthesize needs TornadoVM, and an FPGA's OpenCL: set TORNADOVM_HOME"; fi

  arguments=("$1")
  if [[ $1 == train ]]; then arguments+=(--overwrite --out "$bitstream_directory/scratch/run"); fi
  while (($# > 1)); do
    shift
    case $1 in
      --out) shift ;;
      --out=* | --overwrite) ;;
      *) arguments+=("$1") ;;
    esac
  done
}

# Prints the file that describes the FPGA: a configuration's own, or TornadoVM's.
fpga_description() {
  local own
  own=$(sed -n 's/^-Dtornado\.fpga\.conf\.file=//p' "$config_file")
  if [[ -n $own ]]; then
    printf '%s\n' "$own"
  elif [[ -n ${ONEAPI_ROOT:-} ]]; then
    printf '%s\n' "$TORNADOVM_HOME/etc/intel-oneapi-fpga.conf"
  else
    printf '%s\n' "$TORNADOVM_HOME/etc/intel-fpga.conf"
  fi
}

# fpga_setting NAME FILE: prints a value of the description, without its comment.
fpga_setting() {
  sed -n "s/^ *$1 *= *\([^#]*\).*/\1/p" "$2" | sed 's/ *$//'
}

synthesize() {
  local description compiler board flags compile
  read_synthesize_arguments "$@"
  if [[ ${config_file##*/} == xilinx-fpga.args ]]; then fail "synthesize knows Intel's compilers only"; fi
  description=$(fpga_description)
  if [[ ! -f $description ]]; then fail "no description of the FPGA: $description"; fi
  compiler=$(fpga_setting COMPILER "$description")
  board=$(fpga_setting DEVICE_NAME "$description")
  flags=$(fpga_setting FLAGS "$description")
  if ! command -v "$compiler" >/dev/null; then fail "$compiler, the compiler of $description, is not on PATH"; fi

  if [[ -n $(ls -A "$bitstream_directory" 2>/dev/null) && ! -f $bitstream_directory/rehearsal.log ]]; then
    fail "--out $bitstream_directory has other files: choose a new directory"
  fi
  mkdir -p "$bitstream_directory"
  bitstream_directory=$(absolute_directory "$bitstream_directory")
  if [[ $bitstream_directory == *[,\ ]* ]]; then fail "TornadoVM takes no space or comma: $bitstream_directory"; fi
  rm -rf "$bitstream_directory"/{sources,scratch,tasks,kernels.cl,kernels.aocx}
  rehearse
  cat "$bitstream_directory"/sources/*.cl >"$bitstream_directory/kernels.cl"

  compile=("$compiler" "$bitstream_directory/kernels.cl")
  if [[ -n ${ONEAPI_ROOT:-} && $compiler != aoc ]]; then
    compile=("$compiler" "--input=$bitstream_directory/kernels.cl" "--device=$board" --cmd=build
      "--ir=$bitstream_directory/kernels.aocx")
  else
    # shellcheck disable=SC2206 # several options
    compile+=($flags)
    if [[ -n ${CL_CONTEXT_EMULATOR_DEVICE_INTELFPGA:-} ]]; then
      compile+=(-march=emulator)
    else
      compile+=("-board=$board")
    fi
    compile+=(-o "$bitstream_directory/kernels.aocx")
  fi
  echo "$(find "$bitstream_directory/sources" -name '*.cl' | wc -l | tr -d ' ') kernels: ${compile[*]}" >&2
  if ! "${compile[@]}" >"$bitstream_directory/synthesis.log" 2>&1 </dev/null ||
    [[ ! -f $bitstream_directory/kernels.aocx ]]; then
    fail "$compiler made no bitstream: see $bitstream_directory/synthesis.log"
  fi
  rm -rf "$bitstream_directory/scratch"
  echo "$bitstream_directory/kernels.aocx"
}

# Runs the command with a compiler that keeps sources and compiles nothing.
rehearse() {
  local scratch=$bitstream_directory/scratch log=$bitstream_directory/rehearsal.log
  mkdir -p "$scratch/bitstreams" "$bitstream_directory/sources"
  # shellcheck disable=SC2016 # its own $1
  printf '#!/bin/sh\ncp "$1" "%s"\n' "$bitstream_directory/sources/" >"$scratch/compiler"
  chmod +x "$scratch/compiler"
  printf '%s\n' "DEVICE_NAME = none" "COMPILER = $scratch/compiler" "FLAGS = -v" \
    "DIRECTORY_BITSTREAM = $scratch/bitstreams/" >"$scratch/fpga.conf"
  java_options+=("-Dtornado-gru.rehearsal=$bitstream_directory" "-Dtornado.fpga.conf.file=$scratch/fpga.conf")
  echo "rehearsing: ${arguments[*]}" >&2
  build_if_needed
  # With oneAPI TornadoVM would give the compiler other arguments.
  if ! (unset ONEAPI_ROOT && run_main) >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    fail "the rehearsal of ${arguments[0]} failed: see $log"
  fi
  if [[ ! -f $bitstream_directory/tasks ]]; then fail "${arguments[0]} ran nothing on an FPGA: see $log"; fi
}
