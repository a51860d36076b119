//! `chengzhi questions check`: a verdict for each question, and the exit code.
#![allow(clippy::unwrap_used)]

mod cli_support;

use chengzhi_questions::{Format, Question, write};
use cli_support::{Desk, Run};
use serde_json::{Value, json};

fn check(desk: &Desk, args: &[&str]) -> Run {
    desk.run(&[&["questions", "check"], args].concat())
}

fn report(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn a_sound_file_passes_in_every_format() {
    let desk = Desk::new();
    let questions = [Question::choice(
        "当场处罚对公民罚款的上限是",
        ["一百元", "二百元"],
        "B",
    )];
    for (format, name) in [
        (Format::Gift, "gift"),
        (Format::Aiken, "aiken"),
        (Format::MoodleXml, "moodle-xml"),
        (Format::Qti, "qti"),
        (Format::Xlsx, "xlsx"),
        (Format::Docx, "docx"),
    ] {
        desk.put("bank", write(&questions, format).bytes);
        for args in [
            &["bank", "--format", "json"][..],
            &["bank", "--format-in", name],
        ] {
            let run = check(&desk, args);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
            let got = report(&run);
            // A header row, a heading and the opening tags stand above the first question.
            let least = match format {
                Format::Xlsx | Format::Docx | Format::MoodleXml => 2,
                _ => 1,
            };
            let item = got.get("items").unwrap().get(0).unwrap();
            assert!(item.get("line").unwrap().as_u64() >= Some(least), "{got}");
            assert_eq!(item.get("answers"), Some(&json!(["B"])));
            assert_eq!(
                (got.get("accepted"), got.get("rejected")),
                (Some(&json!(1)), Some(&json!(0)))
            );
        }
    }
}

#[test]
fn broken_questions_are_told_and_their_neighbours_taken() {
    let desk = Desk::new();
    desk.put(
        "bank.txt",
        "上限是{~一百元 =二百元}\n\n坏{=甲 ~甲}\n\n可以{F}\n\n几日{=五日 =5日}\n\n说明\n\n简述{}\n",
    );
    let run = check(
        &desk,
        &["bank.txt", "--format-in", "gift", "--format", "json"],
    );
    assert_eq!(run.code, 3);
    assert_eq!(
        report(&run),
        json!({
            "items": [
                {"line": 1, "kind": "single", "stem": "上限是", "ok": true, "reason": null, "answers": ["B"]},
                {"line": 3, "kind": "single", "stem": "坏", "ok": false, "reason": "选项重复：A与B相同", "answers": ["A"]},
                {"line": 5, "kind": "true_false", "stem": "可以", "ok": true, "reason": null, "answers": [false]},
                {"line": 7, "kind": "fill_in", "stem": "几日", "ok": true, "reason": null, "answers": ["五日", "5日"]},
                {"line": 9, "kind": null, "stem": "说明", "ok": false,
                 "reason": "没有答案部分（花括号），只是一段说明文字", "answers": []},
                {"line": 11, "kind": "short_answer", "stem": "简述", "ok": true, "reason": null, "answers": []},
            ],
            "accepted": 4,
            "rejected": 2,
        })
    );
    let text = check(&desk, &["bank.txt", "--format", "text"]);
    assert_eq!(text.code, 3);
    assert!(
        text.out
            .contains("    3  退回  单选题  坏  选项重复：A与B相同\n"),
        "{}",
        text.out
    );
    assert!(text.out.ends_with("通过4题，退回2题。\n"), "{}", text.out);
}

#[test]
fn what_cannot_be_read_says_why() {
    let desk = Desk::new();
    desk.put("empty.txt", "")
        .put("prose.txt", "这里没有题目。")
        .put(
            "laughs.xml",
            "<!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz><question/></quiz>",
        )
        .put("noise", [0xff_u8, 0x00, 0x9c].repeat(1000));
    let large = std::fs::File::create(desk.path("large")).unwrap();
    large.set_len(100 << 20).unwrap();
    for (args, want) in [
        (&["empty.txt"][..], "empty.txt：文件是空的"),
        (&["prose.txt"], "prose.txt：无法识别文件格式"),
        (
            &["prose.txt", "--format-in", "aiken"],
            "prose.txt：文件中没有找到题目",
        ),
        (
            &["prose.txt", "--format-in", "docx"],
            "prose.txt：文件不是Word格式",
        ),
        (&["laughs.xml"], "laughs.xml：XML中含有DOCTYPE声明"),
        (&["noise"], "noise：文字编码无法识别"),
        (&["large"], "large：文件超过64MB"),
        (&["gone"], "gone：没有这个文件"),
        (&["."], ".：文件读不到"),
        (
            &["empty.txt", "--format-in", "csv"],
            "参数--format-in <格式>的值“csv”无效",
        ),
    ] {
        let run = check(&desk, args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.starts_with(want), "{args:?}: {}", run.err);
    }
}
