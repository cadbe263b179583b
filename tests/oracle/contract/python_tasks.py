"""A Python task that reads what a Rust task wrote, and the dataclass that both know."""

import typing
from dataclasses import dataclass

from flytekit import task


@dataclass
class Report:
    label: str
    mean: float
    counts: typing.List[int]
    note: typing.Optional[str] = None


@task
def read_report(report: Report) -> str:
    return f"{report.label} {report.mean} {report.counts} {report.note}"
