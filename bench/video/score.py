#!/usr/bin/env python3
"""Compares `audits.json` with `truth.json` of one folder: precision and recall per fault, false alarms on clean films.

    python3 bench/video/score.py FOLDER [--misses]

A finding is right when its mark has the planted kind and its time lies within the planted stretch, widened by 2 s.
Kinds that a judge may call either way count as one: still/frozen, moved/zoomed, empty/low_motion. A mark that a
planted fault explains by itself (the edge of a still is a cut, a swapped camera too) is no false alarm.
"""
import json
import sys
from pathlib import Path

SAME = {"still": "frozen", "zoomed": "moved", "empty": "low_motion"}
EXPLAINED = {
    "still": {"frozen", "still", "cut", "swapped", "moved", "zoomed", "low_motion", "empty"},
    "frozen": {"frozen", "still", "cut", "low_motion"},
    "black": {"black", "cut", "low_motion", "empty"},
    "cut": {"cut"},
    "swapped": {"swapped", "cut", "moved", "zoomed", "low_motion", "empty"},
    # A camera that turns away may show nobody.
    "moved": {"moved", "zoomed", "empty", "low_motion"},
    "zoomed": {"moved", "zoomed", "empty", "low_motion"},
    "speed": {"speed"},
    "timestamp_jump": {"timestamp_jump"},
    "empty": {"empty", "low_motion"},
    # After a planted rest the figures leap to where the plan has them by then: a true cut.
    "low_motion": {"empty", "low_motion", "cut"},
}
SLACK = 2.0
IGNORED = {"short", "no_metadata", "reuse"}


def near(mark, fault):
    slack = 4.0 if fault["kind"] in ("speed", "empty", "low_motion") else SLACK
    return fault["from"] - slack <= mark["at"] <= fault["to"] + slack


def main():
    folder = Path(sys.argv[1])
    truths = {t["file"]: t for t in json.loads((folder / "truth.json").read_text())}
    audits = {a["file"]: a for a in json.loads((folder / "audits.json").read_text())}
    hit, missed, false = {}, {}, {}
    exact = {}
    clean_films, clean_false, misses, alarms = 0, 0, [], []
    for name, truth in truths.items():
        if name not in audits:
            continue
        marks = [m for m in audits[name]["report"]["marks"] if m["kind"] not in IGNORED]
        faults = truth["faults"]
        # A copy inherits the faults of what it was made of, and only clean films are copied.
        for fault in faults:
            kind = fault["kind"]
            want = SAME.get(kind, kind)
            right = [m for m in marks if SAME.get(m["kind"], m["kind"]) == want and near(m, fault)]
            if right:
                hit[kind] = hit.get(kind, 0) + 1
                exact[kind] = exact.get(kind, 0) + any(m["kind"] == kind for m in right)
            else:
                missed[kind] = missed.get(kind, 0) + 1
                misses.append((name, truth["quality"], fault["how"], [(m["kind"], m["at"]) for m in marks]))
        wrong = [m for m in marks if not any(m["kind"] in EXPLAINED[f["kind"]] and near(m, f) for f in faults)]
        for m in wrong:
            false[m["kind"]] = false.get(m["kind"], 0) + 1
            alarms.append((name, truth["quality"], [f["how"] for f in faults], m["kind"], m["at"], m["text"]))
        if not faults:
            clean_films += 1
            clean_false += bool(wrong)
    print(f"{'kind':16}{'planted':>8}{'found':>7}{'recall':>8}{'false':>7}{'precision':>11}{'exact kind':>12}")
    for kind in sorted(set(hit) | set(missed) | set(false)):
        h, m, f = hit.get(kind, 0), missed.get(kind, 0), false.get(kind, 0)
        recall = f"{h / (h + m):.3f}" if h + m else "-"
        precision = f"{h / (h + f):.3f}" if h + f else "-"
        print(f"{kind:16}{h + m:8}{h:7}{recall:>8}{f:7}{precision:>11}{exact.get(kind, 0):12}")
    print(f"clean films with a false alarm: {clean_false} of {clean_films}")
    reuse(truths, audits)
    if "--misses" in sys.argv:
        for line in misses:
            print("MISSED", *line)
        for line in alarms:
            print("FALSE ", *line)


def reuse(truths, audits):
    pairs = {}
    for name, truth in truths.items():
        if truth["copy"]:
            pairs[name] = truth["copy"]
    siblings = {}
    for name, copy in pairs.items():
        siblings.setdefault(copy["of"], []).append(name)
    found = right = false = 0
    offs, by_how = [], {}
    for name, audit in audits.items():
        root = pairs[name]["of"] if name in pairs else name
        family = {root, *siblings.get(root, [])}
        for match in audit["report"]["reuse"]:
            if match["file"] not in family:
                false += 1
                print("  FALSE reuse", name, match, audit["agreement"])
        if name in pairs:
            copy = pairs[name]
            best = [m for m in audit["report"]["reuse"] if m["file"] == copy["of"] and m["mirrored"] == copy["mirrored"]]
            ok = [m for m in best if abs(m["other_from"] - m["from"] - copy["from"]) < 1.0]
            found += 1
            right += bool(ok)
            tally = by_how.setdefault(copy["how"], [0, 0])
            tally[0] += 1
            tally[1] += bool(ok)
            if ok:
                covered = sum(m["to"] - m["from"] for m in ok) / copy["seconds"]
                offs.append(covered)
            else:
                print("  MISSED reuse", name, copy, audit["report"]["reuse"], truths[copy["of"]]["quality"])
    share = sum(offs) / len(offs) if offs else 0
    print(f"reuse: {right} of {found} copies found, {false} false, {share:.2f} of each stretch covered; {by_how}")


main()
