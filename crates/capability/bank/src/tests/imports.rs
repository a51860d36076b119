//! Files in, files out.

use chengzhi_questions::{Format, parse, write};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, lenient, wanted};
use crate::domain::life::{Level, State};
use crate::usecase::export;
use crate::usecase::import_pages::{self, BankImportOut};
use crate::usecase::imports::{ImportInput, begin, commit, discard, leave_out, mend};

/// Two sound questions and three that are broken, as people write them.
const TEXT: &str = "\
::一:: 初次违法且危害后果轻微并及时改正的，{=可以不予行政处罚 ~应当处罚 ~从重处罚}

::二:: {=没有题干 ~错的}

::三:: 行政处罚遵循公正、公开的原则。{TRUE}

::四:: 没有正确答案的题{~甲 ~乙 ~丙}

::五:: 花括号没有写完{=甲 ~乙
";

fn file(bytes: &[u8]) -> ImportInput {
    ImportInput {
        file_name: "题目.txt".into(),
        bytes: bytes.to_vec(),
        format: None,
        field: "处罚程序".into(),
        topic: String::new(),
        level: Level::Basic,
    }
}

async fn page(city: &City, id: i64) -> BankImportOut {
    let (ctx, scope) = city.with("district").await;
    import_pages::page(&ctx, &scope, id).await.unwrap()
}

both_engines!(
    broken_questions_are_mended_or_left_out_and_all_come_in_at_once,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.in_use(lenient("初次违法且危害后果轻微并及时改正的，（ ）。"))
            .await;
        let (ctx, scope) = city.with("district").await;
        let id = begin(&city.bank, &ctx, file(TEXT.as_bytes()))
            .await
            .unwrap();
        let read = page(&city, id).await;
        assert_eq!(
            (read.import.items, read.import.sound, read.import.faulty),
            (5, 2, 3)
        );
        assert!(
            read.items[0]
                .near
                .iter()
                .any(|near| near.version_id.is_some())
        );
        let faulty: Vec<i64> = read
            .items
            .iter()
            .filter(|item| !item.reason.is_empty())
            .map(|item| item.id)
            .collect();
        // What could be read is there to be mended.
        assert_eq!(read.items[3].content.options, ["甲", "乙", "丙"]);
        let refused = commit(&ctx, &scope, id, false, false).await.unwrap_err();
        assert_eq!(refused.code(), "bank.import_faulty");
        assert_eq!(
            city.list("city", wanted()).await.total,
            1,
            "nothing half-done"
        );
        let mended = lenient("没有正确答案的题（ ）");
        mend(&city.bank, &ctx, &scope, (id, read.items[3].id), mended)
            .await
            .unwrap();
        for item in faulty.iter().filter(|item| **item != read.items[3].id) {
            leave_out(&ctx, &scope, (id, *item), true).await.unwrap();
        }
        commit(&ctx, &scope, id, false, true).await.unwrap();
        let done = page(&city, id).await;
        assert_eq!(
            (done.import.state.as_str(), done.import.taken),
            ("committed", 3)
        );
        let proposed = city
            .list(
                "city",
                crate::usecase::index::Wanted {
                    state: Some(State::Proposed),
                    ..wanted()
                },
            )
            .await;
        assert_eq!(proposed.total, 3);
        let again = commit(&ctx, &scope, id, false, false).await.unwrap_err();
        assert_eq!(again.code(), "bank.import_state");
        let (ctx, scope) = city.with("other").await;
        let foreign = discard(&ctx, &scope, id).await.unwrap_err();
        assert_eq!(foreign.status(), 404);
    }
);

both_engines!(
    files_that_are_no_question_bank_are_refused_in_words,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let ctx = city.ctx("district").await;
        let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest".to_vec();
        let entity =
            b"<?xml version=\"1.0\"?><!DOCTYPE q [<!ENTITY a \"b\">]><quiz></quiz>".to_vec();
        for bytes in [
            Vec::new(),
            vec![0xff; 64],
            ole,
            entity,
            b"PK\x03\x04broken".to_vec(),
        ] {
            let problem = begin(&city.bank, &ctx, file(&bytes)).await.unwrap_err();
            assert_eq!((problem.status(), problem.code()), (422, "bank.unreadable"));
        }
        let many: String = (0..2_001)
            .map(|n| format!("::{n}:: 题{n}{{T}}\n\n"))
            .collect();
        let problem = begin(&city.bank, &ctx, file(many.as_bytes()))
            .await
            .unwrap_err();
        assert!(problem.detail().contains("2001"), "{}", problem.detail());
    }
);

both_engines!(
    an_export_comes_back_as_it_was_and_names_what_a_format_drops,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let mut case = lenient("情节轻微的，（ ）。");
        case.explanation = "《中华人民共和国行政处罚法》第三十三条：“可以不予行政处罚”。".into();
        city.load(vec![lenient("初次违法的，（ ）。"), case], State::InUse)
            .await;
        let (ctx, scope) = city.with("city").await;
        for format in Format::ALL {
            let lost = export::losses(&city.bank, &ctx, &scope, wanted(), format)
                .await
                .unwrap();
            assert_eq!(lost.questions, 2);
            let bytes = export::file(&city.bank, &ctx, &scope, wanted(), format)
                .await
                .unwrap();
            let back = parse(&bytes, Some(format)).unwrap();
            let questions: Vec<_> = back.questions().cloned().collect();
            assert_eq!(questions.len(), 2, "{format:?}");
            if lost.total == 0 {
                assert_eq!(write(&questions, format).bytes.len(), bytes.len());
                assert!(
                    questions.iter().all(|one| one.field_of_law == "处罚程序"),
                    "{format:?}"
                );
            }
        }
        let none = crate::usecase::index::Wanted {
            text: "没有的字".into(),
            ..wanted()
        };
        let problem = export::losses(&city.bank, &ctx, &scope, none, Format::Gift)
            .await
            .unwrap_err();
        assert_eq!(problem.code(), "bank.export_empty");
    }
);
