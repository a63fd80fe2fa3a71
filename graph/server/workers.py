"""Workers: the processes that share an address, and what the log is told of their ends."""

import logging
import os
import time
from contextlib import suppress
from socket import socket

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from graph.server.beside.keeping import FollowersBeside, how_it_ended

START_S = 60.0
"""How long a new worker may take until it answers; a busy machine imports for many seconds."""

PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
"""How long to wait after a worker could not start while others serve; twice as long each time."""

STEADY_S = 120.0
"""After which a worker that cannot start is a new trouble."""

log = logging.getLogger(__name__)


def listen(config: Config, followers: FollowersBeside | None = None) -> bool:
    """Serve in as many processes as are configured, until a signal ends it; whether it began.

    Where the workers are replaced, so are the `followers` beside them.
    """
    server = Server(config)
    try:
        with suppress(KeyboardInterrupt):
            if config.workers > 1:
                workers = Workers(config, [config.bind_socket()], followers)
                workers.run()
                return not workers.have_failed
            config.load_app()
            server.run()
    finally:
        if config.uds:
            with suppress(FileNotFoundError):
                os.remove(config.uds)
    return server.started


class Workers(Multiprocess):
    """uvicorn's supervisor; it tells of each worker that ended, and lets new ones begin.

    uvicorn ends a worker that does not answer for some seconds, also one that is just starting: on
    a busy machine none would ever serve.
    """

    def __init__(
        self, config: Config, sockets: list[socket], followers: FollowersBeside | None = None
    ) -> None:
        super().__init__(config, sockets)
        self._followers = followers

    def run(self) -> None:
        log.info("starting %d workers", self.processes_num)
        super().run()
        log.info("all workers have stopped")

    def init_processes(self) -> None:
        self.have_failed = False  # to start
        self._starting: dict[Process, float] = {}  # until when each may take
        self._next_at: dict[Process, float] = {}  # when another takes the place of one that failed
        self._pause_s, self._failed_at = PAUSE_S, 0.0
        self.processes.extend(self._begun() for _ in range(self.processes_num))

    def handle_ttin(self) -> None:
        self.processes_num += 1
        self.processes.append(self._begun())

    def restart_all(self) -> None:
        """Replace each worker, once its successor serves, which has as long for that as any."""
        if self._followers is not None:
            self._followers.renew()
        usual_s = self.config.timeout_worker_healthcheck
        self.config.timeout_worker_healthcheck = int(START_S)
        try:
            super().restart_all()
        finally:
            self.config.timeout_worker_healthcheck = usual_s

    def keep_subprocess_alive(self) -> None:
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker in self._next_at:
                if time.monotonic() > self._next_at[worker]:
                    del self._next_at[worker]
                    self.processes[place] = self._begun()
                continue
            why = self._trouble(worker)
            if why is None:
                continue
            self._starting.pop(worker, None)
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                self._put_off(worker)
                continue
            self.processes[place] = new = self._begun()
            log.warning("worker %s %s; worker %s takes its place", worker.pid, why, new.pid)

    def _put_off(self, failed: Process) -> None:
        """Try again later in place of a worker that could not start; end if no other serves."""
        if not any(self._serves(each) for each in self.processes):
            log.error("worker %s cannot start; all are stopped", failed.pid)
            self.have_failed = True
            self.should_exit.set()
            return
        now = time.monotonic()
        is_another_trouble = now > self._failed_at + STEADY_S
        self._pause_s = PAUSE_S if is_another_trouble else min(2 * self._pause_s, LONGEST_PAUSE_S)
        self._failed_at, self._next_at[failed] = now, now + self._pause_s
        log.error("worker %s cannot start; another is tried in %g s", failed.pid, self._pause_s)

    def _serves(self, worker: Process) -> bool:
        return worker.process.is_alive() and worker not in self._starting

    def _begun(self) -> Process:
        """A new worker, which is to answer once it has begun."""
        worker = Process(self.config, self.sockets)
        worker.start()
        worker.parent_conn.send(b"ping")
        self._starting[worker] = time.monotonic() + START_S
        return worker

    def _trouble(self, worker: Process) -> str | None:
        """What is wrong with a worker, if anything is."""
        if not worker.process.is_alive():
            return how_it_ended(worker.exitcode or 0)
        if worker in self._starting:
            return self._trouble_at_start(worker)
        is_there = worker.ping(self.config.timeout_worker_healthcheck)
        if is_there or not worker.process.is_alive():  # of one that has ended the next round tells
            return None
        return "did not answer and was ended"

    def _trouble_at_start(self, worker: Process) -> str | None:
        with suppress(OSError, EOFError):  # it has just ended: the next round tells
            if worker.parent_conn.poll():
                worker.parent_conn.recv()
                del self._starting[worker]
            elif time.monotonic() > self._starting[worker]:
                return f"did not begin within {START_S:g} s and was ended"
        return None
