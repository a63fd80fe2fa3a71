"""What a server tells of itself at /metrics, for Prometheus, summed over its workers."""
