#!/usr/bin/env python3
"""Writes a roster sheet of new people for one unit of the demo city.

usage: generate.py FILE [rows] [unit code] [bureau code]
"""
import sys

FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def main() -> None:
    path = sys.argv[1]
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    unit = sys.argv[3] if len(sys.argv) > 3 else "310113102Z"
    bureau = sys.argv[4] if len(sys.argv) > 4 else "310113"
    with open(path, "w", encoding="utf-8") as sheet:
        sheet.write("工号,姓名,性别,区局,单位,在编,人员类别,岗位,职级,入职日期,初任培训结束日期,手机号\n")
        for i in range(rows):
            name = FAMILY[i % 20] + GIVEN[i // 20 % 20] + GIVEN[i // 400 % 20]
            sex = "女" if i % 4 == 0 else "男"
            sheet.write(f"N{i:06d},{name},{sex},{bureau},{unit},是,行政执法类公务员,执法队员,三级主办,2016-07-01,,\n")


main()
