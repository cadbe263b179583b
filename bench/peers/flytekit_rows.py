"""The programs of `src/programs.rs` with flytekit."""

import itertools
import time
from collections import OrderedDict
from typing import List

import flytekit
from flytekit import FlyteContextManager, conditional, map_task, task, workflow
from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.core.type_engine import TypeEngine
from flytekit.tools.translator import get_serializable

from measure import row

SUBJECT = f"flytekit {flytekit.__version__}"
TASKS = 1_000
INTEGERS = 100_000
CASES = 11
# Fewer, and for each of them: a list of 100,000 takes 11 s from task to task.
FEWER_INTEGERS = 2_000


@task
def add_one(x: int) -> int:
    return x + 1


@task(cache=True, cache_version="1")
def kept(x: int) -> int:
    return x + 1


@task
def total(xs: List[int]) -> int:
    return sum(xs)


@task
def numbers(count: int) -> List[int]:
    return list(range(count))


@task
def count(xs: List[int]) -> int:
    return len(xs)


@task
def nap(x: int) -> int:
    time.sleep(0.2)
    return x


@workflow
def chain(x: int) -> int:
    for _ in range(TASKS):
        x = add_one(x=x)
    return x


@workflow
def fan_out(x: int) -> int:
    return total(xs=[add_one(x=x) for _ in range(TASKS)])


@workflow
def mapped(xs: List[int]) -> List[int]:
    return map_task(add_one)(x=xs)


@workflow
def branch(x: int) -> int:
    cases = conditional("which").if_(x < 0).then(add_one(x=x))
    for limit in range(1, CASES - 1):
        cases = cases.elif_(x == -limit).then(add_one(x=x))
    return cases.else_().then(add_one(x=x))


@workflow
def hop(length: int) -> int:
    return count(xs=numbers(count=length))


@workflow
def naps(x: int) -> tuple[int, int, int, int]:
    return nap(x=x), nap(x=x), nap(x=x), nap(x=x)


def measure():
    def calls(_):
        for x in range(TASKS):
            add_one(x=x)

    row("call", SUBJECT, TASKS, calls)
    # Different inputs, since conversions of equal values are kept.
    first = itertools.count()
    row("chain", SUBJECT, TASKS, lambda x: chain(x=x), lambda: next(first) * TASKS)
    row("fan-out", SUBJECT, TASKS, lambda x: fan_out(x=x), lambda: next(first))
    row("map", SUBJECT, TASKS, lambda x: mapped(xs=list(range(x, x + TASKS))), lambda: next(first) * TASKS)
    row("branch", SUBJECT, 1, lambda _: branch(x=CASES))
    row("four naps", SUBJECT, 1, lambda _: naps(x=0))

    kept(x=7)
    row("cache hit", SUBJECT, 1, lambda _: kept(x=7))
    unknown = itertools.count(int(time.time() * 1_000))
    row("cache miss", SUBJECT, 1, lambda x: kept(x=x), lambda: next(unknown))

    image = ImageConfig(Image(name="default", fqn="bench", tag="v1"))
    settings = SerializationSettings(project="bench", domain="development", version="v1", image_config=image)

    def again():
        chain._nodes, chain._output_bindings, chain.compiled = [], [], False
        return chain

    row("compile", SUBJECT, TASKS, lambda w: w.compile(), again)

    def compiled():
        chain._nodes, chain._output_bindings, chain.compiled = [], [], False
        chain.compile()

    row(
        "serialise",
        SUBJECT,
        TASKS,
        lambda _: get_serializable(OrderedDict(), settings, chain).to_flyte_idl().SerializeToString(),
        compiled,
    )

    row("list of integers from task to task", SUBJECT, FEWER_INTEGERS, lambda n: hop(length=n),
        lambda: FEWER_INTEGERS + next(first))
    context = FlyteContextManager.current_context()
    kind = TypeEngine.to_literal_type(List[int])

    def integers():
        start = next(first) * FEWER_INTEGERS
        return list(range(start, start + FEWER_INTEGERS))

    def encoded(xs):
        return TypeEngine.to_literal(context, xs, List[int], kind).to_flyte_idl().SerializeToString()

    row("list of integers to bytes", SUBJECT, FEWER_INTEGERS, encoded, integers)

    def decoded(data):
        from flyteidl.core import literals_pb2
        from flytekit.models.literals import Literal

        literal = Literal.from_flyte_idl(literals_pb2.Literal.FromString(data))
        return TypeEngine.to_python_value(context, literal, List[int])

    row("list of integers from bytes", SUBJECT, FEWER_INTEGERS, decoded, lambda: encoded(integers()))


if __name__ == "__main__":
    measure()
