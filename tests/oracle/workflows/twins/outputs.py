"""Several outputs, named outputs, none, and what is passed through."""

from typing import Dict, List, NamedTuple, Tuple

from flytekit import task, workflow

Split = NamedTuple("Split", [("train", List[int]), ("test", List[int])])


@task
def split(rows: List[int]) -> Split:
    return Split(rows, rows)


@task
def divide(a: int, b: int) -> Tuple[int, int]:
    return a // b, a % b


@task
def three(x: int) -> Tuple[int, str, bool]:
    return x, "", True


@task
def nothing(x: int):
    print(x)


@workflow
def several(a: int, b: int) -> Tuple[int, int]:
    quotient, remainder = divide(a, b)
    first, _, _ = three(quotient)
    return first, remainder


@workflow
def named(rows: List[int]) -> Split:
    parts = split(rows)
    return Split(parts.test, parts.train)


@workflow
def void(x: int):
    nothing(x)


@workflow
def passed_through(x: int, text: str) -> Tuple[str, int]:
    nothing(x)
    return text, x


@workflow
def constant_outputs(x: int) -> Tuple[int, str, int]:
    nothing(x)
    return 7, "text", x


@workflow
def collected(x: int) -> Tuple[List[int], Dict[str, int]]:
    quotient, remainder = divide(x, 2)
    return [quotient, remainder, 3], {"quotient": quotient, "remainder": remainder}


@workflow
def unused(x: int) -> int:
    divide(x, 2)
    _first, second = divide(x, 3)
    return second
