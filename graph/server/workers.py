"""Workers: the processes that share an address, and what the log is told of their ends."""

import logging
import os
import signal
import time
from contextlib import suppress

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

START_S = 60.0
"""How long a new worker may take until it answers; a busy machine imports for many seconds."""

log = logging.getLogger(__name__)


def listen(config: Config) -> bool:
    """Serve in as many processes as are configured, until a signal ends it; whether it began."""
    server = Server(config)
    try:
        with suppress(KeyboardInterrupt):
            if config.workers > 1:
                workers = Workers(config, sockets=[config.bind_socket()])
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

    def run(self) -> None:
        log.info("starting %d workers", self.processes_num)
        super().run()
        log.info("all workers have stopped")

    def init_processes(self) -> None:
        self.have_failed = False  # to start
        self._starting: dict[Process, float] = {}  # until when each may take
        self.processes.extend(self._begun() for _ in range(self.processes_num))

    def handle_ttin(self) -> None:
        self.processes_num += 1
        self.processes.append(self._begun())

    def keep_subprocess_alive(self) -> None:
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            why = self._trouble(worker)
            if why is None:
                continue
            self._starting.pop(worker, None)
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                log.error("worker %s cannot start; all are stopped", worker.pid)
                self.have_failed = True
                self.should_exit.set()
                return
            self.processes[place] = new = self._begun()
            log.warning("worker %s %s; worker %s takes its place", worker.pid, why, new.pid)

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
            return _how_it_ended(worker)
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


def _how_it_ended(worker: Process) -> str:
    code = worker.exitcode or 0
    if code >= 0:
        return f"ended with exit code {code}"
    names = {int(each): each.name for each in signal.Signals}  # not of all real-time signals
    return f"was ended by {names.get(-code, f'signal {-code}')}"
