"""Completing: code that makes of what a resolver gave what is answered.

Each type is one test for what is usual, written out, and one call for whatever is not. The test is
strict: it holds only for what graphql-core would take as well, and nothing else passes it.
"""

import datetime
import decimal
import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    Executor,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    Undefined,
)
from graphql.pyutils import is_awaitable

from graph.compiled.places import Place
from graph.compiled.resolvers import CAST, known_class, known_classes
from graph.compiled.running import gathered
from graph.compiled.script import Lines, Script
from graph.compiled.values import shown_whole_to

#: Classes of values that are neither awaitables nor exceptions, and so may go to a scalar.
PLAIN = frozenset(
    {bool, int, float, str, bytes, list, tuple, dict, decimal.Decimal, uuid.UUID}
    | {datetime.datetime, datetime.date, datetime.time, datetime.timedelta}
)
#: The test by which a value is answered as it is.
_AS_IT_IS = {
    GraphQLString: "type(value) is str",
    GraphQLID: "type(value) is str",
    GraphQLBoolean: "type(value) is bool",
    GraphQLInt: "type(value) is int and SMALLEST <= value <= LARGEST",
    GraphQLFloat: "type(value) is float and isfinite(value)",
}
_UNCAST = f"getattr(value, {CAST!r}, None) is None"


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a value is completed: in an object, in a list, or in a coroutine."""

    #: What the functions for what is within are named after.
    wish: str
    #: The expression for its path.
    steps: str
    #: What is done with an awaitable.
    waits: str
    #: Whether the code is a coroutine, whose errors are caught where it awaits.
    is_coroutine: bool = False
    #: Whether the value has been awaited already.
    is_awaited: bool = False


class Completing:
    """Writes the completion of values.

    `select` writes a function for the selection of a type at a place, and returns its name;
    `select_leaves` writes what the function would do, where that is little, and returns whether.
    """

    def __init__(
        self,
        script: Script,
        schema: GraphQLSchema,
        select: Callable[[GraphQLObjectType, Place, str], str],
        select_leaves: Callable[[Lines, GraphQLObjectType, Place, Setting], bool],
    ) -> None:
        self._script = script
        self._schema = schema
        self._select = select
        self._select_leaves = select_leaves
        script.names |= {
            "PLAIN": PLAIN,
            "Undefined": Undefined,
            "complete_leaf_value": Executor.complete_leaf_value,
            "gathered": gathered,
            "is_awaitable": is_awaitable,
        }

    def write(self, out: Lines, place: Place, setting: Setting) -> None:
        """Add code that completes `value`."""
        match place.nullable:
            case GraphQLList():
                self._list(out, place, setting)
            case GraphQLObjectType() as type:
                self._object(out, place, type, setting)
            case GraphQLInterfaceType() | GraphQLUnionType() as type:
                self._abstract(out, place, type, setting)
            case GraphQLEnumType() as type:
                self._enum(out, place, type, setting)
            case GraphQLScalarType() as type:
                self._scalar(out, place, type, setting)

    def place(self, place: Place, wish: str) -> str:
        """The name of a place."""
        return self._script.name(f"at_{wish}", place)

    def _scalar(self, out: Lines, place: Place, type: GraphQLScalarType, setting: Setting) -> None:
        test, limit = _AS_IT_IS.get(type), shown_whole_to(type)
        if limit is not None:
            test = f"type(value) is int and -{limit} <= value <= {limit}"
        if test:
            is_odd = f"not ({test})" if " and " in test else test.replace(" is ", " is not ")
            if not place.is_required:
                is_odd = f"value is not None and {is_odd}"
            with out.block(f"if {is_odd}:"):
                self._odd(out, place, setting)
            return
        script = self._script
        name = script.name(f"type_{type.name}", type)
        serialize = script.name(f"serialize_{type.name}", type.coerce_output_value)
        with out.block("if type(value) in PLAIN:"):
            out.add(f"shown = {serialize}(value)")
            with out.block("if shown is None or shown is Undefined:"):
                out.add(f"shown = complete_leaf_value({name}, value)  # raises why")
            out.add("value = shown")
        self._otherwise(out, place, setting)

    def _enum(self, out: Lines, place: Place, type: GraphQLEnumType, setting: Setting) -> None:
        known, shown = getattr(type, "wrapped_cls", None), dict[str, str]()
        if known is not None and not issubclass(known, enum.Flag):
            for member in known.__members__.values():
                try:
                    shown[member._name_] = type.coerce_output_value(member)
                except Exception:  # noqa: S112 (what cannot be shown is left to graphql-core)
                    continue
        if not shown:
            self._odd(out, place, setting, unless_null=True)
            return
        script = self._script
        names = script.name(f"names_of_{type.name}", shown)
        member = script.name(type.name, known)
        with out.block(f"if type(value) is {member} and value._name_ in {names}:"):
            out.add(f"value = {names}[value._name_]")
        self._otherwise(out, place, setting)

    def _object(self, out: Lines, place: Place, type: GraphQLObjectType, setting: Setting) -> None:
        known = known_class(type)
        if known is None:
            self._odd(out, place, setting, unless_null=True)
            return
        test = f"type(value) is {self._script.name(known.__name__, known)}"
        if type.is_type_of:
            test = f"{test} and {_UNCAST}"
        with out.block(f"if {test}:"):
            if not self._select_leaves(out, type, place, setting):
                select = self._select(type, place, setting.wish)
                out.add(f"value = {select}(run, value, {setting.steps})")
            self._settle(out, place, "dict", setting)
        self._otherwise(out, place, setting)

    def _abstract(self, out: Lines, place: Place, type: Any, setting: Setting) -> None:
        known = known_classes(self._schema, type)
        if not known:
            self._odd(out, place, setting, unless_null=True)
            return
        script, selects = self._script, dict[type, str]()
        for origin, object_type in known.items():
            selects[origin] = self._select(object_type, place, f"{setting.wish}_{object_type.name}")
        table = script.new_name(f"selections_{setting.wish}")
        script.tables[table] = {
            script.name(origin.__name__, origin): select for origin, select in selects.items()
        }
        out.add(f"select = {table}.get(type(value))")
        with out.block(f"if select is not None and {_UNCAST}:"):
            out.add(f"value = select(run, value, {setting.steps})")
            self._settle(out, place, "dict", setting)
        self._otherwise(out, place, setting)

    def _list(self, out: Lines, place: Place, setting: Setting) -> None:
        function = self._write_items(place, setting.wish)
        with out.block("if type(value) is list or type(value) is tuple:"):
            out.add(f"value = {function}(run, value, {setting.steps})")
            self._settle(out, place, "list", setting)
        self._otherwise(out, place, setting)

    def _write_items(self, place: Place, wish: str) -> str:
        """Add a function that completes the items of a list."""
        name, items = self._script.new_name(f"each_{wish}"), place.items
        wish, out = f"{wish}_item", Lines()
        at = self.place(items, wish)
        setting = Setting(wish, "(steps, index, None)", "waiting.append(index)")
        with out.block(f"def {name}(run, values, steps):"):
            out.add(f'"""{place.type}, item by item"""')
            out.add("items, waiting, rest = [], [], iter(values)")
            with out.block("try:"), out.block("for index, value in enumerate(rest):"):
                with out.block("try:"):
                    self.write(out, items, setting)
                with out.block("except Exception as error:"):
                    out.add(f"value = run.failed({at}, error, {setting.steps})")
                out.add("items.append(value)")
            with out.block("except Exception:"):
                out.add("run.abandon([items[index] for index in waiting], rest)")
                out.add("raise")
            out.add("return gathered(items, waiting) if waiting else items")
        self._script.add(out)
        return name

    def _settle(self, out: Lines, place: Place, made: str, setting: Setting) -> None:
        """Code for when what is within waits for something."""
        with out.block(f"if type(value) is not {made}:"):
            if not setting.is_coroutine:
                at = self.place(place, setting.wish)
                out.add(f"value = run.awaited({at}, value, {setting.steps})")
            out.add(setting.waits)

    def _otherwise(self, out: Lines, place: Place, setting: Setting) -> None:
        with out.block("else:" if place.is_required else "elif value is not None:"):
            self._odd(out, place, setting)

    def _odd(self, out: Lines, place: Place, setting: Setting, unless_null: bool = False) -> None:
        if unless_null and not place.is_required:
            with out.block("if value is not None:"):
                self._odd(out, place, setting)
            return
        method = "complete" if setting.is_awaited else "completed"
        out.add(f"value = run.{method}({self.place(place, setting.wish)}, value, {setting.steps})")
        with out.block("if is_awaitable(value):"):
            out.add(setting.waits)
