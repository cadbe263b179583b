"""FlyteRemote of flytekit and our client, each with what the other has registered.

judge.py CLUSTER PROGRAM DIRECTORY
"""

import json
import os
import pathlib
import subprocess
import sys
import time

import pandas
from flytekit.configuration import Config, ImageConfig, PlatformConfig, SerializationSettings
from flytekit.remote import FlyteRemote
from flytekit.types.file import FlyteFile

HERE = pathlib.Path(__file__).resolve().parent
cluster, program, directory = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])

# How long anything may take on a machine with other work.
PATIENCE = 120


class Rig:
    """The cluster as a process, whose containers find flytekit's commands, and the module with its tasks."""

    def __enter__(self):
        ready = directory / "address"
        path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
        self.process = subprocess.Popen(
            [cluster, "serve", "--data", directory / "cluster", "--ready-file", ready, "--run-timeout", "15m"]
            + ["--binary", program, "--env", f"PYTHONPATH={HERE}", "--env", "PYTHONDONTWRITEBYTECODE=1"]
            + ["--limit", "cpu=8", "--limit", "memory=16Gi", "--log-level", "1"],
            env=os.environ | {"PATH": path},
        )
        until("the cluster is ready", ready.exists)
        self.address = ready.read_text().strip()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def until(what, ask):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not after {PATIENCE} s: {what}")


def equal(what, left, right):
    assert left == right, f"{what}: {left!r} is not {right!r}"
    print(f"equal  {what}", flush=True)


class Ours:
    """Our client: the command line of the program."""

    def __init__(self, address):
        self.remote = ["--endpoint", address, "--insecure"]

    def says(self, *words, fails=False):
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=PATIENCE)
        assert (done.returncode != 0) == fails, f"{words}: {done.stderr}"
        return done.stderr if fails else done.stdout

    def here(self, entity, *inputs):
        return json.loads(self.says("run", entity, *inputs, "--json"))

    def there(self, *words):
        return json.loads(self.says(*words, *self.remote, "--json"))

    def run_there(self, entity, *inputs):
        return self.there("run", entity, *inputs, "--remote", "--version", "v1", "--wait")


def outputs_of(execution):
    """The outputs of flytekit's execution by name."""
    return {name: plain(literal) for name, literal in execution.outputs.literals.items()}


def plain(literal):
    if literal.collection:
        return [plain(item) for item in literal.collection.literals]
    if literal.map:
        return {key: plain(item) for key, item in literal.map.literals.items()}
    return literal.scalar.primitive.value


def listed(value):
    """What our command line prints, as values by name."""
    if isinstance(value, dict) and all(key.startswith("o") and key[1:].isdigit() for key in value):
        return value
    return {"o0": value}


def theirs_with_ours(remote, ours):
    """FlyteRemote lists, fetches and runs what our client has registered."""
    first = ours.there("register", "--image", "ours:v1", "--version", "v1")
    entities = first["entities"]
    tasks = sorted(one["name"] for one in entities if one["kind"] == "task")
    assert first["sent"] == len(entities) > 100, first["sent"]
    # flytekit's own tasks of this version are there, too.
    found = {task.id.name for task in remote.list_tasks_by_version("v1", limit=1000)}
    equal("the list of tasks", sorted(name for name in found if not name.startswith("theirs.")), tasks)

    cases = [
        ("flyte_remote.hypotenuse", {"a": 3, "b": 4}),
        ("flyte_remote.squares", {"xs": [1, 2, 3]}),
        ("flyte_remote.nested", {"b": 8}),
        ("flyte_remote.workflows.branches.sized", {"x": 7, "limit": 3}),
        ("flyte_remote.workflows.maps.evens_of_rows", {"rows": [[1, 2], [], [4]]}),
        ("flyte_remote.workflows.graphs.factorial", {"n": 4}),
        ("flyte_remote.workflows.graphs.plans_of_plans", {"x": 2}),
        ("flyte_remote.workflows.graphs.steps", {"x": 3}),
    ]
    started = []
    for name, inputs in cases:
        is_task = name in tasks
        fetch = remote.fetch_task if is_task else remote.fetch_launch_plan
        entity = fetch(name=name, version="v1")
        if not is_task:
            workflow = remote.fetch_workflow(name=name, version="v1")
            assert workflow.interface.inputs.keys() == inputs.keys(), workflow.interface.inputs
        started.append((name, inputs, remote.execute(entity, inputs=inputs)))
    for name, inputs, execution in started:
        execution = remote.wait(execution, timeout=PATIENCE, poll_interval=0.3)
        words = [word for key, value in inputs.items() for word in (f"--{key}", json.dumps(value))]
        equal(name, outputs_of(execution), listed(ours.here(name, *words)))

    plan = remote.fetch_active_launchplan(name="flyte_remote.from_six")
    execution = remote.execute(plan, inputs={"b": 8}, wait=True)
    equal("the active launch plan", outputs_of(execution), listed(ours.here("from_six", "--b", "8")))

    source = directory / "source.txt"
    source.write_text("a file")
    entity = remote.fetch_workflow(name="flyte_remote.turn", version="v1")
    execution = remote.execute(entity, inputs={"file": FlyteFile(str(source))}, wait=True)
    uri = execution.outputs.literals["o0"].scalar.blob.uri
    equal("a file", pathlib.Path(uri.removeprefix("file://")).read_text(), "elif a")

    entity = remote.fetch_workflow(name="flyte_remote.workflows.data.tables", version="v1")
    execution = remote.execute(entity, inputs={"rows": 5}, wait=True)
    table = execution.outputs.get("o0", pandas.DataFrame)
    equal("a table", list(table["id"]), [0, 1, 2, 3, 4])

    entity = remote.fetch_workflow(name="flyte_remote.released", version="v1")
    execution = remote.execute(entity, inputs={"text": "text"})
    name = execution.id.name
    until("both gates wait", lambda: len(remote.list_signals(name)) == 2)
    remote.approve("review", name)
    remote.set_input("copies", name, 7)
    execution = remote.wait(execution, timeout=PATIENCE, poll_interval=0.3)
    equal("gates", outputs_of(execution), {"o0": "TEXT", "o1": 49})

    entity = remote.fetch_workflow(name="flyte_remote.doomed", version="v1")
    execution = remote.wait(remote.execute(entity, inputs={"text": "gold"}), timeout=PATIENCE, poll_interval=0.3)
    assert "gold is not to be had" in execution.error.message, execution.error.message
    entity = remote.fetch_workflow(name="flyte_remote.endless", version="v1")
    execution = remote.execute(entity, inputs={"seconds": 60})
    remote.terminate(execution, "enough")
    error = ours.says("runs", "watch", execution.id.name, "--remote", *ours.remote, fails=True)
    assert "was aborted: enough" in error, error
    print("equal  errors", flush=True)


def ours_with_theirs(remote, ours):
    """Our client lists, runs, watches and fetches what flytekit has registered."""
    texts, count = ["ab", "ab"], 4
    equal("references", ours.run_there("with_theirs", "--text", "ab", "--times", "2"), {"o0": texts, "o1": count})

    entity = remote.fetch_workflow(name="theirs.counted", version="v1")
    execution = remote.execute(entity, inputs={"text": "x", "times": 3}, wait=True)
    name = execution.id.name
    tree = ours.there("runs", "show", name, "--remote")
    equal("the entity of a run", (tree["entity"], tree["status"]), ("theirs.counted", "succeeded"))
    equal("its nodes", [node["entity"] for node in tree["nodes"]], ["theirs.repeated", "theirs.counts"])
    equal("its outputs", listed(ours.there("runs", "outputs", name, "--remote")), {"o0": {"x": 3}})
    again = ours.there("runs", "relaunch", name, "--remote")["execution"]
    ours.says("runs", "watch", again, "--remote", *ours.remote)
    equal("its relaunch", listed(ours.there("runs", "outputs", again, "--remote")), {"o0": {"x": 3}})
    names = {run["name"] for run in ours.there("runs", "list", "--remote", "--limit", "1000")}
    equal("the list of runs", names, {run.id.name for run in remote.recent_executions(limit=1000)})

    # Only out of its tasks: in them flytekit takes the places of this cluster's store for missing files.
    task = remote.fetch_task(name="theirs.shouted", version="v1")
    execution = remote.execute(task, inputs={"text": "loud"}, wait=True)
    outputs = ours.there("runs", "outputs", execution.id.name, "--remote")
    uri = listed(outputs)["o0"]
    uri = uri if isinstance(uri, str) else uri.get("path") or uri.get("uri")
    path = uri.removeprefix("file://")
    equal("a file of flytekit's", pathlib.Path(path).read_text(), "LOUD")
    equal("its size", ours.run_there("size_of", "--file", path), {"o0": 4})


def main():
    with Rig() as rig:
        platform = PlatformConfig(endpoint=rig.address, insecure=True)
        remote = FlyteRemote(
            Config(platform=platform), default_project="flytesnacks", default_domain="development"
        )
        ours = Ours(rig.address)
        sys.path.insert(0, str(HERE))
        import theirs

        settings = SerializationSettings(
            image_config=ImageConfig.auto(img_name="theirs:v1"),
            project="flytesnacks",
            domain="development",
            version="v1",
        )
        remote.register_workflow(theirs.counted, settings)
        remote.register_task(theirs.shouted, settings, version="v1")
        theirs_with_ours(remote, ours)
        ours_with_theirs(remote, ours)
    print("FlyteRemote and this client agree")


main()
