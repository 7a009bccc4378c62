#!/usr/bin/env python3
"""Writes SIPp scenarios in pairs: who asks, and who answers.

usage: scenarios.py list [box]           one scenario's name a line
       scenarios.py write FOLDER [box]   FOLDER/NAME/{uac,uas}.xml for each

A scenario is two lists of steps; what differs within a family is a parameter. Names are family/case. Each goes over UDP and
over TCP.

With "box" they are for the two sides of the box (box.py): FOLDER/{from,to}-phone/NAME/{phone,server}.xml; who asks is the
phone, or the server.
"""
import sys
from pathlib import Path

import box
from steps import (BYE, BYE_ANSWERED, KEEP_CONTACT, SET_UP, SET_UP_ANSWERED, TRYING, ack, ack_refusal, document, invite, message,
                   must_match, receive, reply, request, request_back, sdp, send, wait)

SCENARIOS = {}


def scenario(name, uac, uas):
    assert name not in SCENARIOS, name
    SCENARIOS[name] = (uac, uas)


def in_call(name, uac, uas):
    """Steps within a call that is set up before and ended after."""
    scenario(name, SET_UP + uac + BYE, SET_UP_ANSWERED + uas + BYE_ANSWERED)


def registrations():
    def register(expires, number=1, extra=(), again=True, **options):
        return send(request("REGISTER", number=number, extra=[f"Expires: {expires}", *extra], **options), again=again)

    def accept(expires):
        return send(reply(200, "OK", extra=[f"Expires: {expires}"], contact=False))

    for expires in (0, 60, 3600, 86400):
        scenario(f"registration/expires-{expires}", [register(expires), receive(200)],
                 [receive("REGISTER"), accept(expires)])
    scenario("registration/refreshed", [register(60), receive(200), wait(200), register(60, 2), receive(200)],
             [receive("REGISTER"), accept(60), receive("REGISTER"), accept(60)])
    scenario("registration/taken-back", [register(60), receive(200), register(0, 2), receive(200)],
             [receive("REGISTER"), accept(60), receive("REGISTER"), accept(0)])
    scenario("registration/compact-names", [register(60, compact=True), receive(200)],
             [receive("REGISTER"), accept(60)])
    scenario("registration/folded-header",
             [register(60, extra=["Subject: one\n[space]two\n[space]three"]), receive(200)],
             [receive("REGISTER", action=must_match("Subject: one[[:space:]]+two[[:space:]]+three")), accept(60)])
    scenario("registration/two-contacts",
             [register(60, extra=["Contact: <sip:other@[local_ip]:[local_port]>;q=0.5"]), receive(200)],
             [receive("REGISTER"), accept(60)])
    scenario("registration/unknown-headers",
             [register(60, extra=["X-Cisco-Nothing: yes", "P-Long: " + "x" * 900]), receive(200)],
             [receive("REGISTER", action=must_match("x{200}")), accept(60)])
    challenge = 'WWW-Authenticate: Digest realm="lab", nonce="47ebe028cda119c35d4877b383027d28da013815", algorithm=MD5'
    scenario("registration/challenged",
             [register(60), receive(401, authenticate=True),
              register(60, 2, extra=["[authentication username=asks password=lab]"]), receive(200)],
             [receive("REGISTER"), send(reply(401, "Unauthorized", extra=[challenge], contact=False)),
              receive("REGISTER", action=must_match("response=")), accept(60)])
    for status, reason in ((403, "Forbidden"), (404, "Not Found"), (423, "Interval Too Brief"), (503, "Service Unavailable")):
        scenario(f"registration/refused-{status}", [register(60), receive(status)],
                 [receive("REGISTER"), send(reply(status, reason, contact=False))])


def calls():
    variants = {
        "plain": sdp(), "pcma": sdp(codecs=(("8", "PCMA/8000"),)),
        "many-codecs": sdp(codecs=tuple((str(number), name) for number, name in (
            (0, "PCMU/8000"), (8, "PCMA/8000"), (9, "G722/8000"), (18, "G729/8000"), (101, "telephone-event/8000")))),
        "video": sdp(video=True), "sendonly": sdp("sendonly"),
    }
    for name, offer in variants.items():
        scenario(f"call/{name}", [invite(body=offer), TRYING, receive(180), receive(200, routes=True), ack()] + BYE,
                 SET_UP_ANSWERED + BYE_ANSWERED)
    scenario("call/no-ringing", [invite(), TRYING, receive(200, routes=True), ack()] + BYE,
             [receive("INVITE"), send(reply(200, "OK", sdp()), again=True), receive("ACK")] + BYE_ANSWERED)
    scenario("call/trying", [invite(), receive(100), receive(180), receive(200, routes=True), ack()] + BYE,
             [receive("INVITE"), send(reply(100, "Trying", tag=None, contact=False)), wait(100), send(reply(180, "Ringing")),
              send(reply(200, "OK", sdp()), again=True), receive("ACK")] + BYE_ANSWERED)
    scenario("call/early-media", [invite(), TRYING, receive(183), receive(200, routes=True), ack()] + BYE,
             [receive("INVITE"), send(reply(183, "Session Progress", sdp())), wait(200),
              send(reply(200, "OK", sdp()), again=True), receive("ACK")] + BYE_ANSWERED)
    scenario("call/late-offer",
             [send(request("INVITE"), again=True), TRYING, receive(180), receive(200, routes=True), ack(body=sdp())] + BYE,
             SET_UP_ANSWERED + BYE_ANSWERED)
    scenario("call/compact-names",
             [invite(compact=True), TRYING, receive(200, routes=True), ack()] + BYE,
             [receive("INVITE"), send(reply(200, "OK", sdp()), again=True), receive("ACK")] + BYE_ANSWERED)
    scenario("call/ended-by-the-called",
             SET_UP + [receive("BYE"), send(message("SIP/2.0 200 OK", [
                 "[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]"]))],
             SET_UP_ANSWERED + [wait(200), send(request_back("BYE"), again=True), receive(200)])
    scenario("call/options-before",
             [send(request("OPTIONS"), again=True), receive(200)],
             [receive("OPTIONS"), send(reply(200, "OK", contact=False))])
    scenario("call/message",
             [send(message("MESSAGE sip:[service]@[remote_ip] SIP/2.0", [
                 "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
                 "From: <sip:asks@[remote_ip]>;tag=1", "To: <sip:[service]@[remote_ip]>", "Call-ID: [call_id]",
                 "CSeq: 1 MESSAGE", "Max-Forwards: 70", "Content-Type: text/plain"]) + "hello\n", again=True),
              receive(200)],
             [receive("MESSAGE"), send(reply(200, "OK", contact=False))])
    scenario("call/slow-answer", [invite(), TRYING, receive(180, optional=True), receive(200, routes=True), ack()] + BYE,
             [receive("INVITE"), wait(1200), send(reply(200, "OK", sdp()), again=True), receive("ACK")] + BYE_ANSWERED)


REFUSALS = {
    300: "Multiple Choices", 301: "Moved Permanently", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout",
    410: "Gone", 413: "Request Entity Too Large", 415: "Unsupported Media Type", 420: "Bad Extension",
    480: "Temporarily Unavailable", 482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete",
    485: "Ambiguous", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 500: "Server Internal Error",
    501: "Not Implemented", 503: "Service Unavailable", 504: "Server Time-out", 600: "Busy Everywhere", 603: "Decline",
    606: "Not Acceptable",
}


def refusals():
    for status, reason in REFUSALS.items():
        scenario(f"refused/{status}", [invite(), TRYING, receive(180, optional=True), receive(status), ack_refusal()],
                 [receive("INVITE"), send(reply(status, reason), again=True), receive("ACK")])
    scenario("refused/after-ringing", [invite(), TRYING, receive(180), receive(486), ack_refusal()],
             [receive("INVITE"), send(reply(180, "Ringing")), wait(200), send(reply(486, "Busy Here"), again=True),
              receive("ACK")])


def cancellations():
    stages = {
        "trying": ((100, "Trying"),), "ringing": ((180, "Ringing"),), "early-media": ((183, "Session Progress"),),
        "queued": ((182, "Queued"),), "forwarded": ((181, "Call Is Being Forwarded"),),
        "ringing-twice": ((180, "Ringing"), (180, "Still Ringing")),
    }
    for name, provisional in stages.items():
        uac = [invite()] + ([] if name == "trying" else [TRYING])
        uas = [receive("INVITE")]
        for status, reason in provisional:
            uac.append(receive(status))
            body = sdp() if status == 183 else None
            uas.append(send(reply(status, reason, body, tag=None if status == 100 else "[pid]b[call_number]")))
        steps = len(uac)
        uac += [wait(100), send(request("CANCEL", branch=f"[branch-{steps + 1}]"), again=True), receive(200), receive(487)]
        uac.append(send(request("ACK", branch=f"[branch-{len(uac)}]").replace(
            "To: <sip:[service]@[remote_ip]>", "To: <sip:[service]@[remote_ip]>[peer_tag_param]")))
        invitation = ('<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>')
        uas[0] = receive("INVITE", action=invitation)
        terminated = message("SIP/2.0 487 Request Terminated", [
            "Via:[$via]", "[last_From:]", "[last_To:];tag=[pid]b[call_number]", "[last_Call-ID:]", "CSeq: 1 INVITE"])
        uas += [receive("CANCEL"), send(reply(200, "OK", contact=False)), send(terminated, again=True), receive("ACK")]
        scenario(f"cancel/{name}", uac, uas)


def modifications():
    def modify(body, number=2):
        return [send(request("INVITE", body=body, number=number, in_dialog=True), again=True), TRYING,
                receive(200, routes=True), ack(number)]

    def modified(body):
        return [receive("INVITE"), send(reply(200, "OK", body, tag=None), again=True), receive("ACK")]

    holds = {"sendonly": "recvonly", "inactive": "inactive", "recvonly": "sendonly"}
    for direction, answer in holds.items():
        in_call(f"re-invite/hold-{direction}",
                modify(sdp(direction, version=2)) + [wait(100)] + modify(sdp(version=3), 3),
                modified(sdp(answer, version=2)) + modified(sdp(version=3)))
    in_call("re-invite/hold-old-style", modify(sdp(address="0.0.0.0", version=2)) + modify(sdp(version=3), 3),
            modified(sdp(version=2)) + modified(sdp(version=3)))
    in_call("re-invite/codec-change", modify(sdp(codecs=(("8", "PCMA/8000"),), version=2)),
            modified(sdp(codecs=(("8", "PCMA/8000"),), version=2)))
    in_call("re-invite/port-change", modify(sdp(port="[media_port+10]", version=2)), modified(sdp(version=2)))
    in_call("re-invite/video-added", modify(sdp(video=True, version=2)), modified(sdp(video=True, version=2)))
    in_call("re-invite/video-refused", modify(sdp(video=True, version=2)),
            modified(sdp(video=True, version=2).replace("m=video [media_port+2]", "m=video 0")))
    in_call("re-invite/audio-off", modify(sdp(port="0", version=2)), modified(sdp(port="0", version=2)))
    in_call("re-invite/no-offer", [send(request("INVITE", number=2, in_dialog=True), again=True), TRYING,
                                   receive(200, routes=True), ack(2, sdp(version=2))], modified(sdp(version=2)))
    in_call("re-invite/many-times", sum((modify(sdp(version=number), number) for number in range(2, 8)), []),
            sum((modified(sdp(version=number)) for number in range(2, 8)), []))
    for status, reason in ((488, "Not Acceptable Here"), (491, "Request Pending"), (500, "Server Internal Error")):
        in_call(f"re-invite/refused-{status}",
                [send(request("INVITE", body=sdp(version=2), number=2, in_dialog=True), again=True), TRYING,
                 receive(status), send(request("ACK", number=2, in_dialog=True, branch="[branch-3]"))],
                [receive("INVITE"), send(reply(status, reason, tag=None), again=True), receive("ACK")])
    answer = message("SIP/2.0 200 OK", ["[last_Via:]", "[last_Record-Route:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]",
                                        "[last_CSeq:]", "Contact: <sip:asks@[local_ip]:[local_port];transport=[transport]>"],
                     sdp(version=2))
    in_call("re-invite/by-the-called", [receive("INVITE"), send(answer), receive("ACK"), wait(100)],
            [wait(200), send(request_back("INVITE", 1, sdp("sendonly", version=2)), again=True), receive(100, optional=True),
             receive(200), send(request_back("ACK", 1))])


def extensions():
    reliable = ["Require: 100rel", "RSeq: 1"]
    for name, status, reason, body in (("ringing", 180, "Ringing", None), ("early-media", 183, "Session Progress", sdp())):
        scenario(
            f"prack/{name}",
            [invite(extra=["Supported: 100rel"]), TRYING, receive(status, routes=True),
             send(request("PRACK", number=2, in_dialog=True, extra=["RAck: 1 1 INVITE"]), again=True), receive(200),
             receive(200, routes=True), ack()] + BYE,
            [receive("INVITE", action='<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>'),
             send(reply(status, reason, body, extra=reliable)), receive("PRACK"),
             send(reply(200, "OK", tag=None, contact=False)), wait(100),
             send(message("SIP/2.0 200 OK", [
                 "Via:[$via]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "CSeq: 1 INVITE",
                 "Contact: <sip:answers@[local_ip]:[local_port];transport=[transport]>"], sdp()), again=True),
             receive("ACK")] + BYE_ANSWERED)
    in_call("update/in-call",
            [send(request("UPDATE", body=sdp("sendonly", version=2), number=2, in_dialog=True), again=True), receive(200)],
            [receive("UPDATE"), send(reply(200, "OK", sdp("recvonly", version=2), tag=None))])
    in_call("update/without-offer",
            [send(request("UPDATE", number=2, in_dialog=True), again=True), receive(200)],
            [receive("UPDATE"), send(reply(200, "OK", tag=None))])
    in_call("update/refused",
            [send(request("UPDATE", body=sdp(version=2), number=2, in_dialog=True), again=True), receive(491)],
            [receive("UPDATE"), send(reply(491, "Request Pending", tag=None))])
    for method in ("INFO", "OPTIONS", "MESSAGE"):
        in_call(f"in-call/{method.lower()}",
                [send(request(method, number=2, in_dialog=True), again=True), receive(200)],
                [receive(method), send(reply(200, "OK", tag=None, contact=False))])
    in_call("in-call/unknown-method",
            [send(request("TELEPORT", number=2, in_dialog=True), again=True), receive(501)],
            [receive("TELEPORT"), send(reply(501, "Not Implemented", tag=None, contact=False))])
    refer = request("REFER", number=2, in_dialog=True, extra=["Refer-To: <sip:2002@[remote_ip]>"])
    notified = send(message("SIP/2.0 200 OK", ["[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]"]))

    def notify(number, status, state):
        fragment = message(f"NOTIFY [$contact] SIP/2.0", [
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]", "From: [$to];tag=[pid]b[call_number]",
            "To: [$from]", "Call-ID: [call_id]", f"CSeq: {number} NOTIFY", "Event: refer",
            f"Subscription-State: {state}", "Max-Forwards: 70",
            "Contact: <sip:answers@[local_ip]:[local_port];transport=[transport]>",
            "Content-Type: message/sipfrag;version=2.0"])
        return [send(fragment + f"SIP/2.0 {status}\n", again=True), receive(200)]

    in_call("refer/accepted",
            [send(refer, again=True), receive(202), receive("NOTIFY"), notified, receive("NOTIFY"), notified],
            [receive("REFER", action=must_match("Refer-To")), send(reply(202, "Accepted", tag=None)), wait(100)]
            + notify(1, "100 Trying", "active;expires=60") + notify(2, "200 OK", "terminated;reason=noresource"))
    in_call("refer/refused", [send(refer, again=True), receive(603)],
            [receive("REFER"), send(reply(603, "Decline", tag=None))])
    replaces = request("REFER", number=2, in_dialog=True, extra=[
        "Refer-To: <sip:2002@[remote_ip]?Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2>", "Referred-By: <sip:asks@[remote_ip]>"])
    in_call("refer/attended", [send(replaces, again=True), receive(202)],
            [receive("REFER", action=must_match("Replaces")), send(reply(202, "Accepted", tag=None))])
    scenario("subscribe/presence",
             [send(request("SUBSCRIBE", extra=["Event: presence", "Expires: 60"]), again=True), receive(200)],
             [receive("SUBSCRIBE"), send(reply(200, "OK", extra=["Expires: 60"]))])
    scenario("subscribe/refused",
             [send(request("SUBSCRIBE", extra=["Event: nothing", "Expires: 60"]), again=True), receive(489)],
             [receive("SUBSCRIBE"), send(reply(489, "Bad Event"))])
    scenario("subscribe/publish",
             [send(request("PUBLISH", extra=["Event: presence", "Expires: 60"]), again=True), receive(200)],
             [receive("PUBLISH"), send(reply(200, "OK", extra=["SIP-ETag: 1"], contact=False))])


def forks():
    for name, tags in (("two-ring", ("1", "2")), ("three-ring", ("1", "2", "3"))):
        uac = [invite(), TRYING] + [receive(180) for _ in tags] + [receive(200, routes=True), ack()] + BYE
        uas = [receive("INVITE")] + [send(reply(180, "Ringing", tag=f"[call_number]f{tag}")) for tag in tags]
        uas += [wait(100), send(reply(200, "OK", sdp(), tag=f"[call_number]f{tags[-1]}"), again=True), receive("ACK")]
        scenario(f"fork/{name}", uac, uas + BYE_ANSWERED)
    scenario("fork/early-media-of-another",
             [invite(), TRYING, receive(183), receive(180), receive(200, routes=True), ack()] + BYE,
             [receive("INVITE"), send(reply(183, "Session Progress", sdp(), tag="[call_number]f1")),
              send(reply(180, "Ringing", tag="[call_number]f2")), wait(100),
              send(reply(200, "OK", sdp(port="[media_port+4]"), tag="[call_number]f2"), again=True), receive("ACK")]
             + BYE_ANSWERED)


def write(folder):
    for name, steps in SCENARIOS.items():
        place = Path(folder) / name
        place.mkdir(parents=True, exist_ok=True)
        for role, part in zip(("uac", "uas"), steps):
            place.joinpath(f"{role}.xml").write_text(document(name, role, part), encoding="utf-8")


for family in (registrations, calls, refusals, cancellations, modifications, extensions, forks):
    family()

match sys.argv[1:]:
    case ["list"]:
        print("\n".join(SCENARIOS))
    case ["list", "box"]:
        print("\n".join(box.scenarios(SCENARIOS)))
    case ["write", where]:
        write(where)
    case ["write", where, "box"]:
        box.write(where, SCENARIOS)
    case _:
        sys.exit(__doc__)
