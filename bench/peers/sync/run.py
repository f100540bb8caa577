#!/usr/bin/env python3
"""Runs one sync program through the same steps as the others and prints one JSON line a step.

usage: run.py PROGRAM COUNT      PROGRAM: ours | anki | anki-inc | pouch

Its server, a proxy that counts bytes, and for each step a client process of its own, so that CPU and peak memory are
the step's. Everything listens on 127.0.0.1 and stops with this script. Where things lie comes from the environment:
BENCH_DIR (work folder with members_COUNT.ndjson), BENCH_PYTHON, BENCH_POUCH (folder with node_modules), SYNC_PEER (our
program), COUNT_PROXY, LIMIT_S."""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time

import programs

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, server, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise SystemExit(f"the server stopped with status {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing listened on port {port} for {seconds} s")


def disk_bytes(folder):
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(where, name)).st_blocks * 512
            except OSError:
                pass  # removed while we looked
    return total


def server_use(pid):
    """Peak memory in MB and CPU seconds of a running process."""
    with open(f"/proc/{pid}/status") as status:
        peak_kb = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return peak_kb / 1024, (int(fields[11]) + int(fields[12])) / TICKS


def wire(port):
    with socket.create_connection(("127.0.0.1", port), 5) as asked:
        return [int(number) for number in asked.makefile().readline().split()]


def stop(process):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_step(name, command, program, ports, server, limit, work):
    wire_before, (_, cpu_before) = wire(ports.stats), server_use(server.pid)
    usage_before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(f"{work}/{name}.err", "w") as errors:
        client = subprocess.Popen(command, env=program.environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            printed, _ = client.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            client.kill()
            client.wait()
            printed = '{"timed_out": true}'
    wall = time.monotonic() - started
    usage, wire_after = resource.getrusage(resource.RUSAGE_CHILDREN), wire(ports.stats)
    peak_mb, cpu = server_use(server.pid)
    try:
        said = json.loads(printed.strip().splitlines()[-1])
    except (ValueError, IndexError):
        said = {"printed": printed[-200:]}
    client_cpu = usage.ru_utime + usage.ru_stime - usage_before.ru_utime - usage_before.ru_stime
    return {
        "step": name,
        "status": client.returncode,
        "wall_s": round(wall, 3),
        # What the client itself says leaves out the start of its interpreter; ours has none.
        "client_cpu_s": round(client_cpu, 2),
        "server_cpu_s": round(cpu - cpu_before, 2),
        "up_bytes": wire_after[0] - wire_before[0],
        "down_bytes": wire_after[1] - wire_before[1],
        "connections": wire_after[2] - wire_before[2],
        "server_peak_mb": round(peak_mb),
        "server_disk_bytes": disk_bytes(program.disk),
        "load": round(os.getloadavg()[0], 1),
        **said,
    }


def main():
    name, count = sys.argv[1], int(sys.argv[2])
    base, limit = os.environ["BENCH_DIR"], float(os.environ.get("LIMIT_S", 900))
    work = f"{base}/sync_{name}_{count}"
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    ports = programs.Ports(server=free_port(), proxy=free_port(), stats=free_port())
    program = programs.PROGRAMS[name](work, ports, f"{base}/members_{count}.ndjson")
    with open(f"{work}/server.log", "w") as log:
        server = subprocess.Popen(program.server, env=program.environment, cwd=work, stdout=log, stderr=log)
    proxy = None
    try:
        wait_for_port(ports.server, server)
        words = [os.environ["COUNT_PROXY"], str(ports.proxy), str(ports.server), str(ports.stats)]
        proxy = subprocess.Popen(words)
        wait_for_port(ports.stats, proxy)
        wait_for_port(ports.proxy, proxy)
        for step, command in program.steps:
            answer = run_step(step, command, program, ports, server, limit, work)
            print(json.dumps({"program": name, "count": count, **answer}), flush=True)
            if answer["status"] != 0:
                raise SystemExit(f"{name}: step {step} ended with {answer['status']}; see {work}/{step}.err")
    finally:
        for process in (proxy, server):
            if process:
                stop(process)


main()
