use chengzhi_questions::{Part, Question, Source};

use super::*;

fn question(explanation: &str) -> Question {
    Question {
        explanation: explanation.to_owned(),
        source: Some(Source {
            law: "中华人民共和国行政处罚法".into(),
            article: "第三十三条第一款".into(),
            version: "2021-01-22 修订".into(),
        }),
        ..Question::choice("初次违法的，（ ）。", ["可以不予处罚", "应当处罚"], "A")
    }
}

const TEXT: &str = "初次违法且危害后果轻微并及时改正的，可以不予\n行政处罚。";

fn law(cited: &Cited) -> Option<String> {
    (cited.article == "第三十三条").then(|| TEXT.to_owned())
}

#[test]
fn articles_lose_paragraph_and_item_but_keep_their_suffix() {
    for (given, bare) in [
        ("第七十二条第一款第一项", "第七十二条"),
        ("第三十条之一第二款", "第三十条之一"),
        (" 第五条 ", "第五条"),
        ("总则", "总则"),
    ] {
        assert_eq!(bare_article(given), bare, "{given}");
    }
}

#[test]
fn the_source_and_the_explanations_name_articles_each_once() {
    let mut case = question(
        "《行政处罚法》第三十三条规定：“可以不予行政处罚”；另见《行政强制法》（2011）第十条。",
    );
    case.parts = vec![Part {
        explanation: "依《行政处罚法》第四十二条第一款。《民法典》总则不算。".into(),
        ..Part::from(Question::choice("问", ["甲", "乙"], "B"))
    }];
    let all: Vec<(usize, String, String)> = cited(&case)
        .into_iter()
        .map(|one| (one.part, one.law, one.article))
        .collect();
    assert_eq!(
        all,
        [
            (
                0,
                "中华人民共和国行政处罚法".to_owned(),
                "第三十三条".to_owned()
            ),
            (0, "行政强制法".to_owned(), "第十条".to_owned()),
            (1, "行政处罚法".to_owned(), "第四十二条".to_owned()),
        ]
    );
}

#[test]
fn a_question_is_checked_when_its_quotation_stands_in_the_article() {
    let sound = question("《中华人民共和国行政处罚法》第三十三条规定：“可以不予行政处罚”。");
    assert_eq!(unchecked(&sound, &law), None);
    for (broken, why) in [
        (question("见条文。"), "没有引用"),
        (question("规定：“应当不予行政处罚”。"), "没有找到"),
        (
            Question {
                source: None,
                ..question("规定：“可以不予行政处罚”。")
            },
            "没有注明依据",
        ),
    ] {
        let said = unchecked(&broken, &law).unwrap();
        assert!(said.contains(why), "{said}");
    }
    let nowhere = unchecked(&sound, &|_| None).unwrap();
    assert!(
        nowhere.contains("题库中没有《中华人民共和国行政处罚法》第三十三条"),
        "{nowhere}"
    );
}

#[test]
fn each_explained_sub_question_stands_on_its_own_article() {
    let part = |explanation: &str| Part {
        explanation: explanation.into(),
        ..Part::from(Question::choice("问", ["甲", "乙"], "B"))
    };
    let mut case = question("《行政处罚法》第三十三条规定：“可以不予行政处罚”。");
    case.parts = vec![part(""), part("《行政处罚法》第三十三条：“危害后果轻微”。")];
    assert_eq!(unchecked(&case, &law), None);
    case.parts
        .push(part("《行政处罚法》第九条：“警告、通报批评”。"));
    assert!(unchecked(&case, &law).unwrap().contains("第3小题"));
}
