"""Asks Flyte 2's SDK whether what this project says to Flyte 2 is right: judge.py LITERALS CONTRACT [SEED [COUNT]].

LITERALS is `flyte-oracle-literals` and CONTRACT `flyte-oracle-contract`.
"""

import asyncio
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")

import container  # noqa: E402
import literals  # noqa: E402


async def main():
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 20
    counts, failures = await literals.compare(sys.argv[1], seed, count)
    for what, number in counts.items():
        print(f"{what}: {number}")
    with tempfile.TemporaryDirectory() as directory:
        checks, wrong = await container.compare(sys.argv[2], directory)
    print(f"{checks - len(wrong)} checks of the container contract hold")
    failures += wrong
    for failure in failures[:40]:
        print(f"  {failure}")
    if failures:
        sys.exit(f"{len(failures)} differences (seed {seed})")


asyncio.run(main())
