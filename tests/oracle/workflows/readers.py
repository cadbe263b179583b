"""Gives what Rust serialised to flytekit's own readers: those of messages, and those with which `FlyteRemote` shows a workflow."""

import collections

from flytekit.models.admin.workflow import WorkflowSpec
from flytekit.models.core.identifier import Identifier
from flytekit.models.launch_plan import LaunchPlanSpec
from flytekit.models.task import TaskSpec
from flytekit.remote.entities import FlyteArrayNode, FlyteBranchNode, FlyteTask, FlyteWorkflow


class Missing(dict):
    """Entities by id; asked for one that was not serialised, it notes that."""

    def __init__(self, entities):
        super().__init__(entities)
        self.missing = []

    def __contains__(self, key):
        found = super().__contains__(key)
        if not found:
            self.missing.append(key)
        return found

    def __missing__(self, key):
        self.missing.append(key)
        raise KeyError(key)


def read(registered):
    """Reads every workflow. Gives the number of those read, of those with references, how many nodes there are of each kind, and
    what was refused. (What the readers write again is not compared: they lose the overrides of nodes.)"""
    tasks = {}
    plans = {}
    for (kind, _), message in registered.items():
        if kind == "task":
            template = TaskSpec.from_flyte_idl(message).template
            tasks[template.id] = FlyteTask.promote_from_model(template)
        elif kind == "launch plan":
            plans[Identifier.from_flyte_idl(message.id)] = LaunchPlanSpec.from_flyte_idl(message.spec)
    counts, problems, workflows, elsewhere = collections.Counter(), [], 0, 0
    for (kind, name), message in sorted(registered.items(), key=lambda entry: entry[0]):
        if kind != "workflow":
            continue
        model = WorkflowSpec.from_flyte_idl(message)
        inner = {template.id: template for template in model.sub_workflows}
        known, started = Missing(tasks), Missing(plans)
        try:
            promoted = FlyteWorkflow.promote_from_model(model.template, inner, known, started)
        except (KeyError, RuntimeError) as error:
            if not known.missing and not started.missing:
                problems.append(f"workflow {name}: {error!r}")
            elif any(key.project == message.template.id.project for key in known.missing + started.missing):
                problems.append(f"workflow {name}: refers to {known.missing + started.missing}, which are not there")
            else:
                elsewhere += 1
            continue
        workflows += 1
        for node in promoted.flyte_nodes:
            walk(node, counts, 0)
    return workflows, elsewhere, counts, problems


def walk(node, counts, depth):
    """Counts a node and those inside of it."""
    entity = node.flyte_entity
    counts[type(entity).__name__.removeprefix("Flyte")] += 1
    if depth > 0:
        counts["inside of branches or sub-workflows"] += 1
    if isinstance(entity, FlyteBranchNode):
        block = entity.if_else
        for case in [block.case, *(block.other or [])]:
            walk(case.then_node, counts, depth + 1)
        if block.else_node is not None:
            walk(block.else_node, counts, depth + 1)
    elif isinstance(entity, FlyteArrayNode):
        walk(entity.flyte_node, counts, depth + 1)
    elif isinstance(entity, FlyteWorkflow):
        for inner in entity.flyte_nodes:
            walk(inner, counts, depth + 1)
