"""What a node says differently."""

from datetime import timedelta

from flytekit import Cache, Resources, task, workflow
from flytekit.extras.accelerators import T4


@task(retries=3, timeout=timedelta(seconds=90), interruptible=True, cache=Cache(version="1"))
def work(x: int) -> int:
    return x


@task
def plain(x: int) -> int:
    return x


@workflow
def inner(x: int) -> int:
    return plain(x)


@workflow
def ids_and_names(x: int) -> int:
    a = plain(x).with_overrides(node_name="Big.Job_1")
    b = plain(a).with_overrides(name="shown")
    c = plain(b)
    d = inner(c).with_overrides(node_name="nested", name="other")
    plain(d).with_overrides(aliases={"o0": "result"})
    return d


@workflow
def metadata(x: int) -> int:
    a = work(x).with_overrides(retries=5, timeout=timedelta(minutes=1))
    b = work(a).with_overrides(timeout=0, retries=0, interruptible=False)
    c = plain(b).with_overrides(interruptible=True, retries=1)
    return inner(c).with_overrides(retries=2, timeout=10, interruptible=True)


@workflow
def caching(x: int) -> int:
    a = plain(x).with_overrides(cache=Cache(version="2"))
    b = work(a).with_overrides(cache=False)
    return plain(b).with_overrides(cache=Cache(version="3", serialize=True))


@workflow
def containers(x: int) -> int:
    a = plain(x).with_overrides(
        requests=Resources(mem="1Gi", cpu="2", gpu="1", ephemeral_storage="5Gi"), limits=Resources(mem="2Gi")
    )
    b = plain(a).with_overrides(resources=Resources(cpu=("1", "2"), mem="1Gi"))
    c = plain(b).with_overrides(container_image="registry.example/other:v7")
    d = plain(c).with_overrides(accelerator=T4, shared_memory="2Gi")
    return plain(d).with_overrides(limits=Resources(cpu="4"))
