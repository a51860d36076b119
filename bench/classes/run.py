#!/usr/bin/env python3
"""Times a class's archive, its certificates and an import of results against a running demo city, and watches the server's memory.

usage: run.py http://127.0.0.1:PORT FOLDER-OF-THE-CITY PID-OF-THE-SERVER [MB of the archive]
The city is written to: make one for this. The archive is read to its end, its hashes are checked against its manifest.
"""
import hashlib
import io
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from http.cookiejar import CookieJar

PIECE = 28 * 1024 * 1024
TRAINEES = 500


class Client:
    def __init__(self, address, account):
        self.address = address + "/api/v1"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.send("POST", "/session", {"user_name": account["user_name"], "password": account["password"]})

    def open(self, path):
        return self.opener.open(urllib.request.Request(self.address + path), timeout=600)

    def get(self, path):
        with self.open(path) as answer:
            return json.loads(answer.read())

    def send(self, method, path, body):
        return self.raw(method, path, json.dumps(body).encode(), "application/json")

    def raw(self, method, path, content, kind):
        headers = {"X-Chengzhi": "1", "Content-Type": kind}
        request = urllib.request.Request(self.address + path, data=content, headers=headers, method=method)
        try:
            with self.opener.open(request, timeout=600) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")
        return json.loads(text) if text else None

    def upload(self, path, name, content):
        boundary = "chengzhi-bench"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self.raw("POST", path, body, f"multipart/form-data; boundary={boundary}")


def memory(pid, what):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        line = next(line for line in file if line.startswith(what + ":"))
    return int(line.split()[1]) / 1024


def forget_peak(pid):
    with open(f"/proc/{pid}/clear_refs", "w", encoding="utf-8") as file:
        file.write("5")


def archive(client, pid, megabytes):
    returned = [row for row in client.get("/classes?phase=returned_for_completion")]
    if not returned:
        sys.exit("no class takes materials; make a fresh demo city")
    class_id = returned[0]["id"]
    count = -(-megabytes * 1024 * 1024 // PIECE)
    for number in range(count):
        content = b"%PDF-1.7\n" + os.urandom(PIECE - 9)
        client.upload(f"/classes/{class_id}/materials?kind=other", f"材料{number}.pdf", content)
    time.sleep(2)
    before = memory(pid, "VmRSS")
    forget_peak(pid)
    started = time.perf_counter()
    first = None
    with tempfile.TemporaryFile() as file:
        with client.open(f"/classes/{class_id}/archive") as answer:
            while piece := answer.read(256 * 1024):
                first = first or time.perf_counter() - started
                file.write(piece)
        seconds = time.perf_counter() - started
        peak = memory(pid, "VmHWM")
        size = file.tell()
        with zipfile.ZipFile(file) as unpacked:
            manifest = json.loads(unpacked.read("manifest.json"))
            for entry in manifest["entries"]:
                digest = hashlib.sha256()
                with unpacked.open(entry["path"]) as content:
                    while piece := content.read(1 << 20):
                        digest.update(piece)
                if digest.hexdigest() != entry["sha256"]:
                    sys.exit(f"{entry['path']}: the hash does not fit")
    print(f"archive: {size / 1e6:.0f} MB, {len(manifest['entries'])} entries, all hashes fit")
    print(f"archive: first byte {first:.2f} s, whole {seconds:.1f} s, {size / 1e6 / seconds:.0f} MB/s")
    print(f"archive: memory before {before:.0f} MiB, peak while streaming {peak:.0f} MiB")


def results(client):
    classes = client.get("/classes?kind=closed")
    unit, year = classes[0]["unit_id"], int(classes[0]["first_on"][:4])
    today = next(row["first_on"] for row in classes if row["phase"] == "running")
    made = client.send("POST", "/classes", {
        "unit_id": unit, "year": year, "kind": "joint", "title": "成绩导入测量", "audience": "全体", "has_exam": True})
    path = f"/classes/{made['id']}"
    made = client.send("PUT", path + "/courses", {"version": made["version"], "courses": [
        {"title": "测量", "subject": "teaching", "hours": 2, "credits": 1}]})
    made = client.send("PUT", path + "/lessons", {"version": made["version"], "lessons": [{
        "course_id": made["courses"][0]["id"], "from": f"{today}T19:00:00+08:00", "until": f"{today}T20:30:00+08:00",
        "place": "测量"}]})
    people = [row["person_id"] for row in client.get(path + "/candidates")][:TRAINEES]
    started = time.perf_counter()
    client.send("POST", path + "/trainees", {"person_ids": people})
    print(f"list: {len(people)} people in {time.perf_counter() - started:.2f} s")
    client.send("POST", path + "/file", {"version": made["version"]})
    rows = client.get(path + "/results")
    sheet = io.StringIO()
    sheet.write("工号,姓名,成绩\n")
    for index, row in enumerate(rows):
        sheet.write(f"{row['staff_no']},{row['name']},{60 + index % 40}\n")
    started = time.perf_counter()
    dry = client.upload(path + "/results/imports", "成绩.csv", sheet.getvalue().encode())
    read = time.perf_counter() - started
    started = time.perf_counter()
    client.send("POST", f"{path}/results/imports/{dry['id']}/commit", {"leave_out_broken": False})
    stored = time.perf_counter() - started
    print(f"results: {dry['good']} rows, dry run {read:.2f} s, commit {stored:.2f} s")


def certificates(client):
    """All certificates of the class that has most of them, as one download."""
    closed = client.get("/classes?phase=closed&kind=closed")
    counts = [(sum(one["valid"] for one in client.get(f"/classes/{row['id']}/certificates")), row["id"]) for row in closed]
    count, class_id = max(counts)
    started = time.perf_counter()
    first = None
    content = io.BytesIO()
    with client.open(f"/classes/{class_id}/papers/certificates") as answer:
        kind = answer.headers["content-type"]
        while piece := answer.read(256 * 1024):
            first = first or time.perf_counter() - started
            content.write(piece)
    seconds = time.perf_counter() - started
    parts = 1
    if kind == "application/zip":
        with zipfile.ZipFile(content) as unpacked:
            parts = sum(name.endswith(".pdf") for name in unpacked.namelist())
    print(f"certificates: {count} in {parts} PDFs, {content.tell() / 1e6:.1f} MB, first byte {first:.2f} s, whole {seconds:.1f} s")


def main():
    address, folder, pid = sys.argv[1:4]
    megabytes = int(sys.argv[4]) if len(sys.argv) > 4 else 300
    with open(os.path.join(folder, "demo-accounts.json"), encoding="utf-8") as file:
        accounts = {account["role"]: account for account in json.load(file)}
    client = Client(address, accounts["district_training"])
    results(client)
    certificates(client)
    archive(client, pid, megabytes)


main()
