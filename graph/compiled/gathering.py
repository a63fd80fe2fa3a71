"""Gathering: results that wait are awaited in the order and the tasks that graphql-core uses."""

from collections.abc import Iterable, Sequence
from types import CoroutineType
from typing import Any

from graphql.pyutils import gather_with_cancel


async def gathered(results: Any, keys: Sequence[Any]) -> Any:
    """A dict or list of results, those at some keys awaited; as graphql-core awaits them.

    A single one is awaited without a task of its own. Several become tasks, in their order. Both
    matter: loaders batch what is asked for within one iteration of the event loop.
    """
    if len(keys) == 1:
        results[keys[0]] = await results[keys[0]]
    else:
        values = await gather_with_cancel(*(results[key] for key in keys))
        for key, value in zip(keys, values, strict=True):
            results[key] = value
    return results


def dismiss(begun: Iterable[Any]) -> None:
    """Close coroutines that have not run, with all that they hold, as nobody will await them.

    Python would warn of each.
    """
    for each in begun:
        if isinstance(each, CoroutineType) and each.cr_frame is not None:
            held = list(each.cr_frame.f_locals.values())
            each.close()
            dismiss(held)
        elif type(each) is list or type(each) is tuple:
            dismiss(each)
        elif type(each) is dict:
            dismiss(each.values())
