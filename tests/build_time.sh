#!/usr/bin/env bash
# How long the smallest program takes to build, beside a control with the same dependencies and none of this project's code; and
# what the program costs when it runs. Both are built cold, one after the other, so that the ratio means something on any machine.
#
#   tests/build_time.sh          all of it, in some minutes
#   tests/build_time.sh start    the program's start and memory alone
#
# Fails when the debug build takes more than 1.5 times as long as the control's, the program more than 5 ms from its start to its
# result, or more than 12 MiB of memory. With `start` only the memory counts, which is the same however busy the machine is.
set -euo pipefail
shopt -s inherit_errexit
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CARGO_TARGET_DIR
# As cargo builds what comes from git or a registry. What lies in a directory beside it is built with more work for the sake of later
# edits, which nobody makes to a dependency.
export CARGO_INCREMENTAL=0
# The runs of the program are recorded here.
export FLYTE_LOCAL_STATE_DIR=$work/state

package() {
    mkdir -p "$work/$1/src"
    printf '[workspace]\n\n[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n' "$1" >"$work/$1/Cargo.toml"
    # The versions that the project is tested with.
    cp "$repository/Cargo.lock" "$work/$1/Cargo.lock"
}

package hello
printf 'flyte-runtime = { path = "%s/flyte-runtime" }\n' "$repository" >>"$work/hello/Cargo.toml"
cp "$repository/examples/hello.rs" "$work/hello/src/main.rs"

# The manifests of this project with nothing in its crates: the same dependencies and features, to the last one.
members=$(cd "$repository" && printf '"%s", ' flyte-macros flyte-runtime crates/*/)
mkdir -p "$work/empty"
sed -e '/^default-members = \[/,/^\]/d' -e "/^members = \[/,/^\]/c members = [${members%, }]" \
    "$repository/Cargo.toml" >"$work/empty/Cargo.toml"
for name in flyte-macros flyte-runtime $(cd "$repository" && echo crates/*/); do
    mkdir -p "$work/empty/$name/src"
    # Without its tests and benchmarks, whose files are not there.
    sed '/^\[\[/,/^$/d' "$repository/$name/Cargo.toml" >"$work/empty/$name/Cargo.toml"
    printf '//! Nothing.\n' >"$work/empty/$name/src/lib.rs"
done
package control
printf 'flyte-runtime = { path = "../empty/flyte-runtime" }\n' >>"$work/control/Cargo.toml"
printf 'fn main() {\n    println!("Hello, world!");\n}\n' >"$work/control/src/main.rs"

# Fetched beforehand, so that the network is not measured.
for name in hello control; do
    cargo fetch --quiet --manifest-path "$work/$name/Cargo.toml"
done

milliseconds() {
    local start
    start=$(date +%s%N)
    "$@"
    echo $((($(date +%s%N) - start) / 1000000))
}

crates() {
    cargo tree --manifest-path "$work/$1/Cargo.toml" --edges normal,build --prefix none --format '{p}' |
        sed -e 's/ (\*)$//' -e 's/ (proc-macro)$//' | sort -u | wc -l
}

build() {
    cargo build --quiet --offline --manifest-path "$work/$1/Cargo.toml" "${@:2}"
}

# Two rounds in turn, the faster of each counts: what else the machine does makes a build slower and never faster.
cold_build() {
    local control= hello= name taken ratio
    for _ in 1 2; do
        for name in control hello; do
            rm -rf "$work/$name/target"
            taken=$(milliseconds build "$name")
            if [[ -z ${!name} || $taken -lt ${!name} ]]; then printf -v "$name" %d "$taken"; fi
        done
    done
    ratio=$((hello * 100 / control))
    printf 'cold debug build: hello %d ms (%d crates), control %d ms (%d crates), ratio %d.%02d, at most 1.50\n' \
        "$hello" "$(crates hello)" "$control" "$(crates control)" $((ratio / 100)) $((ratio % 100))
    [[ $ratio -le 150 ]]
}

# In microseconds, from the program's start to its end.
best=
start() {
    local program="$work/hello/target/release/hello" peak=0 begun taken
    build hello --release
    for _ in {1..30}; do
        begun=$(date +%s%N)
        "$program" run hello >/dev/null
        taken=$((($(date +%s%N) - begun) / 1000))
        if [[ -z $best || $taken -lt $best ]]; then best=$taken; fi
    done
    printf 'release program, start to result: %d us, best of 30, the start of the process included, at most 5000\n' "$best"
    if [[ -x /usr/bin/time ]]; then
        peak=$(/usr/bin/time -f %M "$program" run hello 2>&1 >/dev/null)
        printf 'release program, peak resident memory: %d KiB, at most 12288\n' "$peak"
    else
        printf 'release program, peak resident memory: not measured, there is no /usr/bin/time\n'
    fi
    [[ $peak -le 12288 ]]
}

case ${1:-all} in
    start) start ;;
    all)
        failed=
        cold_build || failed=yes
        start || failed=yes
        [[ -z $failed && $best -le 5000 ]]
        ;;
    *)
        printf 'unknown part `%s`: write `start`, or nothing for all\n' "$1" >&2
        exit 2
        ;;
esac
