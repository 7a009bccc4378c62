#!/usr/bin/env python3
"""Gives one command to a running baresip over its ctrl_tcp module, and prints the answer.

usage: softphone-command.py PORT COMMAND [PARAMETERS]

Messages are JSON in netstrings, both ways. Ends with 0 when baresip said ok, 1 when not, 2 when it did not answer.
"""
import json
import re
import socket
import sys

DEADLINE_SECONDS = 5
# baresip colours what it prints.
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def receive(connection, buffered):
    """The next netstring's content, and what came after it."""
    while True:
        head, colon, rest = buffered.partition(b":")
        if colon and len(rest) > int(head):
            length = int(head)
            return rest[:length], rest[length + 1:]
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("baresip closed the connection")
        buffered += more


def ask(port, command, parameters):
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS) as connection:
        message = json.dumps({"command": command, "params": parameters, "token": "lab"}).encode()
        connection.sendall(b"%d:%s," % (len(message), message))
        buffered = b""
        while True:
            content, buffered = receive(connection, buffered)
            answer = json.loads(content)
            # Events come in between.
            if answer.get("response") and answer.get("token", "lab") == "lab":
                return answer


def main():
    try:
        answer = ask(int(sys.argv[1]), sys.argv[2], " ".join(sys.argv[3:]))
    except (OSError, ValueError) as error:
        print(f"no answer from baresip: {error}", file=sys.stderr)
        return 2
    print(COLOURS.sub("", answer.get("data", "")).strip())
    return 0 if answer.get("ok") else 1


sys.exit(main())
