//! The index in memory against the rows.

use chengzhi_questions::Kind;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, lenient, question, wanted};
use crate::domain::life::{State, Step};
use crate::usecase::index::Wanted;

fn text(words: &str) -> Wanted {
    Wanted {
        text: words.into(),
        ..wanted()
    }
}

both_engines!(
    search_is_exact_for_chinese_and_follows_every_change,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let ids = city
            .load(
                vec![
                    lenient("初次违法的当事人，（ ）。"),
                    question(
                        "关于ＡＢＣ公司的听证申请（ ）。",
                        "第四十五条",
                        "有权进行陈述和申辩",
                    ),
                    question("处罚应当遵循（ ）原则。", "第五条", "公正、公开的原则"),
                ],
                State::InUse,
            )
            .await;
        for (words, found) in [
            ("当事人", vec![ids[0]]),
            ("abc公司", vec![ids[1]]),
            ("听证 申请", vec![ids[1]]),
            ("听证 初次", vec![]),
            ("第五条", vec![ids[2]]),
            ("处罚法", vec![ids[2], ids[1], ids[0]]),
            // Words do not run from one option into the next.
            ("处罚从重", vec![]),
            ("  ", vec![ids[2], ids[1], ids[0]]),
            ("%", vec![]),
        ] {
            let rows = city.list("other", text(words)).await.rows;
            let got: Vec<i64> = rows.iter().map(|row| row.id).collect();
            assert_eq!(got, found, "{words}");
        }
        city.step("city", ids[0], Step::Quarantine).await.unwrap();
        let quarantined = Wanted {
            state: Some(State::Quarantined),
            ..text("当事人")
        };
        assert_eq!(city.list("city", quarantined).await.total, 1);
        let in_use = Wanted {
            state: Some(State::InUse),
            ..wanted()
        };
        assert_eq!(city.list("city", in_use).await.total, 2);
    }
);

both_engines!(filters_and_scope_narrow_the_list, |t: TestDb| async move {
    let city = City::new(t).await;
    city.in_use(lenient("初次违法的，（ ）。")).await;
    let draft = city
        .draft("district", lenient("草稿中的题目（ ）。"))
        .await
        .unwrap();
    assert_eq!(city.list("other", wanted()).await.total, 1);
    assert_eq!(city.list("district", wanted()).await.total, 2);
    let list = city.list("city", wanted()).await;
    assert_eq!(list.total, 2);
    let drafts = list.states.iter().find(|one| one.state == "draft").unwrap();
    assert_eq!(drafts.count, 1);
    for (wish, total) in [
        (
            Wanted {
                kind: Some(Kind::Case),
                ..wanted()
            },
            0,
        ),
        (
            Wanted {
                kind: Some(Kind::Single),
                ..wanted()
            },
            2,
        ),
        (
            Wanted {
                field: Some("处罚程序".into()),
                ..wanted()
            },
            2,
        ),
        (
            Wanted {
                field: Some("没有".into()),
                ..wanted()
            },
            0,
        ),
        (
            Wanted {
                difficulty: Some(5),
                ..wanted()
            },
            0,
        ),
        (
            Wanted {
                checked: Some(false),
                ..wanted()
            },
            0,
        ),
        (
            Wanted {
                article: Some("第三十三条".into()),
                ..wanted()
            },
            2,
        ),
    ] {
        assert_eq!(
            city.list("city", wish.clone()).await.total,
            total,
            "{wish:?}"
        );
    }
    let near = city.page("district", draft).await;
    assert_eq!(near.row.id, draft);
});
