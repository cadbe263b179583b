"""The types that are compared. `src/twins.rs` has the same ones under the same names."""

import datetime
import enum
import typing
from dataclasses import dataclass, field

from flytekit import HashMethod
from flytekit.types.error import FlyteError


class Colour(enum.Enum):
    RED = "red"
    BLUE = "dark-blue"
    GREEN = "GREEN"


Key = typing.Union[int, str]


@dataclass
class Point:
    x: int
    y: float


Shape = typing.Union[Point, None, typing.List[int], typing.Dict[str, float], bool, datetime.timedelta]


@dataclass
class Scalars:
    small: int
    unsigned: int
    single: float
    flag: bool
    text: str
    letter: str


@dataclass
class Times:
    at: datetime.datetime
    day: datetime.date
    lasted: datetime.timedelta
    days: typing.List[datetime.date]
    maybe: typing.Optional[datetime.date]


@dataclass
class Nested:
    point: Point
    maybe: typing.Optional[Point]
    list: typing.List[Point]
    map: typing.Dict[str, Point]
    colour: Colour
    colours: typing.List[typing.Optional[Colour]]
    key: Key


@dataclass
class Empty:
    pass


@dataclass
class Deep:
    nested: typing.List[Nested]
    by_number: typing.Dict[int, str]
    anything: dict
    empty: Empty


@dataclass
class Renamed:
    firstName: str
    surname: typing.Optional[str]


@dataclass
class Defaults:
    required: int
    number: int = 3
    text: str = ""
    maybe: typing.Optional[int] = None
    list: typing.List[int] = field(default_factory=list)


TWINS = {
    "int": int,
    "int unsigned": int,
    "int small": int,
    "float": float,
    "float single": float,
    "bool": bool,
    "str": str,
    "str of one": str,
    "datetime": datetime.datetime,
    "date": datetime.date,
    "timedelta": datetime.timedelta,
    "enum": Colour,
    "error": FlyteError,
    "hashed": typing.Annotated[str, HashMethod(lambda text: str(len(text)))],
    "optional int": typing.Optional[int],
    "optional date": typing.Optional[datetime.date],
    "optional enum": typing.Optional[Colour],
    "optional dataclass": typing.Optional[Point],
    "optional list": typing.Optional[typing.List[int]],
    "optional union": typing.Optional[Key],
    "list": typing.List[int],
    "list of three": typing.List[int],
    "list of lists": typing.List[typing.List[bool]],
    "list of optionals": typing.List[typing.Optional[float]],
    "list of datetimes": typing.List[datetime.datetime],
    "list of dataclasses": typing.List[Point],
    "list of unions": typing.List[Key],
    "dict": typing.Dict[str, int],
    "dict of lists": typing.Dict[str, typing.List[typing.Optional[str]]],
    "dict of dataclasses": typing.Dict[str, Point],
    "dict of dicts": typing.Dict[str, typing.Dict[str, Colour]],
    "dict by int": typing.Dict[int, str],
    "dict by int of lists": typing.Dict[int, typing.List[float]],
    "untyped dict": dict,
    "optional untyped dict": typing.Optional[dict],
    "dataclass": Point,
    "dataclass of scalars": Scalars,
    "dataclass of times": Times,
    "dataclass of dataclasses": Nested,
    "deep dataclass": Deep,
    "empty dataclass": Empty,
    "renamed dataclass": Renamed,
    "dataclass with defaults": Defaults,
    "union": Key,
    "union of six": Shape,
}
