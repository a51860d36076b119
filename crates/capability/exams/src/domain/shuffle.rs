//! The order of questions and options for one candidate, from the paper's seed and his number
//! (field notes 19: everybody got the same paper). Sections keep their order; within a section
//! questions change places; options change places unless they are right/wrong or speak of each
//! other ([`super::references`]).
//!
//! Version [`ORDER_VERSION`]. Question order of section `s`: Fisher–Yates with
//! `Prng::of([seed, candidate, 1, s])`. Option order of question `q`: Fisher–Yates with
//! `Prng::of([seed, candidate, 2, q])`. Both are independent of each other, so that a question
//! taken off the paper does not change the options of another.

use chengzhi_kernel::PersonId;

use super::blueprint::Kind;
use super::prng::{self, Prng};
use super::{Deny, QuestionId};

/// Name of the rule above, stored beside every seed.
pub const ORDER_VERSION: &str = "order/1+splitmix64/1";

/// Most options of a question: letters A to Z.
pub const MOST_OPTIONS: usize = 26;

/// A question as far as its order matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The question.
    pub question: QuestionId,
    /// Kind.
    pub kind: Kind,
    /// Section of the paper, from 0.
    pub section: usize,
    /// Number of options; zero for kinds without.
    pub options: usize,
    /// Options that must stay where they are.
    pub pinned: bool,
}

/// A question as one candidate sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The question.
    pub question: QuestionId,
    /// Section.
    pub section: usize,
    /// `options[shown place] = place in the bank`.
    pub options: Vec<usize>,
}

/// The paper as `candidate` sees it.
#[must_use]
pub fn order(paper: &[Shape], seed: u64, candidate: PersonId) -> Vec<Shown> {
    let person = candidate.get().cast_unsigned();
    let mut sections: Vec<usize> = paper.iter().map(|shape| shape.section).collect();
    sections.sort_unstable();
    sections.dedup();
    let mut shown = Vec::with_capacity(paper.len());
    for section in sections {
        let mut part: Vec<&Shape> = paper.iter().filter(|s| s.section == section).collect();
        Prng::of(&[seed, person, 1, section as u64]).shuffle(&mut part);
        for shape in part {
            let mut options: Vec<usize> = (0..shape.options).collect();
            if moves(shape) {
                let question = shape.question.get().cast_unsigned();
                Prng::of(&[seed, person, 2, question]).shuffle(&mut options);
            }
            shown.push(Shown {
                question: shape.question,
                section,
                options,
            });
        }
    }
    shown
}

fn moves(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Single | Kind::Multiple) && !shape.pinned
}

/// Letter of a place: 0 is A.
#[must_use]
pub fn letter(place: usize) -> Option<char> {
    (place < MOST_OPTIONS).then(|| char::from(b'A' + place as u8))
}

fn place(letter: char) -> Option<usize> {
    letter
        .is_ascii_uppercase()
        .then(|| letter as usize - 'A' as usize)
}

impl Shown {
    /// The bank's letters for the letters a candidate chose, in the bank's order.
    ///
    /// # Errors
    /// [`Deny`] for a letter that the question does not have, or one chosen twice.
    pub fn to_bank(&self, chosen: &[char]) -> Result<Vec<char>, Deny> {
        self.map(chosen, |at| self.options.get(at).copied())
    }

    /// The letters a candidate sees for the bank's letters, in the order he sees them.
    ///
    /// # Errors
    /// As [`Shown::to_bank`].
    pub fn to_candidate(&self, letters: &[char]) -> Result<Vec<char>, Deny> {
        self.map(letters, |at| {
            self.options.iter().position(|bank| *bank == at)
        })
    }

    fn map(
        &self,
        letters: &[char],
        to: impl Fn(usize) -> Option<usize>,
    ) -> Result<Vec<char>, Deny> {
        let mut places = Vec::with_capacity(letters.len());
        for one in letters {
            let at = place(*one).and_then(&to).filter(|at| !places.contains(at));
            places.push(at.ok_or_else(|| {
                Deny::new("exams.option", format!("本题没有选项“{one}”，或重复选择。"))
            })?);
        }
        places.sort_unstable();
        Ok(places.into_iter().filter_map(letter).collect())
    }
}

/// Whether an order stored under `version` can be computed again by this program.
#[must_use]
pub fn knows(version: &str) -> bool {
    version == ORDER_VERSION && version.ends_with(prng::VERSION)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(question: i64, kind: Kind, section: usize, options: usize, pinned: bool) -> Shape {
        Shape {
            question: QuestionId(question),
            kind,
            section,
            options,
            pinned,
        }
    }

    /// Fixed for ever: papers already sat depend on it.
    #[test]
    fn the_order_of_version_1_does_not_change() {
        let paper = [
            shape(11, Kind::Single, 0, 4, false),
            shape(12, Kind::Single, 0, 4, true),
            shape(13, Kind::Single, 0, 4, false),
            shape(21, Kind::TrueFalse, 1, 2, false),
            shape(22, Kind::Multiple, 2, 5, false),
        ];
        let shown: Vec<(i64, Vec<usize>)> = order(&paper, 20_241_017, PersonId(4711))
            .into_iter()
            .map(|s| (s.question.get(), s.options))
            .collect();
        assert_eq!(shown, VECTOR.map(|(id, o)| (id, o.to_vec())));
        assert!(knows("order/1+splitmix64/1") && !knows("order/2+splitmix64/1"));
    }

    const VECTOR: [(i64, &[usize]); 5] = [
        (12, &[0, 1, 2, 3]),
        (13, &[3, 1, 2, 0]),
        (11, &[2, 3, 0, 1]),
        (21, &[0, 1]),
        (22, &[2, 4, 0, 1, 3]),
    ];

    fn papers() -> impl Strategy<Value = Vec<Shape>> {
        let one = (0usize..6, 0usize..3, 0usize..8, any::<bool>());
        prop::collection::vec(one, 0..30).prop_map(|all| {
            let shapes = all.into_iter().enumerate();
            let shapes = shapes.map(|(at, (kind, section, options, pinned))| {
                shape(at as i64, Kind::ALL[kind], section, options, pinned)
            });
            shapes.collect()
        })
    }

    proptest! {
        #[test]
        fn an_order_is_a_permutation_that_comes_again_and_turns_back(
            paper in papers(),
            seed: u64,
            person: i64,
        ) {
            let shown = order(&paper, seed, PersonId(person));
            prop_assert_eq!(&shown, &order(&paper, seed, PersonId(person)));
            let mut ids: Vec<i64> = shown.iter().map(|s| s.question.get()).collect();
            ids.sort_unstable();
            prop_assert_eq!(ids, (0..paper.len() as i64).collect::<Vec<_>>());
            prop_assert!(shown.is_sorted_by_key(|s| s.section));
            for one in &shown {
                let shape = &paper[one.question.get() as usize];
                let straight: Vec<usize> = (0..shape.options).collect();
                let mut sorted = one.options.clone();
                sorted.sort_unstable();
                prop_assert_eq!(&sorted, &straight);
                if shape.pinned || shape.kind == Kind::TrueFalse {
                    prop_assert_eq!(&one.options, &straight);
                }
                let all: Vec<char> = straight.iter().filter_map(|at| letter(*at)).collect();
                for chosen in &all {
                    let bank = one.to_bank(&[*chosen]).unwrap();
                    prop_assert_eq!(one.to_candidate(&bank).unwrap(), vec![*chosen]);
                }
                prop_assert_eq!(one.to_bank(&all).unwrap(), all);
            }
        }
    }

    #[test]
    fn neighbours_see_different_orders_and_options_depend_on_nothing_else() {
        let paper: Vec<Shape> = (0..30)
            .map(|id| shape(id, Kind::Single, 0, 4, false))
            .collect();
        let questions = |person| -> Vec<i64> {
            let shown = order(&paper, 9, PersonId(person));
            shown.iter().map(|s| s.question.get()).collect()
        };
        let same = questions(1)
            .into_iter()
            .zip(questions(2))
            .filter(|(a, b)| a == b);
        assert!(same.count() < 8);
        let options = |paper: &[Shape]| {
            let shown = order(paper, 9, PersonId(1));
            shown
                .into_iter()
                .find(|s| s.question == QuestionId(3))
                .unwrap()
                .options
        };
        assert_eq!(options(&paper), options(&paper[..10]));
    }

    #[test]
    fn letters_that_are_not_there_are_refused() {
        let shown = Shown {
            question: QuestionId(1),
            section: 0,
            options: vec![2, 0, 1],
        };
        assert_eq!(shown.to_bank(&['A', 'C']).unwrap(), ['B', 'C']);
        assert_eq!(shown.to_candidate(&['B', 'C']).unwrap(), ['A', 'C']);
        for wrong in [&['D'][..], &['a'], &['A', 'A'], &['甲']] {
            assert!(shown.to_bank(wrong).is_err(), "{wrong:?}");
        }
    }
}
