"""The options of tasks."""

from datetime import timedelta

from flytekit import Cache, Description, Documentation, Resources, Secret, SourceCode, task, workflow
from flytekit.extras.accelerators import A100, T4


@task(cache=Cache(version="1"))
def cached(x: int) -> int:
    return x


@task(cache=Cache(version="2", serialize=True, ignored_inputs=("b",)))
def cached_in_full(a: int, b: int) -> int:
    return a + b


@task(retries=3, timeout=timedelta(seconds=90))
def patient(x: int) -> int:
    return x


@task(interruptible=True)
def interruptible(x: int) -> int:
    return x


@task(interruptible=False)
def uninterruptible(x: int) -> int:
    return x


@task(deprecated="use patient")
def old(x: int) -> int:
    return x


@task(environment={"MODE": "fast", "LEVEL": "debug"})
def with_environment(x: int) -> int:
    return x


@task(
    requests=Resources(cpu="500m", mem="1Gi", gpu="1", ephemeral_storage="2Gi"),
    limits=Resources(mem="2Gi", cpu="1", gpu="1", ephemeral_storage="3Gi"),
)
def with_resources(x: int) -> int:
    return x


@task(resources=Resources(cpu=("1", "2"), mem="1Gi"))
def with_ranges(x: int) -> int:
    return x


@task(
    secret_requests=[
        Secret(group="db", key="password", mount_requirement=Secret.MountType.FILE),
        Secret(group="api", env_var="API_KEY"),
    ]
)
def with_secrets(x: int) -> int:
    return x


@task(container_image="registry.example/other:v7")
def elsewhere(x: int) -> int:
    return x


@task(container_image="{{.image.default.fqn}}-gpu:{{.image.default.version}}")
def beside(x: int) -> int:
    return x


@task(enable_deck=True)
def with_deck(x: int) -> int:
    return x


@task(accelerator=T4, shared_memory="1Gi")
def accelerated(x: int) -> int:
    return x


@task(accelerator=A100.partition_1g_5gb, shared_memory=True)
def partitioned(x: int) -> int:
    return x


@task(pod_template_name="big", labels={"team": "data"}, annotations={"example.org/owner": "me"})
def in_a_pod(x: int) -> int:
    return x


@task(
    docs=Documentation(
        short_description="Said elsewhere.",
        long_description=Description(value="At length."),
        source_code=SourceCode(link="https://example.org/source"),
    )
)
def described(x: int) -> int:
    return x


@workflow(docs=Documentation(short_description="A workflow.", long_description=Description(value="Of one task.")))
def described_workflow(x: int) -> int:
    return described(x)


@workflow
def every_option(x: int) -> int:
    a = cached_in_full(cached(x), patient(x))
    b = interruptible(uninterruptible(old(a)))
    c = with_environment(with_resources(with_ranges(b)))
    d = with_secrets(elsewhere(beside(c)))
    e = with_deck(accelerated(partitioned(d)))
    return in_a_pod(e)
