# SPDX-License-Identifier: GPL-3.0-or-later
# One line a measurement, for people or as JSON. Sourced by the benchmarks.
# shellcheck shell=bash

# now_ms: milliseconds since the epoch.
now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# report NAME GOAL BASELINE-NAME OURS-FILE BASELINE-FILE: both files hold milliseconds, one run a line. The goal is the
# largest ratio of the medians, ours to baseline, that is good enough. Prints seconds.
report() {
    paste "$4" "$5" | awk -v name="$1" -v goal="$2" -v baseline="$3" -v json="${JSON:-}" '
        function sort(a, n,   i, j, t) {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
        }
        function median(a, n) { return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
        { ours[NR] = $1 / 1000; theirs[NR] = $2 / 1000 }
        END {
            sort(ours, NR); sort(theirs, NR)
            value = median(ours, NR); other = median(theirs, NR); ratio = value / other
            met = ratio <= goal ? "true" : "false"
            if (json) {
                printf "{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"s\",\"goal\":%s,\"met\":%s,", name, value, goal, met
                printf "\"baseline\":{\"name\":\"%s\",\"value\":%.3f},\"ratio\":%.3f,\"runs\":%d,", baseline, other, ratio, NR
                printf "\"spread\":[%.3f,%.3f],\"baselineSpread\":[%.3f,%.3f]}\n", ours[1], ours[NR], theirs[1], theirs[NR]
            } else {
                printf "%-14s %.3f s (%.3f to %.3f)   %s %.3f s (%.3f to %.3f)   ratio %.2f, goal %s: %s   %d runs\n", name, value,
                    ours[1], ours[NR], baseline, other, theirs[1], theirs[NR], ratio, goal, met == "true" ? "met" : "NOT MET", NR
            }
        }'
}

# report_latency NAME GOAL BASELINE-NAME OURS-FILE BASELINE-FILE: both files hold microseconds, one event a line. The goal
# is for the 99th percentile (the nearest rank), in milliseconds; so are value and baseline.
report_latency() {
    paste "$4" "$5" | awk -v name="$1" -v goal="$2" -v baseline="$3" -v json="${JSON:-}" '
        function sort(a, n,   i, j, t) {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
        }
        function percentile(a, n, p,   rank) { rank = int((n * p + 99) / 100); return a[rank < 1 ? 1 : rank] }
        { ours[NR] = $1 / 1000; theirs[NR] = $2 / 1000 }
        END {
            sort(ours, NR); sort(theirs, NR)
            value = percentile(ours, NR, 99); other = percentile(theirs, NR, 99); ratio = value / other
            middle = percentile(ours, NR, 50); met = value <= goal ? "true" : "false"
            if (json) {
                printf "{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"ms\",\"goal\":%s,\"met\":%s,", name, value, goal, met
                printf "\"baseline\":{\"name\":\"%s\",\"value\":%.1f},\"ratio\":%.3f,\"runs\":%d,", baseline, other, ratio, NR
                printf "\"p50\":%.1f,\"baselineP50\":%.1f,", middle, percentile(theirs, NR, 50)
                printf "\"spread\":[%.1f,%.1f],\"baselineSpread\":[%.1f,%.1f]}\n", ours[1], ours[NR], theirs[1], theirs[NR]
            } else {
                printf "%-22s p50 %.1f ms, p99 %.1f ms (%.1f to %.1f)   %s p50 %.1f ms, p99 %.1f ms   ratio %.2f, goal %s ms: %s   %d events\n",
                    name, middle, value, ours[1], ours[NR], baseline, percentile(theirs, NR, 50), other, ratio, goal,
                    met == "true" ? "met" : "NOT MET", NR
            }
        }'
}
