"""What flytekit does in local runs about options that a program declares; prints a line of JSON for each.

`enforced`, `told` (it says that there is no effect), `refused` or `silent`.
"""

import io
import json
import logging
import os
import sys
import time
import warnings
from datetime import timedelta
from typing import List, Optional, Tuple

os.environ["FLYTE_LOCAL_CACHE_ENABLED"] = "true"

from flytekit import Resources, Secret, WorkflowFailurePolicy, current_context, map_task, task, workflow  # noqa: E402

CALLS = {}


def count(name):
    CALLS[name] = CALLS.get(name, 0) + 1
    return CALLS[name]


@task(retries=2)
def flaky() -> int:
    if count("flaky") < 2:
        raise ValueError("not yet")
    return 1


@task(timeout=timedelta(seconds=1))
def slow() -> int:
    time.sleep(2)
    return 1


@task(cache=True, cache_version=str(time.time()))
def cached(x: int) -> int:
    return count("cached")


STAMP = str(time.time())


@task(cache=True, cache_version=STAMP)
def changed(x: int) -> int:
    return 1


before_the_change = changed


@task(cache=True, cache_version=STAMP)
def changed(x: int) -> str:  # noqa: F811 - the same task, later
    return "1"


@task(cache=True, cache_version=str(time.time()))
def element(x: int) -> int:
    count("element")
    return x


@workflow
def elements(xs: List[int]) -> List[int]:
    return map_task(element)(x=xs)


@task(environment={"DECLARED": "here"})
def variable() -> str:
    return os.environ.get("DECLARED", "")


@task(secret_requests=[Secret(group="nowhere", key="nothing")])
def secret() -> int:
    return count("secret")


@task(requests=Resources(cpu="64", mem="4Ti", gpu="8"))
def large() -> int:
    return 1


@task(interruptible=True)
def interruptible() -> int:
    return 1


@task(container_image="registry.example/nothing:v1")
def in_image() -> int:
    return 1


@task(deprecated="use another")
def old() -> int:
    return 1


@task
def half(x: int) -> int:
    if x % 2:
        raise ValueError("odd")
    return x


@workflow
def tolerant(xs: List[int]) -> List[Optional[int]]:
    return map_task(half, min_success_ratio=0.4)(x=xs)


@task
def fails() -> int:
    if count("fails"):
        raise ValueError("no")
    return 1


@task
def other() -> int:
    return count("other")


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def goes_on() -> Tuple[int, int]:
    return fails(), other()


@workflow
def overridden() -> int:
    return flaky_override().with_overrides(retries=2)


@task
def flaky_override() -> int:
    if count("flaky_override") < 2:
        raise ValueError("not yet")
    return 1


@task
def naps() -> int:
    time.sleep(0.2)
    return 1


@workflow
def side_by_side() -> Tuple[int, int, int, int]:
    return naps(), naps(), naps(), naps()


def told(run):
    """Whether a run says something about what has no effect."""
    stream, log = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    loggers = [logging.getLogger(name) for name in ("flytekit", "flytekit.entrypoint", "user_space")]
    for logger in loggers:
        logger.addHandler(handler)
    before, sys.stderr = sys.stderr, stream
    try:
        with warnings.catch_warnings(record=True) as caught:
            run()
    finally:
        sys.stderr = before
        for logger in loggers:
            logger.removeHandler(handler)
    return "told" if stream.getvalue() or log.getvalue() or caught else "silent"


def succeeds(run):
    try:
        run()
        return True
    except BaseException:  # noqa: BLE001 - whatever it raises, it has not done what was declared
        return False


def verdicts():
    yield "retries", "enforced" if succeeds(flaky) else "silent"
    start = time.monotonic()
    ended = succeeds(slow)
    yield "timeout", "enforced" if not ended and time.monotonic() - start < 1.8 else "silent"
    yield "cache", "enforced" if (cached(x=1), cached(x=1)) == (1, 1) else "silent"
    before_the_change(x=1)
    try:
        stale = not isinstance(changed(x=1), str)
    except BaseException:  # noqa: BLE001 - the old value does not fit
        stale = True
    yield "cache: a changed signature", "silent" if stale else "enforced"
    elements(xs=[1, 2])
    elements(xs=[1, 2])
    yield "cache: elements of a map", "enforced" if CALLS["element"] == 2 else "silent"
    yield "environment", "enforced" if variable() == "here" else told(variable)
    yield "secret_requests", "enforced" if not succeeds(secret) else told(secret)
    yield "requests", told(large)
    yield "interruptible", told(interruptible)
    yield "container_image", told(in_image)
    yield "deprecated", told(old)
    yield "min_success_ratio", "enforced" if succeeds(lambda: tolerant(xs=[1, 2])) else "silent"
    succeeds(goes_on)
    yield "failure_policy", "enforced" if CALLS.get("other") else "silent"
    yield "with_overrides(retries)", "enforced" if succeeds(overridden) else "silent"
    side_by_side()
    start = time.monotonic()
    side_by_side()
    yield "independent tasks at once", "enforced" if time.monotonic() - start < 0.5 else "silent"


logging.disable(logging.NOTSET)
for option, verdict in verdicts():
    print(json.dumps([option, verdict]))
