use super::*;

fn asked(kind: Kind, options: usize) -> Asked {
    Asked {
        question: QuestionId(7),
        section: 0,
        kind,
        marks: Marks::whole(2),
        background: None,
        stem: "题干".to_owned(),
        options: (0..options).map(|n| format!("选项{n}")).collect(),
        pictures: Vec::new(),
        parts: Vec::new(),
        gaps: 2,
        pinned: false,
        key: None,
    }
}

fn shown(options: &[usize]) -> Shown {
    Shown {
        question: QuestionId(7),
        section: 0,
        options: options.to_vec(),
    }
}

fn letters(text: &str) -> Answer {
    Answer::Options(text.chars().collect())
}

fn texts(list: &[&str]) -> Answer {
    Answer::Texts(list.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn answers_are_kept_in_the_banks_letters_and_shown_in_the_candidates() {
    let question = asked(Kind::Multiple, 4);
    let order = shown(&[2, 0, 3, 1]);
    let stored = question.read(&letters("AC"), &order).unwrap();
    assert_eq!(stored, letters("CD"));
    assert_eq!(question.show(&stored, &order).unwrap(), letters("AC"));
}

#[test]
fn what_is_no_answer_to_the_question_is_refused() {
    let order = shown(&[0, 1, 2, 3]);
    for (kind, given, code) in [
        (Kind::Single, letters("AB"), "exams.one_option"),
        (Kind::Single, letters("E"), "exams.option"),
        (Kind::Single, Answer::Truth(true), "exams.answer_kind"),
        (Kind::TrueFalse, letters("A"), "exams.answer_kind"),
        (Kind::FillIn, texts(&["一"]), "exams.answer_kind"),
        (Kind::ShortAnswer, texts(&["一", "二"]), "exams.answer_kind"),
        (
            Kind::ShortAnswer,
            texts(&[&"长".repeat(4001)]),
            "exams.answer_long",
        ),
    ] {
        let refused = asked(kind, 4).read(&given, &order).unwrap_err();
        assert_eq!(refused.code, code, "{kind:?}");
    }
    for (kind, given) in [
        (Kind::Single, letters("")),
        (Kind::TrueFalse, letters("")),
        (Kind::FillIn, texts(&["", "二"])),
    ] {
        assert!(asked(kind, 4).read(&given, &order).is_ok(), "{kind:?}");
    }
    assert!(!says_something(&letters("")) && !says_something(&texts(&[" ", ""])));
    assert!(says_something(&Answer::Truth(false)));
}

fn part(kind: Kind, marks: i64, key: Option<Key>) -> AskedPart {
    AskedPart {
        kind,
        marks: Marks(marks),
        stem: "小题".to_owned(),
        options: match kind {
            Kind::Single | Kind::Multiple => ["甲", "乙", "丙"].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        },
        gaps: usize::from(kind == Kind::FillIn),
        key,
    }
}

fn options(text: &str) -> Key {
    Key::Options(text.chars().collect())
}

/// Five marks each: a single choice (B), a multiple choice (AC), right or wrong (wrong), a gap (五日).
fn keyed() -> Asked {
    Asked {
        marks: Marks::whole(20),
        parts: vec![
            part(Kind::Single, 500, Some(options("B"))),
            part(Kind::Multiple, 500, Some(options("AC"))),
            part(Kind::TrueFalse, 500, Some(Key::Truth(false))),
            part(
                Kind::FillIn,
                500,
                Some(Key::Texts(vec![vec!["五日".to_owned()]])),
            ),
        ],
        ..asked(Kind::Case, 0)
    }
}

/// The same with two more to be read, of eight and of two marks.
fn mixed() -> Asked {
    let mut mixed = keyed();
    mixed.marks = Marks::whole(30);
    mixed.parts.push(part(Kind::ShortAnswer, 800, None));
    mixed.parts.push(part(Kind::ShortAnswer, 200, None));
    mixed
}

fn right() -> Vec<Option<Answer>> {
    vec![
        Some(letters("B")),
        Some(letters("AC")),
        Some(Answer::Truth(false)),
        Some(texts(&["5日"])),
    ]
}

fn answered(open: [Option<&str>; 2]) -> Answer {
    let mut parts = right();
    if let Some(last) = parts.last_mut() {
        *last = Some(texts(&["五日"]));
    }
    parts.extend(open.map(|text| text.map(|text| texts(&[text]))));
    Answer::Parts(parts)
}

#[test]
fn keyed_parts_are_marked_one_by_one() {
    let change = |place: usize, to: Option<Answer>| {
        let mut parts = right();
        parts[3] = Some(texts(&["五日"]));
        parts[place] = to;
        Answer::Parts(parts)
    };
    let all = change(0, Some(letters("B")));
    let blank = Answer::Parts(vec![None, None, None, None]);
    for (name, answer, want) in [
        ("all right", Some(all), 2000),
        ("the first wrong", Some(change(0, Some(letters("C")))), 1500),
        (
            "the second incomplete",
            Some(change(1, Some(letters("A")))),
            1500,
        ),
        (
            "the third wrong",
            Some(change(2, Some(Answer::Truth(true)))),
            1500,
        ),
        ("the fourth left out", Some(change(3, None)), 1500),
        (
            "the fourth emptied",
            Some(change(3, Some(texts(&[""])))),
            1500,
        ),
        ("all blank", Some(blank), 0),
        ("no answer", None, 0),
    ] {
        let earned = keyed().earned(answer.as_ref(), None, Incomplete::Nothing);
        assert_eq!(earned, Some(Marks(want)), "{name}");
        // Nobody has to read it.
        assert!(
            !answer.is_some_and(|answer| keyed().is_read(&answer)),
            "{name}"
        );
    }
    assert_eq!(keyed().by_hand(), Marks::ZERO);
}

#[test]
fn a_mixed_case_is_read_for_its_open_parts_only() {
    assert_eq!(mixed().by_hand(), Marks::whole(10));
    for (name, open, hand, is_read, want) in [
        (
            "read",
            [Some("应当听证"), None],
            Some(600),
            true,
            Some(2600),
        ),
        ("not read yet", [Some("应当听证"), None], None, true, None),
        ("left out", [None, None], None, false, Some(2000)),
        ("emptied", [Some(" "), Some("")], None, false, Some(2000)),
        (
            "the last only",
            [None, Some("五日")],
            Some(200),
            true,
            Some(2200),
        ),
    ] {
        let answer = answered(open);
        assert_eq!(mixed().is_read(&answer), is_read, "{name}");
        let earned = mixed().earned(Some(&answer), hand.map(Marks), Incomplete::Nothing);
        assert_eq!(earned, want.map(Marks), "{name}");
    }
}

#[test]
fn an_answer_to_a_case_fits_its_parts() {
    let whole = answered([Some("应当听证"), None]);
    let order = shown(&[]);
    assert_eq!(mixed().read(&whole, &order).unwrap(), whole);
    assert_eq!(mixed().show(&whole, &order).unwrap(), whole);
    let one = |place: usize, wrong: Answer| {
        let mut parts: Vec<Option<Answer>> = vec![None; 6];
        parts[place] = Some(wrong);
        Answer::Parts(parts)
    };
    for (wrong, code) in [
        (texts(&["一段话"]), "exams.answer_kind"),
        (Answer::Parts(vec![None; 5]), "exams.answer_kind"),
        (one(0, letters("AB")), "exams.one_option"),
        (one(1, letters("D")), "exams.option"),
        (one(2, texts(&["对"])), "exams.answer_kind"),
        (one(4, Answer::Parts(Vec::new())), "exams.answer_kind"),
        (one(4, texts(&[&"长".repeat(4001)])), "exams.answer_long"),
    ] {
        let refused = mixed().read(&wrong, &order).unwrap_err();
        assert_eq!(refused.code, code, "{wrong:?}");
    }
    assert!(!says_something(&Answer::Parts(vec![
        None,
        Some(texts(&[" "]))
    ])));
    assert!(says_something(&Answer::Parts(vec![
        None,
        Some(Answer::Truth(false))
    ])));
    let stored = serde_json::to_string(&Answer::Parts(vec![None, Some(Answer::Truth(true))]));
    assert_eq!(stored.unwrap(), r#"{"parts":[null,{"truth":true}]}"#);
}

/// As a form was sealed before sub-questions were answered by themselves.
const OLD: &str = r#"{
    "sections": [{"title": "一、案例分析题"}],
    "questions": [
        {"question": 5, "section": 0, "kind": "single", "marks": 200, "stem": "选一个",
         "options": ["甲", "乙"], "gaps": 0, "pinned": false, "key": {"options": ["A"]}},
        {"question": 6, "section": 0, "kind": "case", "marks": 2000,
         "stem": "某工地夜间施工。\n（1）应由谁处理？\n　A. 城管执法\n　B. 公安\n（2）说明理由。",
         "options": [], "gaps": 0, "pinned": false}
    ]}"#;

#[test]
fn a_form_sealed_without_parts_is_read_and_counted_as_before() {
    let form: Form = serde_json::from_str(OLD).unwrap();
    let [single, case] = form.questions.as_slice() else {
        panic!("two questions");
    };
    assert!(case.parts.is_empty() && case.pictures.is_empty());
    let written = texts(&["（1）A（2）见第三十九条"]);
    assert_eq!(case.read(&written, &shown(&[])).unwrap(), written);
    assert!(case.is_read(&written));
    assert_eq!(case.by_hand(), Marks::whole(20));
    let none = Incomplete::Nothing;
    assert_eq!(case.earned(Some(&written), None, none), None);
    let hand = Some(Marks::whole(15));
    assert_eq!(case.earned(Some(&written), hand, none), hand);
    assert_eq!(case.earned(None, None, none), Some(Marks::ZERO));
    let chosen = letters("A");
    assert_eq!(single.earned(Some(&chosen), None, none), Some(Marks(200)));
    // Written again it is what it was: its digest stands.
    let again = serde_json::to_value(&form).unwrap();
    assert!(again["questions"][1].get("parts").is_none());
    assert!(again["questions"][1].get("pictures").is_none());
}
