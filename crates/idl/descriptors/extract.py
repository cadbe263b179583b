#!/usr/bin/env python3
"""Writes the descriptor sets of this directory from the Python packages `flyteidl` and `flyteidl2`, or compares them.

    pip install -r requirements.txt
    extract.py            # writes flyteidl.binpb and flyteidl2.binpb
    extract.py --check    # compares; status 1 and the names of what differs if they are not the same

A set holds the roots below and every file they import, imported files first. The imports that only carry options
(HTTP routes, API documentation, validation rules) are left out, and so are all options except those that the generated
types depend on: the bytes depend on nothing but the messages, enums and services themselves.
"""

import argparse
import importlib
import pathlib
import sys

from google.protobuf import descriptor_pb2

HERE = pathlib.Path(__file__).resolve().parent

# What a client, a task container and a serialiser need; their imports follow.
ROOTS = {
    "flyteidl": [
        "flyteidl.core.compiler_pb2",
        "flyteidl.core.dynamic_job_pb2",
        "flyteidl.core.errors_pb2",
        "flyteidl.core.workflow_closure_pb2",
        "flyteidl.service.admin_pb2",
        "flyteidl.service.auth_pb2",
        "flyteidl.service.dataproxy_pb2",
        "flyteidl.service.identity_pb2",
        "flyteidl.service.signal_pb2",
    ],
    "flyteidl2": [
        "flyteidl2.actions.actions_service_pb2",
        "flyteidl2.auth.auth_service_pb2",
        "flyteidl2.auth.identity_pb2",
        "flyteidl2.cluster.service_pb2",
        "flyteidl2.dataproxy.dataproxy_service_pb2",
        "flyteidl2.project.project_service_pb2",
        "flyteidl2.secret.secret_pb2",
        "flyteidl2.task.task_service_pb2",
        "flyteidl2.trigger.trigger_service_pb2",
        "flyteidl2.workflow.run_service_pb2",
    ],
}

# Files whose only use is in options.
OPTION_FILES = ("google/api/", "protoc-gen-openapiv2/", "buf/validate/", "google/protobuf/descriptor.proto")

# The options that change what is generated.
KEPT_OPTIONS = ("map_entry", "packed", "deprecated", "allow_alias")


def keep_options(message):
    """Keeps only the options of KEPT_OPTIONS, at every depth."""
    for field, value in message.ListFields():
        if field.name == "options":
            kept = {name: getattr(value, name) for name in KEPT_OPTIONS
                    if name in value.DESCRIPTOR.fields_by_name and value.HasField(name)}
            message.ClearField("options")
            for name, option in kept.items():
                setattr(message.options, name, option)
        elif field.name == "json_name":
            message.ClearField("json_name")
        elif field.message_type is not None:
            for inner in value if field.is_repeated else [value]:
                keep_options(inner)


def collect(file, found):
    """Adds a file after everything it imports."""
    if file.name in found or file.name.startswith(OPTION_FILES):
        return
    for imported in file.dependencies:
        collect(imported, found)
    proto = descriptor_pb2.FileDescriptorProto()
    file.CopyToProto(proto)
    kept = [name for name in proto.dependency if not name.startswith(OPTION_FILES)]
    del proto.dependency[:], proto.public_dependency[:], proto.weak_dependency[:], proto.extension[:]
    proto.dependency.extend(kept)
    proto.ClearField("source_code_info")
    keep_options(proto)
    found[file.name] = proto


def descriptor_set(package):
    found = {}
    for root in ROOTS[package]:
        collect(importlib.import_module(root).DESCRIPTOR, found)
    return descriptor_pb2.FileDescriptorSet(file=found.values())


def differences(stored, extracted):
    """Names the files that are in one of two sets only, or not the same in both."""
    left, right = ({file.name: file for file in files.file} for files in (stored, extracted))
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the stored sets instead of writing them")
    check = parser.parse_args().check
    failed = False
    for package in ROOTS:
        extracted = descriptor_set(package)
        data = extracted.SerializeToString(deterministic=True)
        path = HERE / f"{package}.binpb"
        if not check:
            path.write_bytes(data)
        elif data != path.read_bytes():
            failed = True
            names = differences(descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()), extracted)
            print(f"{path.name} is not what {package} says: {', '.join(names) or 'the order of its files'}")
        print(f"{path.name}: {len(extracted.file)} files, {len(data)} bytes")
    sys.exit(failed)


if __name__ == "__main__":
    main()
