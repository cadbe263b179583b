"""Lists, maps and options of promises and values."""

from typing import Dict, List, Optional

from flytekit import task, workflow


@task
def one() -> int:
    return 1


@task
def sum(xs: List[int]) -> int:
    return len(xs)


@task
def join(parts: List[str]) -> str:
    return "".join(parts)


@task
def table(rows: List[List[int]]) -> int:
    return len(rows)


@task
def total(prices: Dict[str, float]) -> float:
    return 1.0


@task
def price() -> float:
    return 1.0


@task
def maybe(x: Optional[int] = None, text: Optional[str] = None) -> Optional[int]:
    return x


@task
def gaps(xs: List[Optional[int]]) -> int:
    return len(xs)


@task
def optional_list(xs: Optional[List[int]]) -> int:
    return len(xs or [])


@workflow
def list_of_promises(x: int) -> int:
    return sum([x, one(), x])


@workflow
def list_of_both(x: int) -> int:
    return sum([x, 5, one()])


@workflow
def list_of_values() -> str:
    sum([])
    return join(["a", "b"])


@workflow
def nested_lists(x: int) -> int:
    return table([[x, one()], [x]])


@workflow
def map_of_promises(x: float) -> float:
    return total({"b": price(), "a": x})


@workflow
def map_of_values() -> float:
    return total({"b": 2.0, "a": 1.0})


@workflow
def options(x: int, y: Optional[int], text: Optional[str]) -> Optional[int]:
    a = maybe(x, text)
    maybe(y, "given")
    maybe(5, None)
    maybe()
    maybe(one(), None)
    maybe(a, None)
    return a


@workflow
def lists_of_options(x: int) -> int:
    return gaps([x, None, 3])


@workflow
def optional_lists(x: int) -> int:
    a = optional_list([x, 2])
    b = optional_list(None)
    c = optional_list([1, 2])
    return sum([a, b, c])


@workflow
def defaults_of_every_kind(
    xs: List[int] = [1, 2],
    x: Optional[int] = 3,
    y: Optional[int] = None,
    prices: Dict[str, float] = {"a": 1.0},
) -> int:
    total(prices)
    maybe(x, None)
    maybe(y, None)
    return sum(xs)
