//! From numbers per class to single questions with at most one of each group of near-duplicates: a
//! bipartite matching of demands and groups. Where it fails, Hall's theorem names classes that
//! together reach too few groups.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::blueprint::BankItem;

use super::view::Class;

/// Classes that together can give at most `most` questions.
pub(super) struct Shortage {
    pub classes: BTreeSet<usize>,
    pub most: usize,
}

pub(super) struct Matching {
    /// Of each class: (group, place in the bank) in the order they should be taken.
    offers: Vec<Vec<(usize, usize)>>,
    groups: usize,
}

impl Matching {
    /// With `apart`, questions of one group count once; else each stands for itself. `order` is the
    /// order in which questions should be taken.
    pub fn new(bank: &[BankItem], classes: &[Class], apart: bool, order: &[usize]) -> Self {
        let mut rank = vec![0usize; bank.len()];
        for (place, at) in order.iter().enumerate() {
            rank[*at] = place;
        }
        let mut numbers = BTreeMap::new();
        let mut groups = 0;
        let mut offers = Vec::with_capacity(classes.len());
        for class in classes {
            let mut items = class.items.clone();
            items.sort_unstable_by_key(|at| rank[*at]);
            let mut mine = BTreeSet::new();
            let mut list = Vec::with_capacity(items.len());
            for at in items {
                let group = bank[at].enemies.filter(|_| apart);
                let mut fresh = || {
                    groups += 1;
                    groups - 1
                };
                let number = match group {
                    Some(group) => *numbers.entry(group).or_insert_with(fresh),
                    None => fresh(),
                };
                if mine.insert(number) {
                    list.push((number, at));
                }
            }
            offers.push(list);
        }
        Self { offers, groups }
    }

    /// `wants[c]` questions of each class `c`, no group twice.
    pub fn run(&self, wants: &[usize]) -> Result<Vec<Vec<usize>>, Shortage> {
        // Who holds a group, and with which offer.
        let mut holder: Vec<Option<(usize, usize)>> = vec![None; self.groups];
        for (class, wanted) in wants.iter().enumerate() {
            for _ in 0..*wanted {
                let mut seen = Seen {
                    classes: BTreeSet::from([class]),
                    groups: BTreeSet::new(),
                };
                if !self.augment(class, &mut holder, &mut seen) {
                    return Err(Shortage {
                        most: seen.groups.len(),
                        classes: seen.classes,
                    });
                }
            }
        }
        let mut items = vec![Vec::new(); wants.len()];
        for (class, at) in holder.into_iter().flatten() {
            items[class].push(at);
        }
        Ok(items)
    }

    /// Breadth first along alternating paths to a free group.
    fn augment(
        &self,
        start: usize,
        holder: &mut [Option<(usize, usize)>],
        seen: &mut Seen,
    ) -> bool {
        // How each group was reached: by which class's offer.
        let mut reached: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        // Through which group a class was reached.
        let mut entered: BTreeMap<usize, usize> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(class) = queue.pop_front() {
            for (group, at) in &self.offers[class] {
                if !seen.groups.insert(*group) {
                    continue;
                }
                reached.insert(*group, (class, *at));
                let Some((other, _)) = holder[*group] else {
                    turn(*group, &reached, &entered, start, holder);
                    return true;
                };
                if seen.classes.insert(other) {
                    entered.insert(other, *group);
                    queue.push_back(other);
                }
            }
        }
        false
    }
}

struct Seen {
    classes: BTreeSet<usize>,
    groups: BTreeSet<usize>,
}

/// Hands the groups along the path on, from its free end back to its start.
fn turn(
    mut group: usize,
    reached: &BTreeMap<usize, (usize, usize)>,
    entered: &BTreeMap<usize, usize>,
    start: usize,
    holder: &mut [Option<(usize, usize)>],
) {
    while let Some((class, at)) = reached.get(&group) {
        holder[group] = Some((*class, *at));
        if *class == start {
            return;
        }
        // The class gives up the group through which it was reached.
        match entered.get(class) {
            Some(previous) => group = *previous,
            None => return,
        }
    }
}
