#!/usr/bin/env python3
"""Runs one command to its end and prints what it cost as one JSON line.

usage: measure.py [--limit SECONDS] [--out FILE] -- COMMAND…

cpu_s counts the command and every process it waited for, user and system together; peak_mb is the largest of them.
Lines that the command prints are passed to stderr; if the last is a JSON object, its members are added."""

import json
import os
import signal
import subprocess
import sys
import threading
import time


def main():
    words = sys.argv[1:]
    split = words.index("--")
    options = dict(zip(words[:split:2], words[1:split:2]))
    command = words[split + 1 :]
    limit = float(options.get("--limit", 900))

    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    timer = threading.Timer(limit, lambda: os.killpg(child.pid, signal.SIGKILL))
    timer.start()
    lines = child.stdout.read().splitlines()
    _, status, usage = os.wait4(child.pid, 0)
    timer.cancel()
    wall = time.monotonic() - started

    for line in lines:
        print(line, file=sys.stderr)
    answer = {
        "wall_s": round(wall, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "status": os.waitstatus_to_exitcode(status),
        "load": round(os.getloadavg()[0], 1),
    }
    if wall >= limit:
        answer["timed_out"] = True
    try:
        said = json.loads(lines[-1]) if lines else None
    except ValueError:
        said = None
    if isinstance(said, dict):
        answer.update(said)
    out = options.get("--out")
    if out and os.path.exists(out):
        answer["out_bytes"] = os.path.getsize(out)
    print(json.dumps(answer))


main()
