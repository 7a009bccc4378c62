#!/usr/bin/env python3
"""Carries connections on, by TLS or as they are, and cuts on the way what passes.

usage: relay.py LISTEN TARGET CUT [CERTIFICATE]

LISTEN and TARGET are ADDRESS:PORT. Each connection that comes in goes on to the target from the address that it came from;
with a certificate (key and certificate in PEM) by TLS. CUT is what becomes of that which goes to whoever stands nearer to
the box: with a certificate the target, without one whoever has connected.

  whole     as it comes
  bytes     one byte at a time, each a segment and, by TLS, a record of its own
  sevens    seven bytes at a time
  records   by TLS: whole records, one byte of the connection at a time
  glued     what comes within 60 ms goes at once
"""
import socket
import ssl
import sys
import threading
import time

SIZES = {"bytes": 1, "sevens": 7}
GLUE_SECONDS = 0.06


def endpoint(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


class Plain:
    """A connection as it is."""

    def __init__(self, connection, cut="whole"):
        self.connection, self.cut = connection, cut
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self):
        return self.connection.recv(65536)

    def write(self, data):
        size = SIZES.get(self.cut, len(data))
        for at in range(0, len(data), size):
            self.connection.sendall(data[at:at + size])

    def finish(self):
        self.connection.shutdown(socket.SHUT_WR)


class Secured(Plain):
    """TLS over memory, so that its records can be cut, too."""

    def __init__(self, connection, context, cut):
        super().__init__(connection, cut)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname=None)
        self.lock = threading.Lock()
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush()
                self.fill()
        self.flush()

    def fill(self):
        data = self.connection.recv(65536)
        with self.lock:
            if data:
                self.incoming.write(data)
            else:
                self.incoming.write_eof()

    def flush(self):
        data = self.outgoing.read()
        size = 1 if self.cut == "records" else len(data)
        for at in range(0, len(data), size or 1):
            self.connection.sendall(data[at:at + size])

    def read(self):
        while True:
            try:
                with self.lock:
                    return self.tls.read(65536)
            except ssl.SSLWantReadError:
                self.fill()
            except ssl.SSLError:
                return b""

    def write(self, data):
        size = SIZES.get(self.cut, len(data))
        for at in range(0, len(data), size):
            with self.lock:
                self.tls.write(data[at:at + size])
            self.flush()

    def finish(self):
        with self.lock:
            try:
                self.tls.unwrap()
            except ssl.SSLError:
                pass
        self.flush()
        self.connection.shutdown(socket.SHUT_WR)


def carry(source, target, glues):
    try:
        while data := source.read():
            if glues:
                time.sleep(GLUE_SECONDS)
                source.connection.setblocking(False)
                try:
                    data += source.connection.recv(65536)
                except BlockingIOError:
                    pass
                source.connection.setblocking(True)
            target.write(data)
        target.finish()
    except OSError:
        # One side is gone: the other must not wait for it.
        for end in (source, target):
            try:
                end.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def serve(accepted, peer, target, cut, context):
    try:
        onward = socket.socket()
        onward.bind((peer, 0))
        onward.connect(target)
        if context:
            near, far = Plain(accepted), Secured(onward, context, cut)
        else:
            near, far = Plain(accepted, cut), Plain(onward)
    except OSError:
        accepted.close()
        return
    glues = cut == "glued"
    back = threading.Thread(target=carry, args=(far, near, glues and not context))
    back.start()
    carry(near, far, glues and bool(context))
    back.join()
    accepted.close()
    onward.close()


def main():
    listen, target, cut = endpoint(sys.argv[1]), endpoint(sys.argv[2]), sys.argv[3]
    context = None
    if len(sys.argv) > 4:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.load_cert_chain(sys.argv[4])
    with socket.create_server(listen, backlog=256) as server:
        while True:
            accepted, peer = server.accept()
            # Whoever relays for the server has no address of the phone's to go on from.
            source = peer[0] if context else target[0]
            threading.Thread(target=serve, args=(accepted, source, target, cut, context), daemon=True).start()


main()
