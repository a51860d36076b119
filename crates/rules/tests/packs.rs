//! The packs: what they say, what the schema refuses, what the linter finds, what a draft changes.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use chengzhi_kernel::{Date, Quantity, parse_date};
use chengzhi_rules::pack::schema::SCHEMA;
use chengzhi_rules::{Pack, PackError, Policy};

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn shanghai() -> Policy {
    Policy::for_year("shanghai", 2024).unwrap()
}

const SHANGHAI: &str = include_str!("../../../policies/shanghai/2024.toml");

#[test]
fn the_numbers_are_those_of_the_notice() {
    let p = shanghai();
    let a = &p.assessment;
    assert_eq!(
        (a.total_hours.value, a.total_credits.value),
        (Quantity::whole(60), Quantity::whole(24))
    );
    assert_eq!(
        (a.online_hours.value, a.online_credits.value),
        (Quantity::whole(24), Quantity::whole(12))
    );
    assert_eq!(
        (a.district_hours.value, a.district_credits.value),
        (Quantity::whole(24), Quantity::whole(12))
    );
    assert_eq!(
        (a.squad_hours.value, a.squad_credits.value),
        (Quantity::whole(12), Quantity::ZERO)
    );
    assert_eq!(p.study.min_minutes.value, 40);
    assert_eq!(p.study.min_photos.value, 1);
    assert_eq!(p.study.due_day.clause, "宝城执〔2024〕6号 三(二)");
    assert_eq!(p.drill.attendance.value, (7, 10));
    assert!(
        p.drill.attendance_is_enough(7, 10)
            && !p.drill.attendance_is_enough(6, 9)
            && p.drill.attendance_is_enough(0, 0)
    );
    assert_eq!(p.filing.photos_per_kind.value, 3);
    assert_eq!(p.exam.months.value, [5, 10]);
    assert_eq!(p.personnel.update_days.value, 10);
    assert_eq!(
        p.personnel.left_kinds.value,
        ["离职", "失踪", "去世", "开除"]
    );
    assert!(p.district.required_topics.is_none() && p.targets.new_bases.is_none());
}

#[test]
fn baoshan_adds_to_shanghai() {
    let p = Policy::for_year("baoshan", 2024).unwrap();
    assert_eq!(p.assessment.total_hours.value, Quantity::whole(60));
    assert_eq!(p.district.last_day(2024), Some(day("2024-06-30")));
    assert_eq!(p.district.required_topics.unwrap().value.len(), 6);
    let rows: Vec<&str> = p.trainings.special.iter().map(|t| t.row.as_str()).collect();
    assert_eq!(
        rows,
        ["B-76", "B-77", "B-78", "B-79", "B-80", "B-81", "B-82"]
    );
    let sections: Vec<&str> = p
        .trainings
        .special
        .iter()
        .map(|t| t.value.section.as_str())
        .collect();
    assert_eq!(sections.iter().filter(|s| **s == "案件审理科").count(), 4);
    assert_eq!(sections.iter().filter(|s| **s == "政工科").count(), 2);
    let targets = [
        &p.targets.new_bases,
        &p.targets.bases_in_use,
        &p.targets.courseware,
        &p.targets.instructors,
        &p.targets.drill_reviews,
    ];
    let numbers: Vec<u32> = targets
        .iter()
        .filter_map(|t| t.as_ref().map(|c| c.value))
        .collect();
    assert_eq!(numbers, [1, 3, 1, 3, 1]);
}

#[test]
fn a_year_without_a_pack_runs_on_the_newest_earlier_one() {
    let p = Policy::for_year("shanghai", 2026).unwrap();
    assert_eq!(p.carried_over_text().as_deref(), Some("沿用2024年规则"));
    assert_eq!(shanghai().carried_over_text(), None);
    let refused = Policy::for_year("shanghai", 2023).unwrap_err();
    assert_eq!(refused[0].key, "policy");
    assert!(Policy::for_year("nowhere", 2024).is_err());
}

#[test]
fn every_key_of_the_schema_is_used_or_optional() {
    let packs = [
        shanghai().pack,
        Policy::for_year("baoshan", 2024).unwrap().pack,
    ];
    let used: BTreeSet<&String> = packs.iter().flat_map(|p| p.rules.keys()).collect();
    for spec in SCHEMA.iter().filter(|s| s.required) {
        assert!(used.contains(&spec.key.to_owned()), "{}", spec.key);
    }
    for pack in &packs {
        for rule in pack.rules.values() {
            assert!(rule.row.starts_with("B-"), "{}", rule.key);
            assert!(rule.clause.contains('号'), "{}", rule.key);
        }
    }
}

fn errors_of(text: &str) -> Vec<PackError> {
    Pack::parse(text).unwrap_err()
}

fn refuses(from: &str, to: &str, key: &str, part: &str) {
    assert!(SHANGHAI.contains(from), "{from}");
    let errors = errors_of(&SHANGHAI.replacen(from, to, 1));
    assert!(
        errors
            .iter()
            .any(|e| e.key == key && e.message.contains(part)),
        "{key} {part} not in {errors:?}"
    );
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    refuses(
        "key = \"study.due_day\"",
        "key = \"study.duo_day\"",
        "study.duo_day",
        "没有这个参数",
    );
    refuses(
        "key = \"study.due_day\"",
        "key = \"study.duo_day\"\nextra = 1",
        "study.duo_day",
        "没有 extra 这一项",
    );
    refuses(
        "value = 60",
        "value = \"sixty\"",
        "assessment.total.hours",
        "应为不小于0",
    );
    refuses(
        "value = 60",
        "value = 61",
        "assessment.total.hours",
        "与各项之和60不符",
    );
    refuses(
        "value = \"7/10\"",
        "value = \"11/10\"",
        "drill.attendance",
        "分数",
    );
    refuses(
        "key = \"study.review_day\"",
        "key = \"study.due_day\"",
        "study.due_day",
        "写了两次",
    );
    refuses(
        "key = \"study.review_day\"",
        "key = \"study.due_day\"",
        "study.due_day",
        "写了两次",
    );
    refuses(
        "valid_to = \"2024-12-31\"",
        "valid_to = \"2023-12-31\"",
        "valid_to",
        "早于起日",
    );
    refuses(
        "valid_from = \"2024-01-01\"\nvalid_to = \"2024-12-31\"",
        "valid_from = \"2025-01-01\"\nvalid_to = \"2025-12-31\"",
        "valid_from",
        "不含",
    );
    refuses(
        "valid_from = \"2024-01-01\"",
        "valid_from = \"2024-13-01\"",
        "文件",
        "valid_from 应为日期",
    );
    refuses(
        "force = \"M\"",
        "force = \"X\"",
        "assessment.total.hours",
        "force",
    );
    refuses(
        "year = 2024",
        "year = 2024\nvalidity = 1",
        "文件",
        "没有 validity 这一项",
    );
    refuses("pack = \"shanghai\"", "pack = ", "文件", "第");
    refuses(
        "pack = \"shanghai\"",
        "pack = \"x\"\nextends = \"nowhere/2024\"",
        "extends",
        "找不到",
    );
    refuses(
        "value = 25",
        "value = 19",
        "study.review_day",
        "早于 study.due_day",
    );
    refuses(
        "\"开除\"]",
        "\"辞职\"]",
        "personnel.left_kinds",
        "不认识的变动“辞职”",
    );
    refuses(
        "\"开除\"]",
        "\"退休\"]",
        "personnel.absence_kinds",
        "同时列入两类",
    );
    let missing = SHANGHAI.replacen(
        "key = \"study.min_minutes\"",
        "key = \"drill.regulation\"",
        1,
    );
    assert!(
        errors_of(&missing)
            .iter()
            .any(|e| e.key == "drill.regulation" || e.key == "study.min_minutes")
    );
}

#[test]
fn precedence_is_checked_at_publication() {
    // Same rank, same value set differently.
    refuses(
        "sets = { gap_months = \"touched\" }",
        "sets = { gap_months = \"touched\", district = \"due\" }",
        "status.new_staff",
        "同为第5位，却对 district 作出不同设定",
    );
    refuses("rank = 6", "rank = 5", "status.new_staff", "同为第5位");
    refuses(
        "when = \"always\"",
        "when = \"absent\"",
        "status",
        "缺少一条适用于其他全部人员",
    );
    refuses(
        "when = \"joined_in_month\"\nmonth = 12",
        "when = \"joined_in_month\"",
        "status.december_joined",
        "when",
    );
    refuses(
        "sets = { gap_months = \"touched\" }",
        "sets = { gap_months = \"some\" }",
        "status.absent",
        "gap_months",
    );
    refuses(
        "sets = { gap_months = \"touched\" }",
        "sets = {}",
        "status.absent",
        "没有设定",
    );
    // The same value set alike is no conflict: both December entries stand at one rank.
    assert!(Pack::parse(SHANGHAI).is_ok());
}

#[test]
fn changes_are_checked_as_a_whole() {
    let pack = shanghai().pack;
    let changed = pack.with("assessment.online.hours", "20").unwrap();
    assert_eq!(
        changed.rules["assessment.total.hours"].value.text_cn(),
        "56"
    );
    let changed = pack.with("study.hours_per_month", "1.5").unwrap();
    assert_eq!(
        changed.rules["assessment.squad.hours"].value.text_cn(),
        "18"
    );
    assert_eq!(
        pack.with("nope", "1").unwrap_err()[0].message,
        "没有这个参数"
    );
    assert!(
        pack.with_all(&[
            ("assessment.online.hours", "20"),
            ("assessment.total.hours", "60")
        ])
        .is_err()
    );
    assert!(pack.with("study.review_day", "3").is_err());
}

#[test]
fn the_committed_table_of_rules_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == chengzhi_rules::docs::rules_markdown(),
        "docs/rules.md is out of date: write it anew with `chengzhi policy rules > docs/rules.md`"
    );
}
