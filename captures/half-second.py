#!/usr/bin/env python3
"""Writes half a second of G.711 silence as RTP to a pcap file, for SIPp to play: half-second.py FILE."""
import struct
import sys

packets = b""
for number in range(25):
    rtp = struct.pack(">BBHII", 0x80, 0, 100 + number, 1000 + 160 * number, 0x1234ABCD) + b"\xd5" * 160
    udp = struct.pack(">HHHH", 20000, 30000, 8 + len(rtp), 0) + rtp
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, b"\x0a\0\0\1", b"\x0a\0\0\2") + udp
    frame = b"\2\0\0\0\0\2" + b"\2\0\0\0\0\1" + b"\x08\0" + ip
    packets += struct.pack("<IIII", 0, 20000 * number, len(frame), len(frame)) + frame
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + packets)
