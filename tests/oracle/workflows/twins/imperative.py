"""Workflows that code builds."""

from typing import List

from flytekit import Workflow, task


@task
def greet(name: str) -> str:
    return name


@task
def join(words: List[str], separator: str = ", ") -> str:
    return separator.join(words)


@task
def clean_up(name: str):
    print(name)


greeting = Workflow(name="twins.imperative.greeting")
greeting.add_workflow_input("name", str)
greeted = greeting.add_entity(greet, name=greeting.inputs["name"])
joined = greeting.add_entity(join, words=[greeting.inputs["name"], greeted.outputs["o0"]])
greeting.add_workflow_output("text", joined.outputs["o0"])
greeting.add_workflow_output("both", [greeted.outputs["o0"], greeting.inputs["name"]], List[str])

handled = Workflow(name="twins.imperative.handled")
handled.add_workflow_input("name", str)
inner = handled.add_entity(greeting, name=handled.inputs["name"])
handled.add_workflow_output("text", inner.outputs["text"])
handled.add_on_failure_handler(clean_up)
