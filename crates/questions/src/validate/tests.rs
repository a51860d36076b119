use super::*;
use crate::model::{Picture, Source, picture_mark};

fn told(question: &Question) -> String {
    sentence(&question.validate()).unwrap_or_default()
}

#[test]
fn a_sound_question_of_each_kind_has_no_fault() {
    let mut case = Question::new(Kind::Case, "某日巡查发现占道经营。");
    case.parts = vec![Part::from(Question::choice(
        "可以处",
        ["警告", "罚款"],
        "B",
    ))];
    let mut judge = Question::new(Kind::TrueFalse, "一人可以执法。");
    judge.answer = Answer::TrueFalse(false);
    let mut fill = Question::new(Kind::FillIn, "应当在____日前通知，（　）日内提出。");
    fill.answer = Answer::Blanks(vec![vec!["七".into(), "7".into()], vec!["五".into()]]);
    let essay = Question::new(Kind::ShortAnswer, "简述听证的范围。");
    for question in [
        Question::choice("上限是", ["一", "二"], "B"),
        Question::choice("种类有", ["一", "二"], "AB"),
        judge,
        fill,
        essay,
        case,
    ] {
        assert_eq!(told(&question), "", "{question:?}");
    }
}

#[test]
fn every_fault_has_its_sentence() {
    let choice = |options: &[&str], right: &str| Question::choice("题", options.to_vec(), right);
    let fill = |stem: &str, blanks: &[&[&str]]| Question {
        answer: Answer::Blanks(
            blanks
                .iter()
                .map(|b| b.iter().map(|t| (*t).to_owned()).collect())
                .collect(),
        ),
        ..Question::new(Kind::FillIn, stem)
    };
    let single_with_two = Question {
        kind: Kind::Single,
        ..choice(&["甲", "乙"], "AB")
    };
    let multiple_with_one = Question {
        kind: Kind::Multiple,
        ..choice(&["甲", "乙"], "A")
    };
    let cases = [
        (choice(&["甲", "乙"], "C"), "答案C不在选项中"),
        (single_with_two, "单选题只能有一个答案"),
        (multiple_with_one, "多选题至少要有两个答案"),
        (choice(&["甲", "乙", "甲 "], "A"), "选项重复：A与C相同"),
        (choice(&["甲", " "], "A"), "选项B没有内容"),
        (choice(&["甲"], "A"), "单选题至少要有两个选项"),
        (choice(&["甲", "乙"], ""), "缺少答案"),
        (Question::choice(" ", ["甲", "乙"], "A"), "缺少题干"),
        (
            Question::choice("题\u{fffd}", ["甲", "乙"], "A"),
            "题干含有乱码或不可见字符，请检查文件编码",
        ),
        (fill("____和____", &[&["一"]]), "题干有2个空，答案给了1个"),
        (fill("____", &[&[]]), "第1空没有答案"),
        (Question::new(Kind::Case, "案"), "案例题缺少小题"),
        (Question::new(Kind::TrueFalse, "判"), "缺少答案"),
        (
            Question {
                difficulty: Some(6),
                ..choice(&["甲", "乙"], "A")
            },
            "难度“6”应为1至5的整数",
        ),
        (
            Question {
                source: Some(Source {
                    article: "第一条".into(),
                    ..Source::default()
                }),
                ..choice(&["甲", "乙"], "A")
            },
            "依据缺少法律名称",
        ),
        (
            Question::choice(picture_mark("x.png"), ["甲", "乙"], "A"),
            "图片“x.png”没有随题提供",
        ),
        (
            Question {
                pictures: vec![Picture::new("x.bmp", b"BM".to_vec())],
                ..choice(&["甲", "乙"], "A")
            },
            "图片“x.bmp”不是PNG、JPEG或GIF，请转换后重新插入",
        ),
        (
            Question {
                pictures: vec![Picture::new("../x.gif", b"GIF89a".to_vec())],
                ..choice(&["甲", "乙"], "A")
            },
            "图片名称“../x.gif”为空、重复或含有特殊符号",
        ),
        (
            Question {
                parts: vec![Part::from(choice(&["甲", "乙"], "C"))],
                ..Question::new(Kind::Case, "案")
            },
            "第1小题：答案C不在选项中",
        ),
    ];
    for (question, want) in cases {
        assert_eq!(told(&question), want);
    }
}

#[test]
fn several_faults_are_told_together() {
    let question = Question::choice("", ["甲", "甲"], "C");
    assert_eq!(
        told(&question),
        "缺少题干；选项重复：A与B相同；答案C不在选项中"
    );
}
