//! 组卷: a paper that keeps **all** demands of a blueprint, or the reason why there is none.
//!
//! Questions that no demand tells apart form a class. How many of each class stand in each section
//! is a system of whole numbers, solved by branch and bound over a dual simplex; near-duplicates
//! across classes are a matching, whose failures come back as cuts. Floating point only points the
//! way: a paper is checked, and "there is none" is proven, in whole numbers. A search over its
//! budget says 未能判定.

mod adjust;
mod constraint;
mod explain;
mod matching;
mod model;
pub(in crate::domain) mod parallel;
mod program;
mod search;
mod simplex;
#[cfg(test)]
mod tests;
mod view;
mod words;

use std::collections::BTreeSet;

use super::Deny;
use super::blueprint::{BankItem, Blueprint};
use super::paper::{Paper, PaperItem};
use super::prng::Prng;

pub use constraint::Constraint;
pub use explain::{Conflict, Part, Relaxation};
pub use search::Budget;

use constraint::all;
use model::{Choice, Chosen};
use view::Model;

/// What assembling came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assembly {
    /// A paper that keeps every demand.
    Paper(Paper),
    /// Proven: no choice of questions keeps every demand.
    Impossible(Conflict),
    /// The budget ran out before either was proven (未能判定).
    Undecided,
}

/// Sentence for [`Assembly::Undecided`].
pub const UNDECIDED: &str = "未能判定：在规定的计算量内既没有组成试卷，也没有证明组不成。请减少相互交叉的要求或放宽预计得分率后再试。";

/// Builds a paper for a blueprint from a bank; the same seed, blueprint and bank give the same paper.
/// Of questions with the same id in the bank the first counts.
///
/// # Errors
/// A blueprint that cannot be read, see [`Blueprint::check`].
pub fn assemble(plan: &Blueprint, bank: &[BankItem], seed: u64) -> Result<Assembly, Deny> {
    assemble_within(plan, bank, seed, &Budget::default())
}

/// [`assemble`] with a budget of one's own.
///
/// # Errors
/// As [`assemble`].
pub fn assemble_within(
    plan: &Blueprint,
    bank: &[BankItem],
    seed: u64,
    budget: &Budget,
) -> Result<Assembly, Deny> {
    plan.check()?;
    let model = Model::new(plan, bank, &BTreeSet::new());
    let active = all(plan);
    Ok(match model.choose(&active, seed, budget) {
        Chosen::Some(choice) => Assembly::Paper(to_paper(&model, choice, seed)),
        Chosen::None(named) => Assembly::Impossible(explain::explain(&model, &named, seed)),
        Chosen::Unknown => Assembly::Undecided,
    })
}

/// Sections in order, questions within a section by chance.
fn to_paper(model: &Model, mut choice: Choice, seed: u64) -> Paper {
    choice.sort_unstable();
    let mut prng = Prng::of(&[seed, 2]);
    prng.shuffle(&mut choice);
    choice.sort_by_key(|(section, _)| *section);
    let items = choice.into_iter().map(|(section, at)| PaperItem {
        section,
        question: model.bank[at].id,
        marks: model.plan.sections[section].marks,
    });
    Paper {
        items: items.collect(),
    }
}
