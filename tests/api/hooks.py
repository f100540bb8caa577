"""What Schemathesis must know of the service and cannot read from its description.

MINGCE_REAL names a JSON file with what exists there: `url`, `organisation`, `device` (a token), `cursor`, `invitation` (a
token), `member` (the cookie of somebody's card). Every second call names them in place of made-up ones: without them nothing
is reached behind the first check, and with them alone nothing else is tried."""

import itertools
import json
import os
import random
import re
import urllib.parse
import urllib.request
import uuid

import schemathesis
import zstandard

with open(os.environ["MINGCE_REAL"], encoding="utf-8") as file:
    REAL = json.load(file)

CALLS = itertools.count()
# Kinds of records and their verbs, and some that are none.
KINDS, VERBS = range(0, 16), range(0, 4)


@schemathesis.serializer("application/vnd.mingce.v1+ndjson")
def edits(_, value):
    """A push: sometimes any bytes, as the description has it, and mostly packed lines that are nearly right."""
    anything = value if isinstance(value, bytes) else str(value).encode()
    chance = random.Random(anything)
    if chance.random() < 0.2:
        return anything
    header = {"protocol": 1, "replica": str(uuid.UUID(int=chance.getrandbits(128))), "epoch": 0, "acked": 0, "first": 1}
    spoil(header, chance)
    lines = [header] + [edit(chance) for _ in range(chance.randrange(4))]
    body = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    return zstandard.compress(body)


def edit(chance):
    """`[kind, verb, id, at_ms, group, fields]`: values of a new record, changes by number, or a digest of what is removed."""
    verb = chance.choice(VERBS)
    values = [loose(chance) for _ in range(chance.randrange(6))]
    changes = [[chance.randrange(1, 9), "0123456789abcdef", loose(chance)] for _ in range(chance.randrange(3))]
    fields = {0: values, 1: changes, 2: "0123456789abcdef"}.get(verb)
    at_ms = chance.choice([0, 1_700_000_000_000, -1, 2**62])
    return [chance.choice(KINDS), verb, str(version_7(chance.getrandbits(128))), at_ms, None, fields]


def version_7(number):
    """Python knows no such ids before 3.14; the other bits are any."""
    return uuid.UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 7 << 76 | 2 << 62)


def loose(chance):
    """Mostly a value that a field could have."""
    odd = [2**53, "\u0000", "x" * 300, [1, "00", None], {}, True]
    return chance.choice(odd) if chance.random() < 0.1 else chance.choice([None, 0, -1, 1, "", "王小明", "2001-02-30"])


def spoil(header, chance):
    if chance.random() < 0.3:
        header[chance.choice(list(header))] = loose(chance)
    if chance.random() < 0.3:
        header["cursor"] = REAL["cursor"]


@schemathesis.hook
def before_call(_, case, _kwargs):
    """Every call comes from another place, as the proxy in front would say: one place is soon told to wait."""
    call = next(CALLS)
    case.headers["X-Forwarded-For"] = f"10.{call >> 16 & 255}.{call >> 8 & 255}.{call & 255}"
    if not case.operation.path.startswith("/v1/"):
        case.cookies["mingce_member"] = REAL["member"]
    if call % 2:
        return
    path = case.operation.path
    if path.startswith("/v1/organisations/"):
        case.path_parameters["id"] = REAL["organisation"]
    elif "{token}" in path:
        case.path_parameters["token"] = REAL["invitation"]
    if path.endswith(("/pull", "/digests")):
        case.query["cursor"] = REAL["cursor"]
    elif path.endswith("/compare") and isinstance(case.body, dict):
        case.body["cursor"] = REAL["cursor"]
    elif case.operation.method.lower() == "post" and not path.startswith("/v1/") and isinstance(case.body, dict):
        seal(case)


def seal(case):
    """Fills in what a browser brings back of the form it was shown: its hidden seal, and the cookie of that."""
    place = case.operation.path.format(token=REAL["invitation"]).replace("/agree", "/join")
    request = urllib.request.Request(REAL["url"] + place, headers={"cookie": f"mingce_member={REAL['member']}"})
    try:
        with urllib.request.urlopen(request) as answer:
            page = answer.read().decode()
            told = answer.headers.get_all("set-cookie") or []
            cookies = dict(header.split(";")[0].split("=", 1) for header in told)
    except urllib.error.HTTPError:
        return
    found = re.search(r'name="seal" value="([^"]*)"', page)
    if found:
        case.body["seal"] = found[1]
        case.cookies.update(cookies)
