"""Plans: when an operation has one, when it goes, and what it looks like."""

import gc
import threading
from itertools import product
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, GraphQLSchema, parse, validate

from graph.access.rights import enforce
from graph.compiled.compiling import compile_plan
from graph.compiled.fields import MOST
from graph.compiled.plans import CACHED, OUTCOMES, Plans
from graph.schema.schema import build
from tests.support import client
from tests.support.compiled.differing import operation_of


@strawberry.type
class Person:
    name: str
    age: int


@strawberry.type
class Query:
    @strawberry.field
    def person(self, name: str = "Ann") -> Person | None:
        return Person(name=name, age=30)


SCHEMA: GraphQLSchema = strawberry.Schema(Query)._schema
PERSON = "query ($name: String!) { person(name: $name) { name age } }"


def _parsed(text: str, schema: GraphQLSchema = SCHEMA) -> DocumentNode:
    document = parse(text)
    assert validate(schema, document) == []
    return document


def _ready(plans: Plans, document: DocumentNode, **variables: Any) -> Any:
    return plans.bind(document, operation_of(document), variables)


def test_a_plan_is_a_function_that_a_person_can_read() -> None:
    """The variables first, then what is selected, then the operation."""
    document = _parsed(PERSON)

    plan = compile_plan(SCHEMA, document, operation_of(document), {})

    assert plan.source == SOURCE


def test_an_operation_gets_a_plan_when_it_comes_again() -> None:
    """One that comes once would pay for a plan that it never uses."""
    plans, document = Plans(SCHEMA), _parsed(PERSON)

    first, second = [_ready(plans, document, name="Bob") for _ in range(2)]

    assert first is None
    assert second.execute(None).data == {"person": {"name": "Bob", "age": 30}}


def test_an_operation_waits_for_no_compiler() -> None:
    """Compiling may be done beside; until it is, graphql-core executes the operation."""
    later = list[Any]()
    plans, document = Plans(SCHEMA, before=0, work=later.append), _parsed(PERSON)

    assert _ready(plans, document, name="Ann") is None
    assert _ready(plans, document, name="Ann") is None

    (compile,) = later
    compile()
    assert _ready(plans, document, name="Ann") is not None


def test_wrong_variables_are_left_to_graphql_core() -> None:
    """It has the words for what is wrong; the plan stays for those who do better."""
    plans, document = Plans(SCHEMA, before=0), _parsed(PERSON)

    assert _ready(plans, document, name=5) is None
    assert _ready(plans, document) is None
    assert _ready(plans, document, name="Ann") is not None


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Person") { name } }',
        f"{{ {' '.join(f'a{each}: person {{ name age }}' for each in range(MOST // 3 + 1))} }}",
    ],
)
def test_what_plans_do_not_know_is_left_to_graphql_core(text: str) -> None:
    """Introspection, and operations so large that compiling them would not pay."""
    plans, document = Plans(SCHEMA, before=0), _parsed(text)

    assert _ready(plans, document) is None


def test_each_outcome_of_conditions_has_a_plan_of_its_own() -> None:
    """So what is skipped costs nothing, and is not even there."""
    plans = Plans(SCHEMA, before=0)
    document = _parsed("query ($no: Boolean = true) { person { name age @skip(if: $no) } }")

    without, with_age = _ready(plans, document), _ready(plans, document, no=False)

    assert without.execute(None).data == {"person": {"name": "Ann"}}
    assert with_age.execute(None).data == {"person": {"name": "Ann", "age": 30}}
    assert "age" not in without.plan.source
    assert _ready(plans, document, no=None) is None


def test_an_operation_has_a_few_outcomes_at_most() -> None:
    """A client cannot have plans made without end by one document."""
    names = [f"v{each}" for each in range(4)]
    fields = " ".join(f"{name}: __typename @include(if: ${name})" for name in names)
    document = _parsed(f"query ({' '.join(f'${name}: Boolean!' for name in names)}) {{ {fields} }}")
    plans = Plans(SCHEMA, before=0)

    made = [
        _ready(plans, document, **dict(zip(names, values, strict=True)))
        for values in product((True, False), repeat=4)
    ]

    assert [each is not None for each in made] == [True] * OUTCOMES + [False] * (16 - OUTCOMES)


def test_plans_have_so_much_source_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were used last, also of clients that use none a second time: what a plan takes
    grows with its operation, and many large ones would fill the memory."""
    documents = [_parsed(f"{{ a{number}: person {{ name age }} }}") for number in range(30)]
    length = len(compile_plan(SCHEMA, documents[0], operation_of(documents[0]), {}).source)
    monkeypatch.setattr("graph.compiled.plans.CACHED_SOURCE", 10 * length + length // 2)
    later = list[Any]()
    plans = Plans(SCHEMA, before=0, work=later.append)

    sizes = []
    for document in documents:
        _ready(plans, document)
        later.pop()()
        sizes.append(plans.size)

    assert sizes[:11] == list(range(1, 12))
    assert set(sizes[11:]) == {11}  # ten that are counted, and the one that was just compiled
    kept = [_ready(plans, document) is not None for document in documents[-10:]]
    assert kept == [True] * 10
    assert _ready(plans, documents[0]) is None


def test_plans_go_with_their_documents() -> None:
    """Whoever keeps documents decides how long; and the latest used are kept at most."""
    plans, document = Plans(SCHEMA, before=0), _parsed(PERSON)
    _ready(plans, document, name="Ann")
    assert plans.size == 1

    del document
    gc.collect()
    assert plans.size == 0

    documents = [_parsed(PERSON) for _ in range(CACHED + 1)]
    for each in documents:
        _ready(plans, each, name="Ann")
    assert plans.size == CACHED


def test_a_document_that_goes_in_another_thread_changes_no_entries_there() -> None:
    """The thread that compiled it may hold it last, while the loop goes through the entries."""
    plans, held, kept = Plans(SCHEMA, before=0), [_parsed(PERSON)], _parsed(PERSON)
    _ready(plans, held[0], name="Ann")
    _ready(plans, kept, name="Ann")
    entries = iter(plans._entries)
    next(entries)

    def drop() -> None:
        held.clear()
        gc.collect()

    thread = threading.Thread(target=drop)
    thread.start()
    thread.join()

    assert len(list(entries)) == 1  # a dictionary that was changed would raise
    assert plans.size == 1


@pytest.mark.parametrize("name", ["RECORD", "RECORD_MANY", "COUNTS", "HISTORY"])
def test_what_clients_send_is_written_out(name: str) -> None:
    """No field of the product's own operations needs to be resolved by graphql-core."""
    schema = build()._schema
    enforce(schema)
    document = _parsed(getattr(client, name), schema)

    source = compile_plan(schema, document, operation_of(document), {}).source

    assert "run.resolve(" not in source
    assert "checked(" not in source


SOURCE = '''\
def read_String(value):
    """String!"""
    if value is None:
        raise Unsuited
    if type(value) is not str:
        value = coerced(type_String, value)
    return value


def variable_name(given):
    """$name: String!"""
    if 'name' not in given:
        raise Unsuited
    return read_String(given['name'])


def operation(run, source, steps):
    """Query { person }"""
    data, waiting = {}, ()
    try:
        # person: Person
        at = (steps, 'person', 'Query')
        try:
            value = resolve_person(source, name=run.variables['name'])
            if type(value) is Person:
                inner, leaves, late = value, {}, ()
                try:
                    # name: String!
                    try:
                        value = inner.name
                        if type(value) is not str:
                            value = run.completed(at_person_name, value, (at, 'name', 'Person'))
                            if is_awaitable(value):
                                late += ('name',)
                    except Exception as error:
                        value = run.failed(at_person_name, error, (at, 'name', 'Person'))
                    leaves['name'] = value
                    # age: Int!
                    try:
                        value = inner.age
                        if not (type(value) is int and SMALLEST <= value <= LARGEST):
                            value = run.completed(at_person_age, value, (at, 'age', 'Person'))
                            if is_awaitable(value):
                                late += ('age',)
                    except Exception as error:
                        value = run.failed(at_person_age, error, (at, 'age', 'Person'))
                    leaves['age'] = value
                except Exception:
                    run.abandon([leaves[key] for key in late])
                    raise
                value = gathered(leaves, late) if late else leaves
                if type(value) is not dict:
                    value = run.awaited(at_person, value, at)
                    waiting += ('person',)
            elif value is not None:
                value = run.completed(at_person, value, at)
                if is_awaitable(value):
                    waiting += ('person',)
        except Exception as error:
            value = run.failed(at_person, error, at)
        data['person'] = value
    except Exception:
        run.abandon([data[key] for key in waiting])
        raise
    return gathered(data, waiting) if waiting else data


def read(given):
    """The variables; raises Unsuited unless all are right."""
    variables = {}
    value = variable_name(given)
    if value is not ABSENT:
        variables['name'] = value
    return variables
'''
