"""What a cluster has already."""

from typing import List, Optional

from flytekit import map_task, reference_launch_plan, reference_task, workflow


@reference_task(project="text", domain="production", name="measure.length", version="v2")
def length(text: str) -> int: ...


@reference_launch_plan(project="web", domain="production", name="publish", version="v7")
def publish(length: int) -> str: ...


@workflow
def released(text: str) -> str:
    return publish(length=length(text=text))


@workflow
def measured(texts: List[str]) -> List[int]:
    return map_task(length)(text=texts)


@workflow
def half_measured(texts: List[str]) -> List[Optional[int]]:
    return map_task(length, concurrency=2, min_success_ratio=0.5)(text=texts)


@workflow
def all_published(lengths: List[int]) -> List[str]:
    return map_task(publish)(length=lengths)
