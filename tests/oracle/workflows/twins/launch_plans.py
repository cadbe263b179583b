"""Launch plans."""

from typing import Tuple

from flytekit import Annotations, CronSchedule, Email, Labels, LaunchPlan, task, workflow
from flytekit.models.core.execution import WorkflowExecutionPhase as Phase


@task
def report(region: str, least: int) -> str:
    return f"{region}{least}"


@workflow
def sales(region: str, least: int = 1) -> str:
    return report(region, least)


weekly = LaunchPlan.get_or_create(
    sales,
    name="twins.weekly",
    default_inputs={"region": "north"},
    fixed_inputs={"least": 100},
    schedule=CronSchedule(schedule="0 6 * * 1"),
    notifications=[Email(phases=[Phase.FAILED, Phase.ABORTED], recipients_email=["sales@example.org"])],
    labels=Labels({"team": "sales"}),
    annotations=Annotations({"owner": "me"}),
    max_parallelism=7,
)


@workflow
def both() -> Tuple[str, str]:
    return weekly(region="north"), weekly(region="south")
