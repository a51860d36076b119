//! Why there is no paper: the demands that cannot be met together, none of them superfluous, and
//! which of them, relaxed alone, would make a paper possible.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::Marks;
use crate::domain::blueprint::{BankItem, Blueprint};

use super::constraint::{Active, Constraint, all};
use super::model::{Choice, Chosen};
use super::search::Budget;
use super::view::{Model, bit};
use super::words;

/// Why there is no paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Demands that cannot be met together.
    pub parts: Vec<Part>,
    /// Whether it is proven that every one of the parts is needed for the conflict; false when the
    /// budget ran out while that was tried.
    pub minimal: bool,
    /// Single changes after which a paper can be built, at most five.
    pub relaxations: Vec<Relaxation>,
    /// All of it in Chinese.
    pub text: String,
}

/// One demand of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which.
    pub constraint: Constraint,
    /// Questions it needs (a section, a lower bound).
    pub need: Option<u32>,
    /// Questions that could serve it, near-duplicates counted once.
    pub available: Option<u32>,
    /// Sentence without its full stop.
    pub text: String,
}

/// One change that alone would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relaxation {
    /// Of which demand.
    pub constraint: Constraint,
    /// The new number (sessions, papers, questions, thousandths, hundredths of marks); none: the
    /// demand has to go.
    pub to: Option<i64>,
    /// What the first part of the conflict that counts questions could then choose from.
    pub available: Option<u32>,
    /// Sentence without its full stop.
    pub text: String,
}

/// For each trial of an explanation: far less than for a paper, because there are many.
const TRIAL: Budget = Budget {
    nodes: 2_000,
    work: 150_000_000,
};

/// More ways out than these help nobody to choose.
const MOST_RELAXATIONS: usize = 5;

/// For each trial of a way out: there are more of these, and an undecided one only makes the advice
/// a little coarser.
const HINT: Budget = Budget {
    nodes: 300,
    work: 40_000_000,
};

pub(super) fn explain(model: &Model, named: &BTreeSet<Constraint>, seed: u64) -> Conflict {
    let everything = all(model.plan);
    let mut core = named.clone();
    for constraint in [Constraint::Total, Constraint::Target] {
        // A sum of marks says less than the sections behind it: a proof without it is preferred.
        if core.contains(&constraint) {
            let mut without = everything.clone();
            without.remove(&constraint);
            if let Chosen::None(named) = model.choose(&without, seed, &TRIAL) {
                core = named;
            }
        }
    }
    let filters = everything.iter().copied().filter(|c| is_filter(*c));
    core.extend(filters);
    let mut minimal = true;
    for constraint in core.clone() {
        core.remove(&constraint);
        match model.choose(&core, seed, &TRIAL) {
            Chosen::None(fewer) => {
                core.retain(|c| is_filter(*c) || fewer.contains(c));
            }
            Chosen::Some(_) => {
                core.insert(constraint);
            }
            Chosen::Unknown => {
                minimal = false;
                core.insert(constraint);
            }
        }
    }
    let parts: Vec<Part> = core.iter().rev().map(|c| part(model, *c)).collect();
    let first = parts
        .iter()
        .filter(|part| part.need > part.available)
        .chain(&parts)
        .find(|part| part.available.is_some())
        .map(|part| part.constraint);
    let relaxations: Vec<Relaxation> = core
        .iter()
        .filter_map(|c| relax(model, &everything, *c, first, seed))
        .take(MOST_RELAXATIONS)
        .collect();
    let text = words::conflict(&parts, &relaxations, minimal);
    Conflict {
        parts,
        minimal,
        relaxations,
        text,
    }
}

/// Demands that only take questions away; they own no row.
fn is_filter(constraint: Constraint) -> bool {
    matches!(
        constraint,
        Constraint::Rest
            | Constraint::Uses
            | Constraint::Share
            | Constraint::Enemies
            | Constraint::Excluded
    )
}

fn part(model: &Model, constraint: Constraint) -> Part {
    let plan = model.plan;
    let need = match constraint {
        Constraint::Section(at) => Some(plan.sections[at].count),
        Constraint::Min(at) => plan.limits[at].min,
        _ => None,
    };
    let available = need.and_then(|_| available(plan, model.bank, constraint));
    Part {
        constraint,
        need,
        available,
        text: words::part(plan, constraint, need, available),
    }
}

/// How many questions of the bank could serve a section or a limit, all filters in force.
fn available(plan: &Blueprint, bank: &[BankItem], constraint: Constraint) -> Option<u32> {
    let serves = |item: &BankItem| match constraint {
        Constraint::Section(at) => plan.sections[at].kind == item.kind,
        Constraint::Min(at) | Constraint::Max(at) => {
            let filter = &plan.limits[at].filter;
            let mut sections = plan.sections.iter().enumerate();
            let placed = sections.any(|(k, section)| {
                section.kind == item.kind && filter.section.is_none_or(|only| only == k)
            });
            placed && filter.matches(item)
        }
        _ => false,
    };
    if !matches!(
        constraint,
        Constraint::Section(_) | Constraint::Min(_) | Constraint::Max(_)
    ) {
        return None;
    }
    let wear = &plan.exposure;
    let mut ids = BTreeSet::new();
    let mut groups = BTreeSet::new();
    let count = bank
        .iter()
        .filter(|item| serves(item) && !plan.excluded.contains(&item.id))
        .filter(|item| {
            !(wear.breaks_rest(item) || wear.breaks_uses(item) || wear.breaks_share(item))
        })
        .filter(|item| ids.insert(item.id))
        .filter(|item| {
            let group = item.enemies.filter(|_| plan.keep_enemies_apart);
            group.is_none_or(|group| groups.insert(group))
        })
        .count();
    u32::try_from(count).ok()
}

/// The smallest single change of one demand that makes a paper possible; none when even dropping it
/// does not help, or when that could not be decided.
fn relax(
    model: &Model,
    everything: &Active,
    constraint: Constraint,
    first: Option<Constraint>,
    seed: u64,
) -> Option<Relaxation> {
    let plan = model.plan;
    let mut without = everything.clone();
    without.remove(&constraint);
    let Chosen::Some(choice) = model.choose(&without, seed, &HINT) else {
        return None;
    };
    let works = |change: &dyn Fn(&mut Blueprint)| {
        let mut changed = plan.clone();
        change(&mut changed);
        let model = if is_filter(constraint) {
            Model::new(&changed, model.bank, &BTreeSet::new())
        } else {
            model.renumbered(&changed)
        };
        matches!(model.choose(&all(&changed), seed, &HINT), Chosen::Some(_))
    };
    let to = match constraint {
        Constraint::Rest => {
            let rest = i64::from(plan.exposure.rest_sessions?);
            nearest(rest - 1, 0, |to| {
                works(&|plan| plan.exposure.rest_sessions = u32::try_from(to).ok())
            })
        }
        Constraint::Uses => {
            let now = i64::from(plan.exposure.max_uses?);
            let most = model.bank.iter().map(|item| i64::from(item.uses)).max()?;
            nearest(now + 1, most, |to| {
                works(&|plan| plan.exposure.max_uses = u32::try_from(to).ok())
            })
        }
        Constraint::Min(at) => {
            let now = i64::from(plan.limits[at].min?);
            // The paper just found shows how far down is far enough.
            nearest(now - 1, counted(model, &choice, at).min(now - 1), |to| {
                works(&|plan| plan.limits[at].min = u32::try_from(to).ok())
            })
        }
        Constraint::Max(at) => {
            let now = i64::from(plan.limits[at].max?);
            nearest(now + 1, counted(model, &choice, at).max(now + 1), |to| {
                works(&|plan| plan.limits[at].max = u32::try_from(to).ok())
            })
        }
        Constraint::Target => {
            let now = i64::from(plan.target?.tolerance);
            nearest(now + 1, off_target(model, &choice).max(now + 1), |to| {
                works(&|plan| {
                    if let (Some(target), Ok(to)) = (&mut plan.target, u16::try_from(to)) {
                        target.tolerance = to;
                    }
                })
            })
        }
        // The paper just found shows one number that works.
        Constraint::Section(at) => {
            let count = choice.iter().filter(|(section, _)| *section == at).count();
            i64::try_from(count).ok()
        }
        Constraint::Total => Some(marks(plan, &choice).0),
        _ => None,
    };
    let mut changed = plan.clone();
    apply(&mut changed, constraint, to);
    let available = first.and_then(|first| available(&changed, model.bank, first));
    Some(Relaxation {
        constraint,
        to,
        available,
        text: words::relaxation(plan, constraint, to, available),
    })
}

/// How many questions of a choice a limit counts.
fn counted(model: &Model, choice: &Choice, limit: usize) -> i64 {
    let only = model.plan.limits[limit].filter.section;
    let hits = choice.iter().filter(|(section, at)| {
        only.is_none_or(|only| only == *section) && bit(&model.tags[*at].limits, limit)
    });
    i64::try_from(hits.count()).unwrap_or(i64::MAX)
}

/// How far a choice is from the target, in thousandths, rounded up.
fn off_target(model: &Model, choice: &Choice) -> i64 {
    let marks = |section: usize| model.plan.sections[section].marks.0;
    let full: i64 = choice.iter().map(|(section, _)| marks(*section)).sum();
    let rates = choice.iter();
    let sum: i64 = rates
        .map(|(section, at)| marks(*section) * i64::from(model.tags[*at].rate))
        .sum();
    let rate = model.plan.target.map_or(0, |target| i64::from(target.rate));
    let off = (sum - rate * full).abs();
    off / full.max(1) + i64::from(off % full.max(1) > 0)
}

fn marks(plan: &Blueprint, choice: &Choice) -> Marks {
    choice
        .iter()
        .map(|(section, _)| plan.sections[*section].marks)
        .sum()
}

fn apply(plan: &mut Blueprint, constraint: Constraint, to: Option<i64>) {
    let whole = to.and_then(|to| u32::try_from(to).ok());
    match constraint {
        Constraint::Rest => plan.exposure.rest_sessions = whole,
        Constraint::Uses => plan.exposure.max_uses = whole,
        Constraint::Share => plan.exposure.max_share = None,
        Constraint::Enemies => plan.keep_enemies_apart = false,
        Constraint::Excluded => plan.excluded.clear(),
        _ => {}
    }
}

/// The number nearest to `from` on the way to `to` (both included) that works, given that what
/// works once works further on; none when not even `to` does.
fn nearest(from: i64, to: i64, mut works: impl FnMut(i64) -> bool) -> Option<i64> {
    let way = if to >= from { 1 } else { -1 };
    let mut known = BTreeMap::new();
    let mut test = |steps: i64| {
        *known
            .entry(steps)
            .or_insert_with(|| works(from + way * steps))
    };
    let (mut low, mut high) = (0, (to - from).abs());
    if (way == 1) != (to >= from) || !test(high) {
        return None;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if test(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(from + way * high)
}
