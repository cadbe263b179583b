"""Order without data."""

from flytekit import task, workflow


@task
def prepare():
    pass


@task
def work(part: int) -> int:
    return part


@task
def clean_up():
    pass


@workflow
def before_and_after(x: int) -> int:
    first = prepare()
    result = work(x)
    last = clean_up()
    first >> result
    result >> last
    return result


@workflow
def chained(x: int) -> int:
    a = work(x)
    b = work(2)
    c = prepare()
    c >> b
    b >> a
    return a


@workflow
def beside_data(x: int) -> int:
    a = work(x)
    b = work(a)
    c = prepare()
    c >> b
    a >> b
    return b


@workflow
def out_of_order():
    last = clean_up()
    first = prepare()
    first >> last
