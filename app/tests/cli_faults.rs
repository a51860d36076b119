//! `chengzhi assess` on bad files: every fault, its place, and nothing else.
#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::{Desk, EVENTS, LEDGER, ROSTER, SESSIONS};

const A1: &str = "A1,张三,甲区局,一中队,是,行政执法类,2010-07-01,\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("roster.csv", format!("{ROSTER}{A1}"));
    desk
}

#[track_caller]
fn faults(desk: &Desk, want: &[&str]) {
    assert_eq!(desk.assess(&[]).faults(), want);
}

#[test]
fn files_that_cannot_be_read() {
    let desk = desk();
    desk.put("events.csv", "")
        .put("ledger.csv", b"\xff\xfe\x00A")
        .put("sessions.csv", " \n\n");
    faults(
        &desk,
        &[
            "events.csv:1: 文件: 文件是空的",
            "ledger.csv:1: 文件: 文字编码无法识别，请另存为UTF-8或GB18030编码的CSV，或另存为.xlsx。",
            "sessions.csv:1: 文件: 文件是空的",
        ],
    );
    std::fs::remove_file(desk.path("roster.csv")).unwrap();
    let run = desk.assess(&["--ledger", "nope.csv"]);
    assert_eq!(run.code, 2);
    let run = Desk::new().run(&["assess", "--year", "2024", "--roster", "gone.csv"]);
    assert_eq!(run.faults(), ["gone.csv:1: 文件: 没有这个文件"]);
    let folder = Desk::new();
    std::fs::create_dir(folder.path("roster.csv")).unwrap();
    assert_eq!(
        folder.assess(&[]).faults(),
        ["roster.csv:1: 文件: 文件读不到，请检查路径和权限"]
    );
}

#[test]
fn columns_missing_or_doubled() {
    let desk = desk();
    desk.put("events.csv", "工号,事件,生效日期\nA1,退休,2024-01-01\n")
        .put(
            "ledger.csv",
            "工号,日期,类别,学时,学分,所属月份,编号,学时\n",
        );
    faults(
        &desk,
        &[
            "events.csv:1: 决定日期: 缺少此列",
            "events.csv:1: 录入日期: 缺少此列",
            "ledger.csv:1: 学时: 此列出现了两次",
        ],
    );
}

#[test]
fn the_roster() {
    let desk = Desk::new();
    desk.put("roster.csv", format!("{ROSTER}{A1}\n,李四,,,是,,2010-07-01,\nA1,王五,,,是,,2010-07-01,\nA2,,,,有,,2023-02-29,x\nA3,,,,,,,\n"));
    desk.put(
        "ledger.csv",
        format!("{LEDGER}A2,2024-01-01,市局网训,1,,,\nA9,2024-01-01,市局网训,1,,,\n"),
    );
    faults(
        &desk,
        &[
            "roster.csv:4: 工号: 缺少工号",
            "roster.csv:5: 工号: 与第2行工号重复",
            "roster.csv:6: 在编: 应填是或否",
            "roster.csv:6: 入职日期: 没有这一天",
            "roster.csv:6: 初任培训结束日期: 日期写法无法识别，请写成 2024-03-05",
            "roster.csv:7: 在编: 缺少在编，应填是或否",
            "roster.csv:7: 入职日期: 缺少入职日期",
            "ledger.csv:3: 工号: 名册中没有工号A9",
        ],
    );
}

#[test]
fn events_and_sessions() {
    let desk = desk();
    desk.put("events.csv", format!("{EVENTS}A1,辞职,2024-01-01,,\nA9,退休,2024-01-01,,\nA1,退休,,,\nA1,返岗,2024-02-30,,昨天\n,返岗,2024-01-01,,\n"));
    desk.put(
        "sessions.csv",
        format!(
            "{SESSIONS}甲区局,2024-06-05,2024-06-03\n,2024-06-01,2024-06-02\n甲区局,2024-06-01,\n"
        ),
    );
    faults(
        &desk,
        &[
            "events.csv:2: 事件: 不认识“辞职”，可填离职、失踪、去世、开除、退休、长病假、产假、援外支边、返岗",
            "events.csv:3: 工号: 名册中没有工号A9",
            "events.csv:4: 生效日期: 缺少生效日期",
            "events.csv:5: 生效日期: 没有这一天",
            "events.csv:5: 录入日期: 日期写法无法识别，请写成 2024-03-05",
            "events.csv:6: 工号: 缺少工号",
            "sessions.csv:2: 结束日期: 早于开始日期",
            "sessions.csv:3: 单位: 缺少单位",
            "sessions.csv:4: 结束日期: 缺少结束日期",
        ],
    );
}

#[test]
fn the_ledger() {
    let desk = desk();
    desk.put(
        "ledger.csv",
        format!(
            "{LEDGER}\
        A1,2024-01-10,科队学习,1,,,\n\
        A1,2024-01-10,科队学习,1,,2024-13,\n\
        A1,2024-01-10,市局网训,-1,,,\n\
        A1,2024-01-10,市局网训,两,,,\n\
        A1,2024-01-10,市局网训,1e3,,,\n\
        A1,2024-01-10,市局网训,\"1,000\",,,\n\
        A1,2024-01-10,市局网训,1.0005,,,\n\
        A1,2024-01-10,市局网训,100001,,,\n\
        A1,2024-01-10,市局网训,,,,\n\
        A1,2024-01-10,市局网训,1,-2,,\n\
        A1,,,1,,,\n\
        A1,2024-01-10\n"
        ),
    );
    faults(
        &desk,
        &[
            "ledger.csv:2: 所属月份: 科队学习须填所属月份",
            "ledger.csv:3: 所属月份: 月份写法无法识别，请写成 2024-05",
            "ledger.csv:4: 学时: 不能为负数",
            "ledger.csv:5: 学时: 不是数字",
            "ledger.csv:6: 学时: 不是数字",
            "ledger.csv:7: 学时: 不是数字",
            "ledger.csv:8: 学时: 小数最多三位",
            "ledger.csv:9: 学时: 数值过大",
            "ledger.csv:10: 学时: 缺少学时",
            "ledger.csv:11: 学分: 不能为负数",
            "ledger.csv:12: 日期: 缺少日期",
            "ledger.csv:12: 类别: 缺少类别",
            "ledger.csv:13: 类别: 缺少类别",
            "ledger.csv:13: 学时: 缺少学时",
        ],
    );
}

#[test]
fn line_numbers_survive_quotes_and_blank_lines() {
    let desk = Desk::new();
    desk.put(
        "roster.csv",
        format!("{ROSTER}A1,\"张\n三\",,,是,,2010-07-01,\n\n\nA2,,,,坏,,2010-07-01,\n"),
    );
    faults(&desk, &["roster.csv:6: 在编: 应填是或否"]);
    desk.put(
        "roster.csv",
        format!("{ROSTER}A1,\"张三,,,是,,2010-07-01,\nA2,,,,是,,2010-07-01,\n"),
    );
    faults(
        &desk,
        &["roster.csv:2: 文件: 引号没有配对，此行之后无法读取"],
    );
}

#[test]
fn a_fault_stays_on_one_line_whatever_the_cell_holds() {
    let desk = desk();
    let long = "长".repeat(500);
    desk.put(
        "events.csv",
        format!("{EVENTS}A1,\"退\n休\",2024-01-01,,\nA1,{long},2024-01-01,,\n"),
    );
    let run = desk.assess(&[]);
    let lines = run.faults();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("events.csv:2: 事件: 不认识“退 休”"));
    assert!(lines[1].starts_with("events.csv:4: 事件") && lines[1].chars().count() < 120);
}

#[test]
fn at_most_a_hundred_a_file_the_first_by_line() {
    let desk = desk();
    let bad: String = (0..5000)
        .map(|i| format!("Z{i},2024-01-10,市局网训,1,,,\n"))
        .collect();
    desk.put("ledger.csv", format!("{LEDGER}{bad}"));
    desk.put("events.csv", format!("{EVENTS}A1,什么,2024-01-01,,\n"));
    let run = desk.assess(&[]);
    let lines = run.faults();
    assert_eq!(lines.len(), 101);
    assert!(lines[0].starts_with("events.csv:2: 事件"));
    assert_eq!(lines[1], "ledger.csv:2: 工号: 名册中没有工号Z0");
    assert_eq!(lines[100], "ledger.csv:101: 工号: 名册中没有工号Z99");
}

#[test]
fn a_roster_that_cannot_be_read_does_not_blame_the_others() {
    let desk = Desk::new();
    desk.put("roster.csv", "姓名\n张三\n").put(
        "ledger.csv",
        format!("{LEDGER}A1,2024-01-10,市局网训,x,,,\n"),
    );
    let run = desk.assess(&[]);
    let lines = run.faults();
    assert_eq!(lines.len(), 8, "seven columns and one amount: {lines:?}");
    assert_eq!(lines[7], "ledger.csv:2: 学时: 不是数字");
}

#[test]
fn a_missing_pack_is_told_with_the_other_faults() {
    let desk = desk();
    desk.put(
        "ledger.csv",
        format!("{LEDGER}A1,2024-01-10,市局网训,x,,,\n"),
    );
    let run = desk.assess(&["--policy", "atlantis/2024"]);
    assert_eq!(
        run.faults(),
        [
            "policy:1: atlantis/2024: 没有可用的规则包（考核年度2024年）",
            "ledger.csv:2: 学时: 不是数字"
        ]
    );
}
