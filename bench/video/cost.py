#!/usr/bin/env python3
"""What the whole check of a film costs beside one plain decode of it, in one run, and how much memory it takes.

    python3 bench/video/cost.py FILM [CHECKER]

CHECKER is the example quick_video, which checks without giving way to others. Decode and check take turns, ROUNDS times (2
unless told); CPU seconds are those of the process and all it started. Memory is the largest sum of resident sizes of the
checking process and its ffmpeg, looked at ten times a second.
"""
import os
import resource
import subprocess
import sys
import time


def tree(root):
    """The process and all below it."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    parents[int(name)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def resident_mb(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm", encoding="utf-8") as file:
                total += int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue
    return total / 1e6


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started, most = time.perf_counter(), 0.0
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    while child.poll() is None:
        most = max(most, resident_mb(tree(child.pid)))
        time.sleep(0.1)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, most


def main():
    film = sys.argv[1]
    program = sys.argv[2] if len(sys.argv) > 2 else "target/release/examples/quick_video"
    decode = ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-i", film, "-map", "0:V:0", "-f", "null", "-"]
    check = [program, film, "whole"]
    ratios = []
    for _ in range(int(os.environ.get("ROUNDS", "2"))):
        plain, plain_wall, _ = cpu(decode)
        whole, whole_wall, most = cpu(check)
        ratios.append(whole / plain)
        print(f"decode {plain:.1f} CPU-s ({plain_wall:.0f} s), whole check {whole:.1f} CPU-s ({whole_wall:.0f} s), "
              f"ratio {whole / plain:.2f}, at most {most:.0f} MB", flush=True)
    print(f"mean ratio {sum(ratios) / len(ratios):.2f}")
    subprocess.run([program, film], check=True)


if __name__ == "__main__":
    main()
