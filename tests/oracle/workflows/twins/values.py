"""Constants and defaults of the types that are not primitive."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import List, Optional, Tuple, Union

from flytekit import task, workflow


@dataclass
class Size:
    width: int
    height: float
    name: Optional[str]


class Colour(Enum):
    RED = "red"
    GREEN = "green"


SMALL = Size(1, 0.5, None)


@task
def area(size: Size) -> float:
    return size.width * size.height


@task
def areas(sizes: List[Size]) -> float:
    return 0.0


@task
def largest(size: Optional[Size]) -> Optional[Size]:
    return size


@task
def paint(colour: Colour) -> Colour:
    return colour


@task
def wait(time: timedelta) -> timedelta:
    return time


@workflow
def constants() -> float:
    area(SMALL)
    paint(Colour.GREEN)
    wait(timedelta(milliseconds=1500))
    largest(SMALL)
    largest(None)
    return areas([SMALL, SMALL])


@workflow
def defaults(
    size: Size = SMALL,
    colour: Colour = Colour.RED,
    time: timedelta = timedelta(minutes=1),
    other: Optional[Size] = None,
) -> Tuple[float, Colour, timedelta, Optional[Size]]:
    return area(size), paint(colour), wait(time), largest(other)


@workflow
def passed_on(sizes: List[Size], colour: Colour) -> Tuple[float, Colour]:
    return areas(sizes), paint(paint(colour))


@task
def describe(text: str) -> str:
    return text


@workflow
def enum_for_a_string(colour: Colour) -> Tuple[str, str]:
    return describe(text=paint(colour=colour)), describe(text=colour)


@task
def show(number: Union[int, float, str]) -> str:
    return str(number)


@task
def count(text: str) -> int:
    return len(text)


@workflow
def member_for_a_union(text: str) -> Tuple[str, str]:
    return show(number=count(text=text)), show(number=text)
