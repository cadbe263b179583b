"""Failure handlers."""

from typing import Optional

from flytekit import task, workflow


@task
def work(x: int) -> int:
    return x


@task(retries=2)
def clean_up(x: int):
    print(x)


@task
def report(x: int, label: str, extra: Optional[int] = None):
    print(x)


@workflow
def clean_up_in_steps(x: int):
    done = work(x)
    clean_up(done)


@workflow(on_failure=clean_up)
def handled(x: int) -> int:
    return work(x)


@workflow(on_failure=report)
def handled_with_more(x: int, label: str) -> int:
    return work(x)


@workflow(on_failure=clean_up_in_steps)
def handled_by_a_workflow(x: int) -> int:
    return work(work(x))


@workflow
def around(x: int) -> int:
    return work(handled_by_a_workflow(x=x))
