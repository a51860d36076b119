//! Any sound question, through any format: what comes back equals what went in, but for what is
//! listed as lost.
#![allow(clippy::unwrap_used)]

use chengzhi_questions::{
    Answer, Format, Kind, Part, Picture, Question, Source, parse, picture_mark, write,
};
use proptest::prelude::*;

/// Text with the signs that formats use for themselves.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[一二三罚款听证处理]{1,6}",
        1 => Just("A. ".to_owned()),
        1 => Just("答案：".to_owned()),
        1 => Just("1. ".to_owned()),
        1 => Just("（1）".to_owned()),
        1 => Just("\n".to_owned()),
        1 => Just("____".to_owned()),
        2 => "[a-zA-D0-9 =~#{}:<>&\"'%|/\\\\;；、。（）《》【】\t-]{1,4}",
    ];
    prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

fn answered(kind: Kind) -> impl Strategy<Value = (Kind, String, Vec<String>, Answer)> {
    let options = prop::collection::vec(text(), 2..7);
    (
        text(),
        options,
        prop::collection::vec(text(), 1..4),
        any::<u8>(),
    )
        .prop_map(move |(stem, options, texts, seed)| {
            let count = options.len();
            let at = |n: usize| char::from(b'A' + u8::try_from(n % count).unwrap());
            let seed = usize::from(seed);
            match kind {
                Kind::Single => (kind, stem, options, Answer::letters([at(seed)])),
                Kind::Multiple => {
                    let letters = [at(seed), at(seed + 1)];
                    (kind, stem, options, Answer::letters(letters))
                }
                Kind::TrueFalse => (kind, stem, Vec::new(), Answer::TrueFalse(seed % 2 == 0)),
                Kind::FillIn => {
                    let blanks = chengzhi_questions::text::blanks_in(&stem).max(1);
                    (kind, stem, Vec::new(), Answer::Blanks(vec![texts; blanks]))
                }
                _ => (kind, stem, Vec::new(), Answer::text(texts.concat())),
            }
        })
}

fn simple() -> impl Strategy<Value = (Kind, String, Vec<String>, Answer)> {
    prop_oneof![
        answered(Kind::Single),
        answered(Kind::Multiple),
        answered(Kind::TrueFalse),
        answered(Kind::FillIn),
        answered(Kind::ShortAnswer),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let parts = prop::collection::vec((simple(), prop::option::of(text())), 0..4);
    let origin = (
        prop::option::of(text()),
        prop::option::of(1..=5_u8),
        any::<bool>(),
        any::<bool>(),
    );
    (simple(), parts, prop::option::of(text()), origin).prop_map(
        |((kind, stem, options, answer), parts, explanation, (topic, difficulty, cited, shown))| {
            let mut question = Question::new(kind, stem);
            question.options = options;
            question.answer = answer;
            question.explanation = explanation.unwrap_or_default();
            question.topic = topic.unwrap_or_default();
            question.difficulty = difficulty;
            if cited {
                question.source = Some(Source {
                    law: "行政处罚法".into(),
                    article: "第五十一条".into(),
                    version: "2021".into(),
                });
            }
            if !parts.is_empty() {
                question.kind = Kind::Case;
                question.options.clear();
                question.answer = Answer::None;
                question.parts = parts
                    .into_iter()
                    .map(|((kind, stem, options, answer), explanation)| Part {
                        kind,
                        stem,
                        options,
                        answer,
                        explanation: explanation.unwrap_or_default(),
                    })
                    .collect();
            }
            if shown {
                question.stem.push_str(&picture_mark("图 1.gif"));
                question.pictures = vec![Picture::new("图 1.gif", b"GIF89a\x01\0\x01\0".to_vec())];
            }
            question
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn what_is_written_comes_back(questions in prop::collection::vec(question(), 1..6)) {
        for format in Format::ALL {
            let written = write(&questions, format);
            let kept: Vec<usize> = (0..questions.len())
                .filter(|index| !written.lost.iter().any(|l| l.question == *index && l.what.starts_with("整题")))
                .collect();
            if kept.is_empty() {
                continue;
            }
            let parsed = parse(&written.bytes, Some(format));
            prop_assert!(parsed.is_ok(), "{format:?} {parsed:?}");
            let items = parsed.unwrap().items;
            prop_assert_eq!(items.len(), kept.len(), "{:?} {:#?}", format, items);
            for (item, index) in items.iter().zip(kept) {
                let whole = questions.get(index).unwrap();
                prop_assert!(item.result.is_ok(), "{format:?} {whole:?} {:?}", item.reason());
                let lossy = written.lost.iter().any(|lost| lost.question == index);
                if !lossy {
                    prop_assert_eq!(item.result.as_ref().unwrap(), whole, "{:?}", format);
                }
            }
        }
    }
}

#[test]
fn formats_are_told_by_their_content() {
    let questions = [Question::choice("上限是", ["一百元", "二百元"], "B")];
    for format in Format::ALL {
        let bytes = write(&questions, format).bytes;
        assert_eq!(chengzhi_questions::detect(&bytes), Ok(format));
        let parsed = parse(&bytes, None).unwrap();
        assert_eq!(parsed.questions().next(), questions.first(), "{format:?}");
    }
}
