"""Arguments: by position, by name, defaults, constants of every primitive type."""

from flytekit import task, workflow


@task
def square(x: int) -> int:
    return x * x


@task
def add(a: int, b: int = 1) -> int:
    """Adds.

    Two numbers, and then
    another one.

    Args:
        a: The first number.
        b: The second number.
    """
    return a + b


@task
def mixed(i: int, f: float, s: str, b: bool) -> str:
    return f"{i}{f}{s}{b}"


@task
def defaults(i: int = 3, f: float = 0.5, s: str = "x", b: bool = True) -> float:
    return i + f + len(s) + b


@task
def lone() -> int:
    return 1


@workflow
def by_position(x: int, y: int) -> int:
    return add(square(x), y)


@workflow
def by_name(x: int) -> int:
    return add(b=x, a=square(x=x))


@workflow
def left_out(x: int) -> int:
    return add(a=x)


@workflow
def constants(x: int) -> str:
    first = mixed(x, 1.5, "text", False)
    mixed(-7, 0.0, first, True)
    return mixed(9_007_199_254_740_993, -0.25, "", True)


@workflow
def all_defaults() -> float:
    defaults()
    return defaults(s='é\n"', f=2.0)


@workflow
def chain(x: int, limit: int = 10, label: str = "q") -> int:
    """Chains a task with itself.

    Nothing else.

    Args:
        x: Where it starts.
    """
    y = x
    for _ in range(5):
        y = square(y)
    mixed(limit, 0.5, label, True)
    return y


@workflow
def no_inputs() -> int:
    return square(lone())
