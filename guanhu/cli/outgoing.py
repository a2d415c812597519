"""Outgoing connections: a process that serves pages or runs a night speaks to its listed peers and to nobody else.

The decision falls on the address a socket is about to reach, never on what was written: ``0x7f000001``, ``127.1``, a
name that points elsewhere by now or a redirect all end at the same question. A peer's name is resolved once, at the
start. The database is reached by its own library outside Python and is not asked here. What a library written in
another language opens by itself is beyond this net; the bank's firewall is the outer one.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ASKS_FOR_ADDRESSES = {"socket.getaddrinfo", "socket.gethostbyname"}
ASKS_FOR_NAMES = {"socket.gethostbyaddr", "socket.getnameinfo"}
REACHES = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class OutgoingRefused(PermissionError):
    """A connection to somebody who is not on the list."""


@dataclass(frozen=True)
class Peer:
    """One partner of this process: a host, by name or address, and its port."""

    host: str
    port: int


def peers_of(text: str) -> tuple[Peer, ...]:
    """The peers of ``GUANHU_PEERS``: ``host:port`` with commas, IPv6 in brackets; a senseless one stops the start."""
    return tuple(_peer(each.strip()) for each in text.split(",") if each.strip())


def _peer(text: str) -> Peer:
    parts = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port or text.count("@") or parts.path or parts.query:
        raise SystemExit(f"GUANHU_PEERS 应形如 主机：端口，多个用逗号分开，现为 {text!r}")
    return Peer(host, port)


class OnlyPeers:
    """Refuses what is not on the list; its call is an audit hook of the interpreter."""

    def __init__(self, peers: Iterable[Peer]) -> None:
        """Resolve every peer's name now and for good."""
        self.names: frozenset[str] = frozenset(peer.host.lower() for peer in peers)
        self.reached = frozenset(
            (_literal(str(found[4][0])), peer.port)
            for peer in peers
            for found in socket.getaddrinfo(peer.host, peer.port, type=socket.SOCK_STREAM)
        )

    def __call__(self, event: str, told: tuple[Any, ...]) -> None:
        """Let the event pass, or raise ``OutgoingRefused``."""
        if event in REACHES:
            self._reach(told[0], told[-1])
        elif event in ASKS_FOR_ADDRESSES:
            self._ask(told[0])
        elif event in ASKS_FOR_NAMES:
            raise OutgoingRefused("outgoing look-up of a name refused: nothing here needs it")

    def _reach(self, opened: socket.socket, address: Any) -> None:
        if opened.family not in (socket.AF_INET, socket.AF_INET6) or address is None:
            return
        if (_literal(str(address[0])), address[1]) not in self.reached:
            raise OutgoingRefused("outgoing connection refused: not in GUANHU_PEERS")

    def _ask(self, host: object) -> None:
        """Asking a name server is a way out, too: only for peers. What is an address already asks nobody."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else host
        if name is None or name == "" or name in self.names or _literal(str(name)) is not None:
            return
        raise OutgoingRefused("outgoing look-up of an address refused: not in GUANHU_PEERS")


def _literal(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address written out in full; nothing for a name or for a shortened form, which only a resolver reads."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


_STANDING: list[OnlyPeers] = []
"""The net of this process; the interpreter keeps a hook for ever, so there is one at most."""


def only_peers(*own: Peer) -> None:
    """From now on this process reaches the peers of ``GUANHU_PEERS`` and its ``own`` ones; a second call is nothing."""
    if not _STANDING:
        _STANDING.append(OnlyPeers((*peers_of(os.environ.get("GUANHU_PEERS", "")), *own)))
        sys.addaudithook(_STANDING[0])
