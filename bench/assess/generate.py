#!/usr/bin/env python3
"""Writes roster, events, ledger and sessions for `chengzhi assess` into a folder.

usage: generate.py FOLDER [officers] [rows per officer]
Same arguments, same files. The mix of statuses is that of the demo city: about 3 % new staff, 2 % left,
3 % absences, 1 % not on the establishment.
"""
import os
import random
import sys


def main() -> None:
    folder = sys.argv[1]
    officers = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    per_officer = int(sys.argv[3]) if len(sys.argv) > 3 else 25
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(2024)
    districts = [f"第{i:02d}区城管执法局" for i in range(1, 17)]
    with open(os.path.join(folder, "roster.csv"), "w", encoding="utf-8") as roster, \
            open(os.path.join(folder, "events.csv"), "w", encoding="utf-8") as events, \
            open(os.path.join(folder, "ledger.csv"), "w", encoding="utf-8") as ledger:
        roster.write("工号,姓名,区局,中队,在编,人员类别,入职日期,初任培训结束日期\n")
        events.write("工号,事件,生效日期,决定日期,录入日期\n")
        ledger.write("工号,日期,类别,学时,学分,所属月份,编号\n")
        for i in range(officers):
            staff = f"SH{i * 7919 % officers:07d}"
            district = districts[i % 16]
            draw = rng.random()
            established = "否" if draw < 0.01 else "是"
            joined, induction = f"{rng.randint(1990, 2022)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}", ""
            if 0.01 <= draw < 0.04:
                month = rng.randint(1, 12)
                joined = f"2024-{month:02d}-{rng.randint(1, 28):02d}"
                if month < 10 and rng.random() < 0.7:
                    induction = f"2024-{month + 2:02d}-{rng.randint(1, 28):02d}"
            roster.write(f"{staff},姓名{i},{district},第{i % 215:03d}中队,{established},行政执法类,{joined},{induction}\n")
            if 0.04 <= draw < 0.06:
                day = f"2024-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
                events.write(f"{staff},{rng.choice(['离职', '开除', '去世'])},{day},{day},{day}\n")
            elif 0.06 <= draw < 0.09:
                first = rng.randint(1, 11)
                day = f"2024-{first:02d}-{rng.randint(1, 28):02d}"
                events.write(f"{staff},{rng.choice(['产假', '长病假', '援外支边'])},{day},{day},{day}\n")
                if rng.random() < 0.6:
                    back = f"2024-{rng.randint(first + 1, 12):02d}-{rng.randint(1, 28):02d}"
                    events.write(f"{staff},返岗,{back},{back},{back}\n")
            for k in range(per_officer):
                if k < 12:
                    ledger.write(f"{staff},2024-{k + 1:02d}-{rng.randint(5, 20):02d},科队学习,1,,2024-{k + 1:02d},K{i}-{k}\n")
                elif k < per_officer - 1:
                    ledger.write(f"{staff},2024-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d},市局网训,2,1,,W{i}-{k}\n")
                else:
                    ledger.write(f"{staff},2024-06-{rng.randint(3, 28):02d},区局集训,24,12,,J{i}\n")
    with open(os.path.join(folder, "sessions.csv"), "w", encoding="utf-8") as sessions:
        sessions.write("单位,开始日期,结束日期\n")
        for n, district in enumerate(districts[:14]):
            sessions.write(f"{district},2024-05-{n + 6:02d},2024-05-{n + 8:02d}\n")
            sessions.write(f"{district},2024-06-{n + 3:02d},2024-06-{n + 5:02d}\n")


if __name__ == "__main__":
    main()
