#!/usr/bin/env python3
"""Asks a running service everything that its own description allows, and much that it does not: no answer may be a fault of
the service's, and none may be outside the description.

usage: fuzz.py SERVICE MINGCE FOLDER; the two programs, and an empty folder to work in. MINGCE_FUZZ_EXAMPLES: cases for each
call, 60 unless told; MINGCE_FUZZ_SEED: where they begin, 1 unless told, so that a failure can be had again."""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from html import unescape
from pathlib import Path

import zstandard

HERE = Path(__file__).parent
PASSWORD = "fuzz-only-8812-otter"
PHONE, DOCUMENT = "13900139000", "11010519491231002X"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
]
# These end the very session that all other calls are made with; the service's own tests have them.
ENDING = [("POST", "/v1/sign-out"), ("DELETE", "/v1/devices/{id}"), ("POST", "/card/sign-out"), ("POST", "/card/close")]
# Ends only when the caller goes.
ENDLESS = "/v1/organisations/{id}/events"


def main():
    service, mingce, folder = (Path(word).resolve() for word in sys.argv[1:])
    log = folder / "service.log"
    with log.open("wb") as file:
        serving = subprocess.Popen(
            [service, "serve", "--listen", "127.0.0.1:0", "--data", folder / "data", "--trusted-proxy", "127.0.0.1"],
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        url = wait_for_address(serving, log)
        real = prepare(url, mingce, folder)
        status = fuzz(url, real, folder)
        # Whoever was asked all this still answers, and is who was started.
        json.load(urllib.request.urlopen(f"{url}/ready", timeout=10))
        if serving.poll() is not None:
            sys.exit("the service ended")
        if b"panicked" in log.read_bytes():
            sys.exit(f"the service panicked: {log}")
    finally:
        serving.terminate()
        serving.wait()
    sys.exit(status)


def wait_for_address(serving, log):
    """The address that the service says it listens on."""
    for _ in range(600):
        found = re.search(rb"http://127\.0\.0\.1:\d+", log.read_bytes())
        if found:
            return found[0].decode()
        if serving.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"the service did not start: {log.read_text()}")


def prepare(url, mingce, folder):
    """An organisation with two members: one who joined and one who is invited."""
    key = folder / "key"
    home = ["--home", folder / "home"]
    run(mingce, *home, "key", "new", key)

    def desk(*words, **more):
        return json.loads(run(mingce, *home, "--key-file", key, "--json", *words, **more))

    service = ["--service", url]
    who = ["--name", "第一中学", "--admin", "李四", "--phone", "13800138001", "--password-stdin"]
    profile = desk("organisation", "create", *service, *who, input=PASSWORD)
    desk("add", "name=王小明", "card_number=1001", f"phone={PHONE}", f"document_number={DOCUMENT}", "birth_date=1949-12-31")
    desk("add", "name=阿依古丽", "card_number=1002", "phone=13900139001", "birth_date=1980-01-01")
    desk("invite")
    desk("sync")
    desk("sheets", folder / "codes.zip", "--picture", "png")
    links = decode(folder)
    organisation, device = profile["id"].split("_")[0], sign_in(url)
    return {
        "url": url,
        "organisation": organisation,
        "device": device,
        "cursor": pull(url, organisation, device)["cursor"],
        "invitation": token_of(links["1002"]),
        "member": join(url, token_of(links["1001"])),
    }


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{words[0]} failed: {done.stderr}")
    return done.stdout


def decode(folder):
    """The links of the printed codes, by the card number that the picture's name begins with."""
    pictures = folder / "codes"
    run(sys.executable, "-m", "zipfile", "-e", folder / "codes.zip", pictures)
    return {
        picture.name.split(" ")[0]: run("zbarimg", "--quiet", "--raw", picture).strip()
        for picture in pictures.rglob("*.png")
    }


def token_of(link):
    return link.rsplit("/", 1)[1]


def sign_in(url):
    body = {"phone": "13800138001", "password": PASSWORD, "device": "fuzz"}
    request = urllib.request.Request(
        f"{url}/v1/sign-in", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    return json.load(urllib.request.urlopen(request))["token"]


def pull(url, organisation, device):
    """The first line of what the service has."""
    place = f"{url}/v1/organisations/{organisation}/pull"
    request = urllib.request.Request(place, headers={"authorization": f"Bearer {device}"})
    packed = urllib.request.urlopen(request).read()
    lines = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    return json.loads(lines.split(b"\n")[0])


def join(url, token):
    """Joins as the pages ask for it, and answers the cookie of the card."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))

    def send(page, fields):
        body = urllib.parse.urlencode(hidden(page) + fields).encode()
        action = re.search(r'<form[^>]*action="([^"]*)"', page)
        where = urllib.parse.urljoin(f"{url}/j/{token}/join", unescape(action[1]) if action else "")
        return browser.open(urllib.request.Request(where, body, {"origin": url})).read().decode()

    form = browser.open(f"{url}/j/{token}/join").read().decode()
    told = send(form, [("phone", PHONE), ("document_number", DOCUMENT)])
    boxes = re.findall(r'type="checkbox" name="([^"]*)" value="([^"]*)"', told)
    send(told, boxes + [("password", PASSWORD), ("repeat", PASSWORD)])
    for cookie in cookies:
        if cookie.name == "mingce_member":
            return cookie.value
    sys.exit("nobody could join by the pages")


def hidden(page):
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return [(name, unescape(value)) for name, value in fields]


def fuzz(url, real, folder):
    (folder / "real.json").write_text(json.dumps(real), encoding="utf-8")
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "MINGCE_REAL": str(folder / "real.json")}
    environment["PYTHONPATH"] = str(HERE)
    words = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
    words += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--continue-on-failure"]
    words += ["--max-examples", os.environ.get("MINGCE_FUZZ_EXAMPLES", "60")]
    words += ["--seed", os.environ.get("MINGCE_FUZZ_SEED", "1"), "--warnings", "off", "--exclude-path", ENDLESS]
    words += ["-H", f"Authorization: Bearer {real['device']}"]
    for method, path in ENDING:
        words += ["--exclude-name", f"{method} {path}"]
    return subprocess.run(words, cwd=folder, env=environment).returncode


main()
