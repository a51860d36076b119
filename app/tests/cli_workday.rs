//! `chengzhi workday` as people call it.
#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Desk;

#[test]
fn add_and_sub_print_the_day_and_nothing_else() {
    let desk = Desk::new();
    let table = [
        (["add", "2024-02-07", "5"], "2024-02-20\n"),
        (["add", "2024年2月7日", "5"], "2024-02-20\n"),
        (["add", "20250122", "7"], "2025-02-07\n"),
        (["add", "2025/12/30", "2"], "2026-01-04\n"),
        (["sub", "2025-06-09", "7"], "2025-05-28\n"),
        (["sub", "2024-02-20", "5"], "2024-02-07\n"),
        (["add", "2026-12-30", "1"], "2026-12-31\n"),
    ];
    for (args, want) in table {
        let run = desk.run(&[&["workday"], args.as_slice()].concat());
        assert_eq!(
            (run.code, run.out.as_str(), run.err.as_str()),
            (0, want, ""),
            "{args:?}"
        );
    }
}

#[test]
fn a_year_without_data_is_refused() {
    let desk = Desk::new();
    for args in [
        ["add", "2026-12-31", "1"],
        ["sub", "2023-01-03", "1"],
        ["add", "2022-12-30", "1"],
        ["add", "2026-12-25", "30"],
    ] {
        let run = desk.run(&[&["workday"], args.as_slice()].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains("工作日历尚未公布"), "{}", run.err);
    }
    let run = desk.run(&["workday", "is", "2027-01-04"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("工作日历尚未公布"));
}

#[test]
fn is_says_which_and_why() {
    let desk = Desk::new();
    let table = [
        ("2024-02-09", 0, "工作日", "平日"),
        ("2024-02-18", 0, "工作日", "调休"),
        ("2024-02-12", 1, "休息日", "春节"),
        ("2024-03-02", 1, "休息日", "周末"),
    ];
    for (date, code, word, reason) in table {
        let run = desk.run(&["workday", "is", date]);
        assert_eq!((run.code, run.err.as_str()), (code, ""), "{date}");
        assert!(
            run.out.starts_with(word) && run.out.contains(reason),
            "{}",
            run.out
        );
    }
}

#[test]
fn explain_prints_the_day_strip() {
    let run = Desk::new().run(&["workday", "add", "2024-02-07", "5", "--explain"]);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines[0], "2024-02-20");
    assert_eq!(lines.len(), 15, "the day, then 7 to 20 February");
    assert_eq!(lines.iter().filter(|l| l.contains("个工作日")).count(), 5);
    assert!(lines[14].starts_with("2024-02-20") && lines[14].ends_with("第5个工作日"));
}

#[test]
fn is_takes_explain_as_well() {
    let run = Desk::new().run(&["workday", "is", "2024-02-18", "--explain"]);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!((run.code, lines.len()), (0, 2), "{}{}", run.out, run.err);
    assert!(lines[0].starts_with("工作日"));
    assert_eq!(lines[1], "2024-02-18 周日 调休上班");
}

#[test]
fn nonsense_is_refused_in_chinese() {
    for args in [
        ["add", "2024-02-30", "1"],
        ["add", "tomorrow", "1"],
        ["add", "2024-02-07", "-1"],
        ["add", "2024-02-07", "x"],
    ] {
        let run = Desk::new().run(&[&["workday"], args.as_slice()].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        in_chinese(&run.err);
    }
    for year in ["abc", "99999", "2024.5"] {
        let run = Desk::new().run(&["assess", "--year", year, "--roster", "roster.csv"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{year}");
        in_chinese(&run.err);
        assert!(run.err.contains("1900"), "{}", run.err);
    }
    let run = Desk::new().run(&["assess", "--year", "2024", "--year", "2025"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("只能写一次"), "{}", run.err);
}

/// No word of English besides option names and what was typed.
#[track_caller]
fn in_chinese(sentence: &str) {
    assert!(
        sentence.contains("无效") || sentence.contains("不认识"),
        "{sentence}"
    );
    for word in ["invalid", "not in", "digit"] {
        assert!(!sentence.contains(word), "{sentence}");
    }
}
