#!/usr/bin/env python3
"""Plays the backend: starts a Rust program as a cluster does, and reads what it leaves with flytekit's readers.

    judge.py PROGRAM

Arguments are the templates that the program registers for its tasks, rendered as propeller renders them. Inputs are written
by flytekit's type engine, and outputs must be equal to what flytekit reads and expects.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import typing

from flyteidl.admin import task_pb2
from flyteidl.core import dynamic_job_pb2, errors_pb2, literals_pb2
from flytekit.core.context_manager import FlyteContextManager
from flytekit.core.type_engine import TypeEngine
from flytekit.models import dynamic_job
from flytekit.models import literals as models
from flytekit.models.core import errors as error_models

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from python_tasks import Report  # noqa: E402

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
CHECKS = 0


def check(what, found, expected):
    global CHECKS
    CHECKS += 1
    if found != expected:
        sys.exit(f"{what}:\n  found    {found!r}\n  expected {expected!r}")


def registered_arguments(directory):
    """What every task registers as its container's arguments and environment, by the task's name."""
    out = directory / "registered"
    command = [PROGRAM, "serialize", "--out", str(out), "--image", "a:1", "--project", "p", "--domain", "d", "--version", "v"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    tasks = {}
    for path in out.glob("*_1.pb"):
        spec = task_pb2.TaskSpec.FromString(path.read_bytes())
        container = spec.template.container
        tasks[spec.template.id.name] = (list(container.args), {pair.key: pair.value for pair in container.env})
    return tasks


def pyflyte_execute(inputs, root):
    """Runs the Python task on the inputs, and gives its outputs."""
    root.mkdir(parents=True)
    (root / "inputs.pb").write_bytes(inputs)
    command = [
        str(pathlib.Path(sys.executable).parent / "pyflyte-execute"),
        *("--inputs", str(root / "inputs.pb"), "--output-prefix", str(root / "out")),
        *("--raw-output-data-prefix", str(root / "raw")),
        *("--resolver", "flytekit.core.python_auto_container.default_task_resolver"),
        *("--", "task-module", "python_tasks", "task-name", "read_report"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "HOME": str(root)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    outputs = root / "out/outputs.pb"
    if not outputs.exists():
        sys.exit(f"pyflyte-execute: {ended.stderr}")
    proto = literals_pb2.LiteralMap.FromString(outputs.read_bytes())
    context = FlyteContextManager.current_context()
    return TypeEngine.literal_map_to_kwargs(context, models.LiteralMap.from_flyte_idl(proto), {"o0": str})


class Container:
    """One attempt of a task."""

    def __init__(self, registered, inputs, root, previous=None):
        arguments, self.environment = registered
        self.root = root
        root.mkdir(parents=True)
        (root / "inputs.pb").write_bytes(inputs)
        templates = {
            "input": str(root / "inputs.pb"),
            "outputprefix": str(root / "out"),
            "rawoutputdataprefix": str(root / "raw"),
            "checkpointoutputprefix": str(root / "raw/_flytecheckpoints"),
            # What propeller renders when there was no attempt before.
            "prevcheckpointprefix": previous or '""',
        }
        render = lambda match: templates[match.group(1).lower()]
        self.arguments = [re.sub(r"{{\s*\.(\w+)\s*}}", render, argument) for argument in arguments]

    def run(self, **environment):
        arguments = self.arguments[1:]
        around = {"PATH": os.environ["PATH"], "HOME": str(self.root)}
        environment = {**around, **self.environment, **environment}
        ended = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True)
        out = self.root / "out"
        self.files = {path.name: path.read_bytes() for path in out.iterdir()} if out.exists() else {}
        check(f"exit code of {arguments}, {ended.stderr}", ended.returncode, 0)
        found = {"outputs.pb", "error.pb", "futures.pb"} & set(self.files)
        check(f"files of {arguments}, {ended.stderr}", len(found), 1)
        return self

    def outputs(self, types):
        if "error.pb" in self.files:
            sys.exit(str(errors_pb2.ErrorDocument.FromString(self.files["error.pb"])))
        proto = literals_pb2.LiteralMap.FromString(self.files["outputs.pb"])
        literal_map = models.LiteralMap.from_flyte_idl(proto)
        context = FlyteContextManager.current_context()
        return TypeEngine.literal_map_to_kwargs(context, literal_map, types)

    def error(self):
        proto = errors_pb2.ErrorDocument.FromString(self.files["error.pb"])
        return error_models.ErrorDocument.from_flyte_idl(proto).error


def encode(**values):
    """inputs.pb as flytekit writes it; each value with its type."""
    context = FlyteContextManager.current_context()
    literals = {
        name: TypeEngine.to_literal(context, value, kind, TypeEngine.to_literal_type(kind))
        for name, (value, kind) in values.items()
    }
    return models.LiteralMap(literals).to_flyte_idl().SerializeToString()


def main(directory):
    tasks = registered_arguments(directory)
    number = iter(range(1000))

    def container(task, inputs, **options):
        return Container(tasks[task], inputs, directory / str(next(number)), **options)

    # Values of many types, in and out, with an optional one there and not there.
    for note in (None, "x"):
        inputs = encode(
            xs=([1, 2, 3], typing.List[int]),
            label=("a", str),
            weights=({"u": 0.5, "v": 1.5}, typing.Dict[str, float]),
            flag=(True, bool),
            note=(note, typing.Optional[str]),
        )
        types = {"o0": Report, "o1": int, "o2": typing.List[str]}
        outputs = container("contract.summarise", inputs).run().outputs(types)
        check("summarise", outputs, {"o0": Report("a true", 12.0, [1, 2, 3], note), "o1": 6, "o2": ["u", "v"]})

    # What Rust wrote for a dataclass is what flytekit writes for the one it reads; and a deck is beside it.
    report = Report("warm", 1.25, [4], "n")
    relabelled = container("contract.relabel", encode(report=(report, Report))).run()
    check("relabel", relabelled.outputs({"o0": Report}), {"o0": Report("WARM", 1.25, [4], "n")})
    check("deck", b"relabelled" in relabelled.files["deck.html"], True)
    again = literals_pb2.LiteralMap.FromString(relabelled.files["outputs.pb"])
    inputs = literals_pb2.LiteralMap(literals={"report": again.literals["o0"]}).SerializeToString()
    check("relabel again", container("contract.relabel", inputs).run().outputs({"o0": Report})["o0"].label, "WARM")

    # And a Python task reads it.
    check("python", pyflyte_execute(inputs, directory / "python"), {"o0": "WARM 1.25 [4] n"})

    # The graph of a dynamic task, whose nodes the cluster runs: one of them is run as it says.
    unfolded = container("contract.unfolds", encode(n=(3, int), by=(7, int))).run()
    check("unfolded", sorted(unfolded.files), ["futures.pb"])
    proto = dynamic_job_pb2.DynamicJobSpec.FromString(unfolded.files["futures.pb"])
    job = dynamic_job.DynamicJobSpec.from_flyte_idl(proto)
    check("nodes", [node.id for node in job.nodes], ["dn0", "dn1", "dn2"])
    check("tasks", [task.id.name for task in job.tasks], ["contract.scale"])
    bound = {binding.var: binding.binding.scalar.primitive.integer for binding in job.nodes[2].inputs}
    check("bindings", bound, {"x": 2, "by": 7})
    registered = (list(proto.tasks[0].container.args), {})
    inputs = encode(x=(bound["x"], int), by=(bound["by"], int))
    node = Container(registered, inputs, directory / str(next(number))).run()
    check("node", node.outputs({"o0": int}), {"o0": 14})

    # A task without outputs.
    check("log", container("contract.log", encode(x=(1, int))).run().outputs({}), {})

    # Errors, by kind and origin; flytekit's NON_RECOVERABLE is 0, its USER 1, SYSTEM 2.
    for how, code, kind in [
        ("plain", "USER:RuntimeError", 1),
        ("panic", "USER:RuntimeError", 1),
        ("fatal", "USER:RuntimeError", 0),
        ("recoverable", "USER:Recoverable", 1),
    ]:
        error = container("contract.fails", encode(how=(how, str))).run().error()
        check(how, (error.code, error.kind, error.origin), (code, kind, 1))
        check(f"{how} says where", "main.rs:" in error.message, True)
    wrong = container("contract.fails", encode(how=(1, int))).run().error()
    check("wrong type", (wrong.code, wrong.kind, wrong.origin), ("USER:TypeError", 0, 1))
    garbage = container("contract.fails", b"\xff\xff").run().error()
    check("garbage", (garbage.code, garbage.kind, garbage.origin), ("SYSTEM", 1, 2))

    # Elements of a map task, as it is registered.
    [mapped_task] = [name for name in tasks if name.startswith("contract.map_scale_")]
    inputs = encode(x=([10, 20, 30], typing.List[int]), by=(7, int))
    for index, offset, expected in [(0, "0", 70), (2, "0", 210), (0, "1", 140)]:
        mapped = container(mapped_task, inputs).run(
            BATCH_JOB_ARRAY_INDEX_VAR_NAME="FLYTE_K8S_ARRAY_INDEX",
            FLYTE_K8S_ARRAY_INDEX=str(index),
            BATCH_JOB_ARRAY_INDEX_OFFSET=offset,
        )
        check(f"element {index} from {offset} on", mapped.outputs({"o0": int}), {"o0": expected})

    # The second attempt finds the checkpoint of the first.
    kind = {"o0": typing.Optional[str]}
    first = container("contract.counts", encode()).run()
    check("first attempt", first.outputs(kind), {"o0": None})
    second = container("contract.counts", encode(), previous=str(first.root / "raw/_flytecheckpoints"))
    check("second attempt", second.run(FLYTE_ATTEMPT_NUMBER="1").outputs(kind), {"o0": "kept"})

    # Offloaded outputs are read by flytekit, and by the next task.
    offloaded = container("contract.scale", encode(x=(2, int), by=(3, int))).run(_F_L_MIN_SIZE_MB="0")
    proto = literals_pb2.LiteralMap.FromString(offloaded.files["outputs.pb"]).literals["o0"]
    check("offloaded", proto.offloaded_metadata.uri, str(offloaded.root / "out/o0_offloaded_metadata.pb"))
    check("offloaded value", offloaded.outputs({"o0": int}), {"o0": 6})
    inputs = literals_pb2.LiteralMap.FromString(encode(by=(5, int)))
    inputs.literals["x"].CopyFrom(proto)
    reader = container("contract.scale", inputs.SerializeToString()).run()
    check("offloaded input", reader.outputs({"o0": int}), {"o0": 30})

    print(f"{CHECKS} checks of the container contract hold")


with tempfile.TemporaryDirectory() as temporary:
    main(pathlib.Path(temporary))
