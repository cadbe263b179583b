"""Compares literals and their types in both directions: judge.py PROGRAM [SEED [COUNT]].

PROGRAM is `flyte-oracle-literals`. Rust writes random values and flytekit reads them; flytekit writes random values and
Rust reads them. What is read has to be what was written, what is written again the same bytes, and the types the same
message.
"""

import dataclasses
import datetime
import enum
import json
import math
import os
import random
import struct
import subprocess
import sys
import typing
import warnings

warnings.filterwarnings("ignore")

from flyteidl.core import literals_pb2, types_pb2  # noqa: E402
from flytekit.core.context_manager import FlyteContextManager  # noqa: E402
from flytekit.core.local_cache import _calculate_cache_key  # noqa: E402
from flytekit.core.type_engine import TypeEngine  # noqa: E402
from flytekit.models.literals import Literal, LiteralMap  # noqa: E402
from flytekit.types.error import FlyteError  # noqa: E402
import files  # noqa: E402
from twins import TWINS  # noqa: E402

TWINS = TWINS | files.TWINS

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)
# Rust's field names, where serde's attributes make Python's another.
RENAMED = {"firstName": "first_name", "surname": "last_name"}


def shown(value):
    """As `Twin::shown` in src/twin.rs."""
    if isinstance(value, os.PathLike):
        return files.shown(value)
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": "nan" if math.isnan(value) else struct.pack(">d", value).hex()}
    if isinstance(value, datetime.datetime):
        return {"micros": (value - EPOCH) // MICROSECOND}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"micros": value // MICROSECOND}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {str(key): shown(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {RENAMED.get(f.name, f.name): shown(getattr(value, f.name)) for f in fields}
    raise TypeError(f"no text for {value!r}")


def some(t, name, rng):
    """A random value of a type."""
    if files.is_files(t):
        return files.some(t, rng)
    origin, args = typing.get_origin(t), typing.get_args(t)
    if origin is typing.Annotated:
        return some(args[0], name, rng)
    if origin is typing.Union:
        return some(rng.choice(args), name, rng)
    if origin is list:
        length = 3 if name == "list of three" else rng.choice([0, 1, 2, 20])
        return [some(args[0], name, rng) for _ in range(length)]
    if origin is dict:
        items = {some(args[0], name, rng): some(args[1], name, rng) for _ in range(rng.choice([0, 1, 5, 20]))}
        # Python keeps the order of insertion, Rust that of the keys.
        return {key: items[key] for key in sorted(items, key=lambda k: k.encode() if isinstance(k, str) else k)}
    if t is type(None):
        return None
    if t is bool:
        return rng.random() < 0.5
    if t is int:
        bounds = {"int small": (0, 255), "int unsigned": (0, 2**63 - 1), "dataclass of scalars": (0, 127)}
        low, high = bounds.get(name, (-(2**63), 2**63 - 1))
        return rng.choice([low, high, 0, 1, rng.randint(low, high), rng.randint(low, high) >> 32])
    if t is float:
        if name in ("float single", "dataclass of scalars"):
            return rng.randint(-(2**20), 2**20) / 64
        return rng.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 1e300, rng.random(), rng.uniform(-1e9, 1e9)])
    if t is str:
        length = 1 if name in ("str of one", "dataclass of scalars") else rng.choice([0, 1, 5, 31, 32, 40, 300])
        return "".join(rng.choice("aZß日🦀\"\\\n ") for _ in range(length))
    if t is datetime.datetime:
        return EPOCH + datetime.timedelta(seconds=rng.randint(-62 * 10**9, 253 * 10**9), microseconds=rng.choice([0, 1, 999999]))
    if t is datetime.date:
        return datetime.date(rng.randint(1, 9999), rng.randint(1, 12), rng.randint(1, 28))
    if t is datetime.timedelta:
        return datetime.timedelta(microseconds=rng.randint(-(2**45), 2**45))
    if t is dict:
        inner = [None, True, rng.randint(-(2**63), 2**63 - 1), "text", ["text", {"inner": 1}]]
        return {key: rng.choice(inner) for key in sorted(rng.sample(["a", "b", "c", "ß"], rng.randint(0, 4)))}
    if t is FlyteError:
        return FlyteError(message=some(str, name, rng), failed_node_id=some(str, name, rng))
    if isinstance(t, type) and issubclass(t, enum.Enum):
        return rng.choice(list(t))
    if dataclasses.is_dataclass(t):
        hints = typing.get_type_hints(t)
        return t(**{f.name: some(hints[f.name], name, rng) for f in dataclasses.fields(t)})
    raise TypeError(f"no values of {t}")


def first_difference(left, right, path=""):
    """Where two messages differ, for people."""
    if type(left) is not type(right):
        return f"{path}: {left!r} and {right!r}"
    if isinstance(left, dict):
        for key in sorted(set(left) | set(right)):
            if key not in left or key not in right:
                return f"{path}.{key}: only {'flytekit' if key in left else 'Rust'} has it"
            found = first_difference(left[key], right[key], f"{path}.{key}")
            if found:
                return found
        return None
    if isinstance(left, list):
        if len(left) != len(right):
            return f"{path}: {len(left)} and {len(right)} items"
        pairs = (first_difference(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(left, right)))
        return next((found for found in pairs if found), None)
    return None if left == right else f"{path}: {left!r} and {right!r}"


def message_difference(left, right):
    from google.protobuf.json_format import MessageToDict

    return first_difference(MessageToDict(left), MessageToDict(right)) or "the bytes"


def main():
    program = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    context = FlyteContextManager.current_context()
    os.environ["ORACLE_FILES"] = files.ROOT.name
    failures = []
    counts = dict.fromkeys(["types", "read by flytekit", "bytes again by flytekit", "read by Rust", "bytes again by Rust", "cache keys"], 0)

    def fail(name, what):
        failures.append(f"{name}: {what}")

    types = {name: TypeEngine.to_literal_type(t) for name, t in TWINS.items()}

    def encoded(name, value):
        literal = TypeEngine.to_literal(context, value, TWINS[name], types[name]).to_flyte_idl()
        return literal.SerializeToString(deterministic=True)

    emitted = subprocess.run([program, "emit", str(seed), str(count)], check=True, capture_output=True, text=True)
    seen = set()
    for line in map(json.loads, emitted.stdout.splitlines()):
        name = line["name"]
        if name not in seen:
            seen.add(name)
            rust = types_pb2.LiteralType.FromString(bytes.fromhex(line["type"]))
            python = types[name].to_flyte_idl()
            if rust == python:
                counts["types"] += 1
            else:
                fail(name, f"the types differ at {message_difference(python, rust)}")
        wire = bytes.fromhex(line["literal"])
        message = literals_pb2.Literal.FromString(wire)
        try:
            value = TypeEngine.to_python_value(context, Literal.from_flyte_idl(message), TWINS[name])
            if shown(value) != line["shown"]:
                fail(name, f"flytekit reads {str(shown(value))[:200]} where Rust wrote {str(line['shown'])[:200]}")
                continue
            counts["read by flytekit"] += 1
            if name in files.TWINS:
                # flytekit puts a file of this machine at another random place each time.
                continue
            again = encoded(name, value)
        except Exception as error:  # noqa: BLE001 - whatever flytekit raises is the verdict
            if "Ambiguous choice of variant" in str(error):
                continue
            fail(name, f"flytekit does not read {str(line['shown'])[:200]}: {error!r}"[:600])
            continue
        if again == wire:
            counts["bytes again by flytekit"] += 1
        else:
            difference = message_difference(literals_pb2.Literal.FromString(again), message)
            fail(name, f"flytekit writes other bytes; they differ at {difference}")
    for name in sorted(set(TWINS) ^ seen):
        fail(name, "only one of the languages has it")

    rng = random.Random(seed)
    asked = []
    for name, t in TWINS.items():
        for _ in range(count):
            value = some(t, name, rng)
            try:
                asked.append((name, shown(value), encoded(name, value)))
            except Exception as error:  # noqa: BLE001 - it tries the variants of a union, and finds several for some values
                if "Ambiguous choice of variant" not in str(error):
                    fail(name, f"flytekit does not write {str(shown(value))[:200]}: {error!r}"[:600])
    lines = "".join(json.dumps({"name": name, "literal": wire.hex()}) + "\n" for name, _, wire in asked)
    answers = subprocess.run([program, "check"], check=True, capture_output=True, text=True, input=lines)
    for (name, value, wire), answer in zip(asked, map(json.loads, answers.stdout.splitlines()), strict=True):
        if "error" in answer:
            fail(name, f"Rust does not read {str(value)[:200]}: {answer['error']}")
            continue
        if answer["shown"] != value:
            fail(name, f"Rust reads {str(answer['shown'])[:200]} where flytekit wrote {str(value)[:200]}")
            continue
        counts["read by Rust"] += 1
        again = bytes.fromhex(answer["literal"])
        if again == wire:
            counts["bytes again by Rust"] += 1
        else:
            difference = message_difference(literals_pb2.Literal.FromString(wire), literals_pb2.Literal.FromString(again))
            fail(name, f"Rust writes other bytes; they differ at {difference}")

    # Inputs of calls: several literals each, some of which have a hash, one of which is ignored.
    # flytekit cannot write an error that it has read.
    pool = [wire for name, _, wire in asked if name != "error"]
    calls = []
    for _ in range(10 * count):
        literals = {}
        for position in range(rng.randint(0, 4)):
            literal = Literal.from_flyte_idl(literals_pb2.Literal.FromString(rng.choice(pool)))
            if rng.random() < 0.3:
                literal.set_metadata({"key": "value"})
            literals[rng.choice(["a", "ab", "b", "ignored", "x" * 40])] = literal
        calls.append(LiteralMap(literals))
    lines = "".join(call.to_flyte_idl().SerializeToString(deterministic=True).hex() + "\n" for call in calls)
    keys = subprocess.run([program, "keys"], check=True, capture_output=True, text=True, input=lines)
    for call, key in zip(calls, keys.stdout.splitlines(), strict=True):
        expected = _calculate_cache_key("module.task", "1.0", call, ("ignored",))
        if key == expected:
            counts["cache keys"] += 1
        else:
            fail(str(list(call.literals)), f"the cache key is {key} and not {expected}")

    for what, number in counts.items():
        print(f"{what}: {number}")
    for failure in failures[:40]:
        print(f"  {failure}")
    if failures:
        sys.exit(f"{len(failures)} differences (seed {seed})")


if __name__ == "__main__":
    main()
