"""nginx as docs/operating.md has it: it ends TLS, and serves the server under a path."""

import asyncio
import datetime
import ipaddress
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.durability.server import until_awaited

PREFIX = "/apps/trailmark"
_DOCS = (Path(__file__).parents[3] / "docs" / "operating.md").read_text("utf-8")
(_LOCATION,) = re.findall(
    rf"^    (location {PREFIX}/ {{\n.*?^    }})$", _DOCS, re.DOTALL | re.MULTILINE
)
(_MAP,) = re.findall(r"`(map \$http_upgrade [^`]+)`", _DOCS)
CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {map}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Proto $scheme;
    {location}
    location / {{
      proxy_pass {upstream};
      proxy_http_version 1.0;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """An nginx that runs: under its prefix by HTTP/1.1, elsewhere by HTTP/1.0."""

    port: int
    tls: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@asynccontextmanager
async def proxying(upstream: str, folder: Path) -> AsyncIterator[Proxy]:
    """An nginx before a server; the test is skipped where there is none."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    write_certificate(folder)
    configuration = folder / "nginx.conf"
    location = _LOCATION.replace("http://127.0.0.1:8000", upstream)
    configuration.write_text(
        CONFIGURATION.format(
            folder=folder, port=port, location=location, map=_MAP, upstream=upstream
        )
    )
    process = subprocess.Popen([program, "-p", folder, "-c", configuration])  # noqa: ASYNC220
    try:
        await until_awaited(lambda: _is_listening(port, process))
        yield Proxy(port, ssl.create_default_context(cafile=folder / "certificate.pem"))
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


async def _is_listening(port: int, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "nginx has ended"
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def write_certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
