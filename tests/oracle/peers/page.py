#!/usr/bin/env python3
"""Writes docs/local-runs-of-peers.md: page.py PYTHON_WITH_FLYTEKIT PYTHON_WITH_FLYTE_2."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[2] / "docs/local-runs-of-peers.md"

# What this project does, with the tests that show it: `tests/truth_table.rs` has a program for each option.
OURS = {
    "retries": ("enforced", "tests/retries.rs"),
    "timeout": ("enforced", "tests/timeouts.rs"),
    "cache": ("enforced", "tests/cache/main.rs"),
    "cache: a changed signature": ("enforced", "tests/cache/main.rs"),
    "cache: elements of a map": ("enforced", "tests/cache/main.rs"),
    "environment": ("told", "tests/truth_table.rs"),
    "secret_requests": ("enforced", "tests/secrets.rs"),
    "requests": ("told", "tests/truth_table.rs"),
    "interruptible": ("told", "tests/truth_table.rs"),
    "container_image": ("told", "tests/truth_table.rs"),
    "deprecated": ("told", "tests/truth_table.rs"),
    "min_success_ratio": ("enforced", "tests/maps.rs"),
    "failure_policy": ("enforced", "tests/cancellation.rs"),
    "with_overrides(retries)": ("enforced", "tests/retries.rs"),
    "independent tasks at once": ("enforced", "tests/engine.rs"),
}

HEAD = """# What local runs of flytekit and Flyte 2 do about options

The same small programs were run with three SDKs on one machine, each program with one option. An option is *enforced*,
*told* (the run reports that the option has no effect here), or *silent* (accepted and ignored). A dash means that the
SDK does not have the option.

`tests/oracle/run peers` generates this page. See also [what every option does here](local-runs.md).

"""


def verdicts(python, script):
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home}
        ended = subprocess.run([python, HERE / script], env=environment, capture_output=True, text=True)
    found = dict(json.loads(line) for line in ended.stdout.splitlines() if line.startswith('["'))
    if ended.returncode or set(found) != set(OURS):
        sys.exit(f"{script} has ended with {ended.returncode}:\n{ended.stderr[-3000:]}")
    return found


def version(python, package):
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def main():
    flytekit, flyte2 = sys.argv[1:]
    peers = [verdicts(flytekit, "flytekit_runs.py"), verdicts(flyte2, "flyte2_runs.py")]
    names = [f"flytekit {version(flytekit, 'flytekit')}", f"flyte {version(flyte2, 'flyte')}"]
    lines = [f"| Option | here | {names[0]} | {names[1]} | shown by |", "|-|-|-|-|-|"]
    for option, (ours, test) in OURS.items():
        theirs = ["–" if peer[option] == "none" else peer[option] for peer in peers]
        lines.append(f"| `{option}` | {ours} | {theirs[0]} | {theirs[1]} | [{test}](../{test}) |")
    columns = [[ours for ours, _ in OURS.values()], *(list(peer.values()) for peer in peers)]
    scores = [
        f"**{sum(verdict in ('enforced', 'told') for verdict in column)} of {sum(verdict != 'none' for verdict in column)}**"
        for column in columns
    ]
    lines.append(f"| enforced or told | {' | '.join(scores)} | |")
    PAGE.write_text(HEAD + "\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
