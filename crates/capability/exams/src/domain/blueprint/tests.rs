//! Blueprints that cannot be read, filters in words, wear at its edges.

use super::*;

fn section(kind: Kind, count: u32, marks: i64) -> Section {
    Section {
        title: String::new(),
        kind,
        count,
        marks: Marks(marks),
    }
}

fn plan() -> Blueprint {
    Blueprint {
        sections: vec![section(Kind::Single, 40, 100), section(Kind::Case, 1, 1050)],
        limits: Vec::new(),
        total: None,
        target: None,
        fixed: Vec::new(),
        excluded: BTreeSet::new(),
        exposure: Exposure::default(),
        keep_enemies_apart: true,
    }
}

#[test]
fn a_blueprint_that_cannot_be_read_says_where() {
    assert_eq!(plan().check(), Ok(()));
    assert_eq!(plan().marks(), Marks(5050));
    type Spoil = fn(&mut Blueprint);
    let cases: [(Spoil, &str); 7] = [
        (|b| b.sections.clear(), "至少要有一个大题"),
        (|b| b.sections[1].count = 0, "第2大题“案例分析题”的题数"),
        (|b| b.sections[0].marks = Marks::ZERO, "每题分值应大于0"),
        (|b| b.sections[0].count = 1000, "最多1000题"),
        (
            |b| b.limits.push(limit(Some(3), Some(2), 1, 5)),
            "下限大于上限",
        ),
        (
            |b| b.limits.push(limit(None, None, 1, 5)),
            "没有写至少或至多",
        ),
        (
            |b| b.limits.push(limit(Some(1), None, 0, 5)),
            "难度应在1至5之间",
        ),
    ];
    for (spoil, want) in cases {
        let mut plan = plan();
        spoil(&mut plan);
        let deny = plan.check().unwrap_err();
        assert!(deny.text.contains(want), "{} / {want}", deny.text);
    }
}

fn limit(min: Option<u32>, max: Option<u32>, from: u8, to: u8) -> Limit {
    Limit {
        filter: Filter {
            difficulty: Some((from, to)),
            ..Filter::default()
        },
        min,
        max,
    }
}

#[test]
fn filters_are_said_in_words() {
    let sections = plan().sections;
    let words = |filter: Filter| filter.words(&sections);
    assert_eq!(words(Filter::default()), "试题");
    assert_eq!(
        words(Filter {
            topic: Some("处罚程序".into()),
            kind: Some(Kind::Multiple),
            ..Filter::default()
        }),
        "“处罚程序”多选题"
    );
    assert_eq!(
        words(Filter {
            difficulty: Some((4, 5)),
            section: Some(0),
            used: Some(false),
            ..Filter::default()
        }),
        "难度4至5的未用过的单选题"
    );
}

#[test]
fn wear_is_counted_at_its_edges() {
    let mut item = BankItem {
        id: QuestionId(1),
        kind: Kind::Single,
        field: "law".into(),
        topic: "t".into(),
        difficulty: 3,
        level: "basic".into(),
        uses: 3,
        last_used: Some(2),
        enemies: None,
        rate: None,
    };
    let wear = |rest, uses, per_mille| Exposure {
        rest_sessions: Some(rest),
        max_uses: Some(uses),
        max_share: Some(Share {
            per_mille,
            papers: 10,
        }),
    };
    let breaks = |item: &BankItem, wear: Exposure| {
        (
            wear.breaks_rest(item),
            wear.breaks_uses(item),
            wear.breaks_share(item),
        )
    };
    assert_eq!(breaks(&item, wear(1, 3, 300)), (false, false, false));
    assert_eq!(breaks(&item, wear(2, 2, 299)), (true, true, true));
    assert_eq!(item.expected_rate(), 600);
    item.last_used = None;
    item.rate = Some(812);
    assert_eq!(breaks(&item, wear(9, 3, 300)), (false, false, false));
    assert_eq!(item.expected_rate(), 812);
}
