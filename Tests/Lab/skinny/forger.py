#!/usr/bin/env python3
"""Says in Skinny what no phone says, on a connection each, and what became of it.

usage: forger.py SERVER PORT KIND

Ends with 0 when it is as it should be: "closed" where the other side has to end the connection, "open" where it has to go on.
"""
import socket
import struct
import sys

WAIT_SECONDS = 3


def message(number, body=b"", version=0, length=None):
    return struct.pack("<III", len(body) + 4 if length is None else length, version, number) + body


REGISTER = message(1, b"SEP00F0F0F0F0F0".ljust(24, b"\0") + bytes(12) + bytes([17, 0, 0, 0]))

# What is said, and what becomes of the connection.
KINDS = {
    "short": (message(0, length=3), "closed"),
    "zero": (message(0, length=0), "closed"),
    "huge": (message(0, length=0xffffffff), "closed"),
    "long": (message(0x23, bytes(5000)), "open"),
    "unknown": (message(0x999, bytes(16)), "open"),
    "early": (message(0x22, bytes(20)), "open"),
    "foreign": (REGISTER, "open"),
    "server": (message(0x8a, bytes(108)), "open"),
}


def main():
    server, port, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    said, expected = KINDS[kind]
    with socket.create_connection((server, port), timeout=WAIT_SECONDS) as connection:
        connection.sendall(said)
        # A keep-alive behind it is answered, wherever the connection goes on.
        outcome = "open"
        try:
            connection.sendall(message(0))
            answer = connection.recv(4096)
            outcome = "open" if answer else "closed"
        except ConnectionError:
            outcome = "closed"
        except TimeoutError:
            outcome = "silent"
    print(f"{kind}: {outcome}, should be {expected}")
    return 0 if outcome == expected else 1


sys.exit(main())
