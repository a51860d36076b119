//! Several papers of one blueprint with as few questions in common as the bank allows.

use std::collections::BTreeSet;

use crate::domain::blueprint::{BankItem, Blueprint};
use crate::domain::paper::Paper;
use crate::domain::prng::Prng;
use crate::domain::{Deny, QuestionId};

use super::constraint::{Active, Constraint, all};
use super::explain::{Conflict, explain};
use super::model::{Chosen, Grain};
use super::program::Program;
use super::search::{Budget, Found, search};
use super::to_paper;
use super::view::{Model, View};

/// Parallel forms, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Series {
    /// All forms.
    Papers {
        /// In order.
        papers: Vec<Paper>,
        /// Proven: so many places at least repeat a question of another form.
        least_repeats: u32,
    },
    /// Not even one form can be built.
    Impossible(Conflict),
    /// Not decided within the budget.
    Undecided,
}

const STEP: Budget = Budget {
    nodes: 5_000,
    work: 400_000_000,
};

/// Orders tried when the first does not reach the proven least.
const ORDERS: u64 = 4;

/// Builds `forms` papers. First a bound: all forms together as one system whose second use of a
/// question counts as a repeat. Its solution also tells which questions to keep for later forms.
/// Then form after form, each with as few repeats as it can.
///
/// # Errors
/// A blueprint that cannot be read.
pub fn assemble_series(
    plan: &Blueprint,
    bank: &[BankItem],
    forms: u32,
    seed: u64,
) -> Result<Series, Deny> {
    plan.check()?;
    let active = all(plan);
    let model = Model::new(plan, bank, &BTreeSet::new());
    if let Chosen::None(named) = model.choose(&active, seed, &Budget::default()) {
        return Ok(Series::Impossible(explain(&model, &named, seed)));
    }
    let (least_repeats, weights) = together(&model, &active, forms);
    let mut best: Option<(u32, Vec<Paper>)> = None;
    for order in 0..ORDERS {
        let Some(papers) = one_by_one(plan, bank, forms, &weights, seed.wrapping_add(order << 32))
        else {
            continue;
        };
        let repeats = repeats(&papers);
        if best.as_ref().is_none_or(|(least, _)| repeats < *least) {
            best = Some((repeats, papers));
        }
        if repeats <= least_repeats {
            break;
        }
    }
    Ok(match best {
        Some((_, papers)) => Series::Papers {
            papers,
            least_repeats,
        },
        None => Series::Undecided,
    })
}

/// Places that hold a question another place holds too, each question's first place left out.
pub(in crate::domain) fn repeats(papers: &[Paper]) -> u32 {
    let places: usize = papers.iter().map(|paper| paper.items.len()).sum();
    let distinct: BTreeSet<QuestionId> = papers.iter().flat_map(Paper::questions).collect();
    u32::try_from(places - distinct.len()).unwrap_or(u32::MAX)
}

/// The least number of repeats that is proven, and a leaning for each question: how much of its
/// class all forms together take.
fn together(model: &Model, active: &Active, forms: u32) -> (u32, Vec<u32>) {
    let places: Vec<usize> = (0..model.bank.len()).collect();
    let grain = Grain::coarse(model);
    let view = View::new(model, active, grain.bucket, &places);
    let k = i64::from(forms);
    let mut prng = Prng::new(k.unsigned_abs());
    let mut program = Program::default();
    let mut again = Vec::new();
    let mut cells = model.empty_cells(&view);
    for cell in &mut cells {
        let size = view.classes[cell.class].items.len() as i64;
        let chance = prng.below(1 << 20) as f64 / f64::from(1 << 22);
        let fresh = program.column(size, chance);
        let repeat = program.column(size * (k - 1), 10.0 + chance);
        cell.columns = vec![fresh, repeat];
        again.push((repeat, 1));
    }
    for (owner, terms, low, high) in model.rows(active, &view, &grain, &cells) {
        // A class's own size is said below, for first uses only.
        if owner.is_some() {
            program.row(terms, low.saturating_mul(k), high.saturating_mul(k));
        }
    }
    for same in cells.chunk_by(|a, b| a.class == b.class) {
        if same.len() > 1 {
            let fresh = same.iter().map(|cell| (cell.columns[0], 1)).collect();
            let size = view.classes[same[0].class].items.len() as i64;
            program.row(fresh, 0, size);
        }
    }
    let fixed = model.plan.fixed.iter().collect::<BTreeSet<_>>().len();
    let floor = i64::try_from(fixed).unwrap_or(0) * (k - 1);
    let most = i64::from(model.plan.questions()) * k;
    let mut solution = None;
    let mut proven = floor;
    let (mut low, mut high) = (floor, most);
    // The usual case first: the bank is large enough.
    let mut next = floor;
    while low <= high {
        let mut trial = program.clone();
        trial.row(again.clone(), 0, next);
        match search(&trial, &STEP, |_| None) {
            Found::Values(values) => {
                solution = Some(values);
                high = next - 1;
            }
            Found::None(_) => {
                low = next + 1;
                proven = proven.max(low);
            }
            Found::Unknown => low = next + 1,
        }
        next = low + (high - low) / 2;
    }
    let mut weights = vec![1u32; model.bank.len()];
    if let Some(values) = solution {
        for cell in &cells {
            let class = &view.classes[cell.class];
            let taken = values[cell.columns[0]];
            let share = 64 * taken / i64::try_from(class.items.len().max(1)).unwrap_or(1);
            for at in &class.items {
                weights[*at] += u32::try_from(share).unwrap_or(0);
            }
        }
    }
    (u32::try_from(proven).unwrap_or(0), weights)
}

fn one_by_one(
    plan: &Blueprint,
    bank: &[BankItem],
    forms: u32,
    weights: &[u32],
    seed: u64,
) -> Option<Vec<Paper>> {
    let mut active = all(plan);
    active.insert(Constraint::Overlap);
    let mut taken = BTreeSet::new();
    let mut papers = Vec::new();
    for form in 0..u64::from(forms) {
        let mut model = Model::new(plan, bank, &taken);
        model.weights = Some(weights);
        let seed = Prng::of(&[seed, form]).next_u64();
        let mut best = None;
        let (mut low, mut high) = (0, i64::from(plan.questions()));
        let mut next = 0;
        while low <= high {
            model.overlap = next;
            match model.choose(&active, seed, &STEP) {
                Chosen::Some(choice) => {
                    best = Some(choice);
                    high = next - 1;
                }
                Chosen::None(_) | Chosen::Unknown => low = next + 1,
            }
            next = low + (high - low) / 2;
        }
        let paper = to_paper(&model, best?, seed);
        taken.extend(paper.questions());
        papers.push(paper);
    }
    Some(papers)
}
