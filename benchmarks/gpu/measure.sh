#!/usr/bin/env bash
#
# Everything there is to know of tornado-gru on a machine with a GPU, in under five minutes and without a network: the
# devices of every backend, answers and times, PyTorch beside it, times of kernels, the tests, compute-sanitizer.
#
#   measure.sh --out DIR [options] [FILE.tar.xz]
#
#   FILE.tar.xz           what ./run.sh bundle wrote; is not needed where this script lies in an unpacked one
#   --out DIR             gains gpu.json, gpu.md, which is also printed, and logs/, what each process had to say
#   --minutes N           for everything; what has no time left is named and left out; default: 5
#   --work PATTERN        only the works that this regular expression is found in, such as d2l or training
#   --backends NAMES      of cuda, opencl, ptx, separated by commas; default: all of the bundle
#   --seconds S           to warm up, and again to time, each work; default: 0.5
#   --report              read the logs in DIR again and write the rest anew
#
# Uses what is there of nvidia-smi, compute-sanitizer and PyTorch (of the interpreter that PYTHON names, else python3).
# Interrupted, it still reports what it has.

set -euo pipefail
unset CDPATH

fail() {
  printf 'measure.sh: %s\n' "$*" >&2
  exit 2
}

read_arguments() {
  out=
  bundle=
  minutes=5
  pattern=
  backends=
  seconds=0.5
  report_only=no
  while (($# > 0)); do
    case $1 in
      --out | --minutes | --work | --backends | --seconds) if (($# == 1)); then fail "$1 wants a value"; fi ;;
    esac
    case $1 in
      --out) out=$2 ;;
      --minutes) minutes=$2 ;;
      --work) pattern=$2 ;;
      --backends) backends=${2//,/ } ;;
      --seconds) seconds=$2 ;;
      --report) report_only=yes ;;
      -h | --help)
        sed -n '/^#$/,/^$/{ s/^# \{0,1\}//; p; }' "${BASH_SOURCE[0]}"
        exit
        ;;
      *.tar.xz) bundle=$1 ;;
      *) fail "there is no option $1; see --help" ;;
    esac
    case $1 in
      --report | *.tar.xz) shift ;;
      *) shift 2 ;;
    esac
  done
  if [[ -z $out ]]; then fail "--out DIR says where results go"; fi
  if [[ ! $minutes =~ ^[1-9][0-9]*$ ]]; then fail "--minutes wants a number"; fi
  if [[ -n $bundle && ! -f $bundle ]]; then fail "there is no file $bundle"; fi
}

say() {
  printf '[%3d s] %s\n' "$SECONDS" "$*"
}

leave_out() {
  say "left out: $*"
  printf '%s\n' "$*" >>"$logs/left-out.txt"
}

# part PERCENT: what follows must have ended when so much of the time is over.
part() {
  part_end=$((minutes * 60 * $1 / 100))
}

# attempt NAME LIMIT COMMAND...: runs a process, at most so many seconds, with a log of that name.
attempt() {
  local name=$1 limit=$2 log=$logs/$1.log begin=$SECONDS code=0
  shift 2
  if ((limit > part_end - SECONDS)); then limit=$((part_end - SECONDS)); fi
  if ((limit < 2)); then
    leave_out "$name: no time left"
    return
  fi
  : >"$log"
  timeout -k 3 "$limit" "$@" >>"$log" 2>&1 </dev/null &
  echo $! >"$log.pid"
  wait $! || code=$?
  rm -f "$log.pid"
  printf '\n[measure] exit %d after %d s\n' "$code" "$((SECONDS - begin))" >>"$log"
  case $code in
    0) say "$name" ;;
    124 | 137) say "$name: cut off after $limit s" ;;
    *) say "$name: exit code $code: $(grep -v '^$\|^WARNING\|^\[measure\]' "$log" | tail -n 1 | cut -c 1-200)" ;;
  esac
}

# Ends what is running, and reports what there is.
interrupted() {
  trap - INT TERM
  local pids=("$logs"/*.pid)
  if [[ -e ${pids[0]} ]]; then
    # shellcheck disable=SC2046 # one number each
    kill $(cat "${pids[@]}") 2>/dev/null || true
    rm -f "${pids[@]}"
  fi
  report
  say "interrupted; results so far: $out/gpu.json, $out/gpu.md"
  exit 130
}

report() {
  "$home/jdk/bin/java" -XX:-UsePerfData -XX:TieredStopAtLevel=1 -cp "$home/app/*" org.tornadogru.bench.GpuReport "$out" >"$out/report.log" 2>&1 ||
    say "no report: $(tail -n 1 "$out/report.log")"
  rm -f "$out/report.log"
}

# ---- Parts ----

# Sets: home.
unpack() {
  local here
  here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  home=$(dirname "$here")
  if [[ -n $bundle ]]; then
    home=$out/tornado-gru
    tar -C "$out" -xJf "$bundle"
    say "unpacked $bundle"
  fi
  if [[ ! -x $home/tornado-gru || ! -d $home/jdk ]]; then fail "name the file that ./run.sh bundle wrote: FILE.tar.xz"; fi
}

describe_machine() {
  {
    printf 'date: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    printf 'system: %s, %s cores of %s\n' "$(uname -sr)" "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
    printf 'bundle: %s\n' "$("$home/tornado-gru" --version 2>/dev/null | head -n 1)"
    if command -v nvidia-smi >/dev/null; then
      printf 'GPU: %s\n' "$(nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,power.limit --format=csv,noheader | tr '\n' ';')"
    fi
  } >"$logs/machine.log"
  if ! command -v nvidia-smi >/dev/null; then leave_out "nvidia-smi: is not here"; fi
}

# Sets: working, the backends that have a device; on_gpu, those whose device is a GPU.
list_devices() {
  local backend
  working=
  on_gpu=
  for backend in $backends; do
    attempt "devices_$backend" 30 "$home/tornado-gru" devices --backend "$backend"
    if grep -q "^[* ]  *[0-9]*:[0-9]" "$logs/devices_$backend.log"; then working="$working $backend"; fi
    if grep -q "^\*.* GPU " "$logs/devices_$backend.log"; then on_gpu="$on_gpu $backend"; fi
  done
}

wanted() {
  [[ $1 =~ $pattern ]]
}

# Right answers, by the fast kernels of the plain JVM: its annotated ones take minutes for the larger works.
compute_references() {
  local work
  for work in "${works[@]}"; do
    attempt "reference_$work" 60 "$home/tornado-gru" measure --device jvm --work "$work" --write-reference "$out/references/$work"
  done
}

# ours BACKEND KERNELS WORK [KIND [JAVA OPTIONS]]
ours() {
  local name=${4:-ours}_$1_$2_$3
  if ! wanted "$3"; then return; fi
  if [[ ! -f $out/references/$3 ]]; then
    leave_out "$name: there are no right answers"
    return
  fi
  JAVA_TOOL_OPTIONS="-Dtornado.device.memory=32GB ${5:-}" attempt "$name" 60 "$home/tornado-gru" measure --backend "$1" \
    --kernels "$2" --work "$3" --reference "$out/references/$3" --seconds "$seconds"
}

measure_ours() {
  local backend kernels work
  for work in training-d2l training-H256 training-H512 inference-d2l inference-H512 generation-H256 generation-H512 inference-H256; do
    for backend in $working; do
      # The slowest of three on NVIDIA's cards: there, training is enough.
      if [[ $backend != ptx || $work == training-* ]]; then ours "$backend" auto "$work"; fi
    done
  done
  for backend in $working; do ours "$backend" annotated training-d2l; done
  if [[ " $working " == *" cuda "* ]]; then
    for work in training-H256 training-H512 inference-H512 training-big; do ours cuda cublas "$work"; done
    for work in training-H512 training-big; do
      for kernels in cublas-tf32 cublas-bf16; do ours cuda "$kernels" "$work"; done
    done
  fi
  for backend in $on_gpu; do
    ours "$backend" auto training-big
    break
  done
}

measure_torch() {
  local python=${PYTHON:-python3}
  if ! command -v "$python" >/dev/null; then
    leave_out "PyTorch: there is no $python"
  elif ! "$python" -c 'import torch; assert torch.cuda.is_available()' >/dev/null 2>&1; then
    leave_out "PyTorch: $python has none, or it sees no GPU"
  else
    attempt torch 100 "$python" "$(dirname -- "${BASH_SOURCE[0]}")/torch_baseline.py"
  fi
}

measure_kernels() {
  local backend work
  for work in training-d2l training-H512; do
    for backend in $working; do
      if ! wanted "$work"; then continue; fi
      ours "$backend" auto "$work" profile -Dtornado-gru.profile=true
      if [[ -f $logs/profile_${backend}_auto_$work.log ]] && ! grep -q '^{"profile"' "$logs/profile_${backend}_auto_$work.log"; then
        leave_out "times of kernels of $work on $backend: none were printed"
      fi
    done
  done
}

# Nothing is timed any more: as many processes at a time as there are cores.
check() {
  local backend shard classes cores
  cores=$(nproc)
  while read -r shard classes; do
    for backend in $working; do
      while (($(jobs -rp | wc -l) >= cores)); do sleep 0.2; done
      # shellcheck disable=SC2046,SC2086 # lists of words
      attempt "tests_${backend}_$shard" 600 "$home/tornado-gru" test --backend "$backend" --details=testfeed --disable-ansi-colors \
        $(printf -- '--select-class=org.tornadogru.%s ' $classes) &
    done
    if [[ $shard == kernels ]]; then sanitize & fi
  done <<'SHARDS'
kernels graph.KernelSetsTest
layer GruTest GruStatesTest SequenceModelTest
published PublishedAnswersTest
graph graph.LanguageModelPlansTest graph.TransfersTest graph.GridsTest graph.RefusedLaunchTest graph.WorkGroupsTest
random oracle.RandomLayersTest
train train.LossCurveTest train.TrainerTest text.TextGeneratorTest graph.DeepStacksTest
SHARDS
  wait
}

sanitize() {
  local sanitizer tool
  if ! sanitizer=$(PATH=$PATH:/usr/local/cuda/bin command -v compute-sanitizer); then
    leave_out "compute-sanitizer: is not here"
    return
  fi
  if [[ " $working " != *" cuda "* ]]; then
    leave_out "compute-sanitizer: the backend cuda does not start here"
    return
  fi
  for tool in memcheck racecheck; do
    attempt "sanitizer_$tool" 120 "$sanitizer" --tool "$tool" --target-processes all "$home/tornado-gru" train --backend cuda --text "$out/small.txt" \
      --concise --windows all --hidden 16 --batch 64 --steps 8 --epochs 1 --out "$out/sanitizer_$tool"
  done
}

SECONDS=0
read_arguments "$@"
mkdir -p "$out/logs" "$out/references"
out=$(cd -P -- "$out" && pwd)
logs=$out/logs
unpack
if [[ $report_only == no ]]; then
  rm -f "$logs"/*
  trap interrupted INT TERM
  if [[ -z $backends ]]; then
    for backend in cuda opencl ptx; do
      if [[ -d $home/tornado/$backend ]]; then backends="$backends $backend"; fi
    done
  fi
  for _ in {1..20}; do echo "a small text to learn from, and nothing else"; done >"$out/small.txt"

  part 12
  describe_machine
  list_devices
  if [[ -z $working ]]; then
    for backend in $backends; do leave_out "$backend: $(grep -v '^$\|^\[measure\]' "$logs/devices_$backend.log" | tail -n 1)"; done
  fi
  works=()
  for work in training-d2l training-H256 training-H512 inference-d2l inference-H256 inference-H512 generation-H256 generation-H512; do
    if wanted "$work"; then works+=("$work"); fi
  done
  if [[ -n $on_gpu ]] && wanted training-big; then works+=(training-big); fi
  part 22
  if [[ -n $working ]]; then compute_references; fi
  part 62
  measure_ours
  report
  part 80
  measure_torch
  part 88
  measure_kernels
  report
  part 98
  check
  rm -rf "$out/references" "$out"/sanitizer_*
fi
report
if [[ ! -f $out/gpu.md ]]; then fail "there is no report: see $logs"; fi
cat "$out/gpu.md"
say "results: $out/gpu.json, $out/gpu.md; logs: $logs"
