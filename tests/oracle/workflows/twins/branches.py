"""Branches on values of the run."""

from typing import Optional, Tuple

from flytekit import conditional, task, workflow


@task
def double(x: int) -> int:
    return x * 2


@task
def half(x: int) -> int:
    return x // 2


@task
def half_of(x: float) -> float:
    return x / 2


@task
def divide(a: int, b: int) -> Tuple[int, int]:
    return a // b, a % b


@task
def is_odd(x: int) -> bool:
    return x % 2 == 1


@task
def note(text: str):
    print(text)


@task
def maybe(x: int) -> Optional[int]:
    return x


@workflow
def inner(x: int) -> int:
    return double(half(x))


@workflow
def two_cases(x: int) -> int:
    return conditional("two").if_(x > 5).then(double(x)).else_().then(half(x))


@workflow
def many_cases(x: int, y: int) -> int:
    z = double(x)
    result = (
        conditional("many")
        .if_(x < 0)
        .then(double(y))
        .elif_((z >= 10) & (y != 3))
        .then(half(z))
        .elif_((z <= y) | (x == 7))
        .then(half(y))
        .else_()
        .then(double(z))
    )
    return double(result)


@workflow
def fails(x: int) -> int:
    return (
        conditional("fails")
        .if_(x > 5)
        .then(double(x))
        .elif_(x == 3)
        .then(half(x))
        .else_()
        .fail("the number is too small")
    )


@workflow
def other_types(x: float, text: str, flag: bool) -> float:
    a = conditional("text").if_(text == "a").then(half_of(x)).else_().then(half_of(1.0))
    b = conditional("flag").if_(flag.is_true()).then(half_of(a)).else_().then(half_of(x))
    return (
        conditional("float")
        .if_(b > 0.5)
        .then(half_of(b))
        .elif_(flag.is_false())
        .then(half_of(a))
        .else_()
        .then(half_of(x))
    )


@workflow
def of_a_result(x: int) -> int:
    odd = is_odd(x)
    return conditional("odd").if_(odd.is_true()).then(double(x)).else_().then(half(x))


@workflow
def of_options(x: int) -> int:
    present = maybe(x)
    return conditional("present").if_(present.is_none()).then(double(x)).else_().then(half(x))


@workflow
def several_outputs(x: int) -> Tuple[int, int]:
    quotient, remainder = conditional("several").if_(x > 5).then(divide(x, 2)).else_().then(divide(x, 3))
    return remainder, quotient


@workflow
def without_outputs(x: int):
    conditional("void").if_(x > 5).then(note("large")).else_().then(note("small"))


@workflow
def of_workflows(x: int) -> int:
    return conditional("workflows").if_(x > 5).then(inner(x=x)).else_().then(half(x))


@workflow
def nested(x: int) -> int:
    return (
        conditional("outer")
        .if_(x > 5)
        .then(conditional("inner").if_(x > 10).then(double(x)).else_().then(half(x)))
        .else_()
        .then(half(x))
    )


@workflow
def written_as_if(x: int, y: int) -> int:
    larger = (
        conditional("if")
        .if_((x > y) & (x != 7))
        .then(double(x))
        .elif_(y >= 10)
        .then(half(y))
        .else_()
        .then(double(y))
    )
    return half(larger)
