"""Global ids: one name for any node of the schema, as Relay refetches them."""

import base64
import binascii


def global_id(type_name: str, key: str) -> str:
    """The id of a node: its type and its key there, opaque to clients."""
    return binascii.b2a_base64(f"{type_name}:{key}".encode(), newline=False).decode()


def parse_global_id(text: str) -> tuple[str, str] | None:
    """The type and key behind a global id, or None where it is none."""
    try:
        type_name, colon, key = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (type_name, key) if colon else None
