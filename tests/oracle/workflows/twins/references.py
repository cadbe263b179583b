"""What a cluster has already."""

from flytekit import reference_launch_plan, reference_task, workflow


@reference_task(project="text", domain="production", name="measure.length", version="v2")
def length(text: str) -> int: ...


@reference_launch_plan(project="web", domain="production", name="publish", version="v7")
def publish(length: int) -> str: ...


@workflow
def released(text: str) -> str:
    return publish(length=length(text=text))
