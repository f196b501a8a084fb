"""I/O-bound control: `download` with one small HTTP client in all modes, which separates the library from the mode."""

import asyncio
import hashlib
import socket
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

GROUP = "controls"
BOUND = "io"
LIBRARIES = {"run": "socket", "run_async": "asyncio streams"}
SIZES = {"quick": 20, "default": 40}
LATENCY_SECONDS = {"quick": 0.025, "default": 0.05}


def jobs(size, sites):
    return [sites[number % len(sites)] for number in range(size)]


@contextmanager
def resource():
    idle = {}  # connections by address, kept open as the sessions of libraries keep theirs
    yield idle
    for connection in (connection for connections in idle.values() for connection in connections):
        connection.close()


def run(url, idle):
    address, request = parsed(url)
    connection = idle[address].pop() if idle.get(address) else connected(address)
    connection.write(request)
    connection.flush()
    body = connection.read(body_length(url, b"".join(iter(connection.readline, b"\r\n"))))
    idle.setdefault(address, []).append(connection)
    return len(body), hashlib.sha256(body).hexdigest()


def connected(address):
    with socket.create_connection(address) as connection:  # its file keeps it open
        return connection.makefile("rwb")


@asynccontextmanager
async def async_resource():
    idle = {}
    yield idle
    for _, writer in (streams for connections in idle.values() for streams in connections):
        writer.close()
        await writer.wait_closed()


async def run_async(url, idle):
    address, request = parsed(url)
    reader, writer = idle[address].pop() if idle.get(address) else await asyncio.open_connection(*address)
    writer.write(request)
    body = await reader.readexactly(body_length(url, await reader.readuntil(b"\r\n\r\n")))
    idle.setdefault(address, []).append((reader, writer))
    return len(body), hashlib.sha256(body).hexdigest()


def parsed(url):
    parts = urlsplit(url)
    if parts.scheme != "http":
        raise OSError(f"{url} is not plain HTTP, which is all that this client knows; name another site")
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return (parts.hostname, parts.port or 80), f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()


def body_length(url, head):
    status, _, lines = head.decode("latin-1").partition("\r\n")
    headers = dict(line.lower().split(":", 1) for line in lines.splitlines() if line)
    if status.split()[1] != "200" or "content-length" not in headers:
        raise OSError(f"{url} answered with {status!r}, not with status 200 and a Content-Length")
    return int(headers["content-length"])
