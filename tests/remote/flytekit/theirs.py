"""What flytekit registers: tasks and a workflow that our client runs."""

from flytekit import task, workflow
from flytekit.types.file import FlyteFile


@task
def repeated(text: str, times: int) -> list[str]:
    return [text] * times


@task
def counts(texts: list[str]) -> dict[str, int]:
    return {text: texts.count(text) for text in texts}


@workflow
def counted(text: str, times: int) -> dict[str, int]:
    return counts(texts=repeated(text=text, times=times))


@task
def shouted(text: str) -> FlyteFile:
    with open("shouted.txt", "w") as target:
        target.write(text.upper())
    return FlyteFile("shouted.txt")
