#!/usr/bin/env bash
# Runs, tests and publishes the server, from any working folder. The project files define what is built, and how.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
project=$root/NexRender.Listener
tests=$root/NexRender.Listener.Tests
dist=$root/dist
built=bin/Release/net10.0

usage() {
  cat <<'END'
./build.sh run [options]      builds the server and starts it; --help lists its options
./build.sh test [args]        runs all tests; --filter NAME runs some
./build.sh publish            makes dist/nexrender-listener: native if this machine has the tools, else portable
           --native             one static file that has no runtime dependencies
           --portable           one file that includes the runtime
           --all                portable files for Windows, Linux and macOS in dist/<system>/, with checksums
./build.sh pack               makes the package for programs that embed the server, in dist/
./build.sh bench [args]       publishes and measures the server and others; a complete run updates Bench/RESULTS.md
./build.sh soak [args]        publishes, kills the server and cuts its power again and again; --kills N --cuts N --fs ext4|xfs|btrfs
./build.sh clean              removes everything that was built
END
}

fail() {
  echo "build.sh: $*" >&2
  exit 1
}

need_sdk() {
  { command -v dotnet && dotnet --list-sdks | grep '^10\.'; } >/dev/null 2>&1 || fail "the .NET 10 SDK is required but was not found.
  Debian, Ubuntu: apt-get install dotnet-sdk-10.0    Fedora: dnf install dotnet-sdk-10.0    macOS: brew install dotnet-sdk
  everywhere:     https://dotnet.microsoft.com/download/dotnet/10.0"
}

# The SDK looks for its settings in the working folder, so it runs in the root of the repository.
sdk() {
  (cd -- "$root" && dotnet "$@")
}

# Prints what a native build requires and this machine lacks.
missing_for_native() {
  [[ $(uname -s) == Linux ]] || { command -v clang >/dev/null || echo clang; return 0; }
  local compiler
  compiler=$(command -v clang || command -v gcc) || { echo "clang lld"; return 0; }
  command -v ld.lld >/dev/null || echo lld
  # Some systems package the static C library separately.
  [[ $("$compiler" -print-file-name=libc.a) == /* ]] || echo "glibc-static"
}

publish_one() {
  local kind=$1 folder=$2
  shift 2
  # Removed first, so that a server that runs from there keeps its file.
  rm -f -- "$folder"/nexrender-listener "$folder"/nexrender-listener.exe
  sdk publish "$project" -c Release --nologo -v quiet -p:Kind="$kind" -o "$folder" "$@"
}

# A megabyte is a million bytes, as in the documents and limits.
megabytes() {
  wc -c <"$1" | awk '{ printf "%.1f MB", $1 / 1e6 }'
}

publish() {
  local missing hint kind=${1:-}
  case $kind in
    --all) publish_all; return ;;
    --native | --portable | '') ;;
    *) usage >&2; exit 2 ;;
  esac
  missing=$(missing_for_native | tr '\n' ' ')
  [[ $kind == --native && $missing ]] && fail "the native executable requires ${missing}(apt-get install clang lld, or similar)"
  if [[ $kind == --portable || $missing ]]; then
    publish_one portable "$dist" --use-current-runtime
    hint=${missing:+; install ${missing}for the smaller native one}
    echo "built dist/nexrender-listener: portable, $(megabytes "$dist/nexrender-listener")$hint"
  else
    publish_one native "$dist" --use-current-runtime
    echo "built dist/nexrender-listener: native, $(megabytes "$dist/nexrender-listener")"
  fi
}

publish_all() {
  local system
  for system in win-x64 linux-x64 linux-arm64 linux-musl-x64 osx-x64 osx-arm64; do
    publish_one portable "$dist/$system" -r "$system"
    echo "built dist/$system: portable, $(megabytes "$dist/$system"/nexrender-listener*)"
  done
  (cd -- "$dist" && { sha256sum -- */nexrender-listener* 2>/dev/null || shasum -a 256 -- */nexrender-listener*; } >SHA256SUMS)
}

verb=${1:-}
[[ $# -gt 0 ]] && shift
case $verb in
  run | test | publish | pack | bench | soak) need_sdk ;;
esac
case $verb in
  run)
    sdk msbuild "$project" -restore -p:Configuration=Release -nologo -v:quiet
    exec dotnet "$project/$built/NexRender.Listener.dll" "$@"
    ;;
  test) sdk test -c Release "$@" ;;
  publish) publish "$@" ;;
  pack) sdk pack "$project" -c Release --nologo -p:Kind=package -o "$dist" "$@" ;;
  bench)
    publish
    sdk msbuild "$tests" -restore -p:Configuration=Release -nologo -v:quiet
    exec dotnet "$tests/$built/NexRender.Listener.Tests.dll" bench \
      --executable "$dist/nexrender-listener" --page "$tests/Bench/RESULTS.md" "$@"
    ;;
  soak)
    publish
    sdk msbuild "$tests" -restore -p:Configuration=Release -nologo -v:quiet
    NEXRENDER_TEST_EXECUTABLE=$dist/nexrender-listener exec dotnet "$tests/$built/NexRender.Listener.Tests.dll" soak "$@"
    ;;
  clean) rm -rf -- "$dist" "$project"/{bin,obj} "$tests"/{bin,obj,TestResults} ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
