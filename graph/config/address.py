"""Where a server listens: a host and port, a Unix socket, or a socket it was handed."""

import os
import socket
from dataclasses import dataclass

from graph.access.loopback import is_loopback


class BadAddress(ValueError):
    """It cannot be listened on; the text names the option and says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port, or a Unix socket's path or an open socket's descriptor in their place."""

    host: str
    port: int
    uds: str | None = None
    fd: int | None = None

    @property
    def is_local(self) -> bool:
        """Whether nothing but this machine reaches it."""
        if self.fd is not None:
            with self._handed() as handed:
                name = handed.getsockname()
            return not isinstance(name, tuple) or is_loopback(name[0])
        return self.uds is not None or is_loopback(self.host)

    def check(self) -> None:
        """Make sure that it can be listened on, before it is said to be.

        Raises:
            BadAddress: it cannot.
        """
        if self.fd is not None and self.uds is not None:
            raise BadAddress("--fd is given beside --uds; allowed is one")
        if self.fd is not None:
            self._check_handed()
        elif self.uds is None:
            self._check_free()

    def send_at_once(self) -> None:
        """Have what is written to connections of a handed socket wait for nothing.

        uvicorn takes it for a Unix socket, and asks for this only of others: the body of an answer
        then waits 40 ms until the client has said that its head is there. Connections that come
        from now on inherit it.
        """
        if self.fd is not None:
            with self._handed() as handed:
                if handed.family in (socket.AF_INET, socket.AF_INET6):
                    handed.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _check_handed(self) -> None:
        try:
            with self._handed() as handed:
                is_listening = handed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise BadAddress(f"--fd {self.fd} is no socket: {reason}") from None
        if not is_listening:
            raise BadAddress(f"--fd {self.fd} does not listen; allowed is a socket that does")

    def _check_free(self) -> None:
        host, port = self.host, self.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            socket.getaddrinfo(host, port)
            with socket.create_server((host, port), family=family):
                pass
        except socket.gaierror as error:
            raise BadAddress(f"--host {host} is no address: {error.strerror}") from None
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else error
            where = f"--host {host} --port {port}"
            raise BadAddress(f"{where} cannot be listened on: {reason}") from None

    @property
    def option(self) -> str:
        """The option that says it."""
        return f"--host {self.host}" if self.fd is None else f"--fd {self.fd}"

    def _handed(self) -> socket.socket:
        """The socket that was handed over; a copy, which may be closed."""
        return socket.socket(fileno=os.dup(self.fd or 0))

    def __str__(self) -> str:
        if self.fd is not None:
            return f"descriptor {self.fd}"
        if self.uds is not None:
            return f"unix:{self.uds}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"
