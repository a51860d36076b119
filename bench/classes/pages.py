#!/usr/bin/env python3
"""Times every reply that the pages of classes, faculty, fitness, exams and the bank are made of, against a running demo city.

usage: pages.py http://127.0.0.1:PORT FOLDER-OF-THE-CITY [rounds]

Each role asks for what its pages ask for: lists first, then all replies about up to six rows of each list. One round warms
up, the others are timed one after the other on one kept connection; p50 and p99 over all rounds are printed per reply, the
slowest first, then over all. Replies that a role may not see, or that are not there yet, are left out.
"""
import http.client
import json
import os
import sys
import time
from collections import defaultdict
from urllib.parse import urlsplit

YEAR = 2024
LISTS = {
    "classes": [f"/classes?year={YEAR}", f"/classes/plans?year={YEAR}", f"/classes/forecast?year={YEAR}", f"/classes/duties?year={YEAR}",
                "/classes/filings", "/classes/groups", "/classes/outsiders", f"/classes/own?year={YEAR}"],
    "faculty": ["/faculty/instructors?size=50", "/faculty/places", "/faculty/courseware?size=50", "/faculty/teams", "/faculty/calls",
                f"/faculty/targets?year={YEAR}", f"/faculty/cases?year={YEAR}", f"/faculty/calendar?from={YEAR}-11-01&to={YEAR}-11-30"],
    "fitness": [f"/fitness/year?year={YEAR}", f"/fitness/year/people?year={YEAR}&size=50", f"/fitness/tests?year={YEAR}",
                f"/fitness/waivers?year={YEAR}"],
    "exams": ["/exam-sessions", "/exams/me", "/exams/me/sessions"],
    "bank": ["/bank/questions?size=50", "/bank/questions?text=%E5%90%AC%E8%AF%81", "/bank/laws", "/bank/imports"],
}
EACH = {
    f"/classes?year={YEAR}": ["/classes/{}", "/classes/{}/conflicts", "/classes/{}/trainees", "/classes/{}/presence", "/classes/{}/doubtful",
                              "/classes/{}/evaluations", "/classes/{}/results", "/classes/{}/closing", "/classes/{}/leaves",
                              "/classes/{}/awards", "/classes/{}/summary"],
    f"/classes/plans?year={YEAR}": ["/classes/plans/{}"],
    "/faculty/instructors?size=50": ["/faculty/instructors/{}"],
    "/faculty/places": ["/faculty/places/{}"],
    "/faculty/courseware?size=50": ["/faculty/courseware/{}"],
    f"/fitness/tests?year={YEAR}": ["/fitness/tests/{}"],
    "/exam-sessions": ["/exam-sessions/{}", "/exam-sessions/{}/candidates", "/exam-sessions/{}/papers", "/exam-sessions/{}/analysis",
                       "/exam-sessions/{}/circular", "/exam-sessions/{}/corrections", "/exam-sessions/{}/fields",
                       "/exam-sessions/{}/objections", "/exam-sessions/{}/reports", "/exam-sessions/{}/signals"],
    "/bank/questions?size=50": ["/bank/questions/{}"],
    "/bank/laws": ["/bank/laws/{}"],
}
ROLES = ["city_training", "district_training", "squad_reporter", "instructor", "officer"]
MOST_ROWS = 6


class Client:
    def __init__(self, address, account):
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        self.cookie = ""
        status, _, _ = self.ask("POST", "/session", {"user_name": account["user_name"], "password": account["password"]})
        if status >= 300:
            sys.exit(f"sign-in: {status}")

    def ask(self, method, path, body=None):
        headers = {"X-Chengzhi": "1", "Cookie": self.cookie}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        started = time.perf_counter()
        self.connection.request(method, "/api/v1" + path, body=content, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - started
        if found := answer.getheader("Set-Cookie"):
            self.cookie = found.split(";")[0]
        return answer.status, text, seconds


def rows_of(text):
    value = json.loads(text)
    if isinstance(value, dict):
        value = next((v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict) and "id" in v[0]), [])
    return [row["id"] for row in value if isinstance(row, dict) and "id" in row][:MOST_ROWS]


def paths_for(client):
    found = []
    for group in LISTS.values():
        for path in group:
            status, text, _ = client.ask("GET", path)
            if status != 200:
                continue
            found.append((path, path))
            for shape in EACH.get(path, []):
                for row in rows_of(text):
                    one = shape.format(row)
                    if client.ask("GET", one)[0] == 200:
                        found.append((shape.format("{id}"), one))
    return found


def at(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def main():
    address, folder = sys.argv[1], sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 30
    with open(os.path.join(folder, "demo-accounts.json"), encoding="utf-8") as file:
        accounts = {account["role"]: account for account in json.load(file)}
    everything, kinds = [], []
    for role in (role for role in ROLES if role in accounts):
        client = Client(address, accounts[role])
        paths = paths_for(client)
        times = defaultdict(list)
        for _ in range(rounds):
            for shape, path in paths:
                times[shape].append(client.ask("GET", path)[2])
        for shape, values in times.items():
            kinds.append((at(values, 0.99), at(values, 0.5), role, shape, len(values)))
            everything += values
    print("| role | reply | p50, ms | p99, ms | asked |\n|---|---|---|---|---|")
    for p99, p50, role, shape, count in sorted(kinds, reverse=True)[:25]:
        print(f"| {role} | `{shape}` | {p50:.1f} | {p99:.1f} | {count} |")
    print(f"\nall {len(everything)} replies of {len(kinds)} kinds: p50 {at(everything, 0.5):.1f} ms, p99 {at(everything, 0.99):.1f} ms")


main()
