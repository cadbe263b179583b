"""Structs and their fields."""

from dataclasses import dataclass
from typing import Dict, List, Tuple

from flytekit import task, workflow


@dataclass
class Point:
    x: float
    y: float


@dataclass
class Report:
    label: str
    count: int
    done: bool
    history: List[int]
    origin: Point
    by_name: Dict[str, int]


@task
def report(x: int) -> Report:
    return Report("", x, True, [x], Point(0.0, 0.0), {})


@task
def show(report: Report) -> str:
    return report.label


@task
def plain(x: int) -> int:
    return x


@task
def scale(x: float) -> float:
    return x


@workflow
def structs(input: Report) -> Tuple[str, Report]:
    return show(input), report(3)


@workflow
def fields(x: int) -> Tuple[int, float]:
    r = report(x)
    a = plain(r.count)
    b = plain(r.history[1])
    plain(r.by_name["k"])
    d = scale(r.origin.y)
    plain(b)
    return a, d


@workflow
def fields_of_inputs(input: Report) -> int:
    return plain(input.history[0])


@workflow
def fields_as_outputs(x: int) -> Tuple[str, List[int]]:
    r = report(x)
    return r.label, r.history
