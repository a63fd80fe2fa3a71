"""Tortoise's models, which are made ready once for each kind of database in a test process.

A test opens one or two databases, and to make all models ready takes Tortoise ten milliseconds.
"""

from copy import copy
from typing import Any

from tortoise.apps import Apps
from tortoise.models import Model

_MADE_READY = (
    *("db_fields", "fields", "fields_db_projection_reverse", "fetch_fields", "generated_db_fields"),
    *("filters", "db_default_fields", "db_complex_fields", "db_native_fields"),
    *("basetable", "basequery", "basequery_all_fields"),
)
"""What Tortoise finds out of a model for a kind of database."""


def finalise_once() -> None:
    """Have Tortoise find out of models what it has found out before of the very same."""
    finalise = Apps._build_initial_querysets
    found: dict[Any, dict[type[Model], dict[str, Any]]] = {}

    def find_or_recall(self: Apps) -> None:
        models = [model for app in self.apps.values() for model in app.values()]
        key = (*models, *(model._meta.db.executor_class for model in models))
        if key not in found:
            finalise(self)
            found[key] = {model: _noted(model) for model in models}
        for model, noted in found[key].items():
            for name, value in noted.items():
                setattr(model._meta, name, copy(value))

    Apps._build_initial_querysets = find_or_recall  # type: ignore[method-assign]


def _noted(model: type[Model]) -> dict[str, Any]:
    """What was found out; copied, as Tortoise changes it where it finds out anew."""
    return {name: copy(getattr(model._meta, name)) for name in _MADE_READY}
