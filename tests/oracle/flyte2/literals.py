"""Compares literals and their types with Flyte 2's type engine, in both directions.

Rust writes random values and Flyte 2 reads them; Flyte 2 writes random values and Rust reads them. The types are those
that flytekit is asked about, except files, which have classes of their own there, and what Flyte 2 does not have.
"""

import enum
import json
import logging
import os
import pathlib
import random
import subprocess
import sys
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "literals"))

import files  # noqa: E402
from flyte.types import TypeEngine  # noqa: E402
from flyteidl2.core import literals_pb2, types_pb2  # noqa: E402
from judge import message_difference, shown, some  # noqa: E402
from twins import TWINS  # noqa: E402

# Flyte 2 writes the names of an enum's members, where flytekit writes their values: Rust writes what it is told to.
Colour = enum.Enum("Colour", {value: value for value in ["red", "dark-blue", "GREEN"]})

TYPES = {
    **TWINS,
    "enum": Colour,
    "optional enum": typing.Optional[Colour],
    "dict of dicts": typing.Dict[str, typing.Dict[str, Colour]],
}

# Flyte 2 has no type for an error, and its hashes are those of files.
for name in ["error", "hashed"]:
    del TYPES[name]


def without_dataclass_type(literal_type):
    """flytekit's structure of a dataclass is not in Flyte 2's types, which tell dataclasses by their schema alone."""
    if literal_type.structure.tag in ("", "Object-Dataclass-Transformer"):
        literal_type.ClearField("structure")
    for inner in ("collection_type", "map_value_type"):
        if literal_type.HasField(inner):
            without_dataclass_type(getattr(literal_type, inner))
    return literal_type


async def compare(program, seed, count):
    """What was compared, how often, and what differs."""
    counts = dict.fromkeys(["types", "read by Flyte 2", "bytes again by Flyte 2", "read by Rust", "bytes again by Rust"], 0)
    failures = []
    types = {name: TypeEngine.to_literal_type(t) for name, t in TYPES.items()}

    def fail(name, what):
        failures.append(f"{name}: {what}")

    async def encoded(name, value):
        literal = await TypeEngine.to_literal(value, TYPES[name], types[name])
        return literal.SerializeToString(deterministic=True)

    # It tries the variants of a union one after the other, logs what does not fit, and finds several for some values.
    logging.disable(logging.CRITICAL)
    ambiguous = "Ambiguous choice of variant"
    # The program writes files, too, of which nothing is compared.
    around = {**os.environ, "ORACLE_FILES": files.ROOT.name}
    arguments = [program, "emit", str(seed), str(count)]
    emitted = subprocess.run(arguments, check=True, capture_output=True, text=True, env=around)
    seen = set()
    for line in map(json.loads, emitted.stdout.splitlines()):
        name = line["name"]
        if name not in TYPES:
            continue
        if name not in seen:
            seen.add(name)
            rust = without_dataclass_type(types_pb2.LiteralType.FromString(bytes.fromhex(line["type"])))
            python = without_dataclass_type(types_pb2.LiteralType.FromString(types[name].SerializeToString()))
            if rust == python:
                counts["types"] += 1
            else:
                fail(name, f"the types differ at {message_difference(python, rust)}")
        wire = bytes.fromhex(line["literal"])
        message = literals_pb2.Literal.FromString(wire)
        try:
            value = await TypeEngine.to_python_value(message, TYPES[name])
            if shown(value) != line["shown"]:
                fail(name, f"Flyte 2 reads {str(shown(value))[:200]} where Rust wrote {str(line['shown'])[:200]}")
                continue
            counts["read by Flyte 2"] += 1
            again = await encoded(name, value)
        except Exception as error:  # noqa: BLE001 - whatever it raises is the verdict
            if ambiguous not in str(error):
                fail(name, f"Flyte 2 does not read {str(line['shown'])[:200]}: {error!r}"[:600])
            continue
        if again == wire:
            counts["bytes again by Flyte 2"] += 1
        else:
            difference = message_difference(literals_pb2.Literal.FromString(again), message)
            fail(name, f"Flyte 2 writes other bytes; they differ at {difference}")
    for name in sorted(set(TYPES) - seen):
        fail(name, "only Python has it")

    rng = random.Random(seed)
    asked = []
    for name, t in TYPES.items():
        for _ in range(count):
            value = some(t, name, rng)
            try:
                asked.append((name, shown(value), await encoded(name, value)))
            except Exception as error:  # noqa: BLE001
                if ambiguous not in str(error):
                    fail(name, f"Flyte 2 does not write {str(shown(value))[:200]}: {error!r}"[:600])
    lines = "".join(json.dumps({"name": name, "literal": wire.hex()}) + "\n" for name, _, wire in asked)
    answers = subprocess.run([program, "check"], check=True, capture_output=True, text=True, input=lines)
    for (name, value, wire), answer in zip(asked, map(json.loads, answers.stdout.splitlines()), strict=True):
        if "error" in answer:
            fail(name, f"Rust does not read {str(value)[:200]}: {answer['error']}")
            continue
        if answer["shown"] != value:
            fail(name, f"Rust reads {str(answer['shown'])[:200]} where Flyte 2 wrote {str(value)[:200]}")
            continue
        counts["read by Rust"] += 1
        again = bytes.fromhex(answer["literal"])
        if again == wire:
            counts["bytes again by Rust"] += 1
        else:
            difference = message_difference(literals_pb2.Literal.FromString(wire), literals_pb2.Literal.FromString(again))
            fail(name, f"Rust writes other bytes; they differ at {difference}")
    return counts, failures
