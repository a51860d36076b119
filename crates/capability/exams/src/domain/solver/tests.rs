//! The solver against brute force on small banks, and against hand-made conflicts.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::blueprint::{Exposure, Filter, Kind, Limit, RateTarget, Section, Share};
use crate::domain::paper::faults;
use crate::domain::{Marks, QuestionId};

fn item(id: i64, kind: Kind, topic: &str, difficulty: u8) -> BankItem {
    BankItem {
        id: QuestionId(id),
        kind,
        field: "law".into(),
        topic: topic.into(),
        difficulty,
        level: "basic".into(),
        uses: 0,
        last_used: None,
        enemies: None,
        rate: None,
    }
}

fn section(kind: Kind, count: u32, marks: i64) -> Section {
    Section {
        title: String::new(),
        kind,
        count,
        marks: Marks(marks),
    }
}

fn plan(sections: Vec<Section>) -> Blueprint {
    Blueprint {
        sections,
        limits: Vec::new(),
        total: None,
        target: None,
        fixed: Vec::new(),
        excluded: BTreeSet::new(),
        exposure: Exposure::default(),
        keep_enemies_apart: true,
    }
}

fn topic(topic: &str, kind: Option<Kind>, min: Option<u32>, max: Option<u32>) -> Limit {
    Limit {
        filter: Filter {
            topic: Some(topic.into()),
            kind,
            ..Filter::default()
        },
        min,
        max,
    }
}

/// Whether any choice keeps every demand, by trying all.
fn brute(plan: &Blueprint, bank: &[BankItem]) -> bool {
    fn go(plan: &Blueprint, bank: &[BankItem], at: usize, items: &mut Vec<PaperItem>) -> bool {
        if at == bank.len() {
            return faults(
                &Paper {
                    items: items.clone(),
                },
                plan,
                bank,
            )
            .is_empty();
        }
        if go(plan, bank, at + 1, items) {
            return true;
        }
        for (section, wanted) in plan.sections.iter().enumerate() {
            let full = items.iter().filter(|i| i.section == section).count();
            if wanted.kind != bank[at].kind || full >= wanted.count as usize {
                continue;
            }
            items.push(PaperItem {
                section,
                question: bank[at].id,
                marks: wanted.marks,
            });
            if go(plan, bank, at + 1, items) {
                return true;
            }
            items.pop();
        }
        false
    }
    go(plan, bank, 0, &mut Vec::new())
}

const KINDS: [Kind; 2] = [Kind::Single, Kind::Multiple];

fn banks() -> impl Strategy<Value = Vec<BankItem>> {
    let one = (0usize..2, 0u8..3, 1u8..=5, 0u32..3, 0u32..4, 0u8..2);
    prop::collection::vec(one, 3..10).prop_map(|all| {
        let items = all.into_iter().enumerate().map(|(at, parts)| {
            let (kind, topic, difficulty, uses, enemies, level) = parts;
            BankItem {
                level: format!("l{level}"),
                uses,
                last_used: (uses > 0).then_some(uses),
                enemies: (enemies > 0).then_some(enemies),
                ..item(at as i64 + 1, KINDS[kind], &format!("t{topic}"), difficulty)
            }
        });
        items.collect()
    })
}

fn plans() -> impl Strategy<Value = Blueprint> {
    let limit =
        (0u8..6, 0u8..3, 0u32..4, 0u32..3, 0u8..3).prop_map(|(sort, which, min, more, sides)| {
            let mut filter = Filter::default();
            match sort {
                0 => filter.topic = Some(format!("t{which}")),
                1 => filter.difficulty = Some((which + 1, which + 3)),
                2 => filter.level = Some(format!("l{which}")),
                3 => filter.used = Some(which == 0),
                4 => filter.section = Some(0),
                _ => {
                    filter.kind = Some(KINDS[usize::from(which) % 2]);
                    filter.topic = Some("t0".into());
                }
            }
            Limit {
                filter,
                min: (sides != 1).then_some(min),
                max: (sides != 0).then_some(min + more),
            }
        });
    let sections = prop::collection::vec((0usize..2, 1u32..4, 1i64..4), 1..3);
    (
        sections,
        prop::collection::vec(limit, 0..4),
        prop::option::weighted(0.5, (400u16..900, 0u16..120)),
        prop::collection::vec(1i64..11, 0..2),
        prop::collection::btree_set(1i64..10, 0..2),
        prop::option::weighted(0.4, 1u32..3),
        prop::option::weighted(0.3, 0u32..2),
        prop::option::weighted(0.2, 0u16..700),
        any::<bool>(),
    )
        .prop_map(
            |(sections, limits, target, fixed, excluded, rest, uses, share, apart)| {
                let sections = sections.into_iter();
                let sections =
                    sections.map(|(kind, count, marks)| section(KINDS[kind], count, marks * 50));
                Blueprint {
                    limits,
                    target: target.map(|(rate, tolerance)| RateTarget { rate, tolerance }),
                    fixed: fixed.into_iter().map(QuestionId).collect(),
                    excluded: excluded.into_iter().map(QuestionId).collect(),
                    exposure: Exposure {
                        rest_sessions: rest,
                        max_uses: uses,
                        max_share: share.map(|per_mille| Share {
                            per_mille,
                            papers: 4,
                        }),
                    },
                    keep_enemies_apart: apart,
                    ..plan(sections.collect())
                }
            },
        )
}

/// The blueprint with only the demands of `keep`.
fn reduced(plan: &Blueprint, keep: &BTreeSet<Constraint>) -> Blueprint {
    let has = |c: Constraint| keep.contains(&c);
    let mut less = plan.clone();
    for (at, limit) in less.limits.iter_mut().enumerate() {
        limit.min = limit.min.filter(|_| has(Constraint::Min(at)));
        limit.max = limit.max.filter(|_| has(Constraint::Max(at)));
    }
    less.target = less.target.filter(|_| has(Constraint::Target));
    less.total = less.total.filter(|_| has(Constraint::Total));
    less.fixed.retain(|id| has(Constraint::Fixed(*id)));
    let wear = &mut less.exposure;
    wear.rest_sessions = wear.rest_sessions.filter(|_| has(Constraint::Rest));
    wear.max_uses = wear.max_uses.filter(|_| has(Constraint::Uses));
    wear.max_share = wear.max_share.filter(|_| has(Constraint::Share));
    if !has(Constraint::Excluded) {
        less.excluded.clear();
    }
    less.keep_enemies_apart &= has(Constraint::Enemies);
    less
}

/// [`brute`] where a section that is not among the demands may hold any number.
fn brute_free(plan: &Blueprint, keep: &BTreeSet<Constraint>, bank: &[BankItem]) -> bool {
    let less = reduced(plan, keep);
    let free: Vec<usize> = (0..plan.sections.len())
        .filter(|at| !keep.contains(&Constraint::Section(*at)))
        .collect();
    let most = bank.len() as u32;
    let mut counts = vec![0u32; free.len()];
    loop {
        let mut trial = less.clone();
        for (at, count) in free.iter().zip(&counts) {
            trial.sections[*at].count = *count;
        }
        if brute(&trial, bank) {
            return true;
        }
        let Some(next) = counts.iter().position(|count| *count < most) else {
            return false;
        };
        counts[next] += 1;
        counts[..next].fill(0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn a_paper_is_found_exactly_when_there_is_one(plan in plans(), bank in banks(), seed: u64) {
        match assemble(&plan, &bank, seed).unwrap() {
            Assembly::Paper(paper) => {
                let faults = faults(&paper, &plan, &bank);
                prop_assert!(faults.is_empty(), "{faults:?}");
            }
            Assembly::Impossible(_) => prop_assert!(!brute(&plan, &bank)),
            Assembly::Undecided => prop_assert!(false, "a small bank is always decided"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_budget_is_small_enough_for_a_false_answer(
        plan in plans(),
        bank in banks(),
        nodes in 0u32..2,
        work in 0u64..200,
    ) {
        let budget = Budget { nodes, work };
        match assemble_within(&plan, &bank, 1, &budget).unwrap() {
            Assembly::Paper(paper) => prop_assert!(faults(&paper, &plan, &bank).is_empty()),
            Assembly::Impossible(_) => prop_assert!(!brute(&plan, &bank)),
            Assembly::Undecided => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]
    #[test]
    fn observed_rates_are_met_exactly_when_they_can_be(
        rates in prop::collection::btree_set(200u16..950, 13..14),
        order in any::<u64>(),
        count in 1u32..5,
        rate in 300u16..900,
        tolerance in 0u16..12,
        hard in 0u32..4,
    ) {
        let mut bank: Vec<BankItem> = rates
            .iter()
            .zip(1..)
            .map(|(rate, id)| BankItem {
                rate: Some(*rate),
                enemies: (id % 4 == 0).then_some(id as u32 / 8),
                ..item(id, Kind::Single, "甲", 1 + (*rate % 5) as u8)
            })
            .collect();
        Prng::new(order).shuffle(&mut bank);
        let mut plan = plan(vec![section(Kind::Single, count, 100)]);
        plan.target = Some(RateTarget { rate, tolerance });
        plan.limits = vec![Limit {
            filter: Filter { difficulty: Some((4, 5)), ..Filter::default() },
            min: Some(hard.min(count)),
            max: None,
        }];
        match assemble(&plan, &bank, order).unwrap() {
            Assembly::Paper(paper) => prop_assert!(faults(&paper, &plan, &bank).is_empty()),
            Assembly::Impossible(_) => prop_assert!(!brute(&plan, &bank)),
            Assembly::Undecided => prop_assert!(false, "a small bank is always decided"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn a_conflict_holds_nothing_superfluous(
        plan in plans(),
        bank in prop::collection::vec(Just(()), 3..7).prop_flat_map(|_| banks()),
        seed: u64,
    ) {
        let bank: Vec<BankItem> = bank.into_iter().take(6).collect();
        if let Assembly::Impossible(conflict) = assemble(&plan, &bank, seed).unwrap() {
            prop_assert!(conflict.minimal);
            let core: BTreeSet<Constraint> = conflict.parts.iter().map(|p| p.constraint).collect();
            prop_assert!(!brute_free(&plan, &core, &bank), "{}", conflict.text);
            for constraint in &core {
                let mut fewer = core.clone();
                fewer.remove(constraint);
                prop_assert!(brute_free(&plan, &fewer, &bank), "{constraint:?}: {}", conflict.text);
            }
        }
    }
}

fn conflict(plan: &Blueprint, bank: &[BankItem]) -> Conflict {
    match assemble(plan, bank, 1).unwrap() {
        Assembly::Impossible(conflict) => conflict,
        other => panic!("{other:?}"),
    }
}

/// 12 questions on 处罚程序, six of them used in the last session, and plenty of others.
fn worn_bank() -> Vec<BankItem> {
    let mut bank: Vec<BankItem> = (0..40)
        .map(|id| item(id, Kind::Multiple, "燃气", 1 + (id % 5) as u8))
        .collect();
    for id in 100..112 {
        let mut one = item(id, Kind::Multiple, "处罚程序", 3);
        if id < 106 {
            one.uses = 1;
            one.last_used = Some(if id < 103 { 1 } else { 3 });
        }
        bank.push(one);
    }
    bank
}

#[test]
fn a_worn_topic_names_need_and_supply_and_what_would_help() {
    let mut plan = plan(vec![section(Kind::Multiple, 20, 200)]);
    plan.limits = vec![
        topic("处罚程序", Some(Kind::Multiple), Some(10), None),
        topic("燃气", None, None, Some(15)),
    ];
    plan.exposure.rest_sessions = Some(4);
    let conflict = conflict(&plan, &worn_bank());
    let names: Vec<Constraint> = conflict.parts.iter().map(|p| p.constraint).collect();
    assert_eq!(names, [Constraint::Min(0), Constraint::Rest]);
    assert_eq!(conflict.parts[0].need, Some(10));
    assert_eq!(conflict.parts[0].available, Some(6));
    assert_eq!(
        conflict.text,
        "组不成试卷，以下要求不能同时满足：需要至少10道“处罚程序”多选题，可用6道；最近4场考试用过的试题不用。\
         放宽其中一项即可：把使用间隔放宽到0场，可用12道；或把“处罚程序”多选题的下限降到6道。"
    );
    plan.limits[0].min = Some(9);
    let text = self::conflict(&plan, &worn_bank()).text;
    assert!(text.contains("把使用间隔放宽到2场，可用9道"), "{text}");
}

#[test]
fn lower_bounds_that_fill_more_than_the_section_are_seen_at_once() {
    let mut plan = plan(vec![section(Kind::Single, 40, 100)]);
    plan.limits = ["甲", "乙", "丙"]
        .map(|name| topic(name, None, Some(15), None))
        .into();
    plan.limits.push(topic("丁", None, Some(1), None));
    let bank: Vec<BankItem> = (0..2000)
        .map(|id| {
            let name = ["甲", "乙", "丙", "丁"][id as usize % 4];
            item(id, Kind::Single, name, 1 + (id / 4 % 5) as u8)
        })
        .collect();
    let conflict = conflict(&plan, &bank);
    let names: BTreeSet<Constraint> = conflict.parts.iter().map(|p| p.constraint).collect();
    let want = [0, 1, 2].map(Constraint::Min).into_iter();
    assert_eq!(names, want.chain([Constraint::Section(0)]).collect());
    // One below 15 is not enough: 丁 needs its place too.
    assert!(
        conflict.text.contains("把“甲”试题的下限降到9道"),
        "{}",
        conflict.text
    );
}

#[test]
fn fixed_questions_clash_by_name() {
    let mut bank: Vec<BankItem> = (0..10).map(|id| item(id, Kind::Single, "甲", 3)).collect();
    bank[1].enemies = Some(7);
    bank[2].enemies = Some(7);
    let mut plan = plan(vec![section(Kind::Single, 4, 100)]);
    plan.fixed = vec![QuestionId(1), QuestionId(2)];
    let names = |plan: &Blueprint| -> BTreeSet<Constraint> {
        let conflict = conflict(plan, &bank);
        conflict.parts.iter().map(|p| p.constraint).collect()
    };
    let fixed = |id| Constraint::Fixed(QuestionId(id));
    assert_eq!(
        names(&plan),
        [fixed(1), fixed(2), Constraint::Enemies].into()
    );
    plan.fixed = vec![QuestionId(99)];
    assert_eq!(names(&plan), [fixed(99)].into());
    plan.fixed = vec![QuestionId(5)];
    plan.excluded = [QuestionId(5)].into();
    assert_eq!(names(&plan), [fixed(5), Constraint::Excluded].into());
    plan.fixed.clear();
    plan.total = Some(Marks::whole(5));
    assert_eq!(
        names(&plan),
        [Constraint::Section(0), Constraint::Total].into()
    );
}

#[test]
fn the_same_seed_gives_the_same_paper_and_another_seed_another() {
    let bank: Vec<BankItem> = (0..500)
        .map(|id| {
            item(
                id,
                Kind::Single,
                &format!("t{}", id % 7),
                1 + (id % 5) as u8,
            )
        })
        .collect();
    let mut plan = plan(vec![section(Kind::Single, 30, 100)]);
    plan.limits = vec![topic("t1", None, Some(10), None)];
    plan.target = Some(RateTarget {
        rate: 600,
        tolerance: 10,
    });
    let paper = |seed| match assemble(&plan, &bank, seed).unwrap() {
        Assembly::Paper(paper) => paper,
        other => panic!("{other:?}"),
    };
    assert_eq!(paper(3), paper(3));
    let other: BTreeSet<QuestionId> = paper(4).questions().collect();
    let same = paper(3).questions().filter(|id| other.contains(id)).count();
    assert!(same < 15, "{same} of 30 in common");
    assert_eq!(faults(&paper(5), &plan, &bank), Vec::<String>::new());
    // What is not demanded stays spread: no topic but the demanded one fills the rest.
    let spread: BTreeSet<&str> = paper(3)
        .questions()
        .map(|id| bank[id.0 as usize].topic.as_str())
        .collect();
    assert!(spread.len() >= 6, "{spread:?}");
}

#[test]
fn three_rare_questions_are_found_in_a_large_bank() {
    let mut bank: Vec<BankItem> = (0..3000)
        .map(|id| item(id, Kind::Single, "常见", 1 + (id % 5) as u8))
        .collect();
    for id in [17, 1490, 2999] {
        bank[id].topic = "罕见".into();
    }
    let mut plan = plan(vec![section(Kind::Single, 10, 100)]);
    plan.limits = vec![topic("罕见", None, Some(3), None)];
    for seed in 0..5 {
        match assemble(&plan, &bank, seed).unwrap() {
            Assembly::Paper(paper) => assert!(faults(&paper, &plan, &bank).is_empty()),
            other => panic!("{other:?}"),
        }
    }
    plan.limits[0].min = Some(4);
    let conflict = conflict(&plan, &bank);
    assert!(
        conflict.text.contains("需要至少4道“罕见”试题，可用3道"),
        "{}",
        conflict.text
    );
}

#[test]
fn a_score_that_no_sum_can_hit_is_proven_so() {
    // Rates 900, 750, …: the sum of ten equal marks is a multiple of 150, never 10 × 620.
    let bank: Vec<BankItem> = (0..100)
        .map(|id| item(id, Kind::Single, "甲", 1 + (id % 5) as u8))
        .collect();
    let mut plan = plan(vec![section(Kind::Single, 10, 100)]);
    plan.target = Some(RateTarget {
        rate: 620,
        tolerance: 0,
    });
    let conflict = conflict(&plan, &bank);
    let names: BTreeSet<Constraint> = conflict.parts.iter().map(|p| p.constraint).collect();
    assert_eq!(names, [Constraint::Target, Constraint::Section(0)].into());
    assert!(
        conflict.text.contains("把预计得分率的允许偏差放宽到0.5%"),
        "{}",
        conflict.text
    );
}
