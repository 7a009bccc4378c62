#!/usr/bin/env python3
"""Which tones are in each stream of G.711 mu-law.

usage: mixed-tones.py HZ... <LINES: each line is the name of a stream, a tab, and an RTP packet in hexadecimal. Prints for each
stream, sorted, the tones that are in the middle of it, each by a tenth of its power at least.
"""
import cmath
import sys

RTP_HEADER = 12
# So many packets of 20 ms from the middle of a stream.
PACKETS = 50


def sample(code):
    code = ~code & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return -magnitude if code & 0x80 else magnitude


def share(samples, hertz):
    """How much of the power is at this frequency."""
    total = sum(value * value for value in samples) * len(samples) / 2
    part = sum(value * cmath.exp(-2j * cmath.pi * hertz * place / 8000) for place, value in enumerate(samples))
    return abs(part) ** 2 / total if total else 0


def main():
    tones = [int(word) for word in sys.argv[1:]]
    streams = {}
    for line in sys.stdin:
        name, packet = line.rstrip("\n").split("\t")
        streams.setdefault(name, []).append(bytes.fromhex(packet.replace(":", ""))[RTP_HEADER:])
    found = []
    for packets in streams.values():
        middle = max(0, len(packets) // 2 - PACKETS // 2)
        samples = [sample(code) for packet in packets[middle : middle + PACKETS] for code in packet]
        found.append(" ".join(str(tone) for tone in tones if share(samples, tone) > 0.1))
    print("\n".join(sorted(found)))


main()
