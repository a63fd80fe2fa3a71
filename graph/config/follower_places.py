"""Where followers may work."""

from enum import StrEnum


class FollowerPlace(StrEnum):
    INSIDE = "inside"  # of the server's process
    BESIDE = "beside"  # it, in a process that it starts
    ELSEWHERE = "elsewhere"  # by `trailmark follow`, or another server
