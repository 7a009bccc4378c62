"""The scenarios for the two sides of the box: the phone's messages as a secure phone writes them, and for every message that
is received, line by line, what the box promises to make of what was sent.

The phone is at 69.181.112.0/24, at a port that begins with 2; it knows the call server as 10.10.0.26:5061. The server is at
192.0.2.101:5060, knows the phone by its address and another port, and media ends at 10.10.0.25 and 192.0.2.25.
"""
import re
from pathlib import Path

import box_scenarios
from steps import Unlike, document, receive, send, wait

PHONE, SERVER = "phone", "server"
# The call server as each side knows it.
SERVER_HOST = {PHONE: "10.10.0.26", SERVER: "192.0.2.101"}
SERVER_PLACE = {PHONE: "10.10.0.26:5061", SERVER: "192.0.2.101:5060"}
# The phone as each side knows it.
PHONE_PLACE = {PHONE: "69[.]181[.]112[.][0-9]+:2[0-9][0-9][0-9][0-9]", SERVER: "69[.]181[.]112[.][0-9]+:[3-6][0-9][0-9][0-9][0-9]"}
MEDIA = {PHONE: "10[.]10[.]0[.]25", SERVER: "192[.]0[.]2[.]25"}
TRANSPORT = {PHONE: "TLS", SERVER: "TCP"}
PROFILE = {PHONE: "RTP/SAVP", SERVER: "RTP/AVP"}
# What one side must never read of the other.
FOREIGN = {
    PHONE: ("192[.]0[.]2[.]", "/TCP", "transport=tcp", "transport=TCP", "RTP/AVP"),
    SERVER: ("10[.]10[.]0[.]", "/TLS", "transport=tls", "sips:", "[1-9][0-9]* RTP/SAVP", "a=crypto"),
}
SUITE = "AES_CM_128_HMAC_SHA1_80"
KEY = {"uac": "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj", "uas": "NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj"}


# What each side sends.

def secure(text, role):
    """Descriptions as a secure phone writes them, unless they are written so already."""
    if "RTP/AVP" not in text or "a=crypto" in text or "a=x-in-the-clear" in text:
        return text
    return re.sub(r"(m=\w+ \S+ )RTP/AVP( .*)", rf"\1RTP/SAVP\2\na=crypto:1 {SUITE} inline:{KEY[role]}", text)


def sent_by(side, role, step):
    """A step of `role` (uac, uas), as it is played by `side`."""
    if not step.startswith("<send"):
        return step
    if side == PHONE:
        step = secure(step, role)
        step = step.replace("transport=[transport]", "transport=tls").replace("[transport]", "TLS")
        step = step.replace("[remote_ip]:[remote_port]", SERVER_PLACE[PHONE]).replace("[remote_ip]", SERVER_HOST[PHONE])
    else:
        # Who asks knows the phone from its registration; SIPp's own port is not the one that it is reached at.
        step = step.replace("sip:[service]@[remote_ip]:[remote_port]", "[$registered]")
        step = step.replace("sip:[service]@[remote_ip] SIP/2.0", "[$registered] SIP/2.0")
        step = step.replace("transport=[transport]", "transport=tcp")
        step = step.replace("[remote_ip]", SERVER_HOST[SERVER]).replace("[local_ip]:[local_port]", SERVER_PLACE[SERVER])
    return step


# What each side must receive.

def kind(step):
    """What a step sends or receives: a method or a status."""
    if step.startswith("<recv"):
        return re.search('(?:request|response)="([^"]*)"', step)[1]
    first = body_of(step)[0] if step.startswith("<send") else ""
    return first.split(" ")[1] if first.startswith("SIP/2.0") else first.split(" ")[0]


def body_of(step):
    return step[step.index("<![CDATA[") + 9:step.rindex("]]>")].strip("\n").split("\n")


def literally(text):
    return re.sub(r"([.*+?()|{}^$\\])", r"[\1]", text).replace("[^]", r"\^").replace("[\\]", r"\\")


def promises(lines, receiver):
    """Expressions for what `receiver` gets of a message that the other side has sent."""
    found = [start_line(lines[0], receiver)]
    is_request = not lines[0].startswith("SIP/2.0")
    blank = lines.index("") if "" in lines else len(lines)
    for line in lines[1:blank]:
        found.append(header(line, is_request, lines[0], receiver))
    if not is_request:
        # The receiver's own, as it was.
        place = PHONE_PLACE[PHONE] if receiver == PHONE else literally(SERVER_PLACE[SERVER])
        found.append(f"(Via|v): ?SIP/2[.]0/{TRANSPORT[receiver]} {place};branch=")
    is_offered = [describe(line, receiver) for line in lines[blank:]]
    if any(line.startswith("m=") for line in lines[blank:]) and receiver == PHONE and carries(lines):
        is_offered.append("a=crypto:[0-9]+ [A-Z0-9_]+ inline:[A-Za-z0-9+/]{38,}=*")
    return [expression for expression in found + is_offered if expression]


def carries(lines):
    return any(line.startswith("m=") and line.split(" ")[1] != "0" for line in lines)


def start_line(line, receiver):
    if line.startswith("SIP/2.0"):
        return "^" + literally(line)
    method, target = line.split(" ")[:2]
    if receiver == PHONE:
        return f"^{method} sip:(asks|answers)@{PHONE_PLACE[PHONE]};transport=tls SIP/2[.]0"
    target = target.replace("[service]", "2001")
    if "[" in target:
        return f"^{method} sip:(asks|answers)@{literally(SERVER_PLACE[SERVER])};transport=tcp SIP/2[.]0"
    target = target.replace(SERVER_PLACE[PHONE], SERVER_PLACE[SERVER]).replace(SERVER_HOST[PHONE], SERVER_HOST[SERVER])
    return f"^{method} {literally(target)} SIP/2[.]0"


def header(line, is_request, first, receiver):
    name = line.split(":")[0]
    if name in ("Via", "v"):
        if not is_request or "[$" in line:
            return None
        place = literally(SERVER_PLACE[PHONE]) if receiver == PHONE else PHONE_PLACE[PHONE]
        return f"{name}: SIP/2[.]0/{TRANSPORT[receiver]} {place};branch="
    if name in ("Contact", "m"):
        return contact(line, first, receiver)
    # Keywords are not known here, and the length may change.
    line = line.split(";tag=")[0]
    if "[" in line.replace("[service]", "") or name in ("Content-Length", "l"):
        return None
    sender = SERVER if receiver == PHONE else PHONE
    if name == "Refer-To" and receiver == PHONE:
        # The phone is to ask the server, as it would ask it anything.
        return literally(line.split("192.")[0] + SERVER_PLACE[PHONE]) + ";transport=tls"
    return literally(line.replace("[service]", "2001").replace(SERVER_HOST[sender], SERVER_HOST[receiver]))


def contact(line, first, receiver):
    """The phone's, or the server's, by the name that the receiver has for it. What somebody is redirected to is no place of
    the sender's own."""
    is_redirection = first.startswith("SIP/2.0 3")
    user = re.search("sip:([a-z]+)@", line)
    if not user:
        return None
    if receiver == PHONE:
        return f"<sip:{user[1]}@{literally(SERVER_PLACE[PHONE])};transport=tls>"
    return None if is_redirection else f"<sip:{user[1]}@{PHONE_PLACE[SERVER]};transport=tcp>"


def describe(line, receiver):
    """A line of a description."""
    if line.startswith("o="):
        return f"{literally(line.split(' IN ')[0])} IN IP4 {MEDIA[receiver]}"
    if line.startswith("c="):
        return "c=IN IP4 0[.]0[.]0[.]0" if line.endswith(" 0.0.0.0") else f"c=IN IP4 {MEDIA[receiver]}"
    if line.startswith("m="):
        media, port, profile, formats = line.split(" ", 3)
        if port == "0":
            return f"{media} 0 "
        if "RTP/" not in profile:
            return None
        profile = PROFILE[receiver] + ("F" if profile.endswith("F") else "")
        return f"{media} [1-6][0-9]+[02468] {profile} {literally(formats)}"
    if line.startswith(("a=crypto", "a=rtcp:")) or "[" in line:
        return None
    return literally(line) if line else None


def must(expression, holds=True):
    escaped = expression.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    check = "check_it" if holds else "check_it_inverse"
    return f'<ereg regexp="{escaped}" search_in="msg" {check}="true" assign_to="found"/>'


def checked(step, expressions, foreign):
    actions = [must(expression) for expression in expressions]
    actions += [must(expression, holds=False) for expression in foreign]
    text = "".join(actions)
    return step.replace("<action>", "<action>" + text) if "<action>" in step else \
        step.replace("</recv>", f"<action>{text}</action></recv>")


def with_promises(receiving, sending, receiver):
    """The steps of one side, with what it must receive of the other side's."""
    result, cursor = [], 0
    for step in receiving:
        if step.startswith("<recv"):
            wanted = kind(step)
            place = next((at for at in range(cursor, len(sending)) if kind(sending[at]) == wanted
                          and sending[at].startswith("<send")), None)
            expressions, foreign = [], FOREIGN[receiver]
            # What somebody is redirected to, and what a phone has put under its digest, stays as it is.
            if wanted.startswith("3") or place is not None and "[authentication" in sending[place]:
                foreign = ()
            if place is not None:
                cursor = place + 1
                if not isinstance(step, Unlike):
                    expressions = promises(body_of(sending[place]), receiver)
            step = checked(step, expressions, foreign)
        result.append(step)
    return result


# Pairs.

REGISTER = "\n".join([
    "REGISTER sip:10.10.0.26:5061 SIP/2.0", "Via: SIP/2.0/TLS [local_ip]:[local_port];branch=[branch]",
    "From: <sip:answers@10.10.0.26>;tag=r[call_number]", "To: <sip:answers@10.10.0.26>", "Call-ID: registration///[call_id]",
    "CSeq: 1 REGISTER", "Contact: <sip:answers@[local_ip]:[local_port];transport=tls>", "Max-Forwards: 70",
    "Expires: 600", "Content-Length: 0", "", ""])
REGISTERED = "\n".join([
    "SIP/2.0 200 OK", "[last_Via:]", "[last_From:]", "[last_To:];tag=r", "[last_Call-ID:]", "[last_CSeq:]",
    "Contact: <[$registered]>;expires=600", "Content-Length: 0", "", ""])
KEEP_REGISTERED = '<ereg regexp="sip:[^>]*" search_in="hdr" header="Contact:" check_it="true" assign_to="registered"/>'


def from_phone(uac, uas):
    phone, server = [sent_by(PHONE, "uac", step) for step in uac], [sent_by(SERVER, "uas", step) for step in uas]
    return with_promises(phone, server, PHONE), with_promises(server, phone, SERVER)


def to_phone(uac, uas):
    """The phone registers; then the server asks, over the same connection."""
    server = [receive("REGISTER", action=KEEP_REGISTERED), send(REGISTERED), wait(50)]
    server += [sent_by(SERVER, "uac", step) for step in uac]
    phone = [send(REGISTER), receive(200)] + [sent_by(PHONE, "uas", step) for step in uas]
    return with_promises(phone, server, PHONE), with_promises(server, phone, SERVER)


def pairs(plain):
    """(phone, server) by name."""
    found = {f"from-phone/{name}": from_phone(*steps) for name, steps in plain.items()}
    found |= {f"to-phone/{name}": to_phone(*steps) for name, steps in plain.items() if not name.startswith("registration/")}
    found |= {f"from-phone/{name}": from_phone(*steps) for name, steps in box_scenarios.from_phone().items()}
    found |= {f"to-phone/{name}": to_phone(*steps) for name, steps in box_scenarios.to_phone().items()}
    return found


def scenarios(plain):
    return list(pairs(plain))


def write(folder, plain):
    for name, sides in pairs(plain).items():
        place = Path(folder) / name
        place.mkdir(parents=True, exist_ok=True)
        for side, steps in zip((PHONE, SERVER), sides):
            place.joinpath(f"{side}.xml").write_text(document(name, side, steps), encoding="utf-8")
