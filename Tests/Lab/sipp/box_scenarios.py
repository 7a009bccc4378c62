"""Scenarios for which there has to be a box: what it answers itself, what it takes out, what it lets wait."""
from steps import (BYE, BYE_ANSWERED, SET_UP, SET_UP_ANSWERED, TRYING, Unlike, ack, ack_refusal, invite, message, must_match,
                   receive, reply, request, sdp, send, wait)

KEY = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
# Salt and key of the longer suites: 44, 46 and 28 bytes.
KEY_256_GCM = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis="
KEY_256_CM = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLQ=="
KEY_128_GCM = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw=="
SHA1_80 = "AES_CM_128_HMAC_SHA1_80"

# A registration: what goes on as if nothing had been. The other side has to see this and nothing before it.
GOOD = [send(request("REGISTER", number=5, extra=["Expires: 60"]), again=True), receive(200)]
GOOD_ANSWERED = [receive("REGISTER"), send(reply(200, "OK", extra=["Expires: 60"], contact=False))]


def described(*media):
    return "\n".join(["v=0", "o=- 1 1 IN IP[media_ip_type] [media_ip]", "s=-", "c=IN IP4 [media_ip]", "t=0 0", *media])


def secured(*crypto, profile="RTP/SAVP"):
    return described(f"m=audio [media_port] {profile} 0", *(f"a=crypto:{line}" for line in crypto), "a=rtpmap:0 PCMU/8000")


# The phone asks.

REFUSED_MEDIA = {
    "plain-rtp": described("m=audio [media_port] RTP/AVP 0", "a=x-in-the-clear"),
    "no-key": described("m=audio [media_port] RTP/SAVP 0"),
    "unknown-suite": secured(f"1 F8_128_HMAC_SHA1_80 inline:{KEY}"),
    "short-key": secured(f"1 {SHA1_80} inline:AAAA"),
    "key-identifier": secured(f"1 {SHA1_80} inline:{KEY}|2^20|1:4"),
    "unencrypted": secured(f"1 {SHA1_80} inline:{KEY} UNENCRYPTED_SRTP"),
    "dtls": described("m=audio [media_port] UDP/TLS/RTP/SAVP 0", "a=fingerprint:sha-1 00:11:22", "a=setup:actpass"),
    "t38-alone": described("m=image [media_port] udptl t38"),
    "nine-lines": described(*[f"m=audio [media_port+{2 * line}] RTP/SAVP 0\na=crypto:1 {SHA1_80} inline:{KEY}"
                              for line in range(9)]),
}
CARRIED_MEDIA = {
    "short-tag": (secured(f"1 AES_CM_128_HMAC_SHA1_32 inline:{KEY}"), "1 AES_CM_128_HMAC_SHA1_32"),
    "aes-256-cm": (secured(f"1 AES_256_CM_HMAC_SHA1_80 inline:{KEY_256_CM}"), "1 AES_256_CM_HMAC_SHA1_80"),
    "aes-128-gcm": (secured(f"1 AEAD_AES_128_GCM inline:{KEY_128_GCM}"), "1 AEAD_AES_128_GCM"),
    "aes-256-gcm": (secured(f"1 AEAD_AES_256_GCM inline:{KEY_256_GCM}"), "1 AEAD_AES_256_GCM"),
    "another-number": (secured(f"77 {SHA1_80} inline:{KEY}"), f"77 {SHA1_80}"),
    "second-of-three": (secured(f"1 F8_128_HMAC_SHA1_80 inline:{KEY}", f"2 {SHA1_80} inline:{KEY}",
                                f"3 AES_CM_128_HMAC_SHA1_32 inline:{KEY}"), f"2 {SHA1_80}"),
    "lifetime": (secured(f"1 {SHA1_80} inline:{KEY}|2^31"), f"1 {SHA1_80}"),
    "feedback": (secured(f"1 {SHA1_80} inline:{KEY}", profile="RTP/SAVPF"), f"1 {SHA1_80}"),
}


def media_from_phone(found):
    for name, body in REFUSED_MEDIA.items():
        found[f"media/{name}"] = ([invite(body=body), receive(488), ack_refusal()] + GOOD, GOOD_ANSWERED)
    for name, (body, chosen) in CARRIED_MEDIA.items():
        profile = "RTP/AVPF" if name == "feedback" else "RTP/AVP"
        answer = described(f"m=audio [media_port] {profile} 0", "a=rtpmap:0 PCMU/8000")
        found[f"media/{name}"] = (
            [invite(body=body), TRYING,
             receive(200, routes=True, action=must_match(f"a=crypto:{chosen} inline:[A-Za-z0-9+/]+=*")), ack()] + BYE,
            [receive("INVITE"), send(reply(200, "OK", answer), again=True), receive("ACK")] + BYE_ANSWERED)
    body = sdp().replace("RTP/AVP", "RTP/SAVP") + f"\na=crypto:1 {SHA1_80} inline:{KEY}\nm=image [media_port+2] udptl t38"
    found["media/audio-beside-t38"] = (
        [invite(body=body), TRYING, Unlike(receive(200, routes=True, action=must_match("m=image 0 udptl t38"))), ack()] + BYE,
        [Unlike(receive("INVITE", action=must_match("m=image 0 udptl t38") + must_match("m=audio [0-9]+ RTP/AVP"))),
         send(reply(200, "OK", sdp() + "\nm=image 0 udptl t38"), again=True), receive("ACK")] + BYE_ANSWERED)


def broken(method, change, body=None, number=1):
    """A request in which a line is replaced."""
    old, new = change
    text = request(method, body=body, number=number)
    assert old in text, old
    return send(text.replace(old, new))


def garbage_from_phone(found):
    defects = {
        "from-unreadable": ('From: "asks" <sip:asks@[remote_ip]>', "From: <<sip:asks@"),
        "number-unreadable": ("CSeq: 1 ", "CSeq: one "),
        "number-too-large": ("CSeq: 1 ", "CSeq: 99999999999 "),
        "call-id-too-long": ("Call-ID: [call_id]", "Call-ID: " + "x" * 600 + "///[call_id]"),
    }
    for name, change in defects.items():
        found[f"garbage/{name}"] = ([broken("OPTIONS", change), receive(400)] + GOOD, GOOD_ANSWERED)
    descriptions = {
        "no-version": sdp().replace("v=0\n", ""),
        "port-unreadable": sdp().replace("m=audio [media_port]", "m=audio port"),
        "no-lines": "hello\nworld",
        "truncated": "v=0\no=- 1",
        "key-unreadable": sdp().replace("a=sendrecv", "a=crypto").replace("RTP/AVP", "RTP/SAVP"),
    }
    for name, body in descriptions.items():
        refusal = 488 if name == "key-unreadable" else 415
        found[f"garbage/description-{name}"] = ([invite(body=body), receive(refusal), ack_refusal()] + GOOD, GOOD_ANSWERED)


def waiting_from_phone(found):
    """`timeout sip-disconnect` of the test's configuration is 2 seconds, `sip-invite` and `sip-provisional-media` 60."""
    found["timeout/goodbye-not-answered"] = (
        SET_UP + BYE, SET_UP_ANSWERED + [receive("BYE"), wait(3000), send(reply(200, "OK", tag=None))])
    found["timeout/cancel-not-answered"] = (
        [invite(), TRYING, receive(180), wait(100), send(request("CANCEL", branch="[branch-4]")), receive(200), receive(487),
         send(request("ACK", branch="[branch-7]").replace(
             "To: <sip:[service]@[remote_ip]>", "To: <sip:[service]@[remote_ip]>[peer_tag_param]"))],
        [receive("INVITE", action='<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>'),
         send(reply(180, "Ringing")), receive("CANCEL"), wait(3000), send(reply(200, "OK", contact=False)),
         send(message("SIP/2.0 487 Request Terminated", [
             "Via:[$via]", "[last_From:]", "[last_To:];tag=[pid]b[call_number]", "[last_Call-ID:]", "CSeq: 1 INVITE"])),
         receive("ACK")])
    # Who answers so late gets no media, and can be told goodbye.
    late = Unlike(receive(200, routes=True, action=must_match("m=audio 0 RTP/")))
    found["late/invitation-not-answered"] = (
        [invite(), TRYING, late, ack()] + BYE,
        [receive("INVITE"), wait(63000), send(reply(200, "OK", sdp())), receive("ACK")] + BYE_ANSWERED)
    found["late/only-early-media"] = (
        [invite(), TRYING, receive(183), late, ack()] + BYE,
        [receive("INVITE"), send(reply(183, "Session Progress", sdp())), wait(63000), send(reply(200, "OK", sdp())),
         receive("ACK")] + BYE_ANSWERED)


def from_phone():
    found = {}
    media_from_phone(found)
    garbage_from_phone(found)
    waiting_from_phone(found)
    return found


# The server asks.

def media_to_phone(found):
    answers = {
        "answered-with-the-short-tag": (secured(f"2 AES_CM_128_HMAC_SHA1_32 inline:{KEY}"), "m=audio [1-9][0-9]+ RTP/AVP 0"),
        "answered-in-the-clear": (described("m=audio [media_port] RTP/AVP 0", "a=x-in-the-clear"), "m=audio 0 RTP/AVP 0"),
        "answered-with-another-number": (secured(f"9 {SHA1_80} inline:{KEY}"), "m=audio 0 RTP/AVP 0"),
        "answered-with-another-suite": (secured(f"1 AES_CM_128_HMAC_SHA1_32 inline:{KEY}"), "m=audio 0 RTP/AVP 0"),
        "answered-without-a-key": (secured(), "m=audio 0 RTP/AVP 0"),
    }
    for name, (body, seen) in answers.items():
        found[f"media/{name}"] = (
            [invite(), TRYING, Unlike(receive(200, routes=True, action=must_match(seen))), ack()] + BYE,
            [receive("INVITE"), send(reply(200, "OK", body), again=True), receive("ACK")] + BYE_ANSWERED)
    both = ("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/]{40}",
            "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:[A-Za-z0-9+/]{40}")
    found["media/two-suites-are-offered"] = (
        SET_UP + BYE,
        [receive("INVITE", action="".join(must_match(line) for line in both)), send(reply(200, "OK", sdp()), again=True),
         receive("ACK")] + BYE_ANSWERED)
    found["media/t38-alone"] = (
        [invite(body=described("m=image [media_port] udptl t38")), receive(488), ack_refusal(),
         send(request("OPTIONS", number=3), again=True), receive(200)],
        [receive("OPTIONS"), send(reply(200, "OK", contact=False))])
    found["media/audio-beside-t38"] = (
        [invite(body=sdp() + "\nm=image [media_port+2] udptl t38"), TRYING, receive(200, routes=True), ack()] + BYE,
        [Unlike(receive("INVITE", action=must_match("m=image 0 udptl t38") + must_match("m=audio [0-9]+ RTP/SAVP"))),
         send(reply(200, "OK", sdp() + "\nm=image 0 udptl t38"), again=True), receive("ACK")] + BYE_ANSWERED)


def garbage_to_phone(found):
    ask = [send(request("OPTIONS"), again=True), receive(200)]
    answered = [receive("OPTIONS"), send(reply(200, "OK", contact=False))]
    defects = {
        "from-unreadable": ('From: "asks" <sip:asks@[remote_ip]>', "From: <<sip:asks@"),
        "to-missing": ("To: <sip:[service]@[remote_ip]>", "X-To: <sip:[service]@[remote_ip]>"),
        "number-unreadable": ("CSeq: 1 ", "CSeq: one "),
    }
    for name, change in defects.items():
        # To the server the box says nothing; the phone does not see it.
        found[f"garbage/{name}"] = ([broken("INFO", change), wait(100)] + ask, answered)
    bad = sdp().replace("m=audio [media_port]", "m=audio port")
    found["garbage/description-unreadable"] = ([invite(body=bad), receive(415), ack_refusal()] + ask, answered)
    found["garbage/answer-unreadable"] = (
        [invite(), TRYING, receive(180), receive(486), ack_refusal()],
        [receive("INVITE"), send(reply(180, "Ringing")), send(reply(200, "OK", bad)), wait(100),
         send(reply(486, "Busy Here"), again=True), receive("ACK")])


def waiting_to_phone(found):
    found["timeout/goodbye-not-answered"] = (
        SET_UP + BYE, SET_UP_ANSWERED + [receive("BYE"), wait(3000), send(reply(200, "OK", tag=None))])


def to_phone():
    found = {}
    media_to_phone(found)
    garbage_to_phone(found)
    waiting_to_phone(found)
    return found
