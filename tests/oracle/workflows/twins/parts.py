"""Parts of lists and maps."""

from typing import Dict, List, Tuple

from flytekit import task, workflow


@task
def numbers(n: int) -> List[int]:
    return list(range(n))


@task
def lookup(n: int) -> Dict[str, int]:
    return {"a": n}


@task
def plain(x: int) -> int:
    return x


@workflow
def elements(n: int) -> int:
    a = plain(numbers(n)[2])
    b = plain(lookup(a)["a"])
    return plain(b)


@workflow
def parts_of_inputs(xs: List[List[int]], names: Dict[str, int]) -> Tuple[int, int, List[int]]:
    element = plain(xs[1][0])
    return element, names["total"], xs[0]
