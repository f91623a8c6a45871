#!/usr/bin/env python3
"""Guards the arrows between the rooms: who may include whom, and where the system's headers may stand.

Usage: include_directions.py ROOT. Prints one line per violation; exit status 1 if there is one.
"""

import pathlib
import re
import sys

from source_text import line_of, source_files, without_comments

# Left may include right (and itself), nothing else. A value that ends in / allows that folder alone.
ARROWS = {
    "policy": [],
    "db": ["policy"],
    "net": [],
    "http": ["net"],
    "tls": ["net"],
    "websocket": ["net", "http", "policy/inspection/"],
    "identity": ["http", "net"],
    "audit": ["db", "policy"],
    "proxy": ["http", "websocket", "tls", "identity", "net", "audit", "policy"],
    "admin": ["db", "policy", "audit"],
    "app": ["policy", "db", "net", "http", "tls", "websocket", "identity", "audit", "proxy", "admin"],
    "main": ["app"],
}

# Header, where it may stand, what to say.
SYSTEM_HEADERS = [
    (r"sqlite3\.h", r"db/[^/]*\.cpp", "only .cpp files of db know SQLite"),
    (r"openssl/.*", r".*\.cpp", "only .cpp files know OpenSSL"),
    (r"ares\w*\.h", r"server/net/[^/]*\.cpp", "only .cpp files of server/net know c-ares"),
    (r"(sys/(socket|epoll|eventfd|un)\.h|netinet/.*|netdb\.h)",
     r"server/net/([^/]*\.cpp|SocketAddress\.h)", "only .cpp files of server/net know the system's sockets"),
    (r"arpa/inet\.h", r".*\.cpp", "the system's text forms of addresses belong into .cpp files"),
]

# Headers of ours that are private to some files, because they show the system's types.
PRIVATE_HEADERS = {"net/SocketAddress.h": r"server/net/[^/]*\.cpp"}

VAGUE_WORDS = {"util", "utils", "utility", "utilities", "helper", "helpers", "manager", "managers", "common", "misc"}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"(?P<own>[^"\n]+)"|<(?P<system>[^>\n]+)>)', re.MULTILINE)


def room_of(path):
    """The room of a source file, given relative to the root; None for a file in no known room."""
    parts = pathlib.PurePosixPath(path).parts
    if parts == ("server", "main.cpp"):
        return "main"
    room = parts[1] if parts[0] == "server" and len(parts) > 2 else parts[0]
    return room if room in ARROWS else None


def _is_allowed(room, included):
    return any(
        included.startswith(target if target.endswith("/") else target + "/") for target in [room, *ARROWS[room]]
    )


def violations_in(path, text):
    """What is wrong with the includes of one file, as "PATH:LINE: what"."""
    room = room_of(path)
    if room is None:
        return [f"{path}:1: this folder has no arrows; say in include_directions.py what it may know"]
    plain = without_comments(text)
    found = []
    for include in _INCLUDE.finditer(plain):
        place = f"{path}:{line_of(plain, include.start('own') if include['own'] else include.start('system'))}"
        if include["own"]:
            if "/" not in include["own"]:
                found.append(f'{place}: "{include["own"]}" is not written from the root')
            elif not _is_allowed(room, include["own"]):
                found.append(f'{place}: {room} must not include "{include["own"]}"')
            elif not re.fullmatch(PRIVATE_HEADERS.get(include["own"], ".*"), str(path)):
                found.append(f'{place}: "{include["own"]}" is private to .cpp files of its room')
        else:
            for header, where, reason in SYSTEM_HEADERS:
                if re.fullmatch(header, include["system"]) and not re.fullmatch(where, str(path)):
                    found.append(f"{place}: <{include['system']}>: {reason}")
    return found


def vague_name(path):
    """The word in the file's name that says nothing, or None."""
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", pathlib.PurePosixPath(path).stem)
    return next((word for word in words if word.lower() in VAGUE_WORDS), None)


def violations(root):
    found = []
    files = source_files(root)
    for path in files:
        found += violations_in(path.as_posix(), (pathlib.Path(root) / path).read_text())
        if word := vague_name(path):
            found.append(f'{path}:1: "{word}" in a name says nothing; find the noun')
    if not files:
        found.append(f"{root}: no source files here")
    return found


def main():
    found = violations(sys.argv[1])
    print("\n".join(found) if found else "All includes follow the arrows.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
