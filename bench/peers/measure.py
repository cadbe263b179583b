"""Medians of repeated work, as the Rust half prints them: a line of JSON for each row, microseconds for one item."""

import json
import time

BUDGET = 1.5
FEWEST = 5


def show(row, subject, samples):
    samples = sorted(samples)

    def at(part):
        return samples[(len(samples) - 1) * part // 10]

    line = {"row": row, "subject": subject, "median": at(5), "low": at(1), "high": at(9), "samples": len(samples)}
    print(json.dumps(line), flush=True)


def row(name, subject, items, work, make=lambda: None):
    """Measures `work(make())`, without `make`, after one round that does not count."""
    work(make())
    samples, start = [], time.perf_counter()
    while len(samples) < FEWEST or time.perf_counter() - start < BUDGET:
        given = make()
        begin = time.perf_counter()
        work(given)
        samples.append((time.perf_counter() - begin) * 1e6 / items)
    show(name, subject, samples)


async def row_later(name, subject, items, work):
    """The same for a coroutine function."""
    await work()
    samples, start = [], time.perf_counter()
    while len(samples) < FEWEST or time.perf_counter() - start < BUDGET:
        begin = time.perf_counter()
        await work()
        samples.append((time.perf_counter() - begin) * 1e6 / items)
    show(name, subject, samples)
