#!/bin/sh
# Fuzzes every target, one after another: fuzz/run.sh [SECONDS [TARGET...]]
set -u
cd "$(dirname "$0")" || exit 2
seconds=${1:-600}
[ $# -gt 0 ] && shift
targets=${*:-elf tar a64 execute asm nbin muxleq muxleq_asm discover}
# cargo-fuzz needs compiler flags that stable toolchains keep behind this variable.
export RUSTC_BOOTSTRAP=1

cargo run -q -p ncpu-fuzz-seeds -- corpus || exit 2
cargo fuzz build || exit 2
mkdir -p logs
status=0
for target in $targets; do
    cargo fuzz run "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -verbosity=1 >"logs/$target.log" 2>&1
    rc=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "logs/$target.log")
    peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "logs/$target.log")
    if [ $rc -eq 0 ]; then
        echo "$target: $runs executions in $seconds s, at most $peak MB, nothing found"
    else
        status=1
        tail -n 40 "logs/$target.log"
        echo "$target: FOUND after ${runs:-?} executions (exit $rc); see fuzz/logs/$target.log"
    fi
done
exit $status
