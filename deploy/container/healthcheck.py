"""Exit with 0 if the server in this container answers 200 at a path, and with 1 otherwise.

The path is the first argument. The second is the port, where it is not 8000.
"""

import sys
from http.client import HTTPConnection, HTTPException

PORT = "8000"
TIMEOUT_S = 4.0


def is_healthy(path: str, port: str = PORT) -> bool:
    """Whether the server answers 200 in time; no proxy of the environment is asked."""
    connection = HTTPConnection("127.0.0.1", int(port), timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_healthy(*sys.argv[1:]))
