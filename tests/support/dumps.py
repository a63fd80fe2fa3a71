"""Dumps of older systems' tables in tests: how they are imported, and what is reported."""

from pathlib import Path

_MANY = ("--max-errors", "99%")  # where bad rows are what a test is about
CORGI, TRACKER = ("--from", "corgi", *_MANY), ("--from", "activity-tracker", *_MANY)


def dumped(folder: Path, text: str) -> Path:
    file = folder / "dump.csv"
    file.write_text(text)
    return file


def words(said: str) -> list[list[str]]:
    """The rows of the tables that were printed."""
    lines = (line.strip("│ ").split("│") for line in said.splitlines() if line.startswith("│"))
    return [[cell.strip() for cell in line] for line in lines]
