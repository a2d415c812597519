"""A process of its own that tries to call out by fifty ways of writing an address, and says where it came through.

Called as ``calling.py guarded|open``; the interpreter keeps a net for ever, so each try needs a process.
"""

import http.client
import json
import socket
import sys
import threading
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from guanhu.cli.outgoing import OutgoingRefused, Peer, only_peers

HOSTS = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001",
    "0177.0.0.1", "0177.0.0.01", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0", "00.0.0.0", "localhost",
    "LOCALHOST", "localhost.", "ip6-localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "①②⑦.⓪.⓪.①", "１２７.０.０.１",
    "127。0。0。1", "user@127.0.0.1", "example.org@127.0.0.1", "user:word@127.1",
)  # fmt: skip
"""This machine, written in 32 ways; a server counts who comes through."""
ELSEWHERE = (
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/latest/", "http://100.100.100.200/",
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/", "http://0xa9fea9fe/", "http://2852039166/",
    "http://[64:ff9b::7f00:1]/", "http://[fe80::1]/", "http://8.8.8.8:53/", "http://[2001:4860:4860::8888]/",
    "http://metadata.internal/", "http://example.org/", "https://example.org/", "ftp://127.0.0.1/a",
)  # fmt: skip
"""Other machines and other protocols."""
PATIENCE = 0.5


class Door(BaseHTTPRequestHandler):
    """Counts who came; an answer at ``/away`` sends to the other door."""

    came: Counter[int] = Counter()
    other = 0

    def do_GET(self) -> None:
        """Count, and answer."""
        Door.came[self.server.server_address[1]] += 1
        self.send_response(302 if self.path == "/away" else 200)
        if self.path == "/away":
            self.send_header("Location", f"http://127.0.0.1:{Door.other}/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Six(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def door(kind: type[ThreadingHTTPServer] = ThreadingHTTPServer, host: str = "0.0.0.0", port: int = 0) -> int:
    """A door that is open; its port."""
    server = kind((host, port), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def told(error: BaseException | None) -> str:
    """Who said no: our net, or nobody and the call failed by itself."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        reason = getattr(error, "reason", None)
        error = reason if isinstance(reason, BaseException) else error.__cause__ or error.__context__
    return "refused" if any(isinstance(each, OutgoingRefused) for each in seen) else "failed"


def fetch(url: str) -> str:
    """``reached``, ``refused`` by the net, or ``failed`` for another reason."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=PATIENCE):
            return "reached"
    except (OSError, http.client.HTTPException) as error:
        return told(error)


def open_plainly(host: str, port: int) -> str:
    """The same without a library that reads addresses; digits of another script are a way to write a name."""
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
        return "reached"
    except (OSError, UnicodeError) as error:
        return told(error)


def below(port: int) -> dict[str, str]:
    """The ways beneath a library for addresses: plain sockets, datagrams, questions to a name server."""
    ways = {
        "connect": lambda: socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close(),
        "connect by name": lambda: socket.socket().connect(("localhost", port)),
        "connect_ex": lambda: socket.socket().connect_ex(("127.1", port)),
        "sendto": lambda: datagram().sendto(b"x", ("127.0.0.1", port)),
        "sendmsg": lambda: datagram().sendmsg([b"x"], [], 0, ("127.0.0.1", port)),
        "look up": lambda: socket.getaddrinfo("a.secret.example.org", 80),
        "look up old": lambda: socket.gethostbyname("a.secret.example.org"),
        "look back": lambda: socket.gethostbyaddr("8.8.8.8"),
    }
    said = {}
    for name, way in ways.items():
        try:
            way()
            said[name] = "reached"
        except OSError as error:
            said[name] = told(error)
    return said


def datagram() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def rebound(peer: int, port: int) -> str:
    """The peer's name answers with another address the second time it is asked."""
    honest = socket.getaddrinfo
    socket.getaddrinfo = lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]
    try:
        return fetch(f"http://localhost:{peer}/")
    finally:
        socket.getaddrinfo = honest


def main(mode: str) -> dict[str, object]:
    """Try everything; what became of each, and how many came to which door."""
    target = door()
    if socket.has_ipv6:
        door(Six, "::1", target)
    peer = door()
    Door.other = target
    if mode == "guarded":
        only_peers(Peer("localhost", peer))
    said = {f"http://{host}:{target}/": fetch(f"http://{host}:{target}/") for host in HOSTS if host.isascii()}
    said |= {host: open_plainly(host, target) for host in HOSTS if not host.isascii()}
    if mode == "guarded":
        said |= {url: fetch(url) for url in ELSEWHERE}
    return {
        "said": said, "below": below(target) if mode == "guarded" else {}, "peer": fetch(f"http://127.0.0.1:{peer}/"),
        "redirect": fetch(f"http://127.0.0.1:{peer}/away"), "rebound": rebound(peer, target),
        "came": Door.came[target], "unix": unix(),
    }  # fmt: skip


def unix() -> str:
    """The road of the embedded database stays open."""
    one, other = socket.socketpair()
    one.close()
    other.close()
    return "reached"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
