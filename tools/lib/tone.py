#!/usr/bin/env python3
"""Listens to a recording: is this tone in it, dominant and whole?

usage: tone.py FILE.wav FREQUENCY [--seconds MINIMUM] [--gap MILLISECONDS] [--jumps COUNT]

The recording is cut into frames of 20 ms, as telephones send it. A frame has the tone when nine tenths of its power are at
the frequency. From the first such frame to the last, the tone must be there without a longer pause than --gap, for
--seconds in all. Its phase goes on evenly; where it jumps, something was lost, added or came twice, though no silence tells
of it. (This sees it for frequencies of which 20 ms are no whole number of periods: 431, 631, 831 Hz.)

Prints one line of JSON. Ends with 0 when the tone is whole, 1 when it is not, 2 when the file is no recording.
"""
import argparse
import cmath
import json
import math
import struct
import sys

FRAME_SECONDS = 0.02
# Below this a frame is silence: a full sine wave has about 0.5.
SILENCE = 1e-5
DOMINANT = 0.9
# Noise of G.711 and of rounding is far below, a lost frame of the frequencies above far over it.
PHASE_JUMP = math.radians(20)


def samples(path):
    """The first channel's samples, -1 to 1, and their rate. Not every length in the header is right while it is recorded."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("not a WAV file")
    position, rate, channels = 12, 0, 0
    while position + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, position)
        body = position + 8
        if name == b"fmt ":
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, body)
            if (kind, bits) != (1, 16) or channels == 0 or rate == 0:
                raise ValueError(f"not 16-bit PCM: format {kind}, {bits} bits, {channels} channels")
        if name == b"data" and rate:
            count = (len(data) - body) // 2
            values = struct.unpack_from(f"<{count}h", data, body)
            return [value / 32768 for value in values[::channels]], rate
        position = body + length + length % 2
    raise ValueError("no audio in it")


class Frame:
    """20 ms: how much of it is the tone, and the tone's phase at its start."""

    def __init__(self, values, turn):
        self.power = sum(value * value for value in values) / len(values)
        total = complex(0)
        for value in reversed(values):
            total = total * turn + value
        total /= len(values)
        # A sine wave of amplitude a has power a²/2, and a/2 here.
        self.share = 2 * abs(total) ** 2 / self.power if self.power > SILENCE else 0
        self.phase = cmath.phase(total)
        self.has_tone = self.share >= DOMINANT


def listen(values, rate, frequency):
    length = round(rate * FRAME_SECONDS)
    turn = cmath.exp(-2j * math.pi * frequency / rate)
    frames = [Frame(values[at:at + length], turn) for at in range(0, len(values) - length + 1, length)]
    present = [index for index, frame in enumerate(frames) if frame.has_tone]
    report = {"frequency": frequency, "seconds": round(len(present) * FRAME_SECONDS, 3), "recorded":
              round(len(values) / rate, 3), "gap": 0, "gaps": 0, "jumps": 0, "strongest": None}
    if not present:
        report["strongest"] = strongest(frames, values, rate)
        return report
    step = 2 * math.pi * frequency * FRAME_SECONDS
    for before, after in zip(present, present[1:]):
        if after == before + 1:
            change = frames[after].phase - frames[before].phase - step
            if abs(math.remainder(change, 2 * math.pi)) > PHASE_JUMP:
                report["jumps"] += 1
        else:
            report["gaps"] += 1
            report["gap"] = max(report["gap"], round((after - before - 1) * FRAME_SECONDS * 1000))
    return report


def strongest(frames, values, rate):
    """What is heard instead: the loudest frame's strongest frequency, to 10 Hz; None for silence."""
    length = round(rate * FRAME_SECONDS)
    loudest = max(range(len(frames)), key=lambda index: frames[index].power, default=None)
    if loudest is None or frames[loudest].power <= SILENCE:
        return None
    part = values[loudest * length:(loudest + 1) * length]

    def at(frequency):
        return Frame(part, cmath.exp(-2j * math.pi * frequency / rate)).share

    return max(range(50, rate // 2, 10), key=at)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("frequency", type=float)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--gap", type=float, default=0)
    parser.add_argument("--jumps", type=int, default=0)
    options = parser.parse_args()
    try:
        values, rate = samples(options.file)
    except (OSError, ValueError, struct.error) as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return 2
    report = listen(values, rate, options.frequency)
    print(json.dumps(report))
    whole = (report["seconds"] >= options.seconds and report["gap"] <= options.gap
             and report["jumps"] <= options.jumps)
    return 0 if whole else 1


sys.exit(main())
