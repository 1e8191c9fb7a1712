#!/usr/bin/env bash
#
# What NVIDIA's compilers make of every kernel, without a GPU: registers, shared memory, stack and spills, for sm_90.
#
#   kernels.sh STANDIN_DIR [OUT]
#
#   STANDIN_DIR     has libcuda.so.1 and libnvrtc.so that stand in for NVIDIA's: they compile each program of the CUDA
#                   backend by nvcc into a file .log in FAKE_CACHE and run it on the CPU, and have ptxas assemble the PTX
#                   backend's, of which nothing runs, with what it says in FAKE_PTX_DIR
#   OUT             where those files go; default: a temporary folder
#
# Needs TORNADOVM_HOME with the backends cuda and ptx, and nvcc and ptxas on PATH. Exit code 1 if a kernel spills registers
# or a program is refused; 2 for what goes wrong before.

set -euo pipefail
unset CDPATH

fail() {
  printf 'kernels.sh: %s\n' "$*" >&2
  exit 2
}

# The sets, and the shapes at which they are compiled: vocabulary, hidden units, steps, batch. Scalars are constants in a
# kernel; what differs with them are mostly the hidden units. The CPU runs them: few steps.
readonly sets=(annotated workgroup)
readonly shapes=("28 32 2 1024" "128 256 2 64" "128 512 2 64")

# compile BACKEND NAME [ARGUMENTS]: one process, with a folder of its own (no spaces: it gets into command lines).
compile() {
  local backend=$1 name=$2 folder=$out/$1/$2
  shift 2
  mkdir -p "$folder"
  printf 'compiling for %s: %s\n' "$backend" "$name" >&2
  if ! FAKE_CACHE=$folder FAKE_PTX_DIR=$folder bash -c "${commands[$backend]% -cp *} \"\$@\"" run.sh \
    -cp "$class_path" \
    org.tornadogru.graph.GpuCodeGeneration "$@" >"$folder/output.txt" 2>&1; then
    problems+=("$backend, $name: $(grep -v '^$\|^WARNING\|^[[:space:]]*at ' "$folder/output.txt" | tail -n 1)")
  fi
  # Nothing of PTX runs, which the library notices and reports.
  while IFS= read -r line; do
    problems+=("$backend, $name: $line")
  done < <(grep "refuses\|ptxas fatal\|ptxas error\|Unresolved\|$([[ $backend == cuda ]] && echo '^refused: ' || echo 'Bailout')" "$folder/output.txt" | sort -u)
}

# One line per kernel: programs of its name, and the most that one of them takes.
figures() {
  cat "$1"/*.log | awk -v where="$2" '
    /Compiling entry function/ {
      split($0, quoted, "\047"); name = quoted[2]
      sub(/_(arrays|kernelcontext|collections|vector|types)_.*/, "", name)
      programs[name]++
    }
    /bytes stack frame/ { if ($1 > stack[name]) stack[name] = $1; spills[name] += $5 + $9 }
    /Used [0-9]+ registers/ {
      for (i = 1; i <= NF; i++) {
        if ($(i) == "Used" && $(i + 1) + 0 > registers[name]) registers[name] = $(i + 1)
        if ($(i) == "bytes" && $(i + 1) ~ /^smem/ && $(i - 1) + 0 > shared[name]) shared[name] = $(i - 1)
      }
    }
    END {
      for (name in programs)
        printf "%s\t%s\t%d\t%d\t%d\t%d\t%d\n", where, name, programs[name], registers[name], shared[name], stack[name], spills[name]
    }' | sort
}

if (($# < 1)) || [[ $1 == -* ]]; then fail "usage: kernels.sh STANDIN_DIR [OUT]"; fi
if [[ ! -f $1/libcuda.so.1 ]]; then fail "there is no libcuda.so.1 in $1"; fi
standin=$(cd -P -- "$1" && pwd)
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
for tool in nvcc ptxas; do
  if ! command -v "$tool" >/dev/null; then fail "$tool of the CUDA toolkit is not on PATH"; fi
done
if [[ -n ${2-} ]]; then
  mkdir -p "$2"
  out=$(cd -P -- "$2" && pwd)
  rm -rf "$out/cuda" "$out/ptx"
else
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
fi

export LD_LIBRARY_PATH=$standin${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
declare -A commands
for backend in cuda ptx; do
  commands[$backend]=$("$root/run.sh" --show-command devices --config "$backend-gpu") || exit 2
done
java=${commands[cuda]%% *}
if ! JAVA_HOME=${java%/bin/java} mvn -q -B -ntp -f "$root/pom.xml" -DskipTests -pl src/core -am test-compile \
  org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=target/kernels-classpath.txt >"$out/build.txt" 2>&1; then
  sed '/^WARNING: /d' "$out/build.txt" >&2
  fail "the build failed"
fi

# Without the plain JVM's runtime, which Maven compiled against.
class_path=$root/src/core/target/test-classes:$root/src/core/target/classes
while IFS= read -r -d : library; do
  if [[ $library != "$root"/* ]]; then class_path=$class_path:$library; fi
done <<<"$(<"$root/src/core/target/kernels-classpath.txt"):"

problems=()
for backend in cuda ptx; do
  compile "$backend" every-plan
  for set in "${sets[@]}"; do
    for shape in "${shapes[@]}"; do
      # shellcheck disable=SC2086 # four numbers
      compile "$backend" "$set-${shape// /-}" "$set" $shape
    done
  done
done

for backend in cuda ptx; do
  for folder in "$out/$backend"/*; do
    figures "$folder" "$backend, ${folder##*/}"
  done
done >"$out/figures.tsv"
awk -F '\t' -v last='' '
  $1 != last { printf "\n%s\n%-40s %8s %9s %7s %6s %7s\n", $1, "kernel", "programs", "registers", "shared", "stack", "spills"; last = $1 }
  { printf "%-40s %8d %9d %7d %6d %7d\n", substr($2, 1, 40), $3, $4, $5, $6, $7 }' "$out/figures.tsv"
while IFS=$'\t' read -r where kernel _ _ _ _ spilled; do
  if ((spilled > 0)); then problems+=("$where: $kernel spills, $spilled bytes"); fi
done <"$out/figures.tsv"

if ((${#problems[@]} > 0)); then
  printf '\n'
  printf 'kernels.sh: %s\n' "${problems[@]}" >&2
  exit 1
fi
printf '\n%d kernels, no spills, none refused\n' "$(cut -f 1,2 "$out/figures.tsv" | sort -u | wc -l)"
