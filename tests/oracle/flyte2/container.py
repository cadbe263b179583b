"""Plays Flyte 2's backend: starts a Rust program in Flyte 2's words, and reads what it leaves as Flyte 2's SDK reads it."""

import os
import pathlib
import subprocess
import sys
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "contract"))

import flyte  # noqa: E402
import flyte.errors  # noqa: E402
from flyte._internal.runtime import convert, io, taskrunner  # noqa: E402
from flyte.models import ActionID, RawDataPath  # noqa: E402
from flyteidl2.task import common_pb2  # noqa: E402
from python_tasks import Report  # noqa: E402

ENVIRONMENT = flyte.TaskEnvironment("oracle")


# The interfaces of the Rust tasks of these names, in ../contract/main.rs.


@ENVIRONMENT.task
async def summarise(
    xs: typing.List[int], label: str, weights: typing.Dict[str, float], flag: bool, note: typing.Optional[str]
) -> typing.Tuple[Report, int, typing.List[str]]: ...


@ENVIRONMENT.task
async def relabel(report: Report) -> Report: ...


@ENVIRONMENT.task
async def fails(how: str) -> int: ...


@ENVIRONMENT.task
async def counts() -> typing.Optional[str]: ...


@ENVIRONMENT.task
async def unfolds(n: int, by: int) -> typing.List[int]: ...


@ENVIRONMENT.task
async def tenant() -> typing.Optional[str]: ...


@ENVIRONMENT.task
async def read_report(report: Report) -> str:
    """Python's own, which gets what Rust wrote."""
    return f"{report.label} {report.mean} {report.counts} {report.note}"


class Backend:
    def __init__(self, program, directory):
        self.program, self.directory = program, pathlib.Path(directory)
        self.actions, self.checks, self.failures = 0, 0, []

    def check(self, what, found, expected):
        self.checks += 1
        if found != expected:
            self.failures.append(f"{what}:\n    found    {found!r}\n    expected {expected!r}")

    async def run(self, task, context=None, previous=None, **values):
        """One attempt of a Rust task on inputs that Flyte 2 has written; gives its directory."""
        root = self.directory / str(self.actions)
        self.actions += 1
        root.mkdir(parents=True)
        inputs = await convert.convert_from_native_to_inputs(task.native_interface, custom_context=context, **values)
        await io.upload_inputs(inputs, str(root / "inputs.pb"))
        words = [
            *("flyte-execute", "--inputs", str(root / "inputs.pb"), "--outputs-path", str(root / "out")),
            *("--version", "v1", "--raw-data-path", str(root / "raw")),
            *("--checkpoint-path", str(root / "checkpoint"), "--prev-checkpoint", previous or '""'),
            # The open-source backend leaves these two to the environment.
            *("--run-name", "{{.runName}}", "--name", "{{.actionName}}", "--run-start-time", "2026-01-31T00:00:01Z"),
            *("--", "task", f"contract.{task.func.__name__}"),
        ]
        names = {"PATH": os.environ["PATH"], "HOME": str(root), "RUN_NAME": "run", "ACTION_NAME": "a0"}
        ended = subprocess.run([self.program, *words], env=names, capture_output=True, text=True)
        found = sorted({path.name for path in (root / "out").glob("*.pb")})
        self.check(f"{words[-1]}: exit code and files, {ended.stderr}", (ended.returncode, len(found)), (0, 1))
        return root

    async def outputs(self, task, root):
        outputs = await io.load_outputs(io.outputs_path(str(root / "out")))
        return await convert.convert_outputs_to_native(task.native_interface, outputs)

    async def error(self, root):
        return convert.convert_error_to_native(await io.load_error(io.error_path(str(root / "out"))))


async def compare(program, directory):
    """How many checks there were, and those that failed."""
    backend = Backend(program, directory)
    check = backend.check

    for note in (None, "x"):
        values = {"xs": [1, 2, 3], "label": "a", "weights": {"u": 0.5, "v": 1.5}, "flag": True, "note": note}
        root = await backend.run(summarise, **values)
        expected = (Report("a true", 12.0, [1, 2, 3], note), 6, ["u", "v"])
        check("summarise", await backend.outputs(summarise, root), expected)

    root = await backend.run(relabel, report=Report("warm", 1.25, [4], "n"))
    check("relabel", await backend.outputs(relabel, root), Report("WARM", 1.25, [4], "n"))
    check("report", b"relabelled" in pathlib.Path(io.report_path(str(root / "out"))).read_bytes(), True)

    # A Python task reads it, run by Flyte 2's own runner.
    written = common_pb2.Outputs.FromString((root / "out/outputs.pb").read_bytes()).literals[0].value
    named = common_pb2.NamedLiteral(name="report", value=written)
    (root / "next.pb").write_bytes(common_pb2.Inputs(literals=[named]).SerializeToString())
    outputs, error = await taskrunner.convert_and_run(
        task=read_report,
        action=ActionID(name="a1", run_name="run"),
        controller=None,
        raw_data_path=RawDataPath(path=str(root / "raw")),
        version="v1",
        output_path=str(root / "python"),
        run_base_dir=str(root),
        input_path=str(root / "next.pb"),
    )
    check("python's error", error, None)
    check("python", await convert.convert_outputs_to_native(read_report.native_interface, outputs), "WARM 1.25 [4] n")

    # Flyte 2 runs no graphs: that of a dynamic task is run in its container.
    check("unfolds", await backend.outputs(unfolds, await backend.run(unfolds, n=3, by=7)), [0, 7, 14])

    check("context", await backend.outputs(tenant, await backend.run(tenant, context={"tenant": "a"})), "a")
    check("no context", await backend.outputs(tenant, await backend.run(tenant)), None)

    first = await backend.run(counts)
    check("first attempt", await backend.outputs(counts, first), None)
    second = await backend.run(counts, previous=str(first / "checkpoint"))
    check("second attempt", await backend.outputs(counts, second), "kept")

    for how, code in [("plain", "USER:RuntimeError"), ("panic", "USER:RuntimeError"), ("recoverable", "USER:Recoverable")]:
        error = await backend.error(await backend.run(fails, how=how))
        check(how, (type(error), error.code), (flyte.errors.RuntimeUserError, code))
        check(f"{how} says where", "main.rs:" in str(error), True)
    return backend.checks, backend.failures
