"""Whether traces are wanted; nothing of OpenTelemetry is imported where they are not."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.server.tracing.tracing import Tracing

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_EXPORTERS, _DISABLED = "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"

log = logging.getLogger(__name__)


def tracing_for(environment: Mapping[str, str]) -> "Tracing | None":
    """The traces that the standard variables of OpenTelemetry ask for, if they do.

    What is wrong with them is told, and there are none: variables may be set for all programs of a
    cluster, and whoever sets them may not know this one.
    """
    if not _are_wanted(environment):
        return None
    protocol = next((environment[name] for name in PROTOCOLS if environment.get(name)), "")
    try:
        from graph.server.tracing.exporting import provider_for
        from graph.server.tracing.tracing import Tracing

        return Tracing(provider_for(protocol))
    except ImportError as error:
        log.warning(
            "there are no traces, though %s is set: %s; run pip install 'trailmark[traces]'",
            next(name for name in ENDPOINTS if environment.get(name)),
            error,
        )
    except ValueError as error:
        log.warning("there are no traces: %s", error)
    return None


def _are_wanted(environment: Mapping[str, str]) -> bool:
    is_disabled = environment.get(_DISABLED, "").strip().lower() == "true"
    exports = environment.get(_EXPORTERS, "otlp").strip().lower() or "otlp"
    is_given = any(environment.get(name) for name in ENDPOINTS)
    return is_given and "otlp" in exports.split(",") and not is_disabled
