use super::*;

#[test]
fn lines_are_told_apart() {
    let cases = [
        (
            "一、单项选择题（每题2分，共20题）",
            Class::Heading(Some(Kind::Single)),
        ),
        ("第二部分　判断题", Class::Heading(Some(Kind::TrueFalse))),
        ("二、选择题", Class::Heading(None)),
        ("多选题", Class::Heading(Some(Kind::Multiple))),
        ("一、主动消除危害后果", Class::Text),
        ("参考答案：", Class::Key),
        ("12. 题", Class::Number(12, "题")),
        ("１２、题", Class::Number(12, "题")),
        ("第3题：题", Class::Number(3, "题")),
        ("1.5倍罚款", Class::Text),
        ("（2）问", Class::Part(2, "问")),
        ("问题2：问", Class::Part(2, "问")),
        ("案例一：某日", Class::CaseTitle("某日")),
        ("【案例1】", Class::CaseTitle("")),
        ("案例分析要求", Class::Text),
        ("Ａ．二百元", Class::Option('A')),
        ("(B) 二百元", Class::Option('B')),
        ("答案：AB", Class::Label(Label::Answer, "AB")),
        ("【答案】对", Class::Label(Label::Answer, "对")),
        ("答案 C", Class::Label(Label::Answer, "C")),
        ("答案要写清楚", Class::Text),
        ("解析: 见", Class::Label(Label::Explanation, "见")),
        ("难度：3", Class::Label(Label::Difficulty, "3")),
        ("　", Class::Blank),
    ];
    for (line, want) in cases {
        assert_eq!(classify(line), want, "{line}");
    }
}

#[test]
fn options_on_one_line() {
    let texts = |line: &str| -> Vec<String> {
        options_on(line, 'A', &|_| false)
            .into_iter()
            .map(|(_, text)| text.to_owned())
            .collect()
    };
    for line in [
        "A.50元  B.100元  C.200元",
        "A．50元\tB．100元\tC．200元",
        "A.50元B.100元C.200元",
        "Ａ、50元　Ｂ、100元　Ｃ、200元",
        "A\t50元\tB\t100元\tC\t200元",
        "(A)50元 (B)100元 (C)200元",
    ] {
        assert_eq!(texts(line), ["50元", "100元", "200元"], "{line}");
    }
    assert_eq!(texts("A. 选项B、C都对"), ["选项B、C都对"]);
    let kept = options_on("A. 见 B.甲", 'A', &|c| c == 'B');
    assert_eq!(kept, [('A', "见 B.甲")]);
    assert_eq!(options_of("A.甲\n续\nB.乙"), ["甲\n续", "乙"]);
    assert!(inline_options("上限是（ ） A.甲 B.乙").is_some());
    assert!(inline_options("甲、A.乙").is_none());
}

#[test]
fn labels_within_a_line_cut_it() {
    assert_eq!(
        pieces("D.四 答案：B 解析：见【难度】3"),
        ["D.四 ", "答案：B ", "解析：见", "【难度】3"]
    );
    assert_eq!(pieces("答案：B"), ["答案：B"]);
    assert_eq!(pieces("他说答案：不知"), ["他说答案：不知"]);
}

#[test]
fn kinds_and_keys_in_brackets() {
    assert_eq!(kind_mark("【单选题】上限"), (Some(Kind::Single), "上限"));
    assert_eq!(
        kind_mark("种类有（　）。（多选）"),
        (Some(Kind::Multiple), "种类有（　）。")
    );
    assert_eq!(kind_mark("（一）"), (None, "（一）"));
    assert_eq!(
        inline_key("上限是（ B ）元", true),
        Some(("B".into(), "上限是（\u{3000}）元".into()))
    );
    assert_eq!(
        inline_key("可以（×）", false),
        Some(("×".into(), "可以（\u{3000}）".into()))
    );
    assert_eq!(inline_key("上限是（二百）元", true), None);
}
