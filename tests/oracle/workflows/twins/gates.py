"""Nodes that wait."""

from datetime import timedelta

from flytekit import approve, sleep, task, wait_for_input, workflow


@task
def draft() -> str:
    return ""


@task
def print(text: str, copies: int) -> str:
    return text


@workflow
def released() -> str:
    text = approve(draft(), "review", timeout=timedelta(days=1))
    copies = wait_for_input("copies", timeout=timedelta(hours=1), expected_type=int)
    pause = sleep(timedelta(minutes=10))
    printed = print(text, copies)
    text >> pause
    pause >> printed
    return printed
