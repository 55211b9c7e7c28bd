"""A pretended public internet: names, addresses and servers of which none is real, and a crawl in the midst of it.

Run as a program, it serves every address there is in a network namespace of its own: each address is local, the
resolver asks a name server of ours, and what was connected to is what the kernel accepted. Where no namespace can
be made (`pretended`), the crawl's process sees a `socket` module whose names and connections are ours: the world
outside is replaced, nothing of the crawler is.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

from farm import article
from faults.server import Faulty, Request, open_faulty, story

SITE = "news-farm.com"
OK, HOP, RULED = f"ok.{SITE}", f"hop.{SITE}", f"ruled.{SITE}"
BOOKS = f"xn--bcher-kva.{SITE}"
PUBLIC = "93.184.216.34"

PRIVATE_NAMES: dict[str, list[str]] = {
    f"ten.{SITE}": ["10.0.0.5"],
    f"loop.{SITE}": ["127.0.0.1"],
    f"metadata.{SITE}": ["169.254.169.254"],
    f"shared.{SITE}": ["100.100.100.200"],
    f"six.{SITE}": ["::1"],
    f"mapped.{SITE}": ["::ffff:10.0.0.1"],
    f"unique.{SITE}": ["fd00:ec2::254"],
    f"nat64.{SITE}": ["64:ff9b::7f00:1"],
    f"both.{SITE}": ["192.168.1.1", "fe80::1"],
}
MIXED_NAMES = {f"mixed.{SITE}": [PUBLIC, "10.0.0.7"], f"mixed6.{SITE}": [PUBLIC, "fd00::1"]}
NAMES: dict[str, list[list[str]]] = (
    {name: [addresses] for name, addresses in (PRIVATE_NAMES | MIXED_NAMES).items()}
    | {name: [[PUBLIC]] for name in (OK, HOP, RULED, BOOKS)}
    | {f"rebind.{SITE}": [[PUBLIC], ["127.0.0.1"]]}
)
"""What a name answers when it is asked for the first time, the second, and so on; the last holds for ever."""

DIRECT = (
    "127.0.0.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.1", "0.0.0.0",
    "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
    "127.0.0.1.", "user:pw@127.0.0.1", "localhost", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]", "[fe80::1]", "[2002:7f00:1::]", "169.254.169.254", "[fd00:ec2::254]", "100.100.100.200",
    "10.0.0.5", "172.16.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
)  # fmt: skip
"""Hosts that are none of the public's, as a link may write them."""


def serve(faulty: Faulty) -> None:
    links = [story(host, f"direct-{number}") for number, host in enumerate(DIRECT)]
    links += [story(host, f"name-{number}") for number, host in enumerate(PRIVATE_NAMES | MIXED_NAMES)]
    links += [story(f"rebind.{SITE}", f"again-{number}") for number in range(6)]
    links += [story(OK, name) for name in ("to-loopback", "to-metadata", "to-name", "two-hops", "decimal")]
    links += [
        story(RULED, "page"),
        "http://OK.News-Farm.COM/story-9-case",
        f"http://b\u00fccher.{SITE}/story-9-idn",
    ]
    faulty.site(OK, *links, healthy=4)
    given = [(OK, "case"), (BOOKS, "idn"), (RULED, "page")]
    given += [(name, f"name-{number}") for number, name in enumerate(PRIVATE_NAMES | MIXED_NAMES)]
    given += [(f"rebind.{SITE}", f"again-{number}") for number in range(6)]
    for host, name in given:
        faulty.says(story(host, name), article(f"{name} of {host}", {}).encode())
    for name, target in (
        ("to-loopback", "http://127.0.0.1/story-9-canary-1"), ("decimal", "http://2130706433/story-9-canary-2"),
        ("to-metadata", "http://169.254.169.254/latest/story-9-canary-3"), ("two-hops", story(HOP, "hop")),
        ("to-name", f"http://ten.{SITE}/story-9-canary-4"),
    ):  # fmt: skip
        _redirect(faulty, story(OK, name), target)
    _redirect(faulty, story(HOP, "hop"), "http://10.0.0.9/story-9-canary-5")
    _redirect(faulty, f"http://{RULED}/robots.txt", "http://127.0.0.1/canary-6")


def _redirect(faulty: Faulty, url: str, target: str) -> None:
    @faulty.fault(url)
    async def answer(request: Request) -> None:
        await request.redirect(target)


class Lookup:
    """The world's names: each lookup of one is counted, because answers may change."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def addresses(self, name: str) -> list[str] | None:
        answers = NAMES.get(name.rstrip(".").lower())
        if answers is None:
            return None
        times = self._times[name] = self._times.get(name, 0) + 1
        return answers[min(times, len(answers)) - 1]


# -- in a namespace of its own


def name_server(address: str = "127.0.0.53") -> None:
    """Answer DNS over UDP from a daemon thread: one question a message, type A or AAAA."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    lookup, seen = Lookup(), {}

    def answer() -> None:
        while True:
            asked, client = server.recvfrom(512)
            labels, at = [], 12
            while asked[at]:
                labels.append(asked[at + 1 : at + 1 + asked[at]].decode())
                at += 1 + asked[at]
            (kind,) = struct.unpack_from(">H", asked, at + 1)
            name, version = ".".join(labels), {1: 4, 28: 6}.get(kind)
            # A and AAAA of one lookup come as a pair.
            found = seen.pop((name, client[1]), None)
            if found is None:
                found = seen[name, client[1]] = lookup.addresses(name) or []
            packed = [ip_address(one).packed for one in found if ip_address(one).version == version]
            head = asked[:2] + struct.pack(
                ">HHHHH", 0x8180 | (3 if name not in NAMES else 0), 1, len(packed), 0, 0
            )
            rows = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(one)) + one for one in packed)
            server.sendto(head + asked[12 : at + 5] + rows, client)

    threading.Thread(target=answer, daemon=True).start()


def become_the_internet() -> None:
    """Make each address local, and our name server the resolver's; the namespaces are this process's own."""
    for command in ("link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo"):
        subprocess.run(["ip", *command.split()], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
        file.write("nameserver 127.0.0.53\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", file.name, os.path.realpath("/etc/resolv.conf")], check=True)
    name_server()


def namespace() -> list[str] | None:
    """Return the command that runs another in a network of its own; None where there is none to be had."""
    for command in (["unshare", "--net", "--mount"], ["unshare", "--map-root-user", "--net", "--mount"]):
        try:
            tried = subprocess.run(
                [*command, "ip", "link", "set", "lo", "up"], capture_output=True, check=False
            )
        except OSError:
            return None
        if tried.returncode == 0:
            return command
    return None


# -- in a process that is deceived


def deceive(port: int, log: str) -> None:
    """Replace names and connections of this process, and write down what was connected to."""
    lookup, real = Lookup(), socket.getaddrinfo
    sys.modules["uvloop"] = None  # type: ignore[assignment]  # it resolves names past the socket module

    def getaddrinfo(host, *rest, **options):  # type: ignore[no-untyped-def]
        name = host.decode() if isinstance(host, bytes) else host
        if name.rstrip(".") == "localhost" or name.replace(".", "").isdecimal() or ":" in name:
            return real(host, *rest, **options)
        found = lookup.addresses(name)
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [answer for one in found for answer in real(one, *rest, **options)]

    class Socket(socket.socket):
        def connect(self, address):  # type: ignore[no-untyped-def]
            if self.family not in (socket.AF_INET, socket.AF_INET6) or self.type != socket.SOCK_STREAM:
                return super().connect(address)
            with open(log, "a") as file:
                file.write(f"{address[0]}\n")
            return super().connect(("127.0.0.1", port))

    socket.getaddrinfo, socket.socket = getaddrinfo, Socket  # type: ignore[assignment, misc]


@contextmanager
def served(way: str) -> Iterator[tuple[Faulty, list[str], Path]]:
    """Yield the world's server, the command that crawls in it, and the file of connections if there is one."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "connections"
        log.touch()
        if way == "namespace":
            become_the_internet()
            with open_faulty(("0.0.0.0", "::"), 80) as faulty:
                yield faulty, [sys.executable, "-m", "crawler"], log
        else:
            with open_faulty() as faulty:
                deceived = (
                    f"from faults.world import deceive; deceive({faulty.port}, {str(log)!r});"
                    "from crawler.__main__ import main; main()"
                )
                yield faulty, [sys.executable, "-c", deceived], log


def main(way: str, directory: str) -> None:
    """Crawl the world into a directory, and print what it saw as JSON."""
    with served(way) as (faulty, command, log):
        serve(faulty)
        seeds = [part for seed in faulty.seeds for part in ("--seed", seed)]
        done = subprocess.run(
            [*command, *seeds, "--output", directory, "--delay", "0", "--depth", "1", "--attempts", "1",
             "--exports", "none", "--processes", "1", "--quiet"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        connected = log.read_text().split() or [one.address for one in faulty.log]
        asked = [(one.address, one.host, one.target, "authorization" in one.headers) for one in faulty.log]
    sys.stdout.write(
        json.dumps({"code": done.returncode, "stderr": done.stderr, "connected": connected, "asked": asked})
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
