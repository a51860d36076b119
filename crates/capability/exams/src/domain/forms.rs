//! Parallel forms (平行卷): several papers of one blueprint, with a report of what they share, how
//! hard each is and how worn its questions are afterwards (issue 5 §2).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::blueprint::{BankItem, Blueprint};
use super::paper::Paper;
use super::solver::Conflict;
use super::solver::parallel::{Series, assemble_series, repeats};
use super::{Deny, QuestionId};

/// Most forms of one blueprint.
pub const MOST_FORMS: u32 = 10;

/// What building forms came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forms {
    /// All forms, each keeping every demand of the blueprint.
    Built {
        /// In order: A, B, …
        papers: Vec<Paper>,
        /// What they share.
        report: Report,
    },
    /// Not even one form can be built.
    Impossible(Conflict),
    /// Not decided within the budget ([`super::solver::UNDECIDED`]).
    Undecided,
}

/// What the forms share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Every two forms.
    pub pairs: Vec<Pair>,
    /// Expected share of the marks of each form, in thousandths.
    pub rates: Vec<Option<u16>>,
    /// Places that repeat a question of another form.
    pub repeats: u32,
    /// Proven: with this bank no fewer places can repeat.
    pub least_repeats: u32,
    /// Each question's papers after these forms.
    pub uses: Vec<Use>,
    /// The gist in Chinese.
    pub text: String,
}

/// What two forms share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Places of the forms, from 0.
    pub forms: (usize, usize),
    /// Questions on both.
    pub shared: Vec<QuestionId>,
    /// Questions of the one that have only a near-duplicate on the other.
    pub alike: u32,
}

/// How often a question has been on a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Use {
    /// The question.
    pub question: QuestionId,
    /// Papers before.
    pub before: u32,
    /// Papers with these forms.
    pub after: u32,
}

/// Builds `count` forms from one blueprint.
///
/// # Errors
/// A blueprint that cannot be read, or a count that is not between 1 and [`MOST_FORMS`].
pub fn build(plan: &Blueprint, bank: &[BankItem], count: u32, seed: u64) -> Result<Forms, Deny> {
    if !(1..=MOST_FORMS).contains(&count) {
        return Err(Deny::new(
            "exams.forms",
            format!("平行卷的套数应在1至{MOST_FORMS}之间。"),
        ));
    }
    Ok(match assemble_series(plan, bank, count, seed)? {
        Series::Papers {
            papers,
            least_repeats,
        } => {
            let report = report(&papers, bank, least_repeats);
            Forms::Built { papers, report }
        }
        Series::Impossible(conflict) => Forms::Impossible(conflict),
        Series::Undecided => Forms::Undecided,
    })
}

/// Compares forms, however they came about.
#[must_use]
pub fn report(papers: &[Paper], bank: &[BankItem], least_repeats: u32) -> Report {
    let known: BTreeMap<QuestionId, &BankItem> = bank.iter().map(|item| (item.id, item)).collect();
    let groups = |paper: &Paper| -> BTreeSet<u32> {
        let items = paper.questions().filter_map(|id| known.get(&id));
        items.filter_map(|item| item.enemies).collect()
    };
    let mut pairs = Vec::new();
    for (second, b) in papers.iter().enumerate() {
        let theirs: BTreeSet<QuestionId> = b.questions().collect();
        let their_groups = groups(b);
        for (first, a) in papers[..second].iter().enumerate() {
            let shared: Vec<QuestionId> = a.questions().filter(|id| theirs.contains(id)).collect();
            let alike = a
                .questions()
                .filter(|id| !theirs.contains(id))
                .filter_map(|id| known.get(&id)?.enemies)
                .filter(|group| their_groups.contains(group))
                .count();
            pairs.push(Pair {
                forms: (first, second),
                shared,
                alike: u32::try_from(alike).unwrap_or(u32::MAX),
            });
        }
    }
    let mut counts: BTreeMap<QuestionId, u32> = BTreeMap::new();
    for id in papers.iter().flat_map(Paper::questions) {
        *counts.entry(id).or_insert(0) += 1;
    }
    let uses = counts.into_iter().map(|(question, more)| {
        let before = known.get(&question).map_or(0, |item| item.uses);
        Use {
            question,
            before,
            after: before + more,
        }
    });
    let repeats = repeats(papers);
    Report {
        pairs,
        rates: papers
            .iter()
            .map(|paper| paper.expected_rate(bank))
            .collect(),
        repeats,
        least_repeats,
        uses: uses.collect(),
        text: words(papers.len(), repeats, least_repeats),
    }
}

fn words(forms: usize, repeats: u32, least: u32) -> String {
    match (repeats, least) {
        (0, _) => format!("{forms}套试卷互不重复。"),
        (repeats, least) if repeats <= least => {
            format!("{forms}套试卷有{repeats}题次重复：题库和必选试题所限，不能再少。")
        }
        (repeats, 0) => format!("{forms}套试卷有{repeats}题次重复，能否再少未能判定。"),
        (repeats, least) => format!(
            "{forms}套试卷有{repeats}题次重复；题库所限至少要重复{least}题次，能否更接近未能判定。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::Marks;
    use crate::domain::blueprint::{Exposure, Filter, Kind, Limit, Section};
    use crate::domain::paper::faults;

    fn bank(size: i64) -> Vec<BankItem> {
        (0..size)
            .map(|id| BankItem {
                id: QuestionId(id),
                kind: Kind::Single,
                field: "law".into(),
                topic: format!("t{}", id % 4),
                difficulty: 1 + (id % 5) as u8,
                level: "basic".into(),
                uses: (id % 3) as u32,
                last_used: None,
                enemies: (id % 10 == 0).then_some((id / 20) as u32),
                rate: None,
            })
            .collect()
    }

    fn plan(count: u32, t0: u32) -> Blueprint {
        Blueprint {
            sections: vec![Section {
                title: String::new(),
                kind: Kind::Single,
                count,
                marks: Marks(100),
            }],
            limits: vec![Limit {
                filter: Filter {
                    topic: Some("t0".into()),
                    ..Filter::default()
                },
                min: Some(t0),
                max: None,
            }],
            total: None,
            target: None,
            fixed: Vec::new(),
            excluded: BTreeSet::new(),
            exposure: Exposure::default(),
            keep_enemies_apart: true,
        }
    }

    fn built(plan: &Blueprint, bank: &[BankItem], count: u32) -> (Vec<Paper>, Report) {
        match build(plan, bank, count, 5).unwrap() {
            Forms::Built { papers, report } => (papers, report),
            other => panic!("{other:?}"),
        }
    }

    /// Forms, bank size, questions, of topic t0, fixed → repeats.
    const CASES: [(u32, i64, u32, u32, usize, u32); 6] = [
        // Room for all.
        (3, 200, 20, 10, 0, 0),
        // 60 places, exactly 60 questions of which 15 of t0: just enough.
        (3, 60, 20, 5, 0, 0),
        // 18 places for t0, 15 questions.
        (3, 60, 20, 6, 0, 3),
        // 100 places, 60 questions.
        (5, 60, 20, 5, 0, 40),
        // A fixed question is on every form.
        (3, 200, 20, 5, 2, 4),
        (1, 60, 20, 5, 2, 0),
    ];

    #[test]
    fn forms_share_no_more_than_the_bank_forces() {
        for (count, size, questions, t0, fixed, want) in CASES {
            let bank = bank(size);
            let mut plan = plan(questions, t0);
            plan.fixed = (0..fixed as i64).map(|n| QuestionId(n + 1)).collect();
            let (papers, report) = built(&plan, &bank, count);
            assert_eq!(papers.len(), count as usize);
            for paper in &papers {
                assert_eq!(faults(paper, &plan, &bank), Vec::<String>::new());
            }
            assert_eq!(
                (report.repeats, report.least_repeats),
                (want, want),
                "{count} forms of {questions} from {size}: {}",
                report.text
            );
            assert_eq!(report.pairs.len() as u32, count * (count - 1) / 2);
        }
    }

    #[test]
    fn the_report_counts_pairs_likeness_and_wear() {
        let bank = bank(60);
        let paper = |ids: &[i64]| Paper {
            items: ids
                .iter()
                .map(|id| crate::domain::paper::PaperItem {
                    section: 0,
                    question: QuestionId(*id),
                    marks: Marks(100),
                })
                .collect(),
        };
        // 0 and 10 are near-duplicates (group 0).
        let report = report(&[paper(&[0, 1, 2]), paper(&[10, 1, 3])], &bank, 0);
        assert_eq!(
            report.pairs,
            [Pair {
                forms: (0, 1),
                shared: vec![QuestionId(1)],
                alike: 1
            }]
        );
        assert_eq!(report.repeats, 1);
        // Difficulties 1, 2, 3: (900 + 750 + 600) / 3.
        assert_eq!(report.rates[0], Some(750));
        let one = report
            .uses
            .iter()
            .find(|u| u.question == QuestionId(1))
            .unwrap();
        assert_eq!((one.before, one.after), (1, 3));
        assert!(report.text.contains("能否再少未能判定"), "{}", report.text);
    }

    #[test]
    fn an_impossible_blueprint_is_told_as_for_one_paper() {
        let made = build(&plan(20, 16), &bank(60), 2, 1).unwrap();
        let Forms::Impossible(conflict) = made else {
            panic!("{made:?}");
        };
        assert!(
            conflict.text.contains("需要至少16道“t0”试题"),
            "{}",
            conflict.text
        );
        assert!(build(&plan(20, 5), &bank(60), 11, 1).is_err());
    }
}
