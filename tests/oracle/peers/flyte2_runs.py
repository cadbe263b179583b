"""What Flyte 2 does in local runs about options that a program declares; prints a line of JSON for each, as flytekit_runs.py.

What Flyte 2 has no option for is `none`.
"""

import asyncio
import io
import json
import logging
import os
import sys
import time
import warnings
from datetime import timedelta

import flyte

env = flyte.TaskEnvironment(name="peers", image=flyte.Image.from_debian_base())
CALLS = {}
VERSION = str(time.time())


def count(name):
    CALLS[name] = CALLS.get(name, 0) + 1
    return CALLS[name]


@env.task(retries=2)
def flaky() -> int:
    if count("flaky") < 2:
        raise ValueError("not yet")
    return 1


@env.task(timeout=timedelta(seconds=1))
def slow() -> int:
    time.sleep(2)
    return 1


@env.task(cache=flyte.Cache(behavior="auto", version_override=VERSION))
def cached(x: int) -> int:
    return count("cached")


@env.task(cache=flyte.Cache(behavior="auto", version_override=VERSION))
def changed(x: int) -> int:
    return 1


before_the_change = changed


@env.task(cache=flyte.Cache(behavior="auto", version_override=VERSION))
def changed(x: int) -> str:  # noqa: F811 - the same task, later
    return "1"


@env.task(cache=flyte.Cache(behavior="auto", version_override=VERSION))
def element(x: int) -> int:
    count("element")
    return x


@env.task
def elements() -> list[int]:
    return list(flyte.map(element, [1, 2]))


variables = flyte.TaskEnvironment(name="variables", env_vars={"DECLARED": "here"})


@variables.task
def variable() -> str:
    return os.environ.get("DECLARED", "")


secrets = flyte.TaskEnvironment(name="secrets", secrets=[flyte.Secret(key="nothing-of-the-kind")])


@secrets.task
def secret() -> int:
    return 1


larges = flyte.TaskEnvironment(name="larges", resources=flyte.Resources(cpu=64, memory="4Ti", gpu=8))


@larges.task
def large() -> int:
    return 1


@env.task(interruptible=True)
def interruptible() -> int:
    return 1


images = flyte.TaskEnvironment(name="images", image="registry.example/nothing:v1")


@images.task
def in_image() -> int:
    return 1


@env.task
def flaky_override() -> int:
    if count("flaky_override") < 2:
        raise ValueError("not yet")
    return 1


@env.task
def overridden() -> int:
    return flaky_override.override(retries=2)()


@env.task
def naps() -> int:
    time.sleep(0.2)
    return 1


@env.task
async def side_by_side() -> list[int]:
    return list(await asyncio.gather(*(naps.aio() for _ in range(4))))


def run(task, **inputs):
    outputs = flyte.with_runcontext(mode="local").run(task, **inputs).outputs()
    return outputs[0] if isinstance(outputs, tuple) else getattr(outputs, "o0", outputs)


def told(task):
    stream, log = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    logger = logging.getLogger("flyte")
    logger.addHandler(handler)
    before, sys.stderr = sys.stderr, stream
    try:
        with warnings.catch_warnings(record=True) as caught:
            run(task)
    finally:
        sys.stderr = before
        logger.removeHandler(handler)
    return "told" if stream.getvalue() or log.getvalue() or caught else "silent"


def succeeds(call):
    try:
        call()
        return True
    except BaseException:  # noqa: BLE001 - whatever it raises, it has not done what was declared
        return False


def verdicts():
    yield "retries", "enforced" if succeeds(lambda: run(flaky)) else "silent"
    start = time.monotonic()
    ended = succeeds(lambda: run(slow))
    yield "timeout", "enforced" if not ended and time.monotonic() - start < 1.8 else "silent"
    run(cached, x=1)
    run(cached, x=1)
    yield "cache", "enforced" if CALLS["cached"] == 1 else "silent"
    run(before_the_change, x=1)
    try:
        stale = not isinstance(run(changed, x=1), str)
    except BaseException:  # noqa: BLE001 - the old value does not fit
        stale = True
    yield "cache: a changed signature", "silent" if stale else "enforced"
    run(elements)
    run(elements)
    yield "cache: elements of a map", "enforced" if CALLS["element"] == 2 else "silent"
    yield "environment", "enforced" if run(variable) == "here" else told(variable)
    yield "secret_requests", "enforced" if not succeeds(lambda: run(secret)) else told(secret)
    yield "requests", told(large)
    yield "interruptible", told(interruptible)
    yield "container_image", told(in_image)
    yield "deprecated", "none"
    yield "min_success_ratio", "none"
    yield "failure_policy", "none"
    yield "with_overrides(retries)", "enforced" if succeeds(lambda: run(overridden)) else "silent"
    run(side_by_side)
    start = time.monotonic()
    run(side_by_side)
    yield "independent tasks at once", "enforced" if time.monotonic() - start < 0.5 else "silent"


flyte.init()
for option, verdict in verdicts():
    print(json.dumps([option, verdict]))
