"""`make bench`: every benchmark, tables of ratios measured side by side in one run."""

import uvloop
from rich.console import Console
from rich.live import Live
from rich.table import Table

from bench import executing
from bench.databases.empty import databases
from bench.feed import delivering
from bench.http import comparing
from bench.storage import bulk, facets, importing, recording


def main() -> None:
    _compare_plans()
    bulk.compare(recording.SHAPES, importing.LINES)
    _compare_facets()
    _compare_requests()
    _compare_feeds()


def _compare_facets() -> None:
    table = Table("database", "a record", "µs with facets", "µs without", "ratio")
    with databases() as found, Live(table, console=Console()):
        for database in found:
            ours, without = uvloop.run(facets.compare(database))
            ratio = f"{ours / without:.2f} ×"
            what = "processor time of the process and the database"
            table.add_row(database.dialect, what, f"{ours:.0f}", f"{without:.0f}", ratio)


def _compare_requests() -> None:
    table = Table("database", *comparing.HEAD)
    with databases() as found, Live(table, console=Console()):
        for database in found:
            for row in comparing.compare(database):
                table.add_row(database.dialect, *row)


def _compare_feeds() -> None:
    table = Table("database", "the live feed", "ours", "strawberry's view", "ratio")
    with databases() as found, Live(table, console=Console()):
        for database in found:
            for row in delivering.compare(database):
                table.add_row(database.dialect, *row)


def _compare_plans() -> None:
    table = Table("executing", "plan µs", "graphql-core µs", "ratio")
    with Live(table, console=Console()):
        for name, document, variables, count in executing.OPERATIONS:
            ours, theirs = uvloop.run(executing.compare(document, variables, count))
            table.add_row(name, f"{ours:,.1f}", f"{theirs:,.1f}", f"{theirs / ours:.1f}")


if __name__ == "__main__":
    main()
