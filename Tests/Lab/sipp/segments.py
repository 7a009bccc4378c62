#!/usr/bin/env python3
"""Sends SIP over TCP cut as no SIPp cuts it, and waits for the answers.

usage: segments.py SERVER PORT MODE

Three REGISTER requests go over one connection; each must be answered by a 200 of its own. MODE is how they are cut:
"list" prints the modes. Ends with 0 when all three came, 1 when not.
"""
import socket
import sys
import time

DEADLINE_SECONDS = 10


def register(server, port, local, number, extra=()):
    lines = [f"REGISTER sip:{server}:{port} SIP/2.0",
             f"Via: SIP/2.0/TCP {local[0]}:{local[1]};branch=z9hG4bKsegments{local[1]}x{number}",
             f"From: <sip:asks@{server}>;tag={number}", f"To: <sip:asks@{server}>",
             f"Call-ID: segments-{local[1]}-{number}@{local[0]}", "CSeq: 1 REGISTER", "Max-Forwards: 70",
             f"Contact: <sip:asks@{local[0]}:{local[1]};transport=tcp>", "Expires: 60", *extra, "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode()


def pieces(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


def cut_at(data, mark):
    """Each piece ends in the middle of the mark."""
    parts, start = [], 0
    while (at := data.find(mark, start)) >= 0:
        parts.append(data[start:at + 1])
        start = at + 1
    return parts + [data[start:]]


# From the three requests to (piece, seconds to wait after it).
MODES = {
    "bytes": lambda requests: [(piece, 0.0005) for piece in pieces(b"".join(requests), 1)],
    "sevens": lambda requests: [(piece, 0.001) for piece in pieces(b"".join(requests), 7)],
    "glued": lambda requests: [(b"".join(requests), 0)],
    "one-and-a-half": lambda requests: [(requests[0] + requests[1][:100], 0.2), (requests[1][100:] + requests[2], 0)],
    "in-line-ends": lambda requests: [(piece, 0.002) for piece in cut_at(b"".join(requests), b"\r\n")],
    "in-the-empty-line": lambda requests: [(piece, 0.05) for piece in cut_at(b"".join(requests), b"\r\n\r\n")],
    "in-names": lambda requests: [(piece, 0.05) for piece in cut_at(b"".join(requests), b"Call-ID")],
    "in-the-length": lambda requests: [(piece, 0.05) for piece in cut_at(b"".join(requests), b"Length: 0")],
    "keep-alives": lambda requests: [(b"\r\n\r\n".join([b"\r\n\r\n", *requests, b""]), 0)],
    "slow": lambda requests: [(piece, 0.25) for piece in pieces(b"".join(requests), 200)],
}


def answers(connection, wanted, deadline):
    """How many 200s have come in time; each has no body."""
    text = b""
    while text.count(b"\r\n\r\n") < wanted and time.monotonic() < deadline:
        connection.settimeout(max(0.1, deadline - time.monotonic()))
        try:
            more = connection.recv(65536)
        except OSError:
            break
        if not more:
            break
        text += more
    return text


def main():
    if sys.argv[1:] == ["list"]:
        print("\n".join(MODES))
        return 0
    server, port, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with socket.create_connection((server, port), timeout=DEADLINE_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        local = connection.getsockname()
        requests = [register(server, port, local, number) for number in (1, 2, 3)]
        for piece, seconds in MODES[mode](requests):
            connection.sendall(piece)
            time.sleep(seconds)
        text = answers(connection, 3, time.monotonic() + DEADLINE_SECONDS)
    good = sum(b"SIP/2.0 200" in part and b"segments-%d-%d@" % (local[1], number) in text
               for number, part in enumerate(text.split(b"\r\n\r\n"), 1))
    print(f"{good} of 3 answered")
    return 0 if good == 3 else 1


sys.exit(main())
