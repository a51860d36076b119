#!/usr/bin/env python3
"""Films through the queue of the real server while people work: page latency without and with the check, and the projection.

    python3 bench/video/overnight.py PROGRAM FOLDER-OF-FILMS DATA-FOLDER [PORT]    # MOST_S=3600 ends it after an hour

Starts `PROGRAM demo` with one district on loopback, sends every film of the folder by tus in parts of 32 MB, one session
each, and asks for the first pages of each role all the time: half a minute before the first film, and until the last film
is checked. Prints per film how long the first verdict and the whole check took, the latencies, the CPU and the memory of
server and ffmpeg, and what 220 films would take at that rate: a projection, not a measurement.
"""
import base64
import hashlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from cost import resident_mb, tree

PART = 32 << 20
TODAY = "2024-11-18T09:00"
SLOTS = [("2024-11", 2, "2024-11-18"), ("2024-11", 1, "2024-11-05"), ("2024-10", 2, "2024-10-21"), ("2024-10", 1, "2024-10-09")]
KEPT = ("id", "held_on", "start_time", "minutes", "place", "instructor", "subjects", "rest_times", "rest_minutes", "notes")
MOST_SESSIONS = 8
PAGES = {
    "squad_reporter": ["/today", "/study/grid?year=2024", "/people?size=50"],
    "district_training": ["/today", "/study/grid?year=2024", "/study/records?queue=review", "/assessment/overview?year=2024"],
    "city_training": ["/today", "/study/grid?year=2024", "/assessment/list?year=2024&size=50", "/people?size=50"],
    "officer": ["/today", "/assessment/me?year=2024"],
}


class Client:
    def __init__(self, base, account):
        self.base = base + "/api/v1"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.send("POST", "/session", {"user_name": account["user_name"], "password": account["password"]})

    def ask(self, method, path, body=None, headers=None):
        request = urllib.request.Request(path if path.startswith("http") else self.base + path, data=body, method=method,
                                         headers={"X-Chengzhi": "1", **(headers or {})})
        with self.opener.open(request, timeout=120) as answer:
            return answer.headers, answer.read()

    def get(self, path):
        return json.loads(self.ask("GET", path)[1])

    def send(self, method, path, value):
        body = self.ask(method, path, json.dumps(value).encode(), {"Content-Type": "application/json"})[1]
        return json.loads(body) if body else None


def upload(client, film, keys):
    """Sends one film; the number of the upload."""
    meta = ",".join(f"{k} {base64.b64encode(str(v).encode()).decode()}" for k, v in keys.items())
    tus = {"Tus-Resumable": "1.0.0"}
    headers, _ = client.ask("POST", "/uploads", b"", {**tus, "Upload-Length": str(film.stat().st_size), "Upload-Metadata": meta})
    place = headers["Location"]
    number = int(place.rstrip("/").rsplit("/", 1)[1])
    with film.open("rb") as file:
        offset = 0
        while part := file.read(PART):
            client.ask("PATCH", f"/uploads/{number}", part,
                       {**tus, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})
            offset += len(part)
    return number


class Readers:
    """One reader a role, asking for its pages in turn with a pause of a tenth of a second."""

    def __init__(self, base, accounts):
        self.clients = {role: Client(base, accounts[role]) for role in PAGES}
        self.phase, self.took, self.over = "warm", {}, False
        self.threads = [threading.Thread(target=self.read, args=(role,), daemon=True) for role in PAGES]
        for thread in self.threads:
            thread.start()

    def read(self, role):
        while not self.over:
            for page in PAGES[role]:
                phase, started = self.phase, time.perf_counter()
                try:
                    self.clients[role].ask("GET", page)
                    self.took.setdefault(phase, []).append((time.perf_counter() - started) * 1000)
                except OSError as error:
                    self.took.setdefault(phase + " failed", []).append(0.0)
                    print(role, page, error)
                time.sleep(0.1)

    def line(self, phase):
        took = sorted(self.took.get(phase, [0.0]))
        at = lambda share: took[int((len(took) - 1) * share)]
        return f"{phase}: {len(took)} pages, p50 {at(0.5):.0f} ms, p99 {at(0.99):.0f} ms, slowest {took[-1]:.0f} ms"


def cpu_s(pids):
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rsplit(")", 1)[1].split()
            total += sum(int(f) for f in fields[11:15])
        except OSError:
            continue
    return total / os.sysconf("SC_CLK_TCK")


def wait_for(what, seconds, ask):
    end = time.time() + seconds
    while time.time() < end:
        try:
            found = ask()
        except (OSError, urllib.error.URLError):
            found = None
        if found:
            return found
        time.sleep(0.5)
    raise SystemExit(f"{what} did not come within {seconds} s")


def main():
    program, films, data = sys.argv[1], sorted(Path(sys.argv[2]).glob("*.mp4")), Path(sys.argv[3])
    base = f"http://127.0.0.1:{sys.argv[4] if len(sys.argv) > 4 else 8931}"
    server = subprocess.Popen([program, "demo", "--districts", "1", "--without-films", "--data-dir", str(data), "--listen", base[7:], "--today", TODAY],
                              stdout=subprocess.DEVNULL, stderr=(data.parent / "server.log").open("wb"))
    try:
        accounts = wait_for("the demo", 600, lambda: (urllib.request.urlopen(base + "/", timeout=5), {
            a["role"]: a for a in json.loads((data / "demo-accounts.json").read_text(encoding="utf-8"))})[1])
        run(base, accounts, films, server.pid)
    finally:
        server.terminate()
        server.wait()


def sessions(reporter, unit, wanted):
    """New sessions for so many films or as many as there is room: (record, month, half, session)."""
    found = []
    for month, half, day in SLOTS:
        record = f"/drill/records/{unit}/{month}/{half}"
        try:
            before = reporter.get(record)
            kept = [{k: s[k] for k in KEPT} | {"attendance": []} for s in before["sessions"]]
            room = min(MOST_SESSIONS - len(kept), wanted - len(found))
            fresh = [{"held_on": day, "start_time": f"{8 + n:02}:00", "minutes": 20, "place": "中队院内", "instructor": "周教官",
                      "subjects": "停止间转法", "rest_times": 0, "rest_minutes": 0, "attendance": []} for n in range(room)]
            saved = reporter.send("PUT", record, {"version": before["version"], "sessions": kept + fresh})
        except urllib.error.HTTPError as error:
            # Handed in or locked in this demo; another half-month will do.
            print(month, half, error.code, error.read().decode()[:120])
            continue
        known = {s["id"] for s in before["sessions"]}
        found += [(record, month, half, s["id"]) for s in saved["sessions"] if s["id"] not in known]
    if not found:
        raise SystemExit("no half-month is open")
    return found[:wanted]


def hash_of(film):
    with film.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(base, accounts, films, pid):
    reporter = Client(base, accounts["squad_reporter"])
    added = sessions(reporter, reporter.get("/session")["home_unit_id"], len(films))
    records = sorted({record for record, *_ in added})
    unit = int(records[0].split("/")[3])

    readers = Readers(base, accounts)
    time.sleep(5)
    readers.phase = "without check"
    time.sleep(30)
    readers.phase = "with check"
    started, cpu_before, most = time.time(), cpu_s(tree(pid)), 0.0
    sent, first, done = {}, {}, {}

    hashes = [hash_of(film) for film in films]

    def send_all():
        for n, film in enumerate(films):
            record, month, half, session = added[n % len(added)]
            # A half-month holds eight sessions: what comes after replaces a film that has been checked.
            while n >= len(added) and hashes[n - len(added)] not in done:
                time.sleep(0.5)
            keys = {"purpose": "drill.film", "filename": f"VID_20241118_{n:06}.mp4", "unit_id": unit, "month": month, "half": half,
                    "session_id": session}
            number = upload(reporter, film, keys)
            reporter.send("PUT", f"{record}/sessions/{session}/film", {"upload_id": str(number)})
            sent[hashes[n]] = time.time()

    sender = threading.Thread(target=send_all, daemon=True)
    sender.start()
    while len(done) < len(films):
        time.sleep(0.5)
        most = max(most, resident_mb(tree(pid)))
        for session in [s for record in records for s in reporter.get(record)["sessions"]]:
            film = session.get("film")
            number = film and film["hash"]
            if number in sent:
                if film.get("duration_ms") is not None:
                    first.setdefault(number, time.time())
                if film["check_state"] not in ("waiting", "running"):
                    if number not in done:
                        print(f"film {len(done) + 1}: {film['check_state']}, {film.get('duration_ms')} ms, "
                              f"{time.time() - started:.0f} s after the beginning", flush=True)
                    done.setdefault(number, time.time())
        if time.time() - started > float(os.environ.get("MOST_S", "inf")):
            print(f"ended early: {len(done)} of {len(films)} films checked")
            break
        if not sender.is_alive() and len(sent) < len(films):
            raise SystemExit("a film could not be sent")
    readers.over = True
    whole = max(done.values(), default=started) - started
    looks = sorted(at - sent[n] for n, at in first.items())
    print(f"{len(done)} of {len(films)} films checked, the last after {whole:.0f} s")
    if looks:
        print(f"first verdict after the upload's end: median {statistics.median(looks):.1f} s, slowest {looks[-1]:.1f} s")
    print(readers.line("without check"))
    print(readers.line("with check"))
    print(f"CPU of server and ffmpeg {cpu_s(tree(pid)) - cpu_before:.0f} s, memory of both at most {most:.0f} MB")
    if done:
        print(f"projection: 220 such films in {220 * whole / len(done) / 3600:.1f} h")


if __name__ == "__main__":
    main()
