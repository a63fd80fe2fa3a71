"""When the alarms go off, tried by Prometheus's own tool."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.metrics.alarming import gone_off, histogram, inputs, named, operations
from tests.support.metrics.promql import ALARMS, alarms

pytestmark = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is missing: apt install prometheus"
)

NOTHING_FOR_LONG = {named("trailmark_housekeeping_last_success_timestamp_seconds"): "0x200"}
TROUBLES = {
    "TrailmarkDown": {named("up"): "1x170 0x30"},
    "TrailmarkNotRecording": {named("trailmark_writer_in_trouble", lane="0"): "0x170 1x30"},
    "TrailmarkOverloaded": operations("OVERLOADED", "0x150 0+100x50"),
    "TrailmarkQueueFilling": {named("trailmark_writer_waiting_inputs", lane="0"): "0x170 15000x30"},
    "TrailmarkDiskFilling": {named("trailmark_disk_free_bytes"): "1e11-1e8x200"},
    "TrailmarkFaults": operations("INTERNAL", "0x178 1x22"),
    "TrailmarkSlow": histogram("trailmark_operation_seconds", "5.0"),
    "TrailmarkCommitsSlow": histogram("trailmark_commit_seconds", "5.0"),
    "TrailmarkLockContended": histogram("trailmark_lock_wait_seconds", "1.0"),
    "TrailmarkLoopLate": histogram("trailmark_loop_lag_seconds", "1.0"),
    "TrailmarkReadersWait": {named("trailmark_pool_waiting_readers"): "0x170 1x30"},
    "TrailmarkReplicaLost": {named("trailmark_replicas", state="lost"): "0x160 2x40"},
    "TrailmarkFeedLate": {named("trailmark_feed_lag_seconds", lane="0"): "0x170 0+2x30"},
    "TrailmarkFollowerLate": {
        named("trailmark_follower_lag_seconds", follower="co-engagement"): "0x170 0+60x30"
    },
    "TrailmarkSubscribersDropped": {
        named("trailmark_dropped_subscriptions_total", code="CONSUMER_TOO_SLOW"): "0x175 20x25"
    },
    "TrailmarkHousekeepingLate": NOTHING_FOR_LONG,
    "TrailmarkInputsRejected": {inputs("REJECTED"): "0+6000x200"},
    "TrailmarkRestarting": {named("process_start_time_seconds"): "0x170 1 2 3 4x27"},
}


OUTAGE = TROUBLES["TrailmarkNotRecording"] | TROUBLES["TrailmarkFollowerLate"]


@pytest.mark.slow
def test_each_alarm_goes_off_by_its_trouble_and_none_on_a_calm_day(tmp_path: Path) -> None:
    """Within the three hours that are tried; on a calm day none is even pending.

    Where nothing can be stored at all, followers are late as well, which is no trouble of theirs.
    """
    cases = TROUBLES | {"TrailmarkNotRecording": OUTAGE}
    tried = gone_off(tmp_path, cases, quiet={"TrailmarkFollowerLate": OUTAGE})

    assert list(TROUBLES) == list(alarms())
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_prometheus_takes_the_configuration(tmp_path: Path) -> None:
    """With the file of its key in place."""
    for name in ("prometheus.yml", "alerts.yml"):
        shutil.copy(ALARMS.parent / name, tmp_path)
    (tmp_path / "trailmark.key").write_text("tmk_1_x")

    command = ["promtool", "check", "config", str(tmp_path / "prometheus.yml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr
