"""What a thousand entities and ten thousand nodes cost on Flyte's engine: measure.py CLUSTER PROGRAM DIRECTORY"""

import base64
import datetime
import json
import os
import pathlib
import subprocess
import sys
import time

cluster, program, directory = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
NODES = 10_000
failed = False


class Rig:
    """The cluster, which can be killed and started again with its data."""

    def __init__(self):
        self.start()

    def start(self):
        ready = directory / "address"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [cluster, "serve", "--data", directory / "data", "--ready-file", ready, "--run-timeout", "15m"]
            + ["--binary", program, "--log-level", "1"],
            stdout=subprocess.DEVNULL,
        )
        while not ready.exists():
            assert self.process.poll() is None, "the cluster has ended"
            time.sleep(0.02)
        self.address = ready.read_text().strip()

    def kill(self):
        self.process.kill()
        self.process.wait()


def measured(rig, *words):
    """What a command prints, with its seconds, those on a processor among them, and its most memory in MiB."""
    words = [program, *words, "--endpoint", rig.address, "--insecure", "--json"]
    output = directory / "output"
    with open(output, "wb") as stdout:
        begun = time.monotonic()
        process = subprocess.Popen(words, stdout=stdout)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    own = usage.ru_utime + usage.ru_stime
    return json.loads(output.read_text()), seconds, own, usage.ru_maxrss / 1024


def shown(what, value, bar, unit, more=""):
    global failed
    is_above = value > bar
    failed = failed or is_above
    print(f"{what}: {value:.4g} {unit}, at most {bar} {unit}{more}{'  ABOVE' if is_above else ''}", flush=True)


def fields(message):
    """The fields of a protobuf message: number, where it begins, where its contents begin, and where it ends."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        begin = at
        key = varint()
        kind = key & 7
        if kind == 0:
            contents = at
            varint()
        elif kind == 2:
            length = varint()
            contents = at
            at += length
        else:
            contents = at
            at += {1: 8, 5: 4}[kind]
        yield key >> 3, begin, contents, at


def replaced(message, path, text):
    """A message with another text in the field that a path of numbers leads to."""
    for number, begin, contents, end in fields(message):
        if number == path[0]:
            inner = text.encode() if len(path) == 1 else replaced(message[contents:end], path[1:], text)
            length, head = len(inner), bytearray([number << 3 | 2])
            while length > 127:
                head.append(length & 127 | 128)
                length >>= 7
            head.append(length)
            return message[:begin] + bytes(head) + inner + message[end:]
    raise AssertionError(f"no field {path[0]}")


def text_at(message, path):
    for number, _, contents, end in fields(message):
        if number == path[0]:
            inner = message[contents:end]
            return inner.decode() if len(path) == 1 else text_at(inner, path[1:])
    return ""


def fill(execution):
    """Gives an execution 10,000 nodes like its first, each with an attempt, in the registry of a stopped cluster."""
    path = directory / "data" / "registry" / "rows"
    node = attempt = None
    last = 0
    for line in path.read_text().splitlines():
        row = json.loads(line)
        last = max(last, row["id"])
        message = base64.b64decode(row["message"])
        # The node's name and its execution, which an attempt has one level deeper.
        of_node, of_attempt = ([[1, 1], [1, 2, 4]], [[1, 2, 1], [1, 2, 2, 4]])
        said = lambda paths: [text_at(message, path) for path in paths]
        if row["kind"] == "node execution" and said(of_node) == ["n0", execution]:
            node = row | {"message": message}
        if row["kind"] == "task execution" and said(of_attempt) == ["n0", execution]:
            attempt = row | {"message": message}
    created = datetime.datetime.fromisoformat(node["created"])

    def made(row, message, number):
        nonlocal last
        last += 1
        at = (created + datetime.timedelta(microseconds=number)).isoformat()
        encoded = base64.b64encode(message).decode()
        return json.dumps(row | {"id": last, "created": at, "updated": at, "message": encoded}) + "\n"

    with open(path, "a") as rows:
        for number in range(2, NODES):
            name = f"n{number}"
            message = replaced(node["message"], [1, 1], name)
            rows.write(made(node, replaced(message, [4, 3], name), number))
            rows.write(made(attempt, replaced(attempt["message"], [1, 2, 1], name), number))


def main():
    directory.mkdir(parents=True)
    rig = Rig()
    try:
        own = lambda seconds: f" ({seconds:.2f} s of it on a processor of its own)"
        first, seconds, cpu, _ = measured(rig, "register", "--image", "figures:v1")
        count = len(first["entities"])
        assert first["sent"] == count >= 1000, first["sent"]
        shown(f"{count} entities registered", seconds, 10, "s", own(cpu))
        second, seconds, _, _ = measured(rig, "register", "--image", "figures:v1")
        shown("entities sent the second time", second["sent"], 0, "entities")
        shown("bytes sent the second time", second["bytes"], 0, "bytes")
        run = ["run", "figures_program.a.a.twice", "--x", "1", "--remote", "--no-wait"]
        run += ["--image", "figures:v2", "--run-name", "large"]
        _, seconds, cpu, _ = measured(rig, *run)
        shown("after an edit, from the program to the name of an execution", seconds, 3, "s", own(cpu))
        subprocess.run(
            [program, "runs", "watch", "large", "--remote", "--endpoint", rig.address, "--insecure"],
            check=True,
            capture_output=True,
        )
        rig.kill()
        fill("large")
        rig.start()
        tree, seconds, cpu, memory = measured(rig, "runs", "show", "large", "--remote")
        assert len(tree["nodes"]) == NODES, len(tree["nodes"])
        shown(f"{NODES} nodes listed and shown", seconds, 3, "s", own(cpu))
        shown("its most memory", memory, 100, "MiB")
    finally:
        rig.kill()
    sys.exit(failed)


main()
