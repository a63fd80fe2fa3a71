"""The schema's snapshot: `python -m tests.support.snapshot` writes graph/schema.graphql anew."""

from pathlib import Path

import graph
from graph.schema.schema import build

FILE = Path(graph.__path__[0]) / "schema.graphql"


def text() -> str:
    """The schema as this code builds it."""
    return build().as_str() + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
