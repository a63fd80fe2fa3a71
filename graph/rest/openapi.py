"""The OpenAPI document, generated from the declarations of the operations."""

import inspect
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from graph.rest.answers import RefusalAnswer
from graph.rest.export import NDJSON
from graph.rest.operations import RestOperation
from graph.rest.routes import OPERATIONS

REASONS = {
    400: "Something that was sent is wrong: which field, and what is allowed.",
    401: "No key or user token, or none that is valid.",
    403: "The caller may not do this, or not for this user.",
    413: "The body is too large.",
    415: "The body is not declared as JSON.",
    429: "Too many requests in a time.",
    500: "Something unexpected, which the server's log tells under the request id.",
    503: "The database does not answer now, or took too long; it may succeed later.",
}
TAGS = {"api": "Recommender", "export": "Trailmark"}
_OF_BODIES = (413, 415)
_PREFIX = "#/components/schemas/"
_REFERENCE = re.compile(rf"{_PREFIX}(\w+)")
_OF_FIELDS = ("title", "description")

Document = dict[str, Any]


def document(operations: Sequence[RestOperation] = OPERATIONS) -> Document:
    """The routes as OpenAPI 3.1."""
    schemas, definitions = _schemas(operations)
    paths: dict[str, Document] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _described(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trailmark's REST API",
            "version": "1",
            "description": "What the older clients speak, and the export of a user's data. "
            "GraphQL, at /graphql, can do more.",
        },
        "security": [{"bearer": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key or a user token; none where none is configured.",
                }
            },
            "schemas": _referred(definitions, paths),
        },
    }


def _schemas(operations: Sequence[RestOperation]) -> tuple[dict[type, Document], Document]:
    """Each model's schema or the reference to it, and the definitions that they refer to."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
        (RefusalAnswer, "serialization"): None
    }
    for each in operations:
        if each.request is not None and each.has_body:
            wanted[each.request, "validation"] = None
        if each.answer is not None:
            wanted[each.answer, "serialization"] = None
    found, top = models_json_schema(list(wanted), ref_template=_PREFIX + "{model}")
    return {model: schema for (model, _), schema in found.items()}, top["$defs"]


def _referred(definitions: Document, paths: Document) -> Document:
    """The definitions that something refers to; pydantic adds some of what lies behind them."""
    kept, texts = dict[str, Any](), [str(paths)]
    while texts:
        found = _REFERENCE.findall(texts.pop())
        new = {name: definitions[name] for name in found if name not in kept}
        kept |= new
        texts += map(str, new.values())
    return dict(sorted(kept.items()))


def _described(operation: RestOperation, schemas: dict[type, Document]) -> Document:
    described: Document = {
        "operationId": operation.handle.__name__,
        "tags": [TAGS.get(operation.segments[0], "Tracker")],
        "summary": inspect.getdoc(operation.handle),
        "responses": _responses(operation, schemas),
    }
    if operation.request is None:
        return described
    if operation.has_body:
        content = {"application/json": {"schema": schemas[operation.request]}}
        return described | {"requestBody": {"required": True, "content": content}}
    return described | {"parameters": _parameters(operation, operation.request)}


def _parameters(operation: RestOperation, request: type[BaseModel]) -> list[Document]:
    schema = request.model_json_schema()
    return [
        {
            "name": name,
            "in": "path" if f"{{{name}}}" in operation.path else "query",
            "required": name in schema.get("required", ()),
            "description": described.get("description", ""),
            "schema": _of_parameter(described),
        }
        for name, described in schema["properties"].items()
    ]


def _of_parameter(described: Document) -> Document:
    """A field's schema without null, which no address can hold: what is empty is absent."""
    kept = {name: part for name, part in described.items() if name not in _OF_FIELDS}
    choices = [each for each in kept.pop("anyOf", ()) if each != {"type": "null"}]
    kept |= choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {}
    if kept.get("default", ...) is None:
        del kept["default"]
    return kept


def _responses(operation: RestOperation, schemas: dict[type, Document]) -> Document:
    said = {"schema": schemas[RefusalAnswer]}
    refused = {
        str(status): {"description": reason, "content": {"application/json": said}}
        for status, reason in REASONS.items()
        if operation.method == "POST" or status not in _OF_BODIES
    }
    if operation.answer is None:
        content = {NDJSON: {"schema": {"type": "string"}}}
        description = "A line of JSON for each thing that is stored."
    else:
        content = {"application/json": {"schema": schemas[operation.answer]}}
        description = inspect.getdoc(operation.answer) or ""
    return {str(operation.status): {"description": description, "content": content}} | refused
