"""Traces: spans from a request to its statements, by OpenTelemetry, where they are asked for."""
