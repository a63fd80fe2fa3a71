"""Completing: code that turns the results of resolvers into the response.

Each type is one test for what is usual, written out, and one call for whatever is not. The test is
strict: it holds only for what graphql-core would take as well, and nothing else passes it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    Executor,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    is_composite_type,
    is_list_type,
)
from graphql.pyutils import is_awaitable

from graph.compiled.gathering import gathered
from graph.compiled.outputs.columns import LEAST, MOST, Columns
from graph.compiled.outputs.leaves import PLAIN, as_it_is, shown_members
from graph.compiled.outputs.resolvers import CAST, known_class, known_classes
from graph.compiled.positions import ResponsePosition
from graph.compiled.script import Lines, Script

_UNCAST = f"getattr(value, {CAST!r}, None) is None"


@dataclass(frozen=True, slots=True)
class CompletionContext:
    """Where a value is completed: in an object, in a list, or in a coroutine."""

    #: What the functions for what is within are named after.
    name_hint: str
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

    `select` writes a function for the selection of a type at a position, and returns its name;
    `select_leaves` writes what the function would do, where that is little, and returns whether.
    """

    def __init__(
        self,
        script: Script,
        schema: GraphQLSchema,
        *,
        columns: Columns,
        select: Callable[[GraphQLObjectType, ResponsePosition, str], str],
        select_leaves: Callable[
            [Lines, GraphQLObjectType, ResponsePosition, CompletionContext], bool
        ],
    ) -> None:
        self._script = script
        self._schema = schema
        self._columns = columns
        self._select = select
        self._select_leaves = select_leaves
        script.names |= {
            "PLAIN": PLAIN,
            "Undefined": Undefined,
            "complete_leaf_value": Executor.complete_leaf_value,
            "gathered": gathered,
            "is_awaitable": is_awaitable,
        }

    def write(self, out: Lines, position: ResponsePosition, setting: CompletionContext) -> bool:
        """Add code that completes `value`; whether it is an object, completed in line."""
        match position.nullable:
            case GraphQLList():
                self._list(out, position, setting)
            case GraphQLObjectType() as type:
                return self._object(out, position, type, setting)
            case GraphQLInterfaceType() | GraphQLUnionType() as type:
                self._abstract(out, position, type, setting)
            case GraphQLEnumType() as type:
                self._enum(out, position, type, setting)
            case GraphQLScalarType() as type:
                self._scalar(out, position, type, setting)
        return False

    def name_of(self, position: ResponsePosition, name_hint: str) -> str:
        """What generated code calls a position."""
        return self._script.name(f"at_{name_hint}", position)

    def _scalar(
        self,
        out: Lines,
        position: ResponsePosition,
        type: GraphQLScalarType,
        setting: CompletionContext,
    ) -> None:
        if (usual := as_it_is(type)) is not None:
            test = usual.test
            is_odd = f"not ({test})" if " and " in test else test.replace(" is ", " is not ")
            if not position.is_required:
                is_odd = f"value is not None and {is_odd}"
            with out.block(f"if {is_odd}:"):
                self._odd(out, position, setting)
            return
        script = self._script
        name = script.name(f"type_{type.name}", type)
        serialize = script.name(f"serialize_{type.name}", type.coerce_output_value)
        with out.block("if type(value) in PLAIN:"):
            out.add(f"shown = {serialize}(value)")
            with out.block("if shown is None or shown is Undefined:"):
                out.add(f"shown = complete_leaf_value({name}, value)  # raises why")
            out.add("value = shown")
        self._otherwise(out, position, setting)

    def _enum(
        self,
        out: Lines,
        position: ResponsePosition,
        type: GraphQLEnumType,
        setting: CompletionContext,
    ) -> None:
        known = shown_members(type)
        if known is None:
            self._odd(out, position, setting, unless_null=True)
            return
        script, (member_class, shown) = self._script, known
        names = script.name(f"names_of_{type.name}", shown)
        member = script.name(type.name, member_class)
        with out.block(f"if type(value) is {member} and value._name_ in {names}:"):
            out.add(f"value = {names}[value._name_]")
        self._otherwise(out, position, setting)

    def _object(
        self,
        out: Lines,
        position: ResponsePosition,
        type: GraphQLObjectType,
        setting: CompletionContext,
    ) -> bool:
        known = known_class(type)
        if known is None:
            self._odd(out, position, setting, unless_null=True)
            return False
        test = f"type(value) is {self._script.name(known.__name__, known)}"
        if type.is_type_of:
            test = f"{test} and {_UNCAST}"
        with out.block(f"if {test}:"):
            is_in_line = self._select_leaves(out, type, position, setting)
            if not is_in_line:
                select = self._select(type, position, setting.name_hint)
                out.add(f"value = {select}(run, value, {setting.steps})")
            self._settle(out, position, "dict", setting)
        self._otherwise(out, position, setting)
        return is_in_line

    def _abstract(
        self, out: Lines, position: ResponsePosition, type: Any, setting: CompletionContext
    ) -> None:
        known = known_classes(self._schema, type)
        if not known:
            self._odd(out, position, setting, unless_null=True)
            return
        script, selects = self._script, dict[type, str]()
        for origin, object_type in known.items():
            selects[origin] = self._select(
                object_type, position, f"{setting.name_hint}_{object_type.name}"
            )
        table = script.new_name(f"selections_{setting.name_hint}")
        script.tables[table] = {
            script.name(origin.__name__, origin): select for origin, select in selects.items()
        }
        out.add(f"select = {table}.get(type(value))")
        with out.block(f"if select is not None and {_UNCAST}:"):
            out.add(f"value = select(run, value, {setting.steps})")
            self._settle(out, position, "dict", setting)
        self._otherwise(out, position, setting)

    def _list(self, out: Lines, position: ResponsePosition, setting: CompletionContext) -> None:
        """Add code that completes a list, and one that is columnar without its items, if it can."""
        list_class, by_columns = self._columns.write_columnar(
            position.items, f"{setting.name_hint}_of_its_columns"
        )
        function = self._write_items(position, setting.name_hint)
        head = "if"
        if by_columns is not None:
            head = "elif"
            with out.block(f"if type(value) is {list_class}:"):
                out.add(f"found = {by_columns}(run, value)")
                with out.block("if found is not None:"):
                    out.add("value = found")
                with out.block("else:"):
                    out.add(f"value = {function}(run, value.made, {setting.steps})")
                    self._settle(out, position, "list", setting)
        elif list_class is not None:
            with out.block(f"if type(value) is {list_class}:"):
                out.add("value = value.made")
        with out.block(f"{head} type(value) is list or type(value) is tuple:"):
            out.add(f"value = {function}(run, value, {setting.steps})")
            self._settle(out, position, "list", setting)
        self._otherwise(out, position, setting)

    def _write_items(self, position: ResponsePosition, name_hint: str) -> str:
        """Add a function that completes the items of a list, or goes on with those it has begun.

        Where the slice of the loop is over, the rest is completed later.
        """
        name, items = self._script.new_name(f"each_{name_hint}"), position.items
        by_columns = self._columns.write(items, f"{name_hint}_columns")
        name_hint, out = f"{name_hint}_item", Lines()
        at = self.name_of(items, name_hint)
        setting = CompletionContext(name_hint, "(steps, index, None)", "waiting.append(index)")
        with out.block(f"def {name}(run, values, steps, begun=None):"):
            out.add(f'"""{position.type}, item by item"""')
            if by_columns is not None:
                out.add(f"is_tried = begun is None and {LEAST} <= len(values) <= {MOST}")
                out.add(f"if is_tried and (items := {by_columns}(run, values)) is not None:")
                out.add("    return items")
            out.add("items, waiting, rest = begun or ([], [], iter(values))")
            with out.block("try:"), out.block("for index, value in enumerate(rest, len(items)):"):
                with out.block("try:"):
                    is_in_line = self.write(out, items, setting)
                with out.block("except Exception as error:"):
                    out.add(f"value = run.failed({at}, error, {setting.steps})")
                out.add("items.append(value)")
                if is_composite_type(items.nullable) or is_list_type(items.nullable):
                    # What is completed in line takes about as long as asking.
                    now_and_then = "index & 15 == 15 and " if is_in_line else ""
                    with out.block(f"if {now_and_then}run.is_over():"):
                        begun = "(items, waiting, rest)"
                        out.add(f"return None if begun else run.later({name}, steps, {begun})")
            with out.block("except Exception:"):
                out.add("run.abandon([items[index] for index in waiting], rest)")
                out.add("raise")
            out.add("return gathered(items, waiting) if waiting else items")
        self._script.add(out)
        return name

    def _settle(
        self, out: Lines, position: ResponsePosition, made: str, setting: CompletionContext
    ) -> None:
        """Code for a completed value that must be awaited."""
        with out.block(f"if type(value) is not {made}:"):
            if not setting.is_coroutine:
                at = self.name_of(position, setting.name_hint)
                out.add(f"value = run.awaited({at}, value, {setting.steps})")
            out.add(setting.waits)

    def _otherwise(
        self, out: Lines, position: ResponsePosition, setting: CompletionContext
    ) -> None:
        with out.block("else:" if position.is_required else "elif value is not None:"):
            self._odd(out, position, setting)

    def _odd(
        self,
        out: Lines,
        position: ResponsePosition,
        setting: CompletionContext,
        unless_null: bool = False,
    ) -> None:
        if unless_null and not position.is_required:
            with out.block("if value is not None:"):
                self._odd(out, position, setting)
            return
        method = "complete" if setting.is_awaited else "completed"
        at = self.name_of(position, setting.name_hint)
        out.add(f"value = run.{method}({at}, value, {setting.steps})")
        with out.block("if is_awaitable(value):"):
            out.add(setting.waits)
