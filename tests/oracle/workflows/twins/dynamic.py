"""Dynamic tasks: from outside they are tasks."""

from typing import List

from flytekit import Cache, dynamic, task, workflow


@task
def square(x: int) -> int:
    return x * x


@dynamic(retries=1, cache=Cache(version="1"))
def squares(n: int) -> List[int]:
    return [square(x) for x in range(n)]


@workflow
def of_squares(n: int) -> List[int]:
    return squares(square(n))
