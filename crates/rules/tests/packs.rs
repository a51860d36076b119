//! The packs: what they say, what the schema refuses, what the linter finds, what a draft changes.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use chengzhi_kernel::{Date, Quantity, WorkCalendar, parse_date};
use chengzhi_rules::assess::{Extra, LedgerKind, LedgerRow, PersonFacts};
use chengzhi_rules::pack::schema::SCHEMA;
use chengzhi_rules::{
    Case, Finding, Pack, PackError, Policy, WhatIf, calendar, lint, publish_check, what_if,
};

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

// ---- linter ---------------------------------------------------------------------------------

fn findings(changes: &[(&str, &str)]) -> Vec<Finding> {
    let policy = shanghai();
    let pack = policy.pack.with_all(changes).unwrap();
    lint(&Policy::from_pack(pack, 2024).unwrap(), calendar())
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|f| f.code.as_str()).collect()
}

#[test]
fn the_real_packs_have_three_families_of_findings() {
    for name in ["shanghai", "baoshan"] {
        let found = lint(&Policy::for_year(name, 2024).unwrap(), calendar());
        assert_eq!(
            codes(&found),
            [
                "review_no_time.drill_first_half",
                "review_no_time.drill_second_half",
                "review_no_time.study_december",
                "return_frees_year",
            ]
        );
        for finding in &found {
            assert_eq!(finding.slack_hours, Some(0));
            assert!(!finding.rules.is_empty() && !finding.dates.is_empty());
            assert!(
                !finding.message.is_empty()
                    && !finding.proposal.is_empty()
                    && !finding.clauses.is_empty()
            );
        }
        assert_eq!(found[0].dates.len(), 12);
        assert_eq!(found[1].dates[1], day("2024-02-29"));
        assert_eq!(found[2].dates, [day("2024-12-15")]);
        assert_eq!(found[3].rules, ["status.december_returned"]);
    }
}

#[test]
fn review_three_days_later_and_that_finding_goes() {
    let without = |gone: &str, change: (&str, &str)| {
        let found = findings(&[change]);
        assert!(
            !codes(&found).contains(&gone),
            "{change:?}: {:?}",
            codes(&found)
        );
        assert_eq!(found.len(), 3, "{change:?}: {:?}", codes(&found));
    };
    without(
        "review_no_time.study_december",
        ("study.december_review_day", "18"),
    );
    without(
        "review_no_time.drill_first_half",
        ("drill.first_review_day", "18"),
    );
    // Past the month's end the returned video has nowhere to go: another finding takes its place.
    let found = findings(&[("drill.second_review_day", "月底+3")]);
    assert!(!codes(&found).contains(&"review_no_time.drill_second_half"));
    assert!(codes(&found).contains(&"resubmit_before_review.drill"));
    let found = findings(&[
        ("drill.second_review_day", "月底+3"),
        ("drill.resubmit_until", "月底+5"),
    ]);
    assert_eq!(found.len(), 3);
    assert_eq!(
        codes(&findings(&[("drill.review_grace_days", "3")])),
        ["review_no_time.study_december", "return_frees_year"]
    );
}

#[test]
fn planted_faults_are_found() {
    let found = findings(&[("study.resubmit_until", "22")]);
    let hit = found
        .iter()
        .find(|f| f.code == "resubmit_before_review.study")
        .unwrap();
    assert_eq!(hit.slack_hours, Some(-72));
    assert_eq!(hit.dates.len(), 11, "December reviews on the 15th");
    let found = findings(&[("drill.exempt_out_of_base", "false")]);
    assert!(codes(&found).contains(&"coverage_base"));
    let found = findings(&[("drill.attendance", "4/10")]);
    assert!(codes(&found).contains(&"coverage_share"));
    assert!(!codes(&findings(&[("drill.attendance", "1/2")])).contains(&"coverage_share"));
    let found = findings(&[("filing.notice_workdays", "5")]);
    let hit = found
        .iter()
        .find(|f| f.code == "window_longer_than_notice.filing")
        .unwrap();
    assert_eq!(hit.slack_hours, Some(-48));
    assert!(
        !codes(&findings(&[("filing.notice_workdays", "7")]))
            .iter()
            .any(|c| c.starts_with("window"))
    );
    let found = findings(&[("exam.registration_days", "15"), ("exam.notice_days", "10")]);
    assert!(codes(&found).contains(&"window_longer_than_notice.exam"));
    let no_calendar = Policy::from_pack(shanghai().pack, 2030).unwrap();
    assert!(codes(&lint(&no_calendar, calendar())).contains(&"calendar_missing"));
    assert!(codes(&lint(&shanghai(), &WorkCalendar::default())).contains(&"calendar_missing"));
}

const FAULTLESS: &str = r#"
pack = "draft"
year = 2024
title = "无问题的草案"
source = "草案"
extends = "shanghai/2024"
valid_from = "2024-01-01"
valid_to = "2024-12-31"

[[rule]]
key = "study.december_review_day"
title = "12月审核截止日"
value = 18
row = "B-38"
clause = "草案"

[[rule]]
key = "drill.first_review_day"
title = "上半月视频审核截止日"
value = 18
row = "B-51"
clause = "草案"

[[rule]]
key = "drill.second_upload_day"
title = "下半月视频上报截止日"
value = "月底-3"
row = "B-50"
clause = "草案"

[[status]]
key = "status.december_returned"
title = "12月返岗"
rank = 5
when = "returned_in_month"
month = 12
sets = { gap_months = "touched" }
row = "B-70"
clause = "草案"
"#;

#[test]
fn a_pack_without_faults_gives_none_and_publication_runs_the_linter() {
    let report = publish_check(FAULTLESS, calendar());
    assert_eq!((report.errors, report.findings), (Vec::new(), Vec::new()));
    let report = publish_check(SHANGHAI, calendar());
    assert_eq!((report.errors.len(), report.findings.len()), (0, 4));
    let report = publish_check(&FAULTLESS.replace("rank = 5", "rank = 4"), calendar());
    assert!(report.findings.is_empty());
    assert!(
        report
            .errors
            .iter()
            .any(|e| e.key.starts_with("status.december"))
    );
}

// ---- what-if --------------------------------------------------------------------------------

#[test]
fn what_if_says_who_flips_and_why() {
    let base = shanghai();
    let draft = base
        .pack
        .with_all(&[
            ("assessment.online.hours", "30"),
            ("study.min_minutes", "45"),
        ])
        .unwrap();
    let draft = Policy::from_pack(draft, 2024).unwrap();
    let prepared = WhatIf::new(&base, &draft).unwrap();
    let keys: Vec<&str> = prepared
        .differences
        .iter()
        .map(|d| d.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "assessment.online.hours",
            "assessment.total.hours",
            "study.min_minutes"
        ]
    );
    let established = PersonFacts {
        established: true,
        joined: day("2010-07-01"),
        induction_ended: None,
    };
    let outside = PersonFacts {
        established: false,
        ..established
    };
    let online = [LedgerRow::new(
        day("2024-05-06"),
        LedgerKind::Online,
        Quantity::whole(26),
        Quantity::whole(12),
        None,
    )];
    let case = |person| Case {
        person,
        events: &[],
        rows: &online,
        sessions: &[],
        extra: Extra::default(),
    };
    let (flips, before, after) = what_if(&prepared, [case(&established), case(&outside)]);
    assert_eq!(flips.len(), 1, "who is not assessed does not flip");
    assert_eq!(flips[0].0, 0);
    assert_eq!(flips[0].1.after.online.0, Quantity::whole(30));
    let why: Vec<&str> = flips[0]
        .1
        .causes
        .iter()
        .map(|i| prepared.differences[*i].key.as_str())
        .collect();
    assert_eq!(why, ["assessment.online.hours"]);
    assert_eq!(
        (
            prepared.differences[0].before.as_str(),
            prepared.differences[0].after.as_str()
        ),
        ("24", "30")
    );
    assert_eq!((before.full, before.not_assessed), (1, 1));
    assert_eq!(before, after);
}

#[test]
fn what_if_sees_changed_precedence() {
    let base = shanghai();
    let draft = Policy::from_pack(Pack::parse(FAULTLESS).unwrap(), 2024).unwrap();
    let prepared = WhatIf::new(&base, &draft).unwrap();
    let person = PersonFacts {
        established: true,
        joined: day("2010-07-01"),
        induction_ended: None,
    };
    let events = [
        chengzhi_rules::assess::Event {
            kind: chengzhi_rules::assess::EventKind::LongSickLeave,
            effective: day("2024-10-08"),
            recorded: None,
        },
        chengzhi_rules::assess::Event {
            kind: chengzhi_rules::assess::EventKind::Return,
            effective: day("2024-12-03"),
            recorded: None,
        },
    ];
    let case = Case {
        person: &person,
        events: &events,
        rows: &[],
        sessions: &[],
        extra: Extra::default(),
    };
    let (flips, _, after) = what_if(&prepared, [case]);
    assert_eq!(after.partial, 1);
    let why: Vec<&str> = flips[0]
        .1
        .causes
        .iter()
        .map(|i| prepared.differences[*i].key.as_str())
        .collect();
    assert_eq!(why, ["status.december_returned"]);
}

// ---- the table of rules ---------------------------------------------------------------------

#[test]
fn the_committed_table_of_rules_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == chengzhi_rules::docs::rules_markdown(),
        "docs/rules.md is out of date: write it anew with `chengzhi policy rules > docs/rules.md`"
    );
}
