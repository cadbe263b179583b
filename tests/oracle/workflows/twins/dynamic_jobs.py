"""Dynamic tasks of every kind, by what they build; `jobs.py` builds them with the inputs that it names."""

from typing import List, Tuple

from flytekit import Resources, dynamic, map_task, task, workflow


@task
def add(a: int, b: int) -> int:
    return a + b


@task
def halves(x: int) -> Tuple[int, float]:
    return x // 2, x / 2


@task
def shout(text: str) -> str:
    return text.upper()


@task
def repeated(text: str, n: int) -> List[str]:
    return [text] * n


@workflow
def twice(x: int) -> int:
    return add(a=x, b=x)


@workflow
def four_times(x: int) -> int:
    return twice(x=twice(x=x))


@dynamic
def chain(n: int) -> int:
    total = add(a=n, b=0)
    for i in range(n):
        total = add(a=total, b=i)
    return total


@dynamic
def of_workflows(n: int) -> List[int]:
    return [four_times(x=n), twice(x=n)]


@dynamic
def of_maps(n: int, text: str) -> List[str]:
    return map_task(shout, concurrency=2)(text=repeated(text=text, n=n))


@dynamic
def several(n: int) -> Tuple[int, float, str]:
    whole, half = halves(x=n)
    return whole, half, "constant"


@dynamic
def ordered(n: int) -> int:
    first = add(a=n, b=1).with_overrides(node_name="first", retries=2, requests=Resources(cpu="2"))
    second = add(a=n, b=2)
    first >> second
    return second


@dynamic
def inner(n: int) -> int:
    return add(a=n, b=n)


@dynamic
def outer(n: int) -> int:
    return inner(n=add(a=n, b=1))


@dynamic
def constant(n: int) -> int:
    add(a=n, b=n)
    return n + 1
