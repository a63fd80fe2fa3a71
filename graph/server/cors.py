"""Cross-origin requests: what browsers let pages of other origins send to the server and read."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from graph.config.settings import Settings
from graph.transport.origins import normalized

#: What clients of GraphQL and of event streams send.
_OF_CLIENTS = (
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Last-Event-ID",
    "apollo-require-preflight",
    "apollographql-client-name",
    "apollographql-client-version",
    "x-apollo-operation-id",
    "x-apollo-operation-name",
    "x-apollo-operation-type",
)
#: What tracing puts on every request of a page, whoever it goes to: W3C and OpenTelemetry, Zipkin,
#: Jaeger, Sentry, Datadog, New Relic, Elastic, Azure, AWS and Google.
_OF_TRACING = (
    "b3",
    "baggage",
    "elastic-apm-traceparent",
    "newrelic",
    "request-context",
    "request-id",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "uber-trace-id",
    "x-amzn-trace-id",
    "x-b3-flags",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-spanid",
    "x-b3-traceid",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-datadog-origin",
    "x-datadog-parent-id",
    "x-datadog-sampled",
    "x-datadog-sampling-priority",
    "x-datadog-tags",
    "x-datadog-trace-id",
    "x-request-id",
)


def cors(settings: Settings) -> Middleware:
    """What lets pages of the configured origins, and of no other, call the server."""
    return Middleware(
        Cors,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=[*_OF_CLIENTS, *_OF_TRACING, *settings.cors_headers],
        expose_headers=["Retry-After", "X-Request-Id"],
        max_age=600,
    )


class Cors(CORSMiddleware):
    """Takes an origin with its scheme's own port for the one without."""

    def is_allowed_origin(self, origin: str) -> bool:
        return normalized(origin) in self.allow_origins
