#!/usr/bin/env python3
"""Counts a proxy's system calls per CONNECT tunnel: opened, one echo of 16 bytes, closed.

  system_calls.py --bench DIR --work DIR --proxies LIST --out FILE

Uses the instrument's own start scripts and origin, in a network namespace of its own. Eight
clients open tunnels one after the other; all threads and processes of the proxy are counted, so
that an audit writer or a logging daemon counts too.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import types

CLIENTS = 8
WARM_TUNNELS = 50
TUNNELS = 250  # of each client
ORIGIN_PORT = 9001  # echoes what it gets
TIMEOUT_S = 20


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionError(f"closed after {data!r}")
        data += piece
    return data


def receive_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            raise ConnectionError(f"closed after {head!r}")
        head += piece
    if not re.match(rb"HTTP/1\.[01] 200 ", head):
        raise ConnectionError(f"refused: {head!r}")


def use_tunnel(proxy_port, client):
    origin = f"127.0.2.{1 + client % 32}:{ORIGIN_PORT}"
    with socket.create_connection(("127.0.0.1", proxy_port), TIMEOUT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(f"CONNECT {origin} HTTP/1.1\r\nHost: {origin}\r\n\r\n".encode())
        receive_head(connection)
        connection.sendall(b"0123456789abcdef")
        receive(connection, 16)


def use_tunnels(proxy_port, each):
    failures = []

    def work(client):
        try:
            for _ in range(each):
                use_tunnel(proxy_port, client)
        except OSError as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def attach(pids, report):
    """Starts strace on the processes and waits until it follows them."""
    words = ["strace", "-c", "-f", "-o", report]
    for pid in pids:
        words += ["-p", str(pid)]
    tracer = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    waiting = set(map(str, pids))
    while waiting:
        line = tracer.stderr.readline()
        if not line:
            raise RuntimeError("strace could not attach")
        found = re.search(r"Process (\d+) attached", line)
        if found:
            waiting.discard(found[1])
    # It names each thread; nobody may leave it waiting on a full pipe.
    threading.Thread(target=tracer.stderr.read, daemon=True).start()
    return tracer


def read_report(report):
    calls = {}
    with open(report) as lines:
        for line in lines:
            words = line.split()
            if len(words) in (5, 6) and words[3].isdigit() and words[-1] != "total":
                calls[words[-1]] = calls.get(words[-1], 0) + int(words[3])
    return calls


def count(instrument, spec, port, work):
    proxy = instrument.Proc(spec, port, work)
    try:
        use_tunnels(port, WARM_TUNNELS)
        report = os.path.join(work, f"strace.{spec.replace(':', '_')}")
        tracer = attach(instrument.ptree(proxy.p.pid), report)
        use_tunnels(port, TUNNELS)
        time.sleep(0.5)  # the last tunnels' ends and records
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
        tunnels = CLIENTS * TUNNELS
        return {name: calls / tunnels for name, calls in read_report(report).items()}
    finally:
        proxy.stop()


def main():
    options = argparse.ArgumentParser(description="System calls per CONNECT tunnel")
    for name in ("--bench", "--work", "--proxies", "--out"):
        options.add_argument(name, required=True)
    given = options.parse_args()
    sys.path.insert(0, given.bench)
    sys.dont_write_bytecode = True
    instrument = __import__("run")
    instrument.netns([os.path.abspath(sys.argv[0])] + sys.argv[1:])
    instrument.setup_ns()

    origins = instrument.Bench(types.SimpleNamespace(loadgen=os.path.join(given.work, "loadgen")))
    counted = {}
    try:
        for i, spec in enumerate(given.proxies.split(",")):
            try:
                counted[spec] = count(instrument, spec, 8100 + 20 * i, given.work)
            except (OSError, RuntimeError) as failure:
                print(f"{spec}: {failure}", file=sys.stderr)
    finally:
        origins.close()
    with open(given.out, "w") as out:
        json.dump(counted, out)


if __name__ == "__main__":
    main()
