"""The sync programs, each as a server command and the same named steps.

local-load and local-edit-1pct are work on the client's own disk; the others go over the wire: first-upload, fresh-pull
(a second client that has nothing), delta-push and delta-pull of the phone and address of every 100th record, noop-pull.
"""

import os
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Ports:
    server: int
    proxy: int
    stats: int


@dataclass
class Program:
    server: list
    disk: str
    steps: list
    extra: dict = field(default_factory=dict)

    @property
    def environment(self):
        return {**os.environ, **self.extra}


def usual_steps(client, first, second, data):
    """Steps of a client that knows load, push, pull and edit."""
    return [
        ("local-load", client("load", first, data)),
        ("first-upload", client("push", first)),
        ("fresh-pull", client("pull", second)),
        ("local-edit-1pct", client("edit", first, data)),
        ("delta-push", client("push", first)),
        ("delta-pull", client("pull", second)),
        ("noop-pull", client("pull", second)),
    ]


def ours(work, ports, data):
    """SYNC_PEER: serve PORT DB | load DB URL NDJSON | edit DB URL NDJSON | push DB URL | pull DB URL | verify DB URL."""
    program, url = os.environ["SYNC_PEER"], f"http://127.0.0.1:{ports.proxy}"
    first, second = f"{work}/first", f"{work}/second"
    os.makedirs(f"{work}/service")

    def client(verb, database, *rest):
        return [program, verb, database, url, *rest]

    steps = usual_steps(client, first, second, data)
    steps += [("verify-first", client("verify", first)), ("verify-second", client("verify", second))]
    return Program([program, "serve", str(ports.server), f"{work}/service"], f"{work}/service", steps)


def pouch(work, ports, data):
    """PouchDB on leveldb against express-pouchdb."""
    url, memory = f"http://127.0.0.1:{ports.proxy}/members", "--max-old-space-size=6000"

    def client(verb, database, *rest):
        return ["node", memory, f"{HERE}/pouch/client.js", verb, database, url, *rest]

    server = ["node", memory, f"{HERE}/pouch/server.js", str(ports.server), work]
    return Program(server, f"{work}/db", usual_steps(client, f"{work}/first", f"{work}/second", data))


def anki(work, ports, data):
    """Anki's own sync: the first upload sends the whole file."""
    client, server, first, second = anki_parts(work, ports)
    upload = [("local-load", client("load", first, data)), ("first-upload", client("upload", first))]
    return Program(*server, steps=upload + anki_rest(client, first, second), extra=anki_settings(work, ports))


def anki_by_rows(work, ports, data):
    """The same, but an empty file goes first, and the records then by the protocol for rows."""
    client, server, first, second = anki_parts(work, ports)
    upload = [
        ("make", client("make", first)),
        ("empty-upload", client("upload", first)),
        ("local-load", client("load", first, data)),
        ("first-upload", client("sync", first)),
    ]
    return Program(*server, steps=upload + anki_rest(client, first, second), extra=anki_settings(work, ports))


def anki_parts(work, ports):
    python, url = os.environ["BENCH_PYTHON"], f"http://127.0.0.1:{ports.proxy}/"

    def client(verb, database, *rest):
        return [python, f"{HERE}/anki_client.py", verb, database, url, *rest]

    server = ([python, "-m", "anki.syncserver"], f"{work}/service")
    return client, server, f"{work}/first.anki2", f"{work}/second.anki2"


def anki_rest(client, first, second):
    return [
        ("fresh-pull", client("download", second)),
        ("local-edit-1pct", client("edit", first)),
        ("delta-push", client("sync", first)),
        ("delta-pull", client("sync", second)),
        ("noop-pull", client("sync", second)),
    ]


def anki_settings(work, ports):
    return {
        "SYNC_USER1": "u:p",
        "SYNC_BASE": f"{work}/service",
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(ports.server),
        "MAX_SYNC_PAYLOAD_MEGS": "2000",
    }


PROGRAMS = {"ours": ours, "pouch": pouch, "anki": anki, "anki-inc": anki_by_rows}
