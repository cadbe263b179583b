"""The programs of `src/programs.rs` with the SDK of Flyte 2, in one local run of a task that drives them."""

import asyncio
import importlib.metadata
import itertools
import time

import flyte

from measure import row_later

SUBJECT = f"Flyte {importlib.metadata.version('flyte')}"
TASKS = 1_000
FEWER_INTEGERS = 2_000

env = flyte.TaskEnvironment(name="bench")


@env.task
async def add_one(x: int) -> int:
    return x + 1


@env.task(cache="auto")
async def kept(x: int) -> int:
    return x + 1


@env.task
async def total(xs: list[int]) -> int:
    return sum(xs)


@env.task
async def numbers(count: int) -> list[int]:
    return list(range(count))


@env.task
async def count(xs: list[int]) -> int:
    return len(xs)


@env.task
def nap(x: int) -> int:
    time.sleep(0.2)
    return x


@env.task
async def drive() -> int:
    async def chain():
        x = 1
        for _ in range(TASKS):
            x = await add_one(x)

    async def fan_out():
        await total(list(await asyncio.gather(*[add_one(1) for _ in range(TASKS)])))

    async def mapped():
        return [x async for x in flyte.map.aio(add_one, range(TASKS))]

    async def naps():
        await asyncio.gather(*[nap.aio(x) for x in range(4)])

    async def hop():
        await count(await numbers(FEWER_INTEGERS))

    await row_later("call", SUBJECT, TASKS, chain)
    await row_later("chain of async tasks", SUBJECT, TASKS, chain)
    await row_later("fan-out", SUBJECT, TASKS, fan_out)
    await row_later("map", SUBJECT, TASKS, mapped)
    await row_later("four naps", SUBJECT, 1, naps)
    await row_later("list of integers from task to task", SUBJECT, FEWER_INTEGERS, hop)

    await kept(7)
    await row_later("cache hit", SUBJECT, 1, lambda: kept(7))
    unknown = itertools.count(int(time.time() * 1_000))
    await row_later("cache miss", SUBJECT, 1, lambda: kept(next(unknown)))
    return 0


if __name__ == "__main__":
    flyte.init()
    flyte.with_runcontext(mode="local").run(drive).outputs()
