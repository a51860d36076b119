//! Bytes of strangers: whatever comes, there is an answer, soon, and no panic.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use chengzhi_questions::{Answer, Format, Kind, Part, Question, Unreadable, detect, parse, write};
use proptest::prelude::*;

/// Reads as every format and by detection.
fn all_ways(bytes: &[u8]) {
    for format in Format::ALL.map(Some).into_iter().chain([None]) {
        if let Ok(parsed) = parse(bytes, format) {
            assert!(!parsed.items.is_empty());
            for item in &parsed.items {
                assert!(item.line >= 1);
                assert_eq!(item.result.is_err(), item.reason().is_some());
            }
        }
    }
}

fn sample() -> Vec<Question> {
    let mut judge = Question::new(Kind::TrueFalse, "一人可以执法。");
    judge.answer = Answer::TrueFalse(false);
    let mut fill = Question::new(Kind::FillIn, "应当在____日内提出，（　）日前通知。");
    fill.answer = Answer::Blanks(vec![vec!["五".into(), "5".into()], vec!["七".into()]]);
    let mut case = Question::new(Kind::Case, "某日巡查。");
    case.parts = vec![
        Part::from(judge.clone()),
        Part::from(Question::choice("问", ["甲", "乙"], "A")),
    ];
    let mut essay = Question::new(Kind::ShortAnswer, "简述听证。");
    essay.answer = Answer::text("要点");
    vec![
        Question::choice("上限是", ["一百元", "二百元"], "B"),
        judge,
        fill,
        case,
        essay,
    ]
}

/// A stored (not deflated) archive with a document.
fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("word/document.xml", options).unwrap();
    std::io::Write::write_all(&mut zip, document.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        all_ways(&bytes);
    }

    #[test]
    fn arbitrary_text_of_the_formats_own_signs(
        text in "([A-D一二\n =~#{}:.|（）()<>&/\"'%_-]|ANSWER: |答案：|1\\. |<question type=\"multichoice\">|</question>|<!\\[CDATA\\[|<itemBody>|<assessmentItem>|####|\\[tag:){0,60}"
    ) {
        all_ways(text.as_bytes());
    }

    #[test]
    fn arbitrary_lines_of_a_document(
        lines in prop::collection::vec("(一、单选题|[1-4]\\. ?|（[1-3]）|[A-D][.、]|答案：|解析：|案例一：|参考答案|[A-D一二√×（）_ \t]{0,6}){0,4}", 0..14)
    ) {
        let questions: Vec<Question> = lines.iter().map(|line| Question::new(Kind::ShortAnswer, line.clone())).collect();
        // The lines become stems of a document of ours, whatever they say.
        all_ways(&write(&questions, Format::Docx).bytes);
    }

    #[test]
    fn damaged_files(
        format in 0..6_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        shorten in any::<bool>(),
    ) {
        let format = Format::ALL[format];
        let mut bytes = write(&sample(), format).bytes;
        for (place, byte) in damage {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if shorten {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = detect(&bytes);
        let _ = parse(&bytes, Some(format));
        let _ = parse(&bytes, None);
    }
}

#[test]
fn the_corpus_is_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() >= 20, "the corpus was not found");
    // Bombs are answered below; unpacking them in seven ways is slow.
    let bomb = |path: &Path| {
        ["bomb", "overlap"]
            .iter()
            .any(|word| path.to_string_lossy().contains(word))
    };
    for path in names.into_iter().filter(|path| !bomb(path)) {
        all_ways(&std::fs::read(&path).unwrap());
    }
}

/// What the corpus must give, file by file.
#[test]
fn nasty_files_have_their_sentence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    for (name, want) in [
        ("bomb.docx", Unreadable::ZipBomb),
        ("bomb.xlsx", Unreadable::ZipBomb),
        ("overlap.zip", Unreadable::ZipBomb),
        ("doctype.docx", Unreadable::DocType),
        ("doctype.xlsx", Unreadable::DocType),
        ("laughs.xml", Unreadable::DocType),
        ("external.xml", Unreadable::DocType),
        ("deep.docx", Unreadable::BrokenXml),
        ("old.doc", Unreadable::OldOffice),
        ("big5.txt", Unreadable::Encoding),
        ("latin1.txt", Unreadable::Encoding),
        ("binary.txt", Unreadable::Encoding),
        ("bom-only.txt", Unreadable::Empty),
        ("prose.txt", Unreadable::UnknownFormat),
        ("empty-quiz.xml", Unreadable::NoQuestion),
        ("qti3.xml", Unreadable::QtiVersion),
        ("no-header.xlsx", Unreadable::NoHeader),
        ("truncated.docx", Unreadable::BrokenArchive),
        ("picture.png", Unreadable::Encoding),
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(parse(&bytes, None).err(), Some(want), "{name}");
    }
}

#[test]
fn neighbours_of_broken_questions_are_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    for (name, accepted, rejected) in [
        ("unclosed.gift.txt", 2, 3),
        ("unclosed.xml", 2, 2),
        ("gb18030.txt", 1, 0),
        ("utf16.txt", 1, 0),
        ("macro.docm", 1, 0),
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let parsed = parse(&bytes, None).unwrap();
        let sound = parsed.questions().count();
        assert_eq!(
            (sound, parsed.items.len() - sound),
            (accepted, rejected),
            "{name} {:#?}",
            parsed.items
        );
    }
}

#[test]
fn much_nonsense_is_answered_soon() {
    let large = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    // Beyond the limit nothing is read at all.
    assert_eq!(
        parse(&vec![b'{'; 100 << 20], None).err(),
        Some(Unreadable::TooLarge)
    );
    // Below it, each of these would take minutes if it were read again and again.
    for text in [
        large("{", 48 << 10),
        large("=a ~", 48 << 10),
        large("A. ", 48 << 10),
        large("<!--", 48 << 10),
        large("<question><![CDATA[", 48 << 10),
        large("<quiz><question>", 48 << 10),
        large("&amp", 48 << 10),
        large("【图：", 48 << 10),
        large("::a", 48 << 10),
        large("_", 48 << 10),
        large("\n", 48 << 10) + "A. x",
        large("（", 48 << 10) + "）",
        format!(
            "<quiz><question type=\"essay\"><questiontext><text><![CDATA[{}]]></text></questiontext></question>",
            large("<a", 48 << 10)
        ),
        format!("{{{}}}", large("~a", 48 << 10)),
        format!(
            "<quiz><question type=\"essay\"><questiontext><text>{}",
            large("&lt;p", 48 << 10)
        ),
    ] {
        all_ways(text.as_bytes());
        // The same on one line of a document, and in one cell of a sheet.
        let question = Question::new(
            Kind::ShortAnswer,
            text.chars().take(19_000).collect::<String>(),
        );
        for format in [Format::Docx, Format::Xlsx] {
            all_ways(&write(std::slice::from_ref(&question), format).bytes);
        }
    }
}

#[test]
fn long_lines_of_a_document_are_answered_soon() {
    for piece in [
        "A. ",
        "（",
        "(1)",
        "1.C ",
        "答案：",
        "A.甲 B.乙 ",
        "1|2|3",
        "_ ",
    ] {
        let line = piece.repeat((24 << 10) / piece.len());
        for text in [
            format!("1. {line}）"),
            format!("1. 题 答案：{line}"),
            format!("1. 题\n参考答案\n{line}"),
        ] {
            let body: String = text
                .split('\n')
                .map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>"))
                .collect();
            all_ways(&docx(&body));
        }
    }
}
