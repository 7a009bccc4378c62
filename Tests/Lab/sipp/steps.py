"""Messages and steps of SIPp scenarios: what a scenario is written with."""
import re

# Messages. [remote_ip] of the one who asks is the server as the outside knows it; the one who answers sees its own address.

def sdp(direction="sendrecv", port="[media_port]", address="[media_ip]", codecs=(("0", "PCMU/8000"),), version=1,
        video=False):
    lines = ["v=0", f"o=- 1 {version} IN IP[media_ip_type] [media_ip]", "s=-", f"c=IN IP4 {address}", "t=0 0",
             f"m=audio {port} RTP/AVP " + " ".join(number for number, _ in codecs)]
    lines += [f"a=rtpmap:{number} {name}" for number, name in codecs]
    lines += [f"a={direction}"]
    if video:
        lines += ["m=video [media_port+2] RTP/AVP 97", "a=rtpmap:97 H264/90000"]
    return "\n".join(lines)


COMPACT = {"Via": "v", "From": "f", "To": "t", "Contact": "m", "Call-ID": "i", "Content-Length": "l",
           "Content-Type": "c"}


def message(first, headers, body=None, compact=False):
    if body is not None:
        headers = headers + ["Content-Type: application/sdp"]
    lines = [first] + headers + ["Content-Length: [len]"]
    if compact:
        for at, line in enumerate(lines):
            name = line.split(":")[0]
            if name in COMPACT:
                lines[at] = COMPACT[name] + line[len(name):]
    return "\n".join(lines) + "\n\n" + (body + "\n" if body is not None else "")


def request(method, body=None, number=1, in_dialog=False, extra=(), compact=False, branch="[branch]", user="[service]"):
    """What the one who asks sends."""
    to = "[peer_tag_param]" if in_dialog else ""
    target = "[next_url]" if in_dialog else f"sip:{user}@[remote_ip]:[remote_port]"
    if method == "REGISTER":
        target = "sip:[remote_ip]:[remote_port]"
    headers = [f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}"]
    if in_dialog:
        headers.append("[routes]")
    headers += ["From: \"asks\" <sip:asks@[remote_ip]>;tag=[pid]a[call_number]",
                f"To: <sip:{'asks' if method == 'REGISTER' else user}@[remote_ip]>{to}", "Call-ID: [call_id]",
                f"CSeq: {number} {method}", "Contact: <sip:asks@[local_ip]:[local_port];transport=[transport]>",
                "Max-Forwards: 70"]
    return message(f"{method} {target} SIP/2.0", headers + list(extra), body, compact)


def reply(status, reason, body=None, tag="[pid]b[call_number]", extra=(), contact=True, compact=False):
    """What the one who answers answers; the first 2xx and 18x bring the tag."""
    to = f"[last_To:];tag={tag}" if tag else "[last_To:]"
    headers = ["[last_Via:]", "[last_Record-Route:]", "[last_From:]", to, "[last_Call-ID:]", "[last_CSeq:]"]
    if contact:
        headers.append("Contact: <sip:answers@[local_ip]:[local_port];transport=[transport]>")
    return message(f"SIP/2.0 {status} {reason}", headers + list(extra), body, compact)


def request_back(method, number=1, body=None, extra=()):
    """What the one who answers asks within the call; From and To change sides."""
    headers = ["Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]", "From: [$to];tag=[pid]b[call_number]",
               "To: [$from]", "Call-ID: [call_id]", f"CSeq: {number} {method}",
               "Contact: <sip:answers@[local_ip]:[local_port];transport=[transport]>", "Max-Forwards: 70"]
    return message(f"{method} [$contact] SIP/2.0", headers + list(extra), body)


# Steps.

class Unlike(str):
    """A step that receives something else than was sent, and says itself what."""


def send(text, again=False):
    flag = ' retrans="500"' if again else ""
    return f"<send{flag}><![CDATA[\n\n{text}\n]]></send>"


def receive(what, optional=False, routes=False, action="", authenticate=False):
    kind = "response" if str(what).isdigit() else "request"
    flags = (' optional="true"' if optional else "") + (' rrs="true"' if routes else "") + (' auth="true"' if authenticate else "")
    inside = f"<action>{action}</action>" if action else ""
    return f'<recv {kind}="{what}"{flags}>{inside}</recv>'


def wait(milliseconds):
    return f'<pause milliseconds="{milliseconds}"/>'


def must_match(expression, header=None):
    """The message that was received has this."""
    place = f'search_in="hdr" header="{header}"' if header else 'search_in="msg"'
    return f'<ereg regexp="{expression}" {place} check_it="true" assign_to="found"/>'


# For what the one who answers asks later (request_back).
KEEP_CONTACT = ('<ereg regexp="sip:[^>]*" search_in="hdr" header="Contact:" check_it="true" assign_to="contact"/>'
                '<ereg regexp="[^ ].*" search_in="hdr" header="From:" check_it="true" assign_to="from"/>'
                '<ereg regexp="&lt;[^>]*>" search_in="hdr" header="To:" check_it="true" assign_to="to"/>')

TRYING = receive(100, optional=True)


def invite(**options):
    options.setdefault("body", sdp())
    return send(request("INVITE", **options), again=True)


def ack(number=1, body=None):
    return send(request("ACK", body=body, number=number, in_dialog=True))


def ack_refusal(number=1):
    # The ACK of a refusal is the INVITE's own transaction: its branch.
    return send(request("ACK", number=number, extra=(), branch="[branch-3]").replace(
        "To: <sip:[service]@[remote_ip]>", "To: <sip:[service]@[remote_ip]>[peer_tag_param]"))


BYE = [send(request("BYE", number=9, in_dialog=True), again=True), receive(200)]
BYE_ANSWERED = [receive("BYE"), send(reply(200, "OK", tag=None))]
SET_UP = [invite(), TRYING, receive(180, optional=True), receive(200, routes=True), ack()]
SET_UP_ANSWERED = [receive("INVITE", action=KEEP_CONTACT), send(reply(180, "Ringing")),
                   send(reply(200, "OK", sdp()), again=True), receive("ACK")]


def document(name, role, steps):
    """The steps as a scenario of SIPp's."""
    used = sorted({name for step in steps for names in re.findall('assign_to="([^"]*)"', step) for name in names.split(",")})
    reference = f'<Reference variables="{",".join(used)}"/>' if used else ""
    text = "\n".join(steps)
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="{name} {role}">\n{text}\n{reference}\n</scenario>\n')
