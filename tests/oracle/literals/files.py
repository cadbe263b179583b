"""Files and directories for judge.py: random ones, and what is in them. The types of src/files.rs."""

import os
import pathlib
import tempfile
import typing
from dataclasses import dataclass

from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile

# Where both languages put their files; removed when the judge ends.
ROOT = tempfile.TemporaryDirectory(prefix="oracle-files-")


@dataclass
class Files:
    file: FlyteFile
    table: FlyteFile["csv"]
    directory: FlyteDirectory
    more: typing.List[FlyteFile]


TWINS = {
    "file": FlyteFile,
    "file of csv": FlyteFile["csv"],
    "path": os.PathLike,
    "directory": FlyteDirectory,
    "directory of csv": FlyteDirectory["csv"],
    "optional file": typing.Optional[FlyteFile],
    "list of files": typing.List[FlyteFile["csv"]],
    "dataclass of files": Files,
}


def is_files(t):
    return t is os.PathLike or isinstance(t, type) and issubclass(t, (FlyteFile, FlyteDirectory))


def some(t, rng):
    """A random file or directory of a type."""
    place = pathlib.Path(tempfile.mkdtemp(dir=ROOT.name))
    if isinstance(t, type) and issubclass(t, FlyteDirectory):
        directory = place / "python.d"
        directory.mkdir()
        for number in range(rng.randint(0, 3)):
            (directory / f"{number}.txt").write_text("x" * rng.randint(0, 9))
        return t(str(directory))
    name = "data.csv" if t is not os.PathLike and t.extension() == "csv" else "data"
    (place / name).write_text("y" * rng.randint(0, 9))
    return place / name if t is os.PathLike else t(str(place / name))


def shown(value):
    """What is in a file or directory, as `shown` in src/files.rs."""
    if isinstance(value, FlyteDirectory):
        path = pathlib.Path(os.fspath(value))
        return {"directory": {file.name: file.read_text() for file in sorted(path.iterdir())}}
    return {"file": pathlib.Path(os.fspath(value)).read_text()}
