"""docs/commands.md: it knows every command and option that there is, and no other."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from graph.commands.main import app

PAGE = (Path(__file__).parents[3] / "docs" / "commands.md").read_text("utf-8")
USES = re.compile(r"`trailmark ([a-z][^`]*)`|^\| `(--[a-z-]+)", re.MULTILINE)


def _commands(command: Any, name: str = "") -> dict[str, set[str]]:
    """The options of a command, or of each within a group, by the full name of the command."""
    if not isinstance(command, TyperGroup):
        options = {option for given in command.params for option in given.opts}
        return {name: {option for option in options if option.startswith("--")}}
    return {
        full: options
        for each, within in command.commands.items()
        for full, options in _commands(within, f"{name} {each}".strip()).items()
    }


COMMANDS = _commands(typer.main.get_command(app))


def _documented() -> dict[str, set[str]]:
    """The options that the page shows of each command: in its use, or in rows that follow it."""
    shown: dict[str, set[str]] = {}
    name = ""
    for use, row in USES.findall(PAGE):
        if use:
            name = max((each for each in COMMANDS if f"{use} ".startswith(f"{each} ")), key=len)
        shown.setdefault(name, set()).update(re.findall(r"--[a-z-]+", use or row))
    return shown


def test_every_command_is_documented() -> None:
    """Under its full name, as in `trailmark keys create`."""
    assert sorted(_documented()) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name: str) -> None:
    """The page shows the options that a command takes, each of them and no other."""
    assert _documented()[name] == COMMANDS[name] - {"--help"}
