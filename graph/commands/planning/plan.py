"""The command `trailmark plan`: what the server makes of a GraphQL document."""

from typing import Annotated

import typer


def plan(
    file: Annotated[str, typer.Argument(help="A file with a document; `-` is standard input.")],
    operation: Annotated[
        str | None, typer.Option(help="Which of its operations, where it holds several.")
    ] = None,
    variables: Annotated[
        str, typer.Option(help="Variables as JSON: those in @skip and @include make the plan.")
    ] = "{}",
) -> None:
    """Print the Python function that an operation is compiled into."""
    # Else every command would import the whole schema.
    from graph.commands.planning.source import source

    typer.echo(source(file, operation, variables), nl=False)
