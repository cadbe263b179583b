"""Calls of tasks with the names and hashes that Flyte 2's Python SDK gives them, as lines of JSON.

The calls are made from a fixed seed, so that the same release writes the same lines.
"""

import datetime
import json
import random

import msgpack
from flyteidl2.core import identifier_pb2, interface_pb2, literals_pb2, tasks_pb2, types_pb2
from flyteidl2.task import common_pb2

from flyte._internal.runtime import convert
from flyte.models import ActionID

COUNT = 240
WORDS = ["a", "b", "x", "rate", "größe", "名前", "path", "tea", ""]


def structure(rng, depth=0):
    """A value of a struct, with keys in any order."""
    kind = rng.randrange(7 if depth < 3 else 5)
    if kind == 0:
        return rng.choice([0, 1, -1, 127, 128, 255, 256, -33, 2**31, -(2**63), 2**63 - 1])
    if kind == 1:
        return rng.choice([0.0, 1.5, -2.25, 1e300])
    if kind == 2:
        return rng.choice(WORDS) * rng.choice([1, 40])
    if kind == 3:
        return rng.choice([True, False, None])
    if kind == 4:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(4)))
    if kind == 5:
        return [structure(rng, depth + 1) for _ in range(rng.randrange(4))]
    keys = rng.sample(WORDS, rng.randrange(len(WORDS)))
    return {key: structure(rng, depth + 1) for key in keys}


def literal(rng, depth=0):
    """A literal of any kind, and sometimes with a hash of its own."""
    value = literals_pb2.Literal()
    kind = rng.randrange(10 if depth < 2 else 8)
    primitive = value.scalar.primitive
    if kind == 0:
        primitive.integer = rng.randrange(-(2**63), 2**63)
    elif kind == 1:
        primitive.float_value = rng.uniform(-1e6, 1e6)
    elif kind == 2:
        primitive.string_value = rng.choice(WORDS)
    elif kind == 3:
        primitive.boolean = rng.random() < 0.5
    elif kind == 4:
        time = datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=rng.randrange(10**8))
        primitive.datetime.FromDatetime(time)
    elif kind == 5:
        value.scalar.none_type.SetInParent()
    elif kind in (6, 7):
        value.scalar.binary.tag = "msgpack"
        value.scalar.binary.value = msgpack.packb(structure(rng))
    elif kind == 8:
        value.collection.SetInParent()
        value.collection.literals.extend(literal(rng, depth + 1) for _ in range(rng.randrange(4)))
    else:
        value.map.SetInParent()
        for key in rng.sample(WORDS, rng.randrange(4)):
            value.map.literals[key].CopyFrom(literal(rng, depth + 1))
    if rng.random() < 0.15:
        value.hash = f"hash-{rng.randrange(100)}"
    return value


def variables(rng, names):
    """Variables with types that need not be those of the values."""
    entries = []
    for name in names:
        simple = rng.choice([types_pb2.INTEGER, types_pb2.STRING, types_pb2.STRUCT])
        variable = interface_pb2.Variable(
            type=types_pb2.LiteralType(simple=simple), description=rng.choice(["", name])
        )
        entries.append(interface_pb2.VariableEntry(key=name, value=variable))
    return interface_pb2.VariableMap(variables=entries)


def call(rng):
    """One call, and what the SDK makes of it."""
    names = rng.sample([word for word in WORDS if word], rng.randrange(5))
    ignored = [name for name in names if rng.random() < 0.1]
    template = tasks_pb2.TaskTemplate(
        id=identifier_pb2.Identifier(name=f"env{rng.randrange(3)}.task{rng.randrange(5)}"),
        metadata=tasks_pb2.TaskMetadata(
            discoverable=rng.random() < 0.5,
            discovery_version=rng.choice(["1", "2-salt", "0" * 64]),
            cache_ignore_input_vars=ignored,
        ),
        interface=interface_pb2.TypedInterface(
            inputs=variables(rng, names), outputs=variables(rng, ["o1", "o0"][: rng.randrange(3)])
        ),
    )
    inputs = common_pb2.Inputs(
        literals=[common_pb2.NamedLiteral(name=name, value=literal(rng)) for name in names]
    )
    own = convert.generate_inputs_hash_from_proto(inputs)
    counted = convert.generate_filtered_inputs_hash(inputs, ignored) if ignored else own
    identity = convert.generate_task_identity_hash(template)
    key = convert.generate_cache_key_hash(
        template.id.name,
        own,
        template.interface,
        template.metadata.discovery_version,
        ignored,
        inputs,
    )
    parent = rng.choice(["a0", "az8ds9ccjv9np5m3in54vw6mi"])
    number, group = rng.randrange(1, 4), rng.choice(["", "", "n0", "fan out"])
    action = ActionID(name=parent, run_name="r", project="p", domain="d", org="o")
    child = action.new_sub_action_from(
        task_call_seq=number, task_hash=identity, input_hash=counted, group=group or None
    )
    return {
        "template": template.SerializeToString(deterministic=True).hex(),
        "inputs": inputs.SerializeToString(deterministic=True).hex(),
        "parent": parent,
        "number": number,
        "group": group,
        "inputs_hash": counted,
        "identity": identity,
        "cache_key": key if template.metadata.discoverable else None,
        "name": child.name,
    }


def main():
    rng = random.Random(20)
    for _ in range(COUNT):
        print(json.dumps(call(rng), ensure_ascii=True, sort_keys=True))


if __name__ == "__main__":
    main()
