//! The table of every rule with row, clause and value: `docs/rules.md`.

use std::fmt::Write as _;

use crate::builtin;
use crate::pack::Pack;

/// Renders the table from the built-in packs and calendars.
#[must_use]
pub fn rules_markdown() -> String {
    let mut out = String::from(
        "# 规则一览\n\n\
         本表由规则包生成（`chengzhi policy rules`），请勿手工修改。\
         性质：必须、目标、推导（由其他条款得出）、设定（原文未定，本系统取值）。\n",
    );
    for (name, year) in builtin::pack_names() {
        if let Ok(pack) = Pack::built_in(name, year) {
            pack_section(&pack, &mut out);
        }
    }
    calendar_section(&mut out);
    out
}

fn pack_section(pack: &Pack, out: &mut String) {
    let id = pack.id();
    let _ = write!(
        out,
        "\n## {}\n\n规则包 `{id}`，依据{}，有效期{}至{}。",
        pack.title, pack.source, pack.valid_from, pack.valid_to
    );
    if let Some(base) = &pack.extends {
        let _ = write!(out, "未列出的规则同 `{base}`。");
    }
    out.push_str(
        "\n\n| 行 | 规则 | 值 | 依据 | 性质 | 参数 | 说明 |\n|---|---|---|---|---|---|---|\n",
    );
    let mut rules: Vec<_> = pack.rules.values().filter(|r| r.pack == id).collect();
    rules.sort_by(|a, b| (row_number(&a.row), &a.key).cmp(&(row_number(&b.row), &b.key)));
    for rule in rules {
        let force = match rule.force.as_str() {
            "T" => "目标",
            "D" => "推导",
            "S" => "设定",
            "P" => "做法",
            "G" => "原则",
            _ => "必须",
        };
        let unit = if rule.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", rule.unit)
        };
        let _ = writeln!(
            out,
            "| {} | {} | {}{unit} | {} | {force} | `{}` | {} |",
            rule.row,
            cell(&rule.title),
            cell(&rule.value.text_cn()),
            cell(&rule.clause),
            rule.key,
            cell(&rule.note)
        );
    }
    if pack.extends.is_none() {
        out.push_str(
            "\n### 考核情形及先后次序\n\n\
             位次小的先判；“到此为止”的情形适用后不再往下判；同一位次的情形一并适用，未设定的内容由后面的位次补足。\n\n\
             | 位次 | 行 | 情形 | 设定 | 到此为止 | 依据 | 参数 |\n|---|---|---|---|---|---|---|\n",
        );
        for status in &pack.statuses {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | `{}` |",
                status.rank,
                status.row,
                status.title,
                status.sets.text_cn(),
                if status.ends { "是" } else { "否" },
                status.clause,
                status.key
            );
        }
    }
}

fn calendar_section(out: &mut String) {
    out.push_str("\n## 工作日历\n\n| 年 | 通知 | 工作日 |\n|---|---|---|\n");
    let calendar = builtin::calendar();
    for year in calendar.years() {
        let days: u32 = chengzhi_kernel::Month::of_year(year)
            .filter_map(|m| calendar.workdays_in(m).ok())
            .sum();
        let _ = writeln!(
            out,
            "| {year} | {} | {days} |",
            calendar.notice(year).unwrap_or("")
        );
    }
}

fn row_number(row: &str) -> u32 {
    row.trim_start_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .unwrap_or(u32::MAX)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
