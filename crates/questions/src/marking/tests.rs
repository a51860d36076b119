use super::*;
use crate::model::Part;
use proptest::prelude::*;

fn letters(text: &str) -> Given {
    Given::Options(text.chars().collect())
}

#[test]
fn choices_by_policy() {
    use Multiple::{AllOrNothing, ByShare, Each, Fixed};
    use Verdict::{Partial, Right, Unanswered, Wrong};
    let single = Question::choice("x", ["甲", "乙", "丙"], "B");
    let multiple = Question::choice("x", ["甲", "乙", "丙", "丁"], "ABD");
    for (question, said, rule, score, verdict) in [
        (&single, "B", AllOrNothing, 200, Right),
        (&single, "b", AllOrNothing, 200, Right),
        (&single, "A", ByShare, 0, Wrong),
        (&single, "AB", ByShare, 0, Wrong),
        (&single, "", AllOrNothing, 0, Unanswered),
        (&multiple, "DBA", AllOrNothing, 200, Right),
        (&multiple, "AB", AllOrNothing, 0, Wrong),
        (&multiple, "AB", ByShare, 133, Partial),
        (&multiple, "AA", ByShare, 66, Partial),
        (&multiple, "AB", Fixed(100), 100, Partial),
        (&multiple, "AB", Fixed(900), 200, Partial),
        (&multiple, "AB", Each(50), 100, Partial),
        (&multiple, "ABC", ByShare, 0, Wrong),
        (&multiple, "ABCD", Each(50), 0, Wrong),
        (&multiple, "Z", Fixed(100), 0, Wrong),
    ] {
        let policy = Policy {
            multiple: rule,
            ..Policy::strict(200)
        };
        let mark = mark(question, &letters(said), &policy);
        assert_eq!(
            (mark.score, mark.verdict, mark.needs_hand),
            (score, verdict, false),
            "{said} {rule:?}"
        );
    }
}

#[test]
fn blanks_are_compared_as_a_person_would() {
    let mut question = Question::new(Kind::FillIn, "____和____和____");
    question.answer = Answer::Blanks(vec![
        vec!["二百元".into(), "200元".into()],
        vec!["《行政处罚法》".into()],
        vec!["五".into()],
    ]);
    let policy = Policy::strict(100);
    for (said, score, verdict) in [
        (["２００元", "行政处罚法。", "5"], 100, Verdict::Right),
        (["两百元", "行政处罚法", "六"], 66, Verdict::Partial),
        (["", "x", "五日"], 0, Verdict::Wrong),
        (["", " ", ""], 0, Verdict::Unanswered),
    ] {
        let given = Given::Blanks(said.map(str::to_owned).to_vec());
        let got = mark(&question, &given, &policy);
        assert_eq!((got.score, got.verdict), (score, verdict), "{said:?}");
    }
    let given = Given::Blanks(vec!["200元".into(), "行政处罚法".into(), "5".into()]);
    let exact = Policy {
        numerals: false,
        blanks: Blanks::Together,
        ..policy
    };
    assert_eq!(mark(&question, &given, &exact).score, 0);
    let short = Given::Blanks(vec!["200元".into()]);
    assert_eq!(mark(&question, &short, &Policy::strict(100)).score, 33);
}

#[test]
fn chinese_numbers_have_a_value() {
    for (text, want) in [
        ("二百", "200"),
        ("一千零五十", "1050"),
        ("二〇二一年", "2021年"),
        ("十五日", "15日"),
        ("三万二千", "32000"),
        ("百分之三", "100分之3"),
        ("五", "5"),
        ("甲", "甲"),
    ] {
        assert_eq!(in_digits(text), want, "{text}");
    }
}

#[test]
fn what_a_person_must_read_waits_for_him() {
    let essay = Question::new(Kind::ShortAnswer, "简述");
    let text = Given::Text("因为".into());
    let policy = Policy::strict(1000);
    assert_eq!(mark(&essay, &text, &policy).verdict, Verdict::ByHand);
    assert_eq!(
        mark(&essay, &Given::Text(" ".into()), &policy).verdict,
        Verdict::Unanswered
    );
    let mut judge = Question::new(Kind::TrueFalse, "可以");
    judge.answer = Answer::TrueFalse(true);
    let mut case = Question::new(Kind::Case, "案情");
    case.parts = vec![
        Part::from(Question::choice("问", ["甲", "乙"], "A")),
        Part::from(essay),
        Part::from(judge),
    ];
    let given = Given::Parts(vec![letters("A"), text, Given::TrueFalse(false)]);
    let got = mark(&case, &given, &policy);
    assert_eq!((got.score, got.full, got.needs_hand), (334, 1000, true));
    let fulls: Vec<u32> = got.parts.iter().map(|part| part.full).collect();
    assert_eq!(fulls, [334, 333, 333]);
    let weighted = Policy {
        parts: vec![200, 600, 200],
        ..policy.clone()
    };
    assert_eq!(mark(&case, &given, &weighted).score, 200);
    assert_eq!(
        mark(&case, &Given::Nothing, &policy).verdict,
        Verdict::Unanswered
    );
    // An answer of another shape earns nothing and breaks nothing.
    assert_eq!(
        mark(
            &case.parts[0].clone().into(),
            &Given::TrueFalse(true),
            &policy
        )
        .verdict,
        Verdict::Wrong
    );
}

proptest! {
    #[test]
    fn no_answer_earns_more_than_the_full_mark(
        full in 0..2000_u32,
        right in "[A-F]{2,6}",
        said in "[A-H]{0,8}",
        each in 0..3000_u32,
    ) {
        let question = Question::choice("x", ["a", "b", "c", "d", "e", "f"], &right);
        for multiple in [Multiple::AllOrNothing, Multiple::ByShare, Multiple::Fixed(each), Multiple::Each(each)] {
            let policy = Policy { multiple, ..Policy::strict(full) };
            let got = mark(&question, &letters(&said), &policy);
            prop_assert!(got.score <= got.full);
            prop_assert_eq!(got.full, full);
            if said.contains(['G', 'H']) {
                prop_assert_eq!(got.score, 0);
            }
        }
    }
}
