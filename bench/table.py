"""The table of `docs/performance.md` from lines of JSON: table.py LINES MACHINE"""

import json
import sys

OURS = "this project"

# The rows in their order: name in the lines, what it is, what the figure is for.
ROWS = [
    ("call", "a task called as a function", "a call"),
    ("chain", "1,000 tasks one after the other", "a task"),
    ("chain, every value through its literal", "the same with `--strict`", "a task"),
    ("chain with history", "the same with its history written", "a task"),
    ("chain of async tasks", "1,000 async tasks one after the other", "a task"),
    ("fan-out", "1,000 independent tasks, and one that adds up their results", "a task"),
    ("map", "a map over 1,000 elements", "an element"),
    ("branch", "a branch of eleven cases, the last one chosen", "a run"),
    ("four naps", "four independent tasks of 0.2 s", "a run"),
    ("task in a process of its own", "a task in a process of its own", "a run"),
    ("cache hit", "a task whose result is cached", "a run"),
    ("cache miss", "a task whose result gets cached", "a run"),
    ("compile", "compiling a workflow of 1,000 nodes", "a node"),
    ("serialise", "serialising it to the bytes of its registration", "a node"),
    ("list of integers from task to task", "a list of 100,000 integers from one task to another", "an integer"),
    ("list of integers to bytes", "the same list encoded", "an integer"),
    ("list of integers from bytes", "the same list decoded", "an integer"),
]


def figure(microseconds):
    for limit, factor, unit in ((0.1, 1_000, "ns"), (1_000, 1, "µs"), (1_000_000, 1e-3, "ms")):
        if microseconds < limit:
            return f"{microseconds * factor:.3g} {unit}"
    return f"{microseconds * 1e-6:.3g} s"


def cell(line, ours):
    spread = f"{figure(line['median'])} ({figure(line['low'])}–{figure(line['high'])})"
    if line["subject"] == OURS:
        return spread
    return f"{line['subject']} {spread}, {ratio(line['median'] / ours)}"


def ratio(times):
    return f"{times:,.0f} ×" if times >= 10 else f"{times:.2g} ×"


def main():
    lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    known = {name for name, _, _ in ROWS}
    unknown = {line["row"] for line in lines} - known
    if unknown:
        sys.exit(f"rows without a place in the table: {sorted(unknown)}")
    print(open(sys.argv[2], encoding="utf-8").read().strip())
    print()
    print("| | here | flytekit, Flyte 2 | Rust without Flyte |")
    print("|---|---|---|---|")
    for name, what, item in ROWS:
        found = [line for line in lines if line["row"] == name]
        ours = [line for line in found if line["subject"] == OURS]
        if len(ours) != 1:
            sys.exit(f"`{name}` was measured {len(ours)} times here")
        median = ours[0]["median"]
        flyte = [line for line in found if line["subject"].lower().startswith("flyte")]
        others = [line for line in found if line not in flyte and line not in ours]
        cells = [cell(ours[0], median)]
        cells += ["<br>".join(cell(line, median) for line in group) or "–" for group in (flyte, others)]
        print(f"| {what}, {item} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
