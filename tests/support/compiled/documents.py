"""Random documents over any schema, valid ones, and variables for them, some of them wrong."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

#: What scalars are given: first what is right, then what may not be.
SCALARS: dict[str, list[Any]] = {
    "Int": [0, 1, 2, 3, -1, 3.0, 2**31, "1", True, 1.5],
    "Float": [0.5, 2, 1e300, -0.0, "1.5", True, 10**400],
    "String": ["", "a", "é\n", "q", 5, False],
    "Boolean": [True, False, 0, "true"],
    "ID": ["i", "7", 7, 0, 1.0, 1.5, True],
    "Long": [0, 5, 2**53, 2**60, 1.0, "1"],
    "Date": ["2026-11-20", "2026-13-01", "yesterday", 5],
    "DateTime": ["2026-11-20T12:00:00Z", "2026-11-19T00:00:00+02:00", "2026-11-20", "now", 5],
    "Decimal": ["1.50", 2, "x", 1.5],
    "JSON": [{"a": [1, None, {"b": "c"}]}, [], "text", 1.5, True],
}
#: How many of those are right.
_RIGHT = {"Int": 5, "Float": 4, "String": 4, "Boolean": 2, "ID": 4, "Long": 3, "JSON": 5}


@dataclass
class Case:
    """A document and the variables to execute it with."""

    text: str
    variables: dict[str, Any]


@dataclass
class Documents:
    """Makes cases by the dice; `names` gives values for arguments of some names."""

    schema: GraphQLSchema
    names: dict[str, list[Any]] = field(default_factory=dict)
    depth: int = 4

    def case(self, dice: Random, operation: str = "query") -> Case:
        return _Making(self, dice).case(operation)


class _Making:
    def __init__(self, documents: Documents, dice: Random) -> None:
        self.schema = documents.schema
        self.names = documents.names
        self.depth = documents.depth
        self.dice = dice
        self.definitions = dict[str, str]()
        self.variables = dict[str, Any]()
        self.known = dict[tuple[str, str], str]()  # variables, by what they were made for
        self.fragments = dict[str, tuple[str, str]]()
        self.aliases = 0
        # Whether this document's variables may be wrong at all.
        self.is_rude = dice.random() < 0.15

    def case(self, operation: str) -> Case:
        root = {
            "query": self.schema.query_type,
            "mutation": self.schema.mutation_type,
            "subscription": self.schema.subscription_type,
        }[operation]
        # A subscription has a single field.
        one = operation == "subscription"
        selection = (
            f"{{ {self.field(root, self.depth)} }}" if one else self.selection(root, self.depth)
        )
        given = ", ".join(f"${name}: {type}" for name, type in self.definitions.items())
        head = f"{operation} Case({given})" if given else operation
        fragments = [
            f"fragment {name} on {on} {body}" for name, (on, body) in self.fragments.items()
        ]
        return Case("\n".join([f"{head} {selection}", *fragments]), self.variables)

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def selection(self, type: Any, depth: int) -> str:
        count = self.dice.choice((1, 2, 3, 4, 5) if depth > 1 else (1, 2, 3))
        return f"{{ {' '.join(self.selected(type, depth) for _ in range(count))} }}"

    def selected(self, type: Any, depth: int) -> str:
        if not hasattr(type, "fields") or (is_abstract_type(type) and self.maybe(0.6)):
            return self.fragment(type, depth)
        if self.maybe(0.1):
            return self.fragment(type, depth)
        if self.maybe(0.08):
            return f"__typename{self.condition()}"
        return self.field(type, depth)

    def fragment(self, type: Any, depth: int) -> str:
        possible = self.schema.get_possible_types(type) if is_abstract_type(type) else [type]
        interfaces = [each for own in possible for each in own.interfaces]
        on = self.dice.choice([type, *possible, *interfaces])
        if self.maybe(0.5):
            names = [name for name, (own, _) in self.fragments.items() if own == on.name]
            if not names or self.maybe(0.5):
                body = self.selection(on, depth - 1) if depth > 1 else "{ __typename }"
                name = f"F{len(self.fragments)}"
                self.fragments[name] = on.name, body
            else:
                name = self.dice.choice(names)
            return f"...{name}{self.condition()}"
        body = self.selection(on, depth)
        told = "" if on is type and self.maybe(0.5) else f" on {on.name}"
        return f"...{told}{self.condition()} {body}"

    def field(self, type: Any, depth: int) -> str:
        names = list(type.fields)
        if depth <= 1:
            plain = [n for n in names if not is_composite_type(get_named_type(type.fields[n].type))]
            names = plain or names
        if not names or depth <= 0:
            return "__typename"
        name = self.dice.choice(names)
        known = type.fields[name]
        named = get_named_type(known.type)
        is_composite = is_composite_type(named)
        if is_composite and depth <= 1:
            return "__typename"
        arguments = self.arguments(known.args)
        alias = ""
        if arguments or self.maybe(0.1):
            self.aliases += 1
            alias = f"a{self.aliases}: " if arguments else f"{self.dice.choice('xyz')}{name}: "
        inner = f" {self.selection(named, depth - 1)}" if is_composite else ""
        return f"{alias}{name}{arguments}{self.condition()}{inner}"

    def condition(self) -> str:
        if not self.maybe(0.08):
            return ""
        directive = self.dice.choice(("skip", "include"))
        if self.maybe(0.5):
            return f" @{directive}(if: {self.dice.choice(('true', 'false'))})"
        name = self.dice.choice(("yes", "no", "on"))
        if name not in self.definitions:
            default = {"yes": "Boolean!", "no": "Boolean! = false", "on": "Boolean = true"}[name]
            self.definitions[name] = default
            if name == "yes" or self.maybe(0.5):
                self.variables[name] = self.maybe(0.5) if self.maybe(0.95) else None
        return f" @{directive}(if: ${name})"

    def arguments(self, arguments: Any) -> str:
        given = []
        for name, argument in arguments.items():
            is_needed = isinstance(argument.type, GraphQLNonNull) and not _has_default(argument)
            if is_needed or self.maybe(0.6):
                value = self.argument(name, argument.type, _has_default(argument))
                given.append(f"{name}: {value}")
        self.dice.shuffle(given)
        return f"({', '.join(given)})" if given else ""

    def argument(self, name: str, type: Any, has_default: bool) -> str:
        if self.maybe(0.55):
            return self.variable(name, type, has_default)
        return self.literal(name, type)

    def variable(self, name: str, type: Any, has_default: bool) -> str:
        inner = type.of_type if isinstance(type, GraphQLNonNull) else type
        if (known := self.known.get((name, str(type)))) and self.maybe(0.5):
            return f"${known}"
        variable = self.known[name, str(type)] = f"v{len(self.definitions)}"
        is_required = inner is not type and not (has_default and self.maybe(0.3))
        default = ""
        if self.maybe(0.2):
            default = f" = {self.literal(name, inner, is_constant=True)}"
            is_required = is_required and self.maybe(0.5)
        self.definitions[variable] = f"{inner}{'!' if is_required else ''}{default}"
        is_left_out = (default and self.maybe(0.4)) or (self.is_rude and self.maybe(0.05))
        if not is_left_out and (is_required or self.maybe(0.75)):
            expected = GraphQLNonNull(inner) if is_required else inner
            self.variables[variable] = self.value(name, expected)
        return f"${variable}"

    def literal(self, name: str, type: Any, is_constant: bool = False) -> str:
        if isinstance(type, GraphQLNonNull):
            type = type.of_type
        elif self.maybe(0.1):
            return "null"
        if isinstance(type, GraphQLList):
            count = self.dice.choice((0, 1, 1, 2, 3))
            if count == 1 and self.maybe(0.3):
                return self.literal(name, GraphQLNonNull(_nullable(type.of_type)), is_constant)
            items = [self.within(name, type.of_type, False, is_constant) for _ in range(count)]
            return f"[{', '.join(items)}]"
        if isinstance(type, GraphQLInputObjectType):
            chosen = self.chosen(type)
            items = [
                f"{each}: {self.within(each, known.type, _has_default(known), is_constant)}"
                for each, known in chosen
            ]
            return f"{{{', '.join(items)}}}"
        if isinstance(type, GraphQLEnumType):
            return str(self.dice.choice(list(type.values)))
        return _printed(self.scalar(name, type.name, is_right=True))

    def within(self, name: str, type: Any, has_default: bool, is_constant: bool) -> str:
        if not is_constant and self.maybe(0.25):
            return self.variable(name, type, has_default)
        return self.literal(name, type, is_constant)

    def value(self, name: str, type: Any) -> Any:
        """A JSON value of a type."""
        if self.is_rude and self.maybe(0.08):
            return self.dice.choice((None, 5, "wrong", [], {}, True, [None], {"wrong": 1}))
        if isinstance(type, GraphQLNonNull):
            type = type.of_type
        elif self.maybe(0.1):
            return None
        if isinstance(type, GraphQLList):
            if self.maybe(0.1):
                return self.value(name, GraphQLNonNull(_nullable(type.of_type)))
            return [self.value(name, type.of_type) for _ in range(self.dice.choice((0, 1, 2, 3)))]
        if isinstance(type, GraphQLInputObjectType):
            return {each: self.value(each, known.type) for each, known in self.chosen(type)}
        if isinstance(type, GraphQLEnumType):
            return self.dice.choice(list(type.values))
        return self.scalar(name, type.name, is_right=not self.is_rude)

    def chosen(self, type: GraphQLInputObjectType) -> list[tuple[str, Any]]:
        """The fields of an input that are given."""
        fields = list(type.fields.items())
        definition = type.extensions.get("strawberry-definition")
        if getattr(definition, "is_one_of", False):
            return self.dice.sample(fields, 1 if self.maybe(0.9) else 2)
        chosen = [
            (name, known)
            for name, known in fields
            if (isinstance(known.type, GraphQLNonNull) and not _has_default(known))
            or self.maybe(0.45 if type.name != "Tree" else 0.3)
        ]
        self.dice.shuffle(chosen)
        return chosen

    def scalar(self, name: str, type: str, is_right: bool) -> Any:
        if name in self.names and self.maybe(0.95):
            return self.dice.choice(self.names[name])
        values = SCALARS[type]
        return self.dice.choice(values[: _RIGHT.get(type, 1)] if is_right else values)


def _has_default(known: Any) -> bool:
    return known.default_value is not Undefined or known.default is not None


def _nullable(type: Any) -> Any:
    return type.of_type if isinstance(type, GraphQLNonNull) else type


def _printed(value: Any) -> str:
    """A value as a literal."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_printed(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_printed(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)
