"""Workflows inside of workflows."""

from typing import Tuple

from flytekit import task, workflow


@task
def double(x: int) -> int:
    return x * 2


@task
def shown(label: str) -> str:
    return label


@workflow
def quadruple(x: int, label: str = "q") -> int:
    shown(label)
    return double(double(x))


@workflow(interruptible=True)
def cheap(x: int) -> Tuple[int, int]:
    return double(x), x


@workflow
def several_times(x: int) -> int:
    a = quadruple(x=x, label="a")
    b = quadruple(x=a)
    c, _d = cheap(x=b)
    return double(c)


@workflow
def a_level_above(x: int) -> int:
    a = several_times(x=x)
    return quadruple(x=a, label="b")


@workflow
def nothing_but_workflows(x: int) -> Tuple[int, int]:
    return cheap(x=a_level_above(x=x))


@workflow
def prepared():
    a = quadruple(x=1, label="a")
    b = quadruple(x=2, label="b")
    a >> b
