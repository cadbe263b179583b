#!/usr/bin/env python3
"""Compares what Rust serialised with what flytekit makes of the same entities written in Python.

    judge.py DIR LOWERED PROGRAM [the options that Rust was given]

DIR holds the files of `twins serialize --as-written`, LOWERED those of `--unchecked`, and PROGRAM is `twins`. Every entity of the Python package `twins` must be there, equal field by field
except for IGNORED, and no other may be but those of ONLY_IN_RUST. For each that is not, the path to its first difference is printed. Then
flytekit's own readers are given everything that Rust wrote. What is lowered for a cluster has to be what LOWERED_ENTITIES names, and all else
the same bytes.
"""

import argparse
import base64
import copy
import gzip
import importlib
import pathlib
import re
import sys

from flyteidl.admin import launch_plan_pb2, task_pb2, workflow_pb2
from flytekit.configuration import ImageConfig, SerializationSettings
from flytekit.core.context_manager import FlyteContextManager
from flytekit.tools.serialize_helpers import get_registrable_entities

import dynamic_jobs
import readers

HERE = pathlib.Path(__file__).resolve().parent

# Paths that may differ, as regular expressions over whole paths, each with the reason.
IGNORED = {
    # The plugin that runs Rust is the one for plain containers.
    r"template\.type",
    # What is in the container: another program, found by another resolver.
    r"template\.container\.args\[.*\]",
    # Another SDK.
    r"template\.metadata\.runtime\.(version|flavor)",
    # Documentation in Rust is Markdown.
    r"description\.long_description\.format",
}

# Lists whose order means nothing. flytekit orders the nodes that a node needs by where they are in memory.
UNORDERED = {r".*\.upstream_node_ids"}

# What flytekit adds to a program, and Rust does not.
ONLY_IN_PYTHON = {
    # A workflow around each eager task, whose handler ends the executions that the task has started.
    r"(workflow|launch plan) twins\.eager\.gathered",
    r"task twins\.eager\.gathered-cleanup",
    # A task inside of each shell task, which nothing uses.
    r"task _bash\.twins\.processes\.counted",
}

# What flytekit cannot write, and only has to read.
ONLY_IN_RUST = {r".* twins\.only_in_rust\..*"}

# What Flyte's compiler does not take as flytekit writes it, and Rust writes otherwise.
LOWERED_ENTITIES = {
    "workflow twins.branches.of_options",
    "task twins.branches.of_options.n1-if",
    "workflow twins.maps.plans",
    "task twins.maps.plans.n0-map",
    "workflow twins.references.all_published",
    "task twins.references.all_published.n0-map",
    "workflow twins.references.measured",
    "task twins.references.measured.n0-map",
    "workflow twins.references.measured.n0-each",
    "launch plan twins.references.measured.n0-each",
    "workflow twins.only_in_rust.assigned",
    "workflow twins.only_in_rust.only_for_its_effect",
}

# The variable with the serialisation settings; its text is compared unpacked, for packing depends on the compressor.
SETTINGS = "_F_SS_C"

MESSAGES = {"1": task_pb2.TaskSpec, "2": workflow_pb2.WorkflowSpec, "3": launch_plan_pb2.LaunchPlan}
KINDS = {"TaskSpec": "task", "WorkflowSpec": "workflow", "LaunchPlan": "launch plan"}


def matches(patterns, path):
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def show(value):
    text = " ".join(str(value).split())
    return text if len(text) <= 200 else text[:200] + "…"


def difference(path, python, rust):
    """The path to the first place where two values of one type differ with both values, or nothing."""
    if matches(IGNORED, path):
        return None
    if hasattr(python, "DESCRIPTOR"):
        return message_difference(path, python, rust)
    if hasattr(python, "keys"):
        return map_difference(path, python, rust)
    if hasattr(python, "append") or hasattr(python, "add"):
        return list_difference(path, python, rust)
    # Floating point numbers that are not numbers are unlike themselves.
    return None if python == rust or repr(python) == repr(rust) else (path, repr(python), repr(rust))


def message_difference(path, python, rust):
    for field in python.DESCRIPTOR.fields:
        inner = f"{path}.{field.name}" if path else field.name
        if field.has_presence and python.HasField(field.name) != rust.HasField(field.name):
            if not matches(IGNORED, inner):
                return inner, *(show(getattr(m, field.name)) or "{}" if m.HasField(field.name) else "nothing"
                                for m in (python, rust))
        elif not field.has_presence or python.HasField(field.name):
            found = difference(inner, getattr(python, field.name), getattr(rust, field.name))
            if found:
                return found
    return None


def map_difference(path, python, rust):
    for key in sorted(python.keys() | rust.keys()):
        inner = f"{path}[{key!r}]"
        if key not in python or key not in rust:
            return inner, *(show(m[key]) if key in m else "nothing" for m in (python, rust))
        found = difference(inner, python[key], rust[key])
        if found:
            return found
    return None


def list_difference(path, python, rust):
    if matches(UNORDERED, path):
        python, rust = sorted(python), sorted(rust)
    for index in range(max(len(python), len(rust))):
        inner = f"{path}[{index}]"
        if matches(IGNORED, inner):
            continue
        if index >= len(python) or index >= len(rust):
            return inner, *(show(m[index]) if index < len(m) else "nothing" for m in (python, rust))
        found = difference(inner, python[index], rust[index])
        if found:
            return found
    return None


def settings_of(options):
    return SerializationSettings(
        image_config=ImageConfig.validate_image(None, "--image", tuple(options.image)),
        project=options.project,
        domain=options.domain,
        version=options.version,
        env=dict(variable.split("=", 1) for variable in options.env),
    )


def from_python(options):
    """What flytekit makes of the package, by kind and name."""
    sys.path.insert(0, str(HERE))
    with FlyteContextManager.with_context(
        FlyteContextManager.current_context().with_serialization_settings(settings_of(options))
    ) as context:
        for file in sorted((HERE / "twins").glob("[!_]*.py")):
            importlib.import_module(f"twins.{file.stem}")
        messages = [entity.to_flyte_idl() for entity in get_registrable_entities(context)]
    return {
        identity(message): unpack_settings(message)
        for message in messages
        if not matches(ONLY_IN_PYTHON, " ".join(identity(message)))
    }


def from_rust(directory):
    """What Rust wrote, by kind and name."""
    messages = {}
    for file in sorted(directory.glob("*.pb")):
        message = MESSAGES[file.stem[-1]].FromString(file.read_bytes())
        messages[identity(message)] = message
    return messages


def unpack_settings(message):
    for variable in message.template.container.env if isinstance(message, task_pb2.TaskSpec) else ():
        if variable.key == SETTINGS:
            variable.value = gzip.decompress(base64.b64decode(variable.value)).decode()
    return message


def identity(message):
    template = message if hasattr(message, "id") else message.template
    return KINDS[type(message).__name__], template.id.name


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("lowered", type=pathlib.Path)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--image", action="append", default=[])
    parser.add_argument("--project")
    parser.add_argument("--domain")
    parser.add_argument("--version")
    parser.add_argument("--env", action="append", default=[])
    options = parser.parse_args()

    registered = from_rust(options.directory)
    python, rust = from_python(options), {key: unpack_settings(copy.deepcopy(registered[key])) for key in registered}
    rust = {key: message for key, message in rust.items() if not matches(ONLY_IN_RUST, " ".join(key))}
    failures = 0
    for key in sorted(python.keys() | rust.keys()):
        if key not in python or key not in rust:
            failures += 1
            print(f"{' '.join(key)}: only in {'Python' if key in python else 'Rust'}")
        elif found := difference("", python[key], rust[key]):
            failures += 1
            path, of_python, of_rust = found
            print(f"{' '.join(key)}: {path}\n    Python: {of_python}\n    Rust:   {of_rust}")
    differing, built = dynamic_jobs.differences(options, settings_of(options), registered, difference, unpack_settings)
    failures += differing
    counts = ", ".join(
        f"{sum(kind == name for kind, _ in python.keys() & rust.keys())} {name}s" for name in KINDS.values()
    )
    print(f"compared {counts}, {built} dynamic jobs; {failures} differ")
    lowered = from_rust(options.lowered)
    changed = {" ".join(key) for key in registered.keys() | lowered.keys() if registered.get(key) != lowered.get(key)}
    for name in sorted(changed ^ LOWERED_ENTITIES):
        failures += 1
        print(f"{name}: {'is lowered' if name in changed else 'is written as it is'}, and should not be")
    print(f"{len(changed)} entities are lowered")
    workflows, elsewhere, nodes, problems = readers.read(registered)
    for problem in problems:
        print(problem)
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(nodes.items()))
    print(f"flytekit reads {workflows} workflows, and {elsewhere} that refer to others ({counted}); {len(problems)} problems")
    sys.exit(bool(failures or problems))


if __name__ == "__main__":
    main()
