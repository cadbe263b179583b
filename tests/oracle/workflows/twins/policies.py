"""Options of workflows."""

from flytekit import WorkflowFailurePolicy, task, workflow


@task
def work(x: int) -> int:
    return x


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def goes_on(x: int) -> int:
    return work(x)


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_IMMEDIATELY, interruptible=True)
def stops(x: int) -> int:
    return work(x)


@workflow(interruptible=False)
def outer(x: int) -> int:
    return stops(x=goes_on(x=x))
