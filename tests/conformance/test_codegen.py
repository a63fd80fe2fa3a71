"""The types that front ends have generated from the schema."""

from pathlib import Path

import pytest

from tests.support.conformance.node import Node

GENERATE = ("node_modules/@graphql-codegen/cli/esm/bin.js", "--config", "codegen/codegen.ts")
COMPILE = ("node_modules/typescript/bin/tsc", "--project", "codegen")


@pytest.mark.slow
def test_typed_documents_compile_under_strict_typescript(node: Node) -> None:
    """What the client preset generates has the types and the nullability that an app relies on."""
    node(*GENERATE)

    assert node(*COMPILE) == ""


@pytest.mark.slow
def test_a_server_and_the_file_generate_the_same(node: Node, server: str, tmp_path: Path) -> None:
    """Introspection over HTTP tells all that the schema's file does, descriptions included."""
    node(*GENERATE, GENERATED=f"{tmp_path}/file/")
    node(*GENERATE, GENERATED=f"{tmp_path}/server/", SCHEMA=f"{server}/graphql")

    assert _files(tmp_path / "server") == _files(tmp_path / "file")


def _files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}
