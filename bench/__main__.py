"""`make bench`: every benchmark, one table."""

from rich.console import Console
from rich.table import Table

from bench.recording import compare


def main() -> None:
    table = Table("database", "how", "recorded/s", "bare statement/s", "ratio")
    for row in compare():
        table.add_row(*row)
    Console().print(table)


main()
