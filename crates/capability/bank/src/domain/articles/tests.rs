use super::*;

fn text(articles: &[(&str, &str)]) -> Vec<Article> {
    articles
        .iter()
        .map(|(number, body)| Article {
            number: (*number).to_owned(),
            body: (*body).to_owned(),
            gone: false,
        })
        .collect()
}

#[test]
fn numbers_of_articles_are_read() {
    for (article, wanted) in [
        ("第五条", (5, 0)),
        ("第十条", (10, 0)),
        ("第十二条", (12, 0)),
        ("第一百零八条", (108, 0)),
        ("第二百三十条之一", (230, 1)),
        ("第一千二百五十四条", (1254, 0)),
        ("第33条", (33, 0)),
        ("总则", (0, 0)),
    ] {
        assert_eq!(ordinal(article), wanted, "{article}");
    }
}

#[test]
fn a_partial_change_replaces_adds_in_place_and_repeals() {
    let before = text(&[("第一条", "甲"), ("第二条", "乙"), ("第四条", "丁")]);
    let mut draft = text(&[("第二条", "乙二"), ("第三条", "丙"), ("第四条", "")]);
    draft[2].gone = true;
    let after = applied(&before, &draft, false);
    assert_eq!(
        after,
        text(&[("第一条", "甲"), ("第二条", "乙二"), ("第三条", "丙")])
    );
    let fates: Vec<(String, Fate)> = changes(&before, &after)
        .into_iter()
        .map(|change| (change.number, change.fate))
        .collect();
    assert_eq!(
        fates,
        [
            ("第二条".to_owned(), Fate::Changed),
            ("第三条".to_owned(), Fate::New),
            ("第四条".to_owned(), Fate::Gone),
        ]
    );
}

#[test]
fn a_whole_text_drops_what_it_does_not_name() {
    let before = text(&[("第一条", "甲"), ("第二条", "乙")]);
    let after = applied(&before, &text(&[("第二条", " 乙 ")]), true);
    let changed = changes(&before, &after);
    assert_eq!(changed.len(), 1, "white space is no change");
    assert_eq!(
        (changed[0].number.as_str(), changed[0].fate),
        ("第一条", Fate::Gone)
    );
}

#[test]
fn a_pasted_text_becomes_articles() {
    let read = read(
        "第一章　总则\n第一条　为了规范行政处罚。\n第二条 行政处罚是指：\n（一）警告；\n第五条第二款规定的除外。\n第三条　删去\n第四条之一 新的。\n",
    )
    .unwrap();
    let seen: Vec<(&str, &str, bool)> = read
        .iter()
        .map(|one| (one.number.as_str(), one.body.as_str(), one.gone))
        .collect();
    assert_eq!(
        seen,
        [
            ("第一条", "为了规范行政处罚。", false),
            (
                "第二条",
                "行政处罚是指：\n（一）警告；\n第五条第二款规定的除外。",
                false
            ),
            ("第三条", "", true),
            ("第四条之一", "新的。", false),
        ]
    );
}

#[test]
fn what_is_no_text_of_law_is_refused_with_its_line() {
    assert!(read("").unwrap_err().contains("没有读到条文"));
    assert!(read("\n说明文字").unwrap_err().starts_with("第2行"));
    assert!(
        read("第一条 甲\n第一条 乙")
            .unwrap_err()
            .contains("第一条出现了两次")
    );
}

proptest::proptest! {
    #[test]
    fn applying_the_whole_after_text_gives_no_further_change(
        before in proptest::collection::btree_map(1..30_u32, "[甲乙丙]{1,3}", 0..8),
        draft in proptest::collection::btree_map(1..30_u32, "[甲乙丙]{0,3}", 0..8),
    ) {
        let of = |map: &BTreeMap<u32, String>| -> Vec<Article> {
            map.iter()
                .map(|(number, body)| Article {
                    number: format!("第{number}条"),
                    body: body.clone(),
                    gone: body.is_empty(),
                })
                .collect()
        };
        let (before, draft) = (of(&before), of(&draft));
        let after = applied(&before, &draft, false);
        proptest::prop_assert!(after.iter().all(|one| !one.gone));
        proptest::prop_assert!(changes(&after, &applied(&before, &after, true)).is_empty());
        let numbers: Vec<_> = after.iter().map(|one| ordinal(&one.number)).collect();
        proptest::prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
