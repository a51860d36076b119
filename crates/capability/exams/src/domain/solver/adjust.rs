//! Swaps that bring the expected score of an otherwise good paper into its window.

use std::collections::BTreeSet;

use crate::domain::prng::Prng;

use super::constraint::{Active, Constraint};
use super::model::Choice;
use super::view::{Model, View, bit};

/// Swaps by chance before it gives up.
const KICKS: u32 = 15;

struct Desk<'a, 'b> {
    model: &'a Model<'b>,
    view: &'a View,
    choice: Choice,
    /// Questions each limit counts now, and its bounds.
    counts: Vec<i64>,
    bounds: Vec<(i64, i64)>,
    /// Near-duplicate groups on the paper; empty when they may meet.
    groups: BTreeSet<u32>,
    on_paper: Vec<bool>,
    apart: bool,
    /// Places of each class by rate.
    by_rate: Vec<Vec<usize>>,
}

/// The same paper with some questions swapped, its score within the window; none when no swap it
/// knows leads there, which proves nothing.
pub(super) fn adjust(
    model: &Model,
    active: &Active,
    view: &View,
    choice: Choice,
    prng: &mut Prng,
) -> Option<Choice> {
    let target = model.plan.target?;
    let (rate, slack) = (i64::from(target.rate), i64::from(target.tolerance));
    let mut desk = Desk::new(model, active, view, choice);
    let full: i64 = desk
        .choice
        .iter()
        .map(|(section, _)| desk.marks(*section))
        .sum();
    let (low, high) = ((rate - slack) * full, (rate + slack) * full);
    for kick in 0..=KICKS {
        loop {
            let score = desk.score();
            let miss = outside(score, low, high);
            if miss == 0 {
                return Some(desk.choice);
            }
            // The middle of the window, or its nearer end when it is wide.
            let wanted = (rate * full).clamp(low, high) - score;
            match desk.best_swap(wanted, |gain| outside(score + gain, low, high) < miss) {
                Some((slot, place)) => desk.swap(slot, place),
                None => break,
            }
        }
        if kick < KICKS {
            desk.kick(prng);
        }
    }
    None
}

fn outside(score: i64, low: i64, high: i64) -> i64 {
    (low - score).max(score - high).max(0)
}

impl<'a, 'b> Desk<'a, 'b> {
    fn new(model: &'a Model<'b>, active: &Active, view: &'a View, choice: Choice) -> Self {
        let plan = model.plan;
        let bounds = plan.limits.iter().enumerate().map(|(at, limit)| {
            let low = limit.min.filter(|_| active.contains(&Constraint::Min(at)));
            let high = limit.max.filter(|_| active.contains(&Constraint::Max(at)));
            (
                low.map_or(i64::MIN, i64::from),
                high.map_or(i64::MAX, i64::from),
            )
        });
        let by_rate = view.classes.iter().map(|class| {
            let mut items = class.items.clone();
            items.sort_by_key(|at| model.tags[*at].rate);
            items
        });
        let mut desk = Self {
            model,
            view,
            counts: vec![0; plan.limits.len()],
            bounds: bounds.collect(),
            groups: BTreeSet::new(),
            on_paper: vec![false; model.bank.len()],
            apart: active.contains(&Constraint::Enemies),
            by_rate: by_rate.collect(),
            choice: Vec::new(),
        };
        for (section, at) in choice {
            desk.choice.push((section, at));
            desk.note(section, at, 1);
        }
        desk
    }

    fn marks(&self, section: usize) -> i64 {
        self.model.plan.sections[section].marks.0
    }

    fn rate(&self, at: usize) -> i64 {
        i64::from(self.model.tags[at].rate)
    }

    fn score(&self) -> i64 {
        let parts = self.choice.iter();
        parts
            .map(|(section, at)| self.marks(*section) * self.rate(*at))
            .sum()
    }

    fn counts_here(&self, limit: usize, section: usize) -> bool {
        let only = self.model.plan.limits[limit].filter.section;
        only.is_none_or(|at| at == section)
    }

    fn note(&mut self, section: usize, at: usize, step: i64) {
        for limit in 0..self.counts.len() {
            if bit(&self.model.tags[at].limits, limit) && self.counts_here(limit, section) {
                self.counts[limit] += step;
            }
        }
        self.on_paper[at] = step > 0;
        if let Some(group) = self.model.bank[at].enemies.filter(|_| self.apart) {
            if step > 0 {
                self.groups.insert(group);
            } else {
                self.groups.remove(&group);
            }
        }
    }

    fn swap(&mut self, slot: usize, place: usize) {
        let (section, old) = self.choice[slot];
        self.note(section, old, -1);
        self.note(section, place, 1);
        self.choice[slot].1 = place;
    }

    /// Whether the limits hold when a question of one class takes the place of another's.
    fn fits(&self, section: usize, from: usize, to: usize) -> bool {
        if from == to {
            return true;
        }
        let (old, new) = (&self.view.classes[from], &self.view.classes[to]);
        if old.kind != new.kind || old.avoided != new.avoided || new.fixed.is_some() {
            return false;
        }
        if old.limits == new.limits {
            return true;
        }
        // Only limits that count the one and not the other can change.
        let words = old.limits.iter().zip(&new.limits).enumerate();
        words.into_iter().all(|(word, (before, after))| {
            let mut differ = before ^ after;
            while differ != 0 {
                let limit = word * 64 + differ.trailing_zeros() as usize;
                differ &= differ - 1;
                let step = if bit(&new.limits, limit) { 1 } else { -1 };
                let count = self.counts[limit] + step;
                let (low, high) = self.bounds[limit];
                if self.counts_here(limit, section) && (count < low || count > high) {
                    return false;
                }
            }
            true
        })
    }

    fn is_free(&self, place: usize, old: usize) -> bool {
        let group = |at: usize| self.model.bank[at].enemies.filter(|_| self.apart);
        let own = group(old);
        !self.on_paper[place]
            && group(place).is_none_or(|g| own == Some(g) || !self.groups.contains(&g))
    }

    fn movable(&self) -> impl Iterator<Item = (usize, usize, usize, usize)> {
        let slots = self.choice.iter().enumerate();
        slots.filter_map(|(slot, (section, old))| {
            let class = self.view.class_of[*old]?;
            let free = self.view.classes[class].fixed.is_none();
            free.then_some((slot, *section, *old, class))
        })
    }

    /// The swap that comes nearest to gaining `wanted`, of those that are good enough.
    fn best_swap(&self, wanted: i64, good: impl Fn(i64) -> bool) -> Option<(usize, usize)> {
        let mut best: Option<(i64, usize, usize)> = None;
        for (slot, section, old, class) in self.movable() {
            let marks = self.marks(section).max(1);
            let ideal = self.rate(old) + wanted / marks;
            for (other, places) in self.by_rate.iter().enumerate() {
                let cut = places.partition_point(|at| self.rate(*at) < ideal);
                let near = places[..cut].iter().rev().take(2);
                for place in near.chain(places[cut..].iter().take(2)) {
                    let gain = marks * (self.rate(*place) - self.rate(old));
                    let off = (gain - wanted).abs();
                    // What costs least to look at comes first.
                    if best.is_none_or(|(least, ..)| off < least)
                        && good(gain)
                        && self.is_free(*place, old)
                        && self.fits(section, class, other)
                    {
                        best = Some((off, slot, *place));
                    }
                }
            }
        }
        best.map(|(_, slot, place)| (slot, place))
    }

    /// One allowed swap by chance, so that the next round starts elsewhere.
    fn kick(&mut self, prng: &mut Prng) {
        let movable: Vec<_> = self.movable().collect();
        for _ in 0..20 {
            let slot = prng.below(movable.len() as u64) as usize;
            let class = prng.below(self.by_rate.len() as u64) as usize;
            let Some((slot, section, old, from)) = movable.get(slot).copied() else {
                return;
            };
            let places = &self.by_rate[class];
            let place = places[prng.below(places.len() as u64) as usize];
            if self.fits(section, from, class) && self.is_free(place, old) {
                self.swap(slot, place);
                return;
            }
        }
    }
}
