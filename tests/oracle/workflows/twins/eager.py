"""Eager tasks."""

from flytekit import eager, task


@task
def square(x: int) -> int:
    return x * x


@eager
async def gathered(x: int) -> int:
    return square(x)
