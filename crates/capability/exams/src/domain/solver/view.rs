//! The bank seen through a blueprint, and through those of its demands that are in force: questions
//! that none of these tells apart form one class.

use std::collections::BTreeSet;

use crate::domain::QuestionId;
use crate::domain::blueprint::{BankItem, Blueprint, Kind, MOST_LIMITS};

use super::constraint::{Active, Constraint};

/// One bit for each limit of a blueprint.
pub(super) type Bits = [u64; MOST_LIMITS / 64];

pub(super) fn bit(bits: &Bits, at: usize) -> bool {
    bits[at / 64] >> (at % 64) & 1 == 1
}

fn set(bits: &mut Bits, at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

/// What the demands see of a question.
#[derive(Clone, Copy)]
pub(super) struct Tag {
    pub kind: Kind,
    /// Limits that count it.
    pub limits: Bits,
    /// Expected share of the marks, in thousandths.
    pub rate: u16,
    barred: [bool; 4],
    avoided: bool,
    fixed: bool,
    /// Of a wanted kind, and the first with its id.
    usable: bool,
}

const BARS: [Constraint; 4] = [
    Constraint::Excluded,
    Constraint::Rest,
    Constraint::Uses,
    Constraint::Share,
];

/// The bank seen through a blueprint.
pub(super) struct Model<'a> {
    pub plan: &'a Blueprint,
    pub bank: &'a [BankItem],
    pub tags: Vec<Tag>,
    /// Leaning towards each question of the bank; zero counts as one.
    pub weights: Option<&'a [u32]>,
    /// At most so many avoided questions, when [`Constraint::Overlap`] is in force.
    pub overlap: i64,
    /// More rates than a class each would be good for.
    pub many_rates: bool,
}

impl<'a> Model<'a> {
    /// Looks at each question once; of questions with the same id the first counts.
    pub fn new(plan: &'a Blueprint, bank: &'a [BankItem], avoid: &BTreeSet<QuestionId>) -> Self {
        let fixed: BTreeSet<QuestionId> = plan.fixed.iter().copied().collect();
        let mut seen = BTreeSet::new();
        let mut rates = BTreeSet::new();
        let mut tags = Vec::with_capacity(bank.len());
        for item in bank {
            let mut limits = Bits::default();
            let usable = plan.sections.iter().any(|s| s.kind == item.kind) && seen.insert(item.id);
            if usable {
                for (k, limit) in plan.limits.iter().enumerate() {
                    if limit.filter.matches(item) {
                        set(&mut limits, k);
                    }
                }
                rates.insert(item.expected_rate());
            }
            let wear = &plan.exposure;
            tags.push(Tag {
                kind: item.kind,
                limits,
                rate: item.expected_rate(),
                barred: [
                    plan.excluded.contains(&item.id),
                    wear.breaks_rest(item),
                    wear.breaks_uses(item),
                    wear.breaks_share(item),
                ],
                avoided: avoid.contains(&item.id),
                fixed: fixed.contains(&item.id),
                usable,
            });
        }
        Self {
            plan,
            bank,
            tags,
            weights: None,
            overlap: 0,
            many_rates: rates.len() > 12,
        }
    }

    /// The same bank under a blueprint that differs in numbers only, not in what its limits and
    /// filters count.
    pub fn renumbered<'b>(&self, plan: &'b Blueprint) -> Model<'b>
    where
        'a: 'b,
    {
        Model {
            plan,
            bank: self.bank,
            tags: self.tags.clone(),
            weights: self.weights,
            overlap: self.overlap,
            many_rates: self.many_rates,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: Kind,
    limits: Bits,
    avoided: bool,
    fixed: Option<QuestionId>,
    bucket: u16,
}

/// Questions that no demand in force tells apart (their rates may differ within a bucket).
pub(super) struct Class {
    pub kind: Kind,
    /// Limits in force that count them.
    pub limits: Bits,
    pub avoided: bool,
    pub fixed: Option<QuestionId>,
    /// Least and largest expected rate.
    pub rates: (u16, u16),
    /// Places in the bank.
    pub items: Vec<usize>,
    /// How many of them one paper can hold.
    pub capacity: i64,
}

/// Classes under the demands in force; barred questions are in none.
pub(super) struct View {
    pub classes: Vec<Class>,
    /// Class of each place in the bank.
    pub class_of: Vec<Option<usize>>,
}

impl View {
    /// `bucket`: rates are told apart by steps of so many thousandths. `places`: the part of the
    /// bank to look at; fixed questions are always seen.
    pub fn new(model: &Model, active: &Active, bucket: u16, places: &[usize]) -> Self {
        let mut mask = Bits::default();
        for constraint in active {
            if let Constraint::Min(at) | Constraint::Max(at) = constraint {
                set(&mut mask, *at);
            }
        }
        let on = |c: Constraint| active.contains(&c);
        let bars = BARS.map(on);
        let (apart, rated, overlap) = (
            on(Constraint::Enemies),
            on(Constraint::Target),
            on(Constraint::Overlap),
        );
        let mut keyed: Vec<(Key, usize)> = Vec::with_capacity(places.len());
        let named = (0..model.bank.len()).filter(|at| model.tags[*at].fixed);
        for at in places.iter().copied().chain(named) {
            let (tag, item) = (&model.tags[at], &model.bank[at]);
            let barred = tag.barred.iter().zip(bars).any(|(has, on)| *has && on);
            if !tag.usable || barred {
                continue;
            }
            let mut limits = tag.limits;
            for (word, mask) in limits.iter_mut().zip(mask) {
                *word &= mask;
            }
            let fixed = tag.fixed && on(Constraint::Fixed(item.id));
            let key = Key {
                kind: tag.kind,
                limits,
                avoided: tag.avoided && overlap,
                fixed: fixed.then_some(item.id),
                bucket: if rated { tag.rate / bucket } else { 0 },
            };
            keyed.push((key, at));
        }
        keyed.sort_unstable();
        keyed.dedup();
        let mut class_of = vec![None; model.bank.len()];
        let mut classes = Vec::new();
        for run in keyed.chunk_by(|a, b| a.0 == b.0) {
            let key = run[0].0;
            let mut groups = BTreeSet::new();
            let mut capacity = 0;
            let mut rates = (u16::MAX, 0);
            for (_, at) in run {
                class_of[*at] = Some(classes.len());
                let rate = model.tags[*at].rate;
                rates = (rates.0.min(rate), rates.1.max(rate));
                let group = model.bank[*at].enemies.filter(|_| apart);
                if group.is_none_or(|group| groups.insert(group)) {
                    capacity += 1;
                }
            }
            classes.push(Class {
                kind: key.kind,
                limits: key.limits,
                avoided: key.avoided,
                fixed: key.fixed,
                rates,
                items: run.iter().map(|(_, at)| *at).collect(),
                capacity,
            });
        }
        Self { classes, class_of }
    }
}
