use super::*;
use proptest::prelude::*;

#[test]
fn letters_of_a_key() {
    for (text, want) in [
        ("ABD", "ABD"),
        ("Ａ、Ｃ", "AC"),
        ("b, a", "AB"),
        ("（C）", "C"),
        ("A和C", "AC"),
    ] {
        assert_eq!(key_letters(text), Some(want.chars().collect()), "{text}");
    }
    for text in ["", "对", "A是", "１"] {
        assert_eq!(key_letters(text), None, "{text}");
    }
}

#[test]
fn right_and_wrong_in_many_hands() {
    for text in ["对", "√", "正确。", "（对）", "TRUE", "T", "Ｔ", " 是"] {
        assert_eq!(judgement(text), Some(true), "{text}");
    }
    for text in ["错", "×", "错误", "X", "false", "（×）", "不正确"] {
        assert_eq!(judgement(text), Some(false), "{text}");
    }
    for text in ["", "A", "对错"] {
        assert_eq!(judgement(text), None, "{text}");
    }
}

#[test]
fn blanks_are_underscores_and_empty_brackets() {
    for (stem, want) in [
        ("应当在____日内", 1),
        ("（　）和( )以及【 】", 3),
        ("a_b（1）", 0),
        ("____、____", 2),
        ("＿＿＿＿", 1),
        ("（", 0),
    ] {
        assert_eq!(blanks_in(stem), want, "{stem}");
    }
}

#[test]
fn accepted_texts_as_people_write_them() {
    let cases: [(&str, usize, &[&[&str]]); 10] = [
        ("二百元/200元", 1, &[&["二百元", "200元"]]),
        ("七；五", 2, &[&["七"], &["五"]]),
        ("七；五", 1, &[&["七", "五"]]),
        ("七、五", 2, &[&["七"], &["五"]]),
        ("七 五", 2, &[&["七"], &["五"]]),
        ("（1）七（2）五", 2, &[&["七"], &["五"]]),
        ("①七；②五", 2, &[&["七"], &["五"]]),
        ("60km/h", 1, &[&["60km/h"]]),
        ("甲、乙", 1, &[&["甲、乙"]]),
        ("七|7；五", 2, &[&["七", "7"], &["五"]]),
    ];
    for (text, wanted, want) in cases {
        let want: Vec<Vec<String>> = want
            .iter()
            .map(|b| b.iter().map(|t| (*t).to_owned()).collect())
            .collect();
        assert_eq!(split_blanks(text, wanted), want, "{text}");
    }
    assert!(split_blanks(" ", 1).is_empty());
}

#[test]
fn citations() {
    let source = |law: &str, article: &str, version: &str| Source {
        law: law.into(),
        article: article.into(),
        version: version.into(),
    };
    for (text, want) in [
        (
            "《行政处罚法》（2021）第五十一条",
            source("行政处罚法", "第五十一条", "2021"),
        ),
        (
            "《行政处罚法》第五十一条（2021年修订）",
            source("行政处罚法", "第五十一条", "2021年修订"),
        ),
        (
            "行政处罚法第五十一条",
            source("行政处罚法", "第五十一条", ""),
        ),
        (
            "《关于〈条例〉的决定》",
            source("关于〈条例〉的决定", "", ""),
        ),
    ] {
        assert_eq!(read_citation(text), Some(want), "{text}");
    }
    assert_eq!(read_citation(" "), None);
}

proptest! {
    #[test]
    fn joined_blanks_are_split_again(
        blanks in prop::collection::vec(prop::collection::btree_set("[一二A1/;；|\\\\]{1,6}", 1..4), 2..4)
    ) {
        let blanks: Vec<Vec<String>> = blanks.into_iter().map(|b| b.into_iter().collect()).collect();
        prop_assert_eq!(split_blanks(&join_blanks(&blanks), blanks.len()), blanks);
    }

    #[test]
    fn nothing_makes_the_readings_fail(text in "\\PC{0,40}", wanted in 0..4usize) {
        prop_assert!(split_blanks(&text, wanted).iter().flatten().all(|t| !t.is_empty()));
        prop_assert!(blanks_in(&text) <= text.len());
        prop_assert!(key_letters(&text).is_none_or(|letters| !letters.is_empty()));
        prop_assert!(!(judgement(&text).is_some() && trim(&text).is_empty()));
        prop_assert_eq!(read_citation(&text).is_none(), trim(&text).trim_end_matches('。').is_empty());
        prop_assert!(part_number(&text).is_none_or(|(n, _)| (1..=99).contains(&n)));
    }
}
