//! `chengzhi policy` as people call it.
#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::{Desk, ROSTER};

#[test]
fn check_finds_the_spots_of_the_real_pack() {
    let desk = Desk::new();
    let run = desk.run(&["policy", "check"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    for word in [
        "drill.first_review_day",
        "drill.second_review_day",
        "study.december_review_day",
        "status.december_returned",
        "2024-12-15",
        "余量：0小时",
        "建议：",
    ] {
        assert!(run.out.contains(word), "{word} is not in {}", run.out);
    }
    let run = desk.run(&[
        "policy",
        "check",
        "--set",
        "study.december_review_day=18",
        "--json",
    ]);
    assert_eq!(run.code, 1);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 3);
    assert!(!run.out.contains("study_december"));
    let run = desk.run(&["policy", "check", "baoshan", "--year", "2030"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("沿用2024年规则") && run.out.contains("calendar_missing"));
}

#[test]
fn check_of_a_file_without_faults_and_of_one_with_mistakes() {
    let desk = Desk::new();
    let good = r#"
pack = "draft"
year = 2024
title = "草案"
source = "草案"
extends = "shanghai/2024"
valid_from = "2024-01-01"
valid_to = "2024-12-31"
rule = [
  { key = "study.december_review_day", title = "12月审核", value = 18, row = "B-38", clause = "草案" },
  { key = "drill.first_review_day", title = "上半月审核", value = 18, row = "B-51", clause = "草案" },
  { key = "drill.second_upload_day", title = "下半月上报", value = "月底-3", row = "B-50", clause = "草案" },
]
status = [
  { key = "status.december_returned", title = "12月返岗", rank = 5, when = "returned_in_month", month = 12, sets = { gap_months = "touched" }, row = "B-70", clause = "草案" },
]
"#;
    desk.put("good.toml", good).put(
        "bad.toml",
        good.replace("value = 18", "value = 88")
            .replace("rank = 5", "rank = 4"),
    );
    let run = desk.run(&["policy", "check", "good.toml"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    assert!(run.out.contains("没有发现问题"));
    let run = desk.run(&["policy", "check", "bad.toml"]);
    assert!(
        run.faults()
            .iter()
            .any(|l| l.starts_with("bad.toml:1: study.december_review_day: 应为")),
        "{}",
        run.err
    );
    let run = desk.run(&["policy", "check", "nowhere.toml"]);
    assert_eq!(
        run.faults(),
        ["nowhere.toml:1: 文件: 规则包文件读不到或不是UTF-8文字"]
    );
    let run = desk.run(&["policy", "check", "nowhere/2024"]);
    assert!(run.faults()[0].starts_with("policy:1: nowhere/2024: 没有可用的规则包"));
}

#[test]
fn what_if_tells_who_flips_and_why() {
    let desk = Desk::new();
    desk.put(
        "roster.csv",
        format!(
            "{ROSTER}A1,张三,甲区局,一中队,是,,2010-07-01,\nA2,李四,甲区局,一中队,否,,2010-07-01,\n"
        ),
    );
    let input = [
        "policy",
        "what-if",
        "--year",
        "2024",
        "--roster",
        "roster.csv",
    ];
    let run = desk.run(&[&input, ["--set", "assessment.online.hours=20"].as_slice()].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out.contains("A1 张三") && !run.out.contains("A2"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("assessment.online.hours）由24学时改为20学时"),
        "{}",
        run.out
    );
    assert!(run.out.contains("共1人变化"));
    let run = desk.run(&[&input, ["--set", "study.min_minutes=45"].as_slice()].concat());
    assert!(run.out.contains("共0人变化"), "{}", run.out);
    let run = desk.run(
        &[
            &input,
            ["--set", "assessment.online.hours=20", "--json"].as_slice(),
        ]
        .concat(),
    );
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["flips"][0]["staff_no"], "A1");
    assert_eq!(
        report["flips"][0]["why"][0]["key"],
        "assessment.online.hours"
    );
    let run = desk.run(&[&input, ["--set", "no.such=1"].as_slice()].concat());
    assert_eq!(run.faults(), ["--set:1: no.such: 没有这个参数"]);
    let run = desk.run(&input);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "a draft is needed");
}

#[test]
fn rules_prints_the_table() {
    let run = Desk::new().run(&["policy", "rules"]);
    assert_eq!(run.code, 0);
    for word in [
        "| B-36 | 每次学习时长 | 40 分钟 | 宝城执〔2024〕6号 三(二) |",
        "国办发明电〔2022〕16号",
        "到此为止",
    ] {
        assert!(run.out.contains(word), "{word}");
    }
}
