#!/usr/bin/env python3
"""One step of an Anki client; its own backend does all the work.

usage: anki_client.py make|load|edit|sync|upload|download COLLECTION URL [NDJSON]

Prints one JSON line. CPU and time of the interpreter's start, of opening the collection and of the login (a password
hash of about 0.2 s) are left out."""

import json
import os
import resource
import sys
import time

from anki.collection import AddNoteRequest, Collection

FIELDS = "mid org no family given birth sex phone email address joined status role note".split()


def cpu_s():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def make_kind(collection):
    kind = collection.models.new("Member")
    for name in FIELDS:
        collection.models.add_field(kind, collection.models.new_field(name))
    card = collection.models.new_template("card")
    card["qfmt"] = card["afmt"] = "{{mid}}"
    collection.models.add_template(kind, card)
    collection.models.add(kind)


def load(collection, data):
    if not collection.models.by_name("Member"):
        make_kind(collection)
    kind, deck = collection.models.by_name("Member"), collection.decks.id("Default")
    count, waiting = 0, []
    with open(data) as lines:
        for line in lines:
            record = json.loads(line)
            record["mid"] = record.pop("id")
            note = collection.new_note(kind)
            note.fields = [str(record[name]) for name in FIELDS]
            waiting.append(AddNoteRequest(note, deck))
            count += 1
            if len(waiting) == 5000:
                collection.add_notes(waiting)
                waiting = []
    if waiting:
        collection.add_notes(waiting)
    return count


def edit(collection):
    ids = collection.db.list("select id from notes order by id")
    notes = []
    for number in ids[::100]:
        note = collection.get_note(number)
        note["phone"], note["address"] = "+44 7000 000000", "1 New Road, 12345 Ashford"
        notes.append(note)
    time.sleep(1.1)  # changes are told apart by whole seconds
    collection.update_notes(notes)
    return len(notes)


def main():
    verb, path, url = sys.argv[1:4]
    collection = Collection(path)
    account = collection.sync_login("u", "p", url) if verb in ("sync", "upload", "download") else None
    started, cpu_before, count = time.monotonic(), cpu_s(), 0
    if verb == "make":
        make_kind(collection)
    elif verb == "load":
        count = load(collection, sys.argv[4])
    elif verb == "edit":
        count = edit(collection)
    elif verb == "sync":
        collection.sync_collection(account, False)
        count = collection.note_count()
    else:
        collection.sync_collection(account, False)
        collection.close_for_full_sync()
        collection.full_upload_or_download(auth=account, server_usn=None, upload=verb == "upload")
        collection.reopen(after_full_sync=True)
        count = collection.note_count()
    answer = {
        "op_s": round(time.monotonic() - started, 3),
        "op_cpu_s": round(cpu_s() - cpu_before, 3),
        "rows": count,
        "client_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    collection.close()
    print(json.dumps({**answer, "local_bytes": os.path.getsize(path)}))


main()
