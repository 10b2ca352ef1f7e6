#!/usr/bin/env bash
# What takes too long for every change: the full reload proof, a thousand simulated schedules, many crashes, ten minutes of
# fuzzing, every test under both sanitizers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fuzz_seconds=${FUZZ_SECONDS:-600} # shared by all targets
swaps=${TIDEGATE_SWAPS:-1000}
seeds=${TIDEGATE_SEEDS:-1000}
kills=${TIDEGATE_KILLS:-50}

build() { # preset, targets…
    cmake --preset "$1"
    cmake --build --preset "$1" ${2:+--target "${@:2}"}
}

echo "== reload proof: $swaps swaps"
build release
TIDEGATE_BUILD=$PWD/build/release TIDEGATE_SWAPS=$swaps /usr/bin/python3 tests/functional/reload_proof_test.py

echo "== simulation: $seeds seeds"
build/release/bin/collaboration_simulation --seeds "$seeds"

echo "== crashes: $kills kills"
TIDEGATE_BUILD=$PWD/build/release TIDEGATE_KILLS=$kills /usr/bin/python3 tests/functional/collaboration_crash_test.py

echo "== fuzz: $fuzz_seconds s"
build fuzz fuzzers
targets=(build/fuzz/bin/*_fuzz)
for target in "${targets[@]}"; do
    name=$(basename "$target" _fuzz)
    found=build/fuzz/found/$name
    corpus=(tests/fuzz/corpus/"$name")
    [[ -d ${corpus[0]} ]] || corpus=()
    mkdir -p "$found"
    "$target" -max_total_time="$((fuzz_seconds / ${#targets[@]}))" -max_len=4096 -print_final_stats=1 \
        -artifact_prefix="$found/" "$found" "${corpus[@]}"
done

for preset in asan tsan; do
    echo "== $preset"
    build "$preset"
    ctest --preset "$preset" --parallel 2 --label-exclude fuzz
done
