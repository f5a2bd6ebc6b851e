# SPDX-License-Identifier: GPL-3.0-or-later
# One line a measurement, for people or as JSON. Sourced by the benchmarks.
# shellcheck shell=bash

# now_ms: milliseconds since the epoch.
now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# row NAME UNIT GOAL GOAL-OF BASELINE-NAME OURS-FILE [BASELINE-FILE]: both files hold values in the unit, one run a line.
# The goal is the largest median that is good enough (GOAL-OF is value) or the largest ratio of the medians, ours to
# baseline (ratio), or null. Without a file the baseline is none. The load is that of the last minute.
row() {
    paste "$6" "${7:-/dev/null}" | awk -v name="$1" -v unit="$2" -v goal="$3" -v of="$4" -v baseline="$5" -v json="${JSON:-}" \
        -v load="$(cut -d ' ' -f 1 /proc/loadavg)" '
        function sort(a, n,   i, j, t) {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
        }
        function median(a, n) { return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
        { ours[NR] = $1 + 0; if (NF > 1) theirs[++others] = $2 + 0 }
        END {
            sort(ours, NR); sort(theirs, others)
            value = median(ours, NR); other = others ? median(theirs, others) : 0; ratio = other > 0 ? value / other : 0
            met = goal == "null" ? goal : (of == "ratio" ? ratio : value) <= goal + 0 ? "true" : "false"
            if (json) {
                printf "{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"goal\":%s,\"goalOf\":\"%s\",\"met\":%s,", name, value, unit, goal, of, met
                if (others) printf "\"baseline\":{\"name\":\"%s\",\"value\":%.3f},\"ratio\":%.3f,", baseline, other, ratio
                else printf "\"baseline\":{\"name\":\"none\",\"value\":null},\"ratio\":null,"
                printf "\"runs\":%d,\"spread\":[%.3f,%.3f],", NR, ours[1], ours[NR]
                if (others) printf "\"baselineSpread\":[%.3f,%.3f],", theirs[1], theirs[others]
                printf "\"load\":%s}\n", load
            } else {
                printf "%-22s %.3f %s (%.3f to %.3f)   ", name, value, unit, ours[1], ours[NR]
                if (others) printf "%s %.3f %s (%.3f to %.3f)   ratio %.2f, ", baseline, other, unit, theirs[1], theirs[others], ratio
                if (goal == "null") printf "no goal   "
                else printf "goal %s%s: %s   ", goal, of == "ratio" ? " times" : " " unit, met == "true" ? "met" : "NOT MET"
                printf "%d runs, load %s\n", NR, load
            }
        }'
}

# report NAME GOAL GOAL-OF BASELINE-NAME OURS-FILE BASELINE-FILE: a row of seconds from files of milliseconds.
report() { row "$1" s "$2" "$3" "$4" <(awk '{print $1 / 1000}' "$5") <(awk '{print $1 / 1000}' "$6"); }

# has_mininet NAME: whether Mininet is there; else says why the row NAME is left out.
has_mininet() {
    /usr/bin/python3 -c 'import mininet' 2>/dev/null && return 0
    echo "skipped $1: Mininet is not installed (apt-get install --no-install-recommends mininet)" >&2
    return 1
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
