//! `chengzhi assess` on files: the answers.
#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::{Desk, EVENTS, LEDGER, ROSTER, SESSIONS, whole_year};
use serde_json::{Value, json};

fn p1() -> Desk {
    let desk = Desk::new();
    desk.put("roster.csv", format!("{ROSTER}P1,张三,甲区局,一中队,是,行政执法类,2012-09-01,\n"))
        .put("events.csv", format!("{EVENTS}P1,产假,2024-03-11,2024-03-05,2024-03-08\nP1,返岗,2024-08-05,2024-08-01,2024-08-06\n"))
        .put("sessions.csv", format!("{SESSIONS}甲区局,2024-06-03,2024-06-05\n"));
    let mut ledger = format!("{LEDGER}P1,2024-05-20,市局网训,24,12,,W1\n");
    for month in [1, 2, 4, 9, 10, 12] {
        ledger += &format!("P1,2024-{month:02}-12,科队学习,1,,2024-{month:02},K{month}\n");
    }
    desk.put("ledger.csv", ledger);
    desk
}

fn p1_expected() -> Value {
    json!([{
        "staff_no": "P1", "state": "partial", "result": "not_met",
        "components": {
            "online": {"due": true, "required_hours": 24, "required_credits": 12, "earned_hours": 24, "earned_credits": 12, "met": true},
            "district": {"due": false, "required_hours": 0, "required_credits": 0, "earned_hours": 0, "earned_credits": 0, "met": true},
            "squad": {"due": true, "months": [1, 2, 9, 10, 11, 12], "required_hours": 6, "earned_hours": 5, "missing_months": [11], "met": false}
        },
        "reasons": [{"rule": "B-69", "clause": "宝城执〔2024〕6号 三(五)2(3)", "text": ""}]
    }])
}

fn without_text(mut all: Vec<Value>) -> Value {
    for reason in all
        .iter_mut()
        .flat_map(|p| p["reasons"].as_array_mut().unwrap())
    {
        assert!(!reason["text"].as_str().unwrap().is_empty());
        reason["text"] = json!("");
    }
    Value::Array(all)
}

#[test]
fn the_example_of_the_notice() {
    let run = p1().assess(&["--format", "json"]);
    assert_eq!(without_text(run.json()), p1_expected());
    assert!(
        run.out.contains("\"required_hours\":24,"),
        "whole hours without a decimal point"
    );
    assert!(run.out.contains("缺11月"));
}

#[test]
fn other_encodings_orders_and_forms_give_the_same_answer() {
    let desk = p1();
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    desk.put("roster.csv", gb("备注,入职日期,在编,工号,姓名,人员类别,初任培训结束日期,中队,区局\r\n无,2012年9月1日,是, P1　,\"张,三\",行政执法类,,一中队,甲区局\r\n"));
    desk.put("events.csv", "\u{feff}录入日期,工号,决定日期,生效日期,事件\n,P1,,2024/8/5,返岗\n\n2024.3.8,P1,20240305,20240311,产假\n,,,,\n");
    desk.put(
        "sessions.csv",
        "结束日期,单位,开始日期\n2024-6-5,甲区局,\"2024/6/3\"\n",
    );
    let ledger = std::fs::read_to_string(desk.path("ledger.csv")).unwrap();
    desk.put(
        "ledger.csv",
        ledger
            .replace("2024-01,K1", "2024年1月,K1")
            .replace("2024-02,K2", "202402,K2")
            .replace("24,12,", "24.0,12.000,")
            .replace('\n', "\r\n"),
    );
    assert_eq!(without_text(desk.assess(&[]).json()), p1_expected());
}

#[test]
fn a_workbook_is_read_too() {
    let desk = p1();
    let columns = [
        "工号",
        "姓名",
        "区局",
        "中队",
        "在编",
        "人员类别",
        "入职日期",
        "初任培训结束日期",
    ];
    let row = ["P1", "张三", "甲区局", "一中队", "是", "", "2012-09-01", ""];
    let sheet = chengzhi_sheets::SheetData {
        title: "名册".to_owned(),
        columns: columns
            .iter()
            .map(|c| chengzhi_sheets::Column::text(*c, 12))
            .collect(),
        rows: vec![
            row.iter()
                .map(|c| chengzhi_sheets::Value::text(*c))
                .collect(),
        ],
        notes: Vec::new(),
    };
    desk.put("roster.csv", chengzhi_sheets::write_xlsx(&[sheet]).unwrap());
    assert_eq!(without_text(desk.assess(&[]).json()), p1_expected());
}

#[test]
fn one_object_per_row_sorted_as_text() {
    let desk = Desk::new();
    desk.put("roster.csv", format!("{ROSTER}b,,,,否,,2010-07-01,\n10,,,,是,,2010-07-01,\n9,,,,是,,2010-07-01,\nA,,,,是,,2010-07-01,\n"));
    let all = desk.assess(&[]).json();
    let staff: Vec<&str> = all
        .iter()
        .map(|p| p["staff_no"].as_str().unwrap())
        .collect();
    assert_eq!(staff, ["10", "9", "A", "b"]);
    assert_eq!(all[3]["state"], "not_assessed");
    assert_eq!(all[3]["result"], Value::Null);
    assert_eq!(all[3]["components"]["squad"]["months"], json!([]));
    assert_eq!(
        all[0]["reasons"].as_array().unwrap().len(),
        3,
        "one for each component not met"
    );
    desk.put("roster.csv", ROSTER);
    assert_eq!(desk.assess(&[]).json(), Vec::<Value>::new());
}

#[test]
fn full_and_met_has_no_reason() {
    let desk = Desk::new();
    desk.put("roster.csv", format!("{ROSTER}A1,,,,是,,2010-07-01,\n"))
        .put("ledger.csv", format!("{LEDGER}{}", whole_year("A1")));
    let all = desk.assess(&[]).json();
    assert_eq!(
        (&all[0]["state"], &all[0]["result"], &all[0]["reasons"]),
        (&json!("full"), &json!("met"), &json!([]))
    );
}

#[test]
fn rows_of_one_number_count_once_and_without_number_always() {
    let desk = Desk::new();
    desk.put(
        "roster.csv",
        format!("{ROSTER}A1,,,,是,,2010-07-01,\nA2,,,,是,,2010-07-01,\n"),
    );
    desk.put(
        "ledger.csv",
        format!(
            "{LEDGER}\
        A1,2024-05-01,市局网训,11.5,,,X1\n\
        A1,2024/5/1,市局网训,11.50,0,,X1\n\
        A1,2024-05-02,市局网训,1,1,,\n\
        A1,2024-05-02,市局网训,1,1,,\n\
        A2,2024-05-01,市局网训,3,1,,X1\n\
        A1,2024-05-03,政治理论,8,8,,P1\n\
        A1,2024-05-04,市局网训,0,0,2024-05,M1\n\
        A1,2024-05-04,市局网训,0,0,2024年5月,M1\n\
        A1,2023-12-31,市局网训,24,12,,Y1\n"
        ),
    );
    let all = desk.assess(&[]).json();
    assert_eq!(all[0]["components"]["online"]["earned_hours"], json!(13.5));
    assert_eq!(all[0]["components"]["online"]["earned_credits"], json!(2));
    assert_eq!(all[1]["components"]["online"]["earned_hours"], json!(3));
    desk.put("ledger.csv", format!("{LEDGER}A1,2024-05-01,市局网训,11.5,,,X1\nA2,2024-05-01,市局网训,3,1,,X1\nA1,2024-05-01,市局网训,12,,,X1\nA1,2024-05-02,市局网训,11.5,,,X1\n"));
    assert_eq!(
        desk.assess(&[]).faults(),
        [
            "ledger.csv:4: 编号: 编号与第2行相同，内容不同",
            "ledger.csv:5: 编号: 编号与第2行相同，内容不同"
        ]
    );
    // Where no month is asked for it is still content.
    desk.put("ledger.csv", format!("{LEDGER}A1,2024-05-01,市局网训,1,,,X1\nA1,2024-05-01,市局网训,1,,2024-05,X1\nA1,2024-05-01,政治理论,1,,年中,X2\nA1,2024-05-01,政治理论,1,,年末,X2\n"));
    assert_eq!(
        desk.assess(&[]).faults(),
        [
            "ledger.csv:3: 编号: 编号与第2行相同，内容不同",
            "ledger.csv:5: 编号: 编号与第4行相同，内容不同"
        ]
    );
}

#[test]
fn as_of_leaves_out_what_was_not_yet_known() {
    let desk = p1();
    let all = desk.assess(&["--as-of", "2024-07-31"]).json();
    // The return was recorded in August: the leave is still open.
    assert_eq!(all[0]["components"]["squad"]["months"], json!([1, 2]));
    assert_eq!(all[0]["components"]["squad"]["met"], json!(true));
    let all = desk.assess(&["--as-of", "2024年3月7日"]).json();
    assert_eq!(all[0]["state"], "full");
    assert_eq!(all[0]["components"]["online"]["earned_hours"], json!(0));
}

#[test]
fn a_later_year_runs_on_the_newest_earlier_pack() {
    let desk = Desk::new();
    desk.put("roster.csv", format!("{ROSTER}A1,,,,是,,2010-07-01,\n"));
    let run = desk.run(&[
        "assess",
        "--year",
        "2025",
        "--roster",
        "roster.csv",
        "--format",
        "json",
    ]);
    let all = run.json();
    let last = all[0]["reasons"].as_array().unwrap().last().unwrap();
    assert_eq!(last["rule"], "B-07");
    assert!(last["text"].as_str().unwrap().contains("沿用2024年规则"));
    let run = desk.run(&[
        "assess",
        "--year",
        "2024",
        "--policy",
        "baoshan/2024",
        "--roster",
        "roster.csv",
    ]);
    assert_eq!(run.json().len(), 1);
    let run = desk.run(&["assess", "--year", "2023", "--roster", "roster.csv"]);
    assert!(
        run.faults()[0].starts_with("policy:1: shanghai/2023: 没有可用的规则包"),
        "{}",
        run.err
    );
    desk.put("own.toml", "pack = \"own\"\nyear = 2024\ntitle = \"自定\"\nsource = \"自定\"\nextends = \"shanghai/2024\"\nvalid_from = \"2024-01-01\"\nvalid_to = \"2024-12-31\"\nrule = [{ key = \"assessment.online.hours\", title = \"网训\", value = 20, row = \"B-03\", clause = \"自定\" }, { key = \"assessment.total.hours\", title = \"总\", value = 56, row = \"B-01\", clause = \"自定\" }]\n");
    let all = desk.assess(&["--policy", "own.toml"]).json();
    assert_eq!(all[0]["components"]["online"]["required_hours"], json!(20));
}

#[test]
fn the_other_formats() {
    let desk = p1();
    let run = desk.assess(&["--format", "csv"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("工号,姓名,区局,中队,考核,结果"));
    assert!(
        lines[1].starts_with(
            "P1,张三,甲区局,一中队,部分考核,未达标,24,12,24,12,0,0,0,0,1、2、9、10、11、12,6,5,11,"
        ),
        "{}",
        lines[1]
    );
    let run = desk.assess(&["--format", "table"]);
    assert!(
        run.out
            .contains("共1人：全年考核0人，部分考核1人，不考核0人；达标0人，未达标1人"),
        "{}",
        run.out
    );
    let run = desk.assess(&["--format", "xlsx"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("--output"));
    let run = desk.assess(&["--format", "xlsx", "--output", "out.xlsx"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let book = std::fs::read(desk.path("out.xlsx")).unwrap();
    let table = chengzhi_sheets::read_table(&book, &["工号", "结果", "科队缺学月份"], 10).unwrap();
    assert_eq!(table.cell(&table.rows[0], "结果"), "未达标");
    let run = desk.assess(&["--format", "json", "--output", "out.json"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    let all: Vec<Value> =
        serde_json::from_slice(&std::fs::read(desk.path("out.json")).unwrap()).unwrap();
    assert_eq!(without_text(all), p1_expected());
    let run = desk.assess(&["--output", "no/such/folder.json"]);
    assert_eq!(run.code, 2);
    assert!(!desk.path("out.json.part").exists());
}
