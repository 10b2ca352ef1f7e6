#!/usr/bin/env bash
# Installs the Debian 12 packages that Tidegate is built and tested with; what is installed already is left alone.
set -euo pipefail

packages=(
    # compilers and build
    build-essential g++ cmake ninja-build ccache pkg-config
    # libraries (cmake/Dependencies.cmake)
    libpoco-dev libboost1.81-dev nlohmann-json3-dev libsimdjson-dev libspdlog-dev libyaml-cpp-dev libsqlite3-dev
    prometheus-cpp-dev libcli11-dev libvalijson-dev libssl-dev zlib1g-dev libhowardhinnant-date-dev tzdata
    # tests and benchmarks
    libgtest-dev libgmock-dev libbenchmark-dev python3 python3-websockets
    # the second compiler, its sanitizer runtimes, clang-query (in clang-tools) and the formatter
    clang-16 clang-tools-16 clang-format-16 libclang-rt-16-dev
    # for people
    curl ca-certificates
)

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install-deps: this is no Debian; install the equivalents of: ${packages[*]}" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed$' || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    echo "install-deps: nothing is missing"
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
        echo "install-deps: not root and no sudo; as root, run:" >&2
        echo "    apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "install-deps: installing ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update --quiet
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --quiet --yes --no-install-recommends "${missing[@]}"
