"""Maps."""

import functools
from typing import List, Optional, Tuple

from flytekit import LaunchPlan, Resources, conditional, map_task, task, workflow
from flytekit.core.array_node import array_node


@task
def square(x: int) -> int:
    return x * x


@task(retries=2, cache=True, cache_version="1")
def times(x: int, factor: int) -> int:
    return x * factor


@task
def add(a: int, b: int, c: int) -> int:
    return a + b + c


@task
def note(x: int):
    print(x)


@workflow
def squares(xs: List[int]) -> List[int]:
    return map_task(square)(x=xs)


@workflow
def bound(xs: List[int], factor: int) -> List[int]:
    factor = square(x=factor)
    return map_task(functools.partial(times, factor=factor))(x=xs)


@workflow
def constant(xs: List[int]) -> List[int]:
    return map_task(functools.partial(times, factor=3))(x=xs)


@workflow
def limited(xs: List[int]) -> List[int]:
    return map_task(square, concurrency=4)(x=xs)


@workflow
def half(xs: List[int]) -> List[Optional[int]]:
    return map_task(square, min_success_ratio=0.5)(x=xs)


@workflow
def both_options(xs: List[int]) -> List[Optional[int]]:
    return map_task(square, concurrency=2, min_success_ratio=0.25)(x=xs)


@workflow
def together(xs: List[int], ys: List[int], zs: List[int], k: int) -> Tuple[List[int], List[int]]:
    three = map_task(add)(a=xs, b=ys, c=zs)
    two = map_task(functools.partial(add, c=k))(a=xs, b=ys)
    return three, two


@workflow
def chained(xs: List[int]) -> List[int]:
    return map_task(square)(x=map_task(square)(x=xs))


@workflow
def without_outputs(xs: List[int]):
    map_task(note)(x=xs)


@workflow
def overridden(xs: List[int]) -> List[int]:
    return map_task(square)(x=xs).with_overrides(requests=Resources(cpu="1", mem="2Gi"), limits=Resources(cpu="2"))


@workflow
def retried(xs: List[int]) -> List[int]:
    return map_task(square)(x=xs).with_overrides(retries=3)


@workflow
def branched(xs: List[int], big: bool) -> List[int]:
    return (
        conditional("if")
        .if_(big.is_true())
        .then(map_task(functools.partial(times, factor=100))(x=xs))
        .else_()
        .then(map_task(square)(x=xs))
    )


@workflow
def fourth(x: int) -> int:
    return square(x=square(x=x))


fourth_plan = LaunchPlan.get_or_create(workflow=fourth, name="twins.maps.fourth_plan")


@workflow
def plans(xs: List[int]) -> List[int]:
    return array_node(fourth_plan, concurrency=3)(x=xs)


@workflow
def some_plans(xs: List[int]) -> List[Optional[int]]:
    return array_node(fourth_plan, min_success_ratio=0.5)(x=xs)


@workflow
def two_plans(xs: List[int]) -> List[Optional[int]]:
    # Only a ratio makes the elements optional in flytekit, and the number takes its place.
    return array_node(fourth_plan, min_successes=2, min_success_ratio=0.5)(x=xs)
