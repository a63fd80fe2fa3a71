"""Exporting: spans are sent by OTLP, as OpenTelemetry's own variables say where and how."""

import os
from importlib import import_module, metadata

from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

HTTP, GRPC = "http/protobuf", "grpc"
_MODULES = {
    HTTP: "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    GRPC: "opentelemetry.exporter.otlp.proto.grpc.trace_exporter",
}


def provider_for(protocol: str) -> TracerProvider:
    """What makes spans and sends them in batches, from a thread of its own.

    Raises:
        ValueError: the protocol is none of OTLP's.
        ImportError: what speaks it is not installed.
    """
    provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_exporter(protocol.strip() or HTTP)))
    return provider


def _exporter(protocol: str) -> SpanExporter:
    if protocol not in _MODULES:
        allowed = " and ".join(_MODULES)
        raise ValueError(f"the protocol of OTLP is {protocol[:64]!r}; allowed are {allowed}")
    exporter: SpanExporter = import_module(_MODULES[protocol]).OTLPSpanExporter()
    return exporter


def _resource() -> Resource:
    """What all spans of this process have; the standard variables count before it."""
    own: dict[str, str | int] = {
        "service.name": "trailmark",
        "service.version": metadata.version("trailmark"),
        "process.pid": os.getpid(),
    }
    return Resource(own).merge(OTELResourceDetector().detect())
