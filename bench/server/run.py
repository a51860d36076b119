#!/usr/bin/env python3
"""Times the first pages of each role and a roster import against a running demo city.

usage: run.py http://127.0.0.1:PORT FOLDER-OF-THE-CITY [roster rows]
Each page is asked for once to warm up, then five times; the median is printed.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from http.cookiejar import CookieJar

PAGES = {
    "squad_reporter": ["/today", "/study/grid?year=2024", "/people?size=50"],
    "district_training": ["/today", "/study/grid?year=2024", "/study/records?queue=review", "/assessment/overview?year=2024"],
    "city_training": ["/today", "/study/grid?year=2024", "/study/stats?year=2024", "/assessment/overview?year=2024",
                      "/assessment/list?year=2024&size=50", "/people?size=50"],
    "leader": ["/today", "/assessment/overview?year=2024"],
    "officer": ["/today", "/assessment/me?year=2024"],
}


class Client:
    def __init__(self, address, account):
        self.address = address + "/api/v1"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.post("/session", json.dumps({"user_name": account["user_name"], "password": account["password"]}).encode(),
                  "application/json")

    def ask(self, request):
        started = time.perf_counter()
        with self.opener.open(request, timeout=120) as answer:
            body = answer.read()
        return time.perf_counter() - started, body

    def get(self, path):
        return self.ask(urllib.request.Request(self.address + path))

    def post(self, path, body, kind):
        headers = {"X-Chengzhi": "1", "Content-Type": kind}
        return self.ask(urllib.request.Request(self.address + path, data=body, headers=headers, method="POST"))


def main() -> None:
    address, folder = sys.argv[1], sys.argv[2]
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
    with open(os.path.join(folder, "demo-accounts.json"), encoding="utf-8") as file:
        accounts = {account["role"]: account for account in json.load(file)}
    print("| role | page | ms | kB |\n|---|---|---|---|")
    for role, pages in PAGES.items():
        client = Client(address, accounts[role])
        for page in pages:
            client.get(page)
            runs = [client.get(page) for _ in range(5)]
            print(f"| {role} | `{page}` | {statistics.median(t for t, _ in runs) * 1000:.0f} | {len(runs[0][1]) / 1000:.0f} |")
    client = Client(address, accounts["city_training"])
    with tempfile.TemporaryDirectory() as temporary:
        sheet = os.path.join(temporary, "roster.csv")
        subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), "../roster/generate.py"), sheet, str(rows)], check=True)
        with open(sheet, "rb") as file:
            content = file.read()
    boundary = "chengzhi-bench"
    body = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="roster.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n").encode() + content + f"\r\n--{boundary}--\r\n".encode()
    dry, answer = client.post("/roster/imports", body, f"multipart/form-data; boundary={boundary}")
    plan = json.loads(answer)
    commit, _ = client.post(f"/roster/imports/{plan['id']}/commit", b'{"accept_broken":false}', "application/json")
    print(f"\nroster of {rows} rows: dry run {dry:.2f} s, commit {commit:.2f} s ({plan['counts']})")


main()
