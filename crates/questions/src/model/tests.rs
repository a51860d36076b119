use super::*;

#[test]
fn names_on_the_wire_are_those_of_the_issue() {
    for kind in Kind::ALL {
        assert_eq!(
            serde_json::to_string(&kind).unwrap(),
            format!("\"{}\"", kind.name())
        );
    }
}

#[test]
fn a_question_survives_json() {
    let mut question = Question::choice("当场处罚的上限", ["100元", "200元"], "B");
    question.pictures = vec![Picture::new("a.png", b"\x89PNG\r\n\x1a\n123".to_vec())];
    question.source = Some(Source {
        law: "行政处罚法".into(),
        article: "第五十一条".into(),
        version: "2021".into(),
    });
    let text = serde_json::to_string(&question).unwrap();
    assert!(text.contains("iVBORw0KGgoxMjM="), "{text}");
    assert_eq!(
        serde_json::from_str::<Question>(&text).unwrap(),
        question,
        "{text}"
    );
    let short: Question =
        serde_json::from_str(r#"{"kind":"true_false","stem":"x","answer":{"true_false":true}}"#)
            .unwrap();
    assert_eq!(short.answer, Answer::TrueFalse(true));
}

#[test]
fn letters_are_sorted_and_counted_once() {
    assert_eq!(
        Answer::letters("cAa".chars()),
        Answer::Options(vec!['A', 'C'])
    );
    assert_eq!(
        (letter(25), letter(26), letter_index('C')),
        ('Z', '?', Some(2))
    );
    assert_eq!(letter_index('c'), None);
}

#[test]
fn pictures_are_found_where_the_text_names_them() {
    let text = format!(
        "看{}和{}【图：x",
        picture_mark("a.png"),
        picture_mark("b.png")
    );
    assert_eq!(pictures_in(&text).collect::<Vec<_>>(), ["a.png", "b.png"]);
}
