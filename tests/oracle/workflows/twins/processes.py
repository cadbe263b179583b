"""Tasks that are scripts, containers and echoes."""

from flytekit import ContainerTask, Resources, workflow
from flytekit.core.task import Echo
from flytekit.extras.tasks.shell import ShellTask

rendered = ContainerTask(
    name="twins.processes.rendered",
    image="pandoc/core:3.5",
    command=["pandoc", "--to={{.inputs.format}}"],
    arguments=["/data/in/text"],
    inputs={"text": str, "format": str},
    outputs={"o0": str},
    input_data_dir="/data/in",
    output_data_dir="/data/out",
    metadata_format=ContainerTask.MetadataFormat.YAML,
    limits=Resources(mem="1Gi"),
)

echoed = Echo(name="twins.processes.echoed", inputs={"count": int})

counted = ShellTask(name="twins.processes.counted", script="wc", inputs={"text": str}, output_locs=[])


@workflow
def scripts(text: str, count: int) -> int:
    counted(text=rendered(text=text, format="html"))
    return echoed(count=count)
