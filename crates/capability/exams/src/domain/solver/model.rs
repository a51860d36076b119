//! From a bank to a program: questions that no demand tells apart form one class and one column.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::blueprint::{BankItem, Blueprint, Kind};
use crate::domain::prng::Prng;
use crate::domain::{Marks, QuestionId};

use super::constraint::{Active, Constraint};
use super::matching::{Matching, Shortage};
use super::program::{NO_HIGH, NO_LOW, Program, Row};
use super::search::{Budget, Found, search};

/// Why a question may be unavailable, as bits.
const EXCLUDED: u8 = 1;
const REST: u8 = 2;
const USES: u8 = 4;
const SHARE: u8 = 8;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: Kind,
    limits: Vec<u64>,
    rate: u16,
    barred: u8,
    avoided: bool,
    fixed: Option<QuestionId>,
}

/// Questions that no demand tells apart.
pub(super) struct Class {
    key: Key,
    /// Places in the bank.
    pub items: Vec<usize>,
    /// Distinct questions when near-duplicates count once.
    groups: usize,
}

impl Class {
    pub fn meets(&self, limit: usize) -> bool {
        self.key.limits[limit / 64] >> (limit % 64) & 1 == 1
    }

    pub fn kind(&self) -> Kind {
        self.key.kind
    }

    pub fn is_avoided(&self) -> bool {
        self.key.avoided
    }

    /// Whether the demands in force bar these questions.
    pub fn is_open(&self, active: &Active) -> bool {
        let bars = [
            (Constraint::Excluded, EXCLUDED),
            (Constraint::Rest, REST),
            (Constraint::Uses, USES),
            (Constraint::Share, SHARE),
        ];
        !bars
            .iter()
            .any(|(c, bit)| self.key.barred & bit != 0 && active.contains(c))
    }

    /// How many of them one paper can hold.
    pub fn capacity(&self, active: &Active) -> i64 {
        if !self.is_open(active) {
            0
        } else if active.contains(&Constraint::Enemies) {
            self.groups as i64
        } else {
            self.items.len() as i64
        }
    }
}

/// The bank seen through a blueprint.
pub(super) struct Model<'a> {
    pub plan: &'a Blueprint,
    pub bank: &'a [BankItem],
    pub classes: Vec<Class>,
    /// Leaning towards each question of the bank; zero counts as one.
    pub weights: Option<&'a [u32]>,
    /// At most so many avoided questions, when [`Constraint::Overlap`] is in force.
    pub overlap: i64,
}

/// A choice: section and place in the bank.
pub(super) type Choice = Vec<(usize, usize)>;

/// What assembling came to.
pub(super) enum Chosen {
    Some(Choice),
    /// The demands whose rows prove that there is none; filters of questions are not among them.
    None(BTreeSet<Constraint>),
    Unknown,
}

struct Cell {
    class: usize,
    section: usize,
    columns: [usize; 2],
}

impl<'a> Model<'a> {
    /// Sorts the bank into classes; of questions with the same id the first counts.
    pub fn new(
        plan: &'a Blueprint,
        bank: &'a [BankItem],
        avoid: &BTreeSet<QuestionId>,
    ) -> Self {
        let fixed: BTreeSet<QuestionId> = plan.fixed.iter().copied().collect();
        let words = plan.limits.len().div_ceil(64).max(1);
        let mut seen = BTreeSet::new();
        let mut sorted: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (at, item) in bank.iter().enumerate() {
            let wanted = plan.sections.iter().any(|s| s.kind == item.kind);
            if !wanted || !seen.insert(item.id) {
                continue;
            }
            let mut limits = vec![0u64; words];
            for (k, limit) in plan.limits.iter().enumerate() {
                if limit.filter.matches(item) {
                    limits[k / 64] |= 1 << (k % 64);
                }
            }
            let wear = &plan.exposure;
            let bars = [
                (plan.excluded.contains(&item.id), EXCLUDED),
                (wear.breaks_rest(item), REST),
                (wear.breaks_uses(item), USES),
                (wear.breaks_share(item), SHARE),
            ];
            let key = Key {
                kind: item.kind,
                limits,
                rate: plan.target.map_or(0, |_| item.expected_rate()),
                barred: bars.iter().filter(|(on, _)| *on).map(|(_, bit)| bit).sum(),
                avoided: avoid.contains(&item.id),
                fixed: fixed.contains(&item.id).then_some(item.id),
            };
            sorted.entry(key).or_default().push(at);
        }
        let classes = sorted.into_iter().map(|(key, items)| {
            let mut groups = BTreeSet::new();
            let alone = items.iter().filter(|at| match bank[**at].enemies {
                Some(group) => groups.insert(group),
                None => true,
            });
            let groups = alone.count();
            Class { key, items, groups }
        });
        Self {
            plan,
            bank,
            classes: classes.collect(),
            weights: None,
            overlap: 0,
        }
    }

    /// Places of the bank in an order by chance: little used and heavily leaned-to questions come
    /// early more often.
    fn order(&self, prng: &mut Prng) -> Vec<(u64, usize)> {
        let mut order: Vec<(u64, usize)> = self
            .bank
            .iter()
            .enumerate()
            .map(|(at, item)| {
                let lean = self.weights.map_or(1, |weights| u64::from(weights[at].max(1)));
                let weight = lean * 64 / u64::from(item.uses.min(63) + 1);
                ((prng.next_u64() >> 8) / weight.max(1), at)
            })
            .collect();
        order.sort_unstable();
        order
    }

    /// A draw that knows of no limits: how many of each class for each section. The search leans
    /// towards it, so that what is not demanded stays as the bank has it.
    fn draw(&self, active: &Active, order: &[(u64, usize)]) -> BTreeMap<(usize, usize), i64> {
        let mut class_of = vec![usize::MAX; self.bank.len()];
        for (class, members) in self.classes.iter().enumerate() {
            let open = members.is_open(active)
                && !(members.is_avoided() && active.contains(&Constraint::Overlap));
            for at in members.items.iter().filter(|_| open) {
                class_of[*at] = class;
            }
        }
        let mut missing: Vec<u32> = self.plan.sections.iter().map(|s| s.count).collect();
        let mut groups = BTreeSet::new();
        let mut drawn = BTreeMap::new();
        let fixed_first = |(_, at): &(u64, usize)| {
            class_of[*at] == usize::MAX || self.classes[class_of[*at]].key.fixed.is_none()
        };
        let mut order = order.to_vec();
        order.sort_by_key(fixed_first);
        for (_, at) in order {
            let class = class_of[at];
            let item = &self.bank[at];
            if class == usize::MAX {
                continue;
            }
            let places = self.plan.sections.iter().zip(&missing);
            let Some(section) = places
                .enumerate()
                .find(|(_, (s, left))| s.kind == item.kind && **left > 0)
                .map(|(k, _)| k)
            else {
                continue;
            };
            if active.contains(&Constraint::Enemies)
                && item.enemies.is_some_and(|group| !groups.insert(group))
            {
                continue;
            }
            missing[section] -= 1;
            *drawn.entry((class, section)).or_insert(0) += 1;
        }
        drawn
    }

    /// Looks for a paper that keeps the demands in force.
    pub fn choose(&self, active: &Active, seed: u64, budget: &Budget) -> Chosen {
        let mut prng = Prng::of(&[seed, 1]);
        let order = self.order(&mut prng);
        let drawn = self.draw(active, &order);
        let mut program = Program::default();
        let mut cells = Vec::new();
        for (class, members) in self.classes.iter().enumerate() {
            let capacity = members.capacity(active);
            for (section, _) in self.sections_of(members) {
                let lean = *drawn.get(&(class, section)).unwrap_or(&0);
                let lean = lean.min(capacity);
                let mut column = |upper: i64, cost: f64| {
                    // A little chance in the cost: ties are broken differently by each seed.
                    let chance = prng.below(1 << 20) as f64 / f64::from(1 << 22);
                    program.column(upper, cost + chance)
                };
                let columns = [column(lean, -1.5), column(capacity - lean, 1.0)];
                cells.push(Cell { class, section, columns });
            }
        }
        let owners = self.rows(active, &cells, &mut program);
        let apart = active.contains(&Constraint::Enemies);
        let matching = OnceCell::new();
        let mut matched = None;
        let found = search(&program, budget, |values| {
            let mut wants = vec![0usize; self.classes.len()];
            for cell in &cells {
                let sum: i64 = cell.columns.iter().map(|at| values[*at]).sum();
                wants[cell.class] += usize::try_from(sum).unwrap_or(0);
            }
            let matching = matching.get_or_init(|| Matching::new(self, apart, &order));
            match matching.run(&wants) {
                Ok(items) => {
                    matched = Some(items);
                    None
                }
                Err(Shortage { classes, most }) => {
                    let hit = cells.iter().filter(|cell| classes.contains(&cell.class));
                    let columns = hit.flat_map(|cell| cell.columns);
                    Some(Row {
                        terms: columns.map(|at| (at, 1)).collect(),
                        low: NO_LOW,
                        high: i64::try_from(most).unwrap_or(NO_HIGH),
                    })
                }
            }
        });
        match (found, matched) {
            (Found::Values(values), Some(items)) => Chosen::Some(hand_out(&cells, &values, items)),
            (Found::None(rows), _) => {
                // Rows behind the program's own are cuts that keep near-duplicates apart.
                let owner = |row: usize| owners.get(row).copied().unwrap_or(Some(Constraint::Enemies));
                Chosen::None(rows.into_iter().filter_map(owner).collect())
            }
            _ => Chosen::Unknown,
        }
    }

    pub fn sections_of(&self, class: &Class) -> impl Iterator<Item = (usize, Marks)> {
        let kind = class.kind();
        let sections = self.plan.sections.iter().enumerate();
        sections
            .filter(move |(_, section)| section.kind == kind)
            .map(|(at, section)| (at, section.marks))
    }

    /// The rows of the demands in force, each with its owner; a class's own capacity has none.
    fn rows(
        &self,
        active: &Active,
        cells: &[Cell],
        program: &mut Program,
    ) -> Vec<Option<Constraint>> {
        let mut owners = Vec::new();
        let sum = |keep: &dyn Fn(&Cell) -> i64| -> Vec<(usize, i64)> {
            cells
                .iter()
                .map(|cell| (cell, keep(cell)))
                .filter(|(_, c)| *c != 0)
                .flat_map(|(cell, c)| cell.columns.map(|at| (at, c)))
                .filter(|(at, _)| program.upper[*at] > 0)
                .collect()
        };
        let mut rows = Vec::new();
        for constraint in active {
            let (terms, low, high) = match constraint {
                Constraint::Section(at) => {
                    let count = i64::from(self.plan.sections[*at].count);
                    (sum(&|cell| i64::from(cell.section == *at)), count, count)
                }
                Constraint::Min(at) => {
                    let min = self.plan.limits[*at].min.unwrap_or(0);
                    (sum(&|cell| self.counts(*at, cell)), i64::from(min), NO_HIGH)
                }
                Constraint::Max(at) => {
                    let max = self.plan.limits[*at].max.map_or(NO_HIGH, i64::from);
                    (sum(&|cell| self.counts(*at, cell)), NO_LOW, max)
                }
                Constraint::Total => {
                    let total = self.plan.total.unwrap_or(Marks::ZERO).0;
                    let marks = |cell: &Cell| self.plan.sections[cell.section].marks.0;
                    (sum(&marks), total, total)
                }
                Constraint::Fixed(id) => {
                    let is = |cell: &Cell| {
                        i64::from(self.classes[cell.class].key.fixed == Some(*id))
                    };
                    (sum(&is), 1, 1)
                }
                Constraint::Overlap => {
                    let is = |cell: &Cell| {
                        let class = &self.classes[cell.class];
                        i64::from(class.is_avoided() && class.key.fixed.is_none())
                    };
                    (sum(&is), NO_LOW, self.overlap)
                }
                Constraint::Target => {
                    let Some(target) = self.plan.target else {
                        continue;
                    };
                    let (rate, slack) = (i64::from(target.rate), i64::from(target.tolerance));
                    let over = |floor: i64| {
                        sum(&|cell: &Cell| {
                            let marks = self.plan.sections[cell.section].marks.0;
                            marks * (i64::from(self.classes[cell.class].key.rate) - floor)
                        })
                    };
                    rows.push((Some(*constraint), over(rate - slack), 0, NO_HIGH));
                    (over(rate + slack), NO_LOW, 0)
                }
                _ => continue,
            };
            rows.push((Some(*constraint), terms, low, high));
        }
        for pair in cells.chunk_by(|a, b| a.class == b.class) {
            if pair.len() > 1 {
                let capacity = self.classes[pair[0].class].capacity(active);
                let columns = pair.iter().flat_map(|cell| cell.columns);
                rows.push((None, columns.map(|at| (at, 1)).collect(), NO_LOW, capacity));
            }
        }
        for (owner, terms, low, high) in rows {
            program.row(terms, low, high);
            owners.push(owner);
        }
        owners
    }

    fn counts(&self, limit: usize, cell: &Cell) -> i64 {
        let section = self.plan.limits[limit].filter.section;
        let here = section.is_none_or(|at| at == cell.section);
        i64::from(here && self.classes[cell.class].meets(limit))
    }
}

fn hand_out(cells: &[Cell], values: &[i64], mut items: Vec<Vec<usize>>) -> Choice {
    let mut choice = Vec::new();
    for cell in cells {
        let wanted: i64 = cell.columns.iter().map(|at| values[*at]).sum();
        for _ in 0..wanted {
            if let Some(item) = items[cell.class].pop() {
                choice.push((cell.section, item));
            }
        }
    }
    choice
}
