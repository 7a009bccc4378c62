#!/usr/bin/env python3
"""Carries TCP connections on, cut into segments of one byte each, both ways.

usage: cutter.py LISTEN TARGET

LISTEN and TARGET are ADDRESS:PORT. Prints "ready" once it listens.
"""
import asyncio
import socket
import sys


def endpoint(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


async def carry(reader, writer):
    try:
        while data := await reader.read(65536):
            for byte in data:
                writer.write(bytes([byte]))
                # Without it the loop would gather what is written before it comes to send.
                await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


async def main():
    listen, target = endpoint(sys.argv[1]), endpoint(sys.argv[2])

    async def accept(reader, writer):
        try:
            onward = await asyncio.open_connection(*target)
        except OSError:
            return writer.close()
        for side in (writer, onward[1]):
            side.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(carry(reader, onward[1]), carry(onward[0], writer))

    server = await asyncio.start_server(accept, *listen)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
