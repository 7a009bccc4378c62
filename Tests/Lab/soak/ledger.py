#!/usr/bin/env python3
"""Keeps books about calls through the box, and audits them.

usage: ledger.py watch PROGRAM CONTROL PID FOLDER SECONDS   until SIGTERM: FOLDER/samples and FOLDER/figures
       ledger.py audit FOLDER QUESTION                       answers by its exit status, and says what it found

SECONDS is when the long calls begin to end. FOLDER has, of `labphone`, one JSON object a call in `long`, `short` (the phones outside) and `desk` (inside). Questions:
  calls     every call was completed, whole, and is the same at both ends
  box       what the box has counted of the long calls is what both ends have counted, and it has dropped nothing, nor
            lost anything in full rings
  sessions  no long call was without its session at any time
  memory    the box's memory does not grow once all calls are there
"""
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

# Seconds between looks; between a call's last packet and its end there are 0.5 seconds.
LOOK_SECONDS, LAST_LOOKS_SECONDS = 1, 0.2
# Samples in which the memory may still grow: the first part of them.
WARM_UP = 0.3
# Pages that a heap takes and keeps, whatever the calls do.
SLACK_KIB = 2048


def watch(program, control, pid, folder, seconds):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    figures, gaps, present, began, next_sample, overruns = {}, [], set(), time.monotonic(), 0, None
    with open(folder / "samples", "w", encoding="utf-8") as samples:
        while not stopped:
            now = time.monotonic() - began
            detail = look(program, control, "phone-proxy", "media-sessions", "detail")
            if detail is not None:
                seen = {session["callID"]: session["legs"] for session in detail["sessions"]}
                # One that comes again was gone meanwhile.
                gaps += [call for call in seen if call in figures and call not in present]
                present = set(seen)
                figures.update(seen)
                if now >= next_sample:
                    next_sample = now + LOOK_SECONDS
                    print(f"{now:.1f} {memory_kib(pid)} {len(seen)}", file=samples, flush=True)
                    termination = look(program, control, "media-termination")
                    overruns = termination["ringOverruns"] if termination else overruns
            pause = LOOK_SECONDS if now < seconds else LAST_LOOKS_SECONDS
            time.sleep(max(0, pause - (time.monotonic() - began - now)))
    books = {"figures": figures, "gaps": gaps, "ringOverruns": overruns}
    (folder / "figures").write_text(json.dumps(books), encoding="utf-8")


def look(program, control, *words):
    asked = subprocess.run([program, "show", *words, "--json", "--control", control], capture_output=True, check=False)
    try:
        return json.loads(asked.stdout)
    except ValueError:
        return None


def memory_kib(pid):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def reports(*files):
    found = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            report = json.loads(line) if line.startswith("{") else {}
            if "call" in report:
                found[report["call"]] = report
    return found


def differences(outside, inside):
    """What is wrong with a call, in words."""
    if inside is None:
        return "the desk does not know it"
    for report in (outside, inside):
        if report["outcome"] != "completed" or not report["whole"]:
            return f"{report['role']}: {json.dumps(report)}"
    if outside["sent"] != inside["received"] or inside["sent"] != outside["received"]:
        return f"{outside['sent']}/{outside['received']} outside, {inside['sent']}/{inside['received']} inside"
    return None


def tell(wrong, good):
    for line in wrong[:10]:
        print(line)
    print(f"{len(wrong)} wrong; {good}")
    return not wrong


def audit_calls(folder):
    outside, inside = reports(folder / "long", folder / "short"), reports(folder / "desk")
    wrong = [f"{call}: {what}" for call, report in outside.items() if (what := differences(report, inside.get(call)))]
    wrong += [f"{call}: only the desk knows it" for call in inside if call not in outside]
    packets = sum(report["sent"] + report["received"] for report in outside.values())
    return tell(wrong, f"{len(outside)} calls, {packets} packets") and len(outside) > 0


def audit_box(folder):
    calls, books = reports(folder / "long"), json.loads((folder / "figures").read_text(encoding="utf-8"))
    figures, overruns = books["figures"], books["ringOverruns"]
    wrong, final = [] if overruns == 0 else [f"{overruns} packets lost in full rings"], 0
    for call, legs in figures.items():
        wrong += [f"{call}: {leg['end']} {leg['drops']}" for leg in legs if leg["drops"]]
    for call, report in calls.items():
        legs = {leg["end"]: leg for leg in figures.get(call, [])}
        if set(legs) != {"phone", "far"}:
            wrong.append(f"{call}: the box does not show it")
            continue
        wanted = (report["sent"], report["received"])
        counted = (legs["phone"]["packetsReceived"], legs["phone"]["packetsSent"])
        mirrored = (legs["far"]["packetsSent"], legs["far"]["packetsReceived"])
        lost = [leg[what] for leg in legs.values() for what in ("lost", "outOfOrder", "duplicates")]
        if any(lost):
            wrong.append(f"{call}: lost, out of order, duplicates {lost}")
        if max(counted[0], mirrored[0]) > wanted[0] or max(counted[1], mirrored[1]) > wanted[1]:
            wrong.append(f"{call}: {counted} and {mirrored} in the box, {wanted} at the phone")
        final += counted == mirrored == wanted
    # A look may have come too late for a call or two.
    if final < 0.9 * len(calls):
        wrong.append(f"of only {final} calls the last figures are the phones' own")
    return tell(wrong, f"{final} of {len(calls)} long calls with the phones' own figures") and len(calls) > 0


def audit_sessions(folder):
    known = json.loads((folder / "figures").read_text(encoding="utf-8"))
    return tell([f"{call}: no session for a time" for call in known["gaps"]], f"{len(known['figures'])} sessions seen")


def audit_memory(folder):
    samples = [line.split() for line in (folder / "samples").read_text(encoding="utf-8").splitlines()]
    busiest = max(int(sample[2]) for sample in samples)
    full = [(float(at), int(kib)) for at, kib, sessions in samples if int(sessions) >= 0.9 * busiest]
    steady = full[int(len(full) * WARM_UP):]
    middle = len(steady) // 2
    before, after = (max(kib for _, kib in part) for part in (steady[:middle], steady[middle:]))
    print(f"{full[0][1]} KiB with all calls at {full[0][0]:.0f} s; {before} KiB at most in the first half of the rest, "
          f"{after} KiB in the second, at {steady[-1][0]:.0f} s {steady[-1][1]} KiB; {busiest} sessions at most")
    return after <= before + SLACK_KIB


AUDITS = {"calls": audit_calls, "box": audit_box, "sessions": audit_sessions, "memory": audit_memory}

if len(sys.argv) == 7 and sys.argv[1] == "watch":
    watch(sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5]), int(sys.argv[6]))
elif len(sys.argv) == 4 and sys.argv[1] == "audit" and sys.argv[3] in AUDITS:
    sys.exit(0 if AUDITS[sys.argv[3]](Path(sys.argv[2])) else 1)
else:
    sys.exit(__doc__)
