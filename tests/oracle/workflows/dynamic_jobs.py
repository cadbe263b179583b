"""Compares what dynamic tasks build: both languages are given the same inputs, and write `futures.pb`."""

import importlib
import os
import pathlib
import re
import subprocess
import tempfile

from flyteidl.admin import task_pb2
from flyteidl.core import dynamic_job_pb2, errors_pb2
from flytekit.core.context_manager import ExecutionState, FlyteContextManager
from flytekit.core.type_engine import TypeEngine

# Dynamic tasks of the package `twins`, with inputs.
BUILT = [
    ("dynamic.squares", {"n": 3}),
    ("dynamic_jobs.chain", {"n": 4}),
    ("dynamic_jobs.of_workflows", {"n": 2}),
    ("dynamic_jobs.of_maps", {"n": 2, "text": "a"}),
    ("dynamic_jobs.several", {"n": 5}),
    ("dynamic_jobs.ordered", {"n": 1}),
    ("dynamic_jobs.inner", {"n": 1}),
    ("dynamic_jobs.outer", {"n": 1}),
    ("dynamic_jobs.constant", {"n": 1}),
]


def by_python(task, inputs, settings, root):
    """What flytekit puts into `futures.pb`."""
    context = FlyteContextManager.current_context().with_serialization_settings(settings)
    state = context.execution_state.with_params(mode=ExecutionState.Mode.TASK_EXECUTION, working_dir=str(root))
    with FlyteContextManager.with_context(context.with_execution_state(state)) as context:
        return task.dispatch_execute(context, inputs).to_flyte_idl()


def by_rust(program, spec, inputs, root):
    """What a container of the task writes."""
    (root / "inputs.pb").write_bytes(inputs.to_flyte_idl().SerializeToString())
    places = {
        "input": str(root / "inputs.pb"),
        "outputprefix": str(root / "out"),
        "rawoutputdataprefix": str(root / "raw"),
        "checkpointoutputprefix": str(root / "checkpoints"),
        "prevcheckpointprefix": '""',
    }
    container = spec.template.container
    arguments = [
        re.sub(r"{{\s*\.(\w+)\s*}}", lambda match: places[match.group(1).lower()], argument)
        for argument in list(container.args)[1:]
    ]
    variables = {variable.key: variable.value for variable in container.env}
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), **variables, **named(spec)}
    subprocess.run([program, *arguments], env=environment, check=True)
    futures = root / "out/futures.pb"
    if not futures.exists():
        error = root / "out/error.pb"
        raise ValueError(errors_pb2.ErrorDocument.FromString(error.read_bytes()) if error.exists() else "no file")
    return dynamic_job_pb2.DynamicJobSpec.FromString(futures.read_bytes())


def named(spec):
    """What the backend tells a container of where it is."""
    identifier = spec.template.id
    return {
        "FLYTE_INTERNAL_TASK_PROJECT": identifier.project,
        "FLYTE_INTERNAL_TASK_DOMAIN": identifier.domain,
        "FLYTE_INTERNAL_TASK_NAME": identifier.name,
        "FLYTE_INTERNAL_TASK_VERSION": identifier.version,
    }


def parts(job, unpack):
    """Tasks, in the form of the registered ones, and the rest; both are found by their ids, so their order means nothing."""
    tasks = {template.id.name: unpack(task_pb2.TaskSpec(template=template)) for template in job.tasks}
    job.ClearField("tasks")
    job.subworkflows.sort(key=lambda template: template.id.name)
    return tasks, job


def job_difference(python, rust, difference):
    tasks, job = zip(python, rust)
    for name in sorted(tasks[0].keys() | tasks[1].keys()):
        if name not in tasks[0] or name not in tasks[1]:
            return f"tasks[{name!r}]", *("there" if name in side else "nothing" for side in tasks)
        if found := difference("", tasks[0][name], tasks[1][name]):
            return f"tasks[{name!r}].{found[0]}", *found[1:]
    return difference("", *job)


def differences(options, settings, rust, difference, unpack):
    """How many jobs differ, and how many there are; tells of each where."""
    failures = 0
    for name, values in BUILT:
        module, _, function = name.rpartition(".")
        task = getattr(importlib.import_module(f"twins.{module}"), function)
        context = FlyteContextManager.current_context()
        inputs = TypeEngine.dict_to_literal_map(context, values, task.python_interface.inputs)
        with tempfile.TemporaryDirectory() as root:
            root = pathlib.Path(root)
            python = parts(by_python(task, inputs, settings, root), unpack)
            job = parts(by_rust(options.program, rust["task", f"twins.{name}"], inputs, root), unpack)
        if found := job_difference(python, job, difference):
            failures += 1
            path, of_python, of_rust = found
            print(f"dynamic job {name}: {path}\n    Python: {of_python}\n    Rust:   {of_rust}")
    return failures, len(BUILT)
