"""Compares tables and their types in both directions: judge.py PROGRAM DIRECTORY [SEED [COUNT]].

PROGRAM is `flyte-oracle-datasets`, DIRECTORY is where tables are put. Rust writes random tables and flytekit opens them;
flytekit writes Arrow tables and pandas frames, pyarrow writes files of other kinds, and Rust reads them. What is read has to
be what was written, the types the same message, and a table that is passed on the same bytes.
"""

import collections
import datetime
import json
import math
import os
import random
import struct
import subprocess
import sys
import typing
import warnings
from dataclasses import dataclass
from typing import Annotated

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from flyteidl.core import literals_pb2, types_pb2  # noqa: E402
from flytekit import kwtypes  # noqa: E402
from flytekit.core.context_manager import FlyteContextManager  # noqa: E402
from flytekit.core.data_persistence import FileAccessProvider  # noqa: E402
from flytekit.core.type_engine import TypeEngine  # noqa: E402
from flytekit.models.literals import Literal, Scalar, StructuredDatasetMetadata  # noqa: E402
from flytekit.models.literals import StructuredDataset as DatasetLiteral  # noqa: E402
from flytekit.types.structured import StructuredDataset  # noqa: E402


@dataclass
class Inner:
    x: int
    y: str


@dataclass
class Report:
    table: StructuredDataset
    maybe: typing.Optional[StructuredDataset]
    tables: typing.List[StructuredDataset]


@dataclass
class FewColumns:
    c: str
    b: int


# Of what can be in a union: what `kwtypes` gives has no hash.
Few = Annotated[StructuredDataset, FewColumns]
# `tables.rs` has the same ones under the same names.
TABLES = {
    "scalars": Annotated[
        StructuredDataset,
        kwtypes(a=int, b=str, c=float, d=bool, e=datetime.datetime, f=datetime.timedelta),
    ],
    "widths": Annotated[
        StructuredDataset, kwtypes(a=int, b=int, c=int, d=int, e=float, large=str, view=str, category=str)
    ],
    "nested": Annotated[
        StructuredDataset,
        kwtypes(list=typing.List[int], lists=typing.List[typing.List[str]], map=typing.Dict[str, float], inner=Inner),
    ],
    "any": StructuredDataset,
    "few": Few,
}
DEEP = collections.OrderedDict(outer={"inner": Inner, "with space": int}, hash=typing.Dict[str, typing.List[int]])
OTHER_TYPES = {
    "deep": Annotated[StructuredDataset, DEEP],
    "maybe": typing.Optional[Few],
    "list": typing.List[Few],
    "dataclass": Report,
}
SCHEMAS = {
    "scalars": pa.schema(
        [("a", pa.int64()), ("b", pa.string()), ("c", pa.float64()), ("d", pa.bool_())]
        + [("e", pa.timestamp("us", "UTC")), ("f", pa.duration("us"))]
    ),
    "widths": pa.schema(
        [("a", pa.int8()), ("b", pa.int32()), ("c", pa.uint16()), ("d", pa.uint64()), ("e", pa.float32())]
        + [("large", pa.large_string()), ("view", pa.string()), ("category", pa.dictionary(pa.int32(), pa.string()))]
    ),
    "nested": pa.schema(
        [
            ("list", pa.list_(pa.int64())),
            ("lists", pa.list_(pa.list_(pa.string()))),
            ("map", pa.map_(pa.string(), pa.float64())),
            ("inner", pa.struct([("x", pa.int64()), ("y", pa.string())])),
        ]
    ),
    "any": pa.schema([("day", pa.date32()), ("b", pa.int64()), ("c", pa.string())]),
}
SCHEMAS["few"] = SCHEMAS["any"]
# What pandas keeps as it is, nulls or none.
PANDAS = ("scalars", "any", "few")


def shown_value(value, t):
    """As `value` in shown.rs."""
    if value is None:
        return None
    if pa.types.is_dictionary(t):
        return shown_value(value, t.value_type)
    if pa.types.is_floating(t):
        return {"float": "nan" if math.isnan(value) else struct.pack(">d", value).hex()}
    if pa.types.is_timestamp(t) or pa.types.is_duration(t):
        return {"micros": value}
    if pa.types.is_date(t):
        return {"days": (value - datetime.date(1970, 1, 1)).days}
    if pa.types.is_map(t):
        keys = [shown_value(key, t.key_type) for key, _ in value]
        return {"keys": keys, "values": [shown_value(item, t.item_type) for _, item in value]}
    if pa.types.is_list(t):
        return [shown_value(item, t.value_type) for item in value]
    if pa.types.is_struct(t):
        return {field.name: shown_value(value[field.name], field.type) for field in t}
    return value


def shown(table):
    """As `rows` in shown.rs."""
    columns = []
    for field, column in zip(table.schema, table.columns, strict=True):
        t = field.type
        if pa.types.is_timestamp(t) or pa.types.is_duration(t):
            # Not all of them are values in Python.
            us = pa.timestamp("us", t.tz) if pa.types.is_timestamp(t) else pa.duration("us")
            column = column.cast(us).cast(pa.int64())
        columns.append([field.name, [shown_value(value, t) for value in column.to_pylist()]])
    return columns


def some(t, rng):
    """A random value of a type, or none."""
    if rng.random() < 0.2:
        return None
    if pa.types.is_dictionary(t):
        return rng.choice(["red", "blue"])
    if pa.types.is_integer(t):
        bits = t.bit_width
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if pa.types.is_signed_integer(t) else (0, 2**bits - 1)
        return rng.choice([low, high, 0, 1, rng.randint(low, high)])
    if pa.types.is_floating(t):
        return rng.choice([0.0, -0.0, math.inf, rng.randint(-(2**20), 2**20) / 64])
    if pa.types.is_boolean(t):
        return rng.random() < 0.5
    if pa.types.is_timestamp(t) or pa.types.is_duration(t):
        # What pandas can hold, in nanoseconds.
        return rng.randint(-(2**52), 2**52)
    if pa.types.is_date(t):
        return datetime.date(rng.randint(1900, 2100), rng.randint(1, 12), rng.randint(1, 28))
    if pa.types.is_map(t):
        return [(f"k{index}", some(t.item_type, rng)) for index in range(rng.randint(0, 3))]
    if pa.types.is_list(t):
        return [some(t.value_type, rng) for _ in range(rng.randint(0, 3))]
    if pa.types.is_struct(t):
        return {field.name: some(field.type, rng) for field in t}
    return "".join(rng.choice("aZß日🦀\n") for _ in range(rng.choice([0, 1, 5, 40])))


def some_table(name, rng):
    rows = rng.choice([0, 1, 7, 300])
    columns = [pa.array([some(field.type, rng) for _ in range(rows)], field.type) for field in SCHEMAS[name]]
    return pa.table(columns, SCHEMAS[name])


def pyarrow_files(table, directory, kind):
    """Writes files as others write them, and gives the address of the table."""
    os.makedirs(directory)
    if kind == "one file":
        pq.write_table(table, os.path.join(directory, "table.parquet"))
        return os.path.join(directory, "table.parquet")
    if kind == "several files":
        for index, start in enumerate(range(0, max(table.num_rows, 1), 100)):
            pq.write_table(table.slice(start, 100), os.path.join(directory, f"part-{index:05}.parquet"))
        open(os.path.join(directory, "_SUCCESS"), "w").close()
        return directory
    options = {
        "gzip": {"compression": "gzip"},
        "uncompressed": {"compression": "none", "use_dictionary": False},
        "small groups": {"row_group_size": 7, "data_page_version": "2.0"},
    }
    pq.write_table(table, os.path.join(directory, "00000"), **options[kind])
    return directory


FILES = ("one file", "several files", "gzip", "uncompressed", "small groups")


def declared(name, columns):
    """The columns that a reader gets."""
    return [[column, dict(columns)[column]] for column in ("c", "b")] if name == "few" else columns


def flattened(name, columns):
    """Of a struct whose fields are asked for pyarrow makes a column for each; Rust gives the struct."""
    if name != "nested":
        return columns
    *columns, (_, structs) = columns
    return columns + [[field, [value[field] for value in structs]] for field in ("x", "y")]


def main():
    program, directory = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    python_directory = os.path.join(directory, "python")
    access = FileAccessProvider(os.path.join(python_directory, "sandbox"), os.path.join(python_directory, "raw"))
    context = FlyteContextManager.current_context().with_file_access(access).build()
    failures = []
    counts = collections.Counter()
    types = {name: TypeEngine.to_literal_type(t) for name, t in (TABLES | OTHER_TYPES).items()}

    def fail(name, what):
        failures.append(f"{name}: {what}"[:800])

    def run(*arguments, **options):
        answer = subprocess.run([program, *arguments], check=True, capture_output=True, text=True, **options)
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def wire(literal):
        return literal.to_flyte_idl().SerializeToString(deterministic=True)

    for line in run("types"):
        name, rust = line["name"], types_pb2.LiteralType.FromString(bytes.fromhex(line["type"]))
        python = types.pop(name).to_flyte_idl()
        if rust == python:
            counts["types"] += 1
        else:
            fail(name, f"the types differ: {str(python)} in flytekit and {str(rust)} in Rust")
    for name in types:
        fail(name, "only flytekit has it")
    types = {name: TypeEngine.to_literal_type(t) for name, t in TABLES.items()}

    with FlyteContextManager.with_context(context.new_builder()) as context:
        for line in run("emit", os.path.join(directory, "rust"), str(seed), str(count)):
            name = line["name"]
            expected = flattened(name, declared(name, line["shown"]))
            message = literals_pb2.Literal.FromString(bytes.fromhex(line["literal"]))
            try:
                value = TypeEngine.to_python_value(context, Literal.from_flyte_idl(message), TABLES[name])
                again = TypeEngine.to_literal(context, value, TABLES[name], types[name])
                table = value.open(pa.Table).all()
            except Exception as error:  # noqa: BLE001 - whatever flytekit raises is the verdict
                fail(name, f"flytekit does not read it: {error!r}")
                continue
            if shown(table) != expected:
                fail(name, f"flytekit reads {str(shown(table))[:300]} where Rust wrote {str(expected)[:300]}")
                continue
            counts["Arrow tables read by flytekit"] += 1
            if wire(again).hex() == line["literal"]:
                counts["passed on by flytekit"] += 1
            else:
                fail(name, f"flytekit passes on {again} where Rust wrote {message}")
            frame = value.open(pd.DataFrame).all()
            if frame.shape == (table.num_rows, len(expected)):
                counts["frames read by flytekit"] += 1
            else:
                fail(name, f"pandas has {frame.shape} where Rust wrote {table.num_rows} rows of {len(expected)}")

        rng = random.Random(seed)
        asked = []
        for name, t in TABLES.items():
            for _ in range(count):
                table = some_table(name, rng)
                literal = TypeEngine.to_literal(context, StructuredDataset(dataframe=table), t, types[name])
                asked.append((name, "flytekit from Arrow", shown(table), wire(literal)))
                if name in PANDAS:
                    frame = table.drop_null().to_pandas()
                    if name == "scalars":
                        # flytekit has pandas write microseconds.
                        frame["e"] = frame["e"].astype("datetime64[us, UTC]")
                    literal = TypeEngine.to_literal(context, StructuredDataset(dataframe=frame), t, types[name])
                    asked.append((name, "flytekit from pandas", shown(table.drop_null()), wire(literal)))
            for kind in FILES:
                table = some_table(name, rng)
                place = pyarrow_files(table, os.path.join(python_directory, "files", name, kind.replace(" ", "-")), kind)
                columns = types[name].structured_dataset_type
                dataset = DatasetLiteral(uri=place, metadata=StructuredDatasetMetadata(columns))
                literal = Literal(scalar=Scalar(structured_dataset=dataset))
                asked.append((name, kind, shown(table), wire(literal)))
        lines = "".join(json.dumps({"name": name, "literal": literal.hex()}) + "\n" for name, _, _, literal in asked)
        answers = run("check", input=lines)
    for (name, kind, written, literal), answer in zip(asked, answers, strict=True):
        name, expected = f"{name}, {kind}", declared(name, written)
        if "error" in answer:
            fail(name, f"Rust does not read it: {answer['error']}")
            continue
        # Without a row Rust sees no batch.
        if answer["shown"] != expected and any(values for _, values in expected):
            fail(name, f"Rust reads {str(answer['shown'])[:300]} where {str(expected)[:300]} was written")
            continue
        counts["read by Rust"] += 1
        if bytes.fromhex(answer["literal"]) == literal:
            counts["passed on by Rust"] += 1
        else:
            fail(name, "Rust passes on another literal")

    for what, number in counts.items():
        print(f"{what}: {number}")
    for failure in failures[:40]:
        print(f"  {failure}")
    if failures:
        sys.exit(f"{len(failures)} differences (seed {seed})")


if __name__ == "__main__":
    main()
