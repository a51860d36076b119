//! From classes to a program, and from its numbers back to questions.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Marks;
use crate::domain::prng::Prng;

use super::adjust::adjust;
use super::constraint::{Active, Constraint};
use super::matching::{Matching, Shortage};
use super::program::{NO_HIGH, NO_LOW, Program, Row};
use super::search::{Budget, Found, search};
use super::view::{Model, View, bit};

/// A choice: section and place in the bank.
pub(super) type Choice = Vec<(usize, usize)>;

/// What assembling came to.
pub(super) enum Chosen {
    Some(Choice),
    /// The demands whose rows prove that there is none; filters of questions are not among them.
    None(BTreeSet<Constraint>),
    Unknown,
}

/// Questions of one class in one section.
pub(super) struct Cell {
    pub class: usize,
    section: usize,
    /// Columns whose sum is their number.
    pub columns: Vec<usize>,
}

/// How finely rates are told apart, and how much wider the target's window is taken.
pub(super) struct Grain {
    pub bucket: u16,
    widen: i64,
}

impl Grain {
    const EXACT: Self = Self {
        bucket: 1,
        widen: 0,
    };

    pub fn coarse(model: &Model) -> Self {
        Self {
            bucket: if model.many_rates { 100 } else { 1 },
            widen: 5,
        }
    }
}

/// A row of the program before it is one: whose it is, and its terms and bounds.
pub(super) type Draft = (Option<Constraint>, Vec<(usize, i64)>, i64, i64);

impl Model<'_> {
    /// Looks for a paper that keeps the demands in force.
    ///
    /// A handful of the bank is tried first: it usually suffices, but only the whole bank can prove
    /// that there is none. With an expected score among the demands, a coarse system is solved:
    /// rates in buckets, each question as good as the best of its bucket, the window a little wider.
    /// If that has no solution, there is none. If it has, swaps bring the score home; only where
    /// they do not, the exact system is solved.
    pub fn choose(&self, active: &Active, seed: u64, budget: &Budget) -> Chosen {
        let mut prng = Prng::of(&[seed, 1]);
        let order = self.order(&mut prng);
        let rated = active.contains(&Constraint::Target);
        let coarse = Grain::coarse(self);
        let first = if rated { &coarse } else { &Grain::EXACT };
        let handful = (20 * self.plan.questions() as usize).max(200);
        let small = Budget {
            nodes: budget.nodes.min(500),
            work: budget.work.min(100_000_000),
        };
        let mut rounds = vec![(first, &order[..], budget)];
        if handful * 3 / 2 < order.len() {
            rounds.insert(0, (first, &order[..handful], &small));
        }
        if rated {
            rounds.push((&Grain::EXACT, &order[..], budget));
        }
        for (grain, places, budget) in rounds {
            let view = View::new(self, active, grain.bucket, places);
            match self.solve(active, &view, grain, places, &mut prng, budget) {
                Chosen::Some(choice) if grain.widen == 0 => return Chosen::Some(choice),
                Chosen::Some(choice) => {
                    if let Some(choice) = adjust(self, active, &view, choice, &mut prng) {
                        return Chosen::Some(choice);
                    }
                }
                Chosen::None(named) if places.len() == order.len() => return Chosen::None(named),
                Chosen::None(_) | Chosen::Unknown => {}
            }
        }
        Chosen::Unknown
    }

    /// Places of the bank in an order by chance: little used and heavily leaned-to questions come
    /// early more often.
    fn order(&self, prng: &mut Prng) -> Vec<usize> {
        let mut order: Vec<(u64, usize)> = self
            .bank
            .iter()
            .enumerate()
            .map(|(at, item)| {
                let lean = self
                    .weights
                    .map_or(1, |weights| u64::from(weights[at].max(1)));
                let weight = lean * 64 / u64::from(item.uses.min(63) + 1);
                ((prng.next_u64() >> 8) / weight.max(1), at)
            })
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, at)| at).collect()
    }

    /// A draw that knows of no limits: how many of each class for each section. The search leans
    /// towards it, so that what is not demanded stays as the bank has it.
    fn draw(&self, active: &Active, view: &View, order: &[usize]) -> BTreeMap<(usize, usize), i64> {
        let apart = active.contains(&Constraint::Enemies);
        let mut missing: Vec<u32> = self.plan.sections.iter().map(|s| s.count).collect();
        let mut groups = BTreeSet::new();
        let mut drawn = BTreeMap::new();
        let mut draw = |at: usize, class: usize| {
            let item = &self.bank[at];
            let mut places = self.plan.sections.iter().zip(&missing);
            let Some(section) = places.position(|(s, left)| s.kind == item.kind && *left > 0)
            else {
                return;
            };
            if apart && item.enemies.is_some_and(|group| !groups.insert(group)) {
                return;
            }
            missing[section] -= 1;
            *drawn.entry((class, section)).or_insert(0) += 1;
        };
        for (class, fixed) in view.classes.iter().enumerate() {
            if fixed.fixed.is_some() {
                draw(fixed.items[0], class);
            }
        }
        for at in order {
            if let Some(class) = view.class_of[*at] {
                let members = &view.classes[class];
                if members.fixed.is_none() && !members.avoided {
                    draw(*at, class);
                }
            }
        }
        drawn
    }

    fn solve(
        &self,
        active: &Active,
        view: &View,
        grain: &Grain,
        order: &[usize],
        prng: &mut Prng,
        budget: &Budget,
    ) -> Chosen {
        let drawn = self.draw(active, view, order);
        let mut program = Program::default();
        let mut cells = self.empty_cells(view);
        for cell in &mut cells {
            let capacity = view.classes[cell.class].capacity;
            let lean = *drawn.get(&(cell.class, cell.section)).unwrap_or(&0);
            let lean = lean.min(capacity);
            for (upper, cost) in [(lean, -1.5), (capacity - lean, 1.0)] {
                if upper > 0 {
                    // A little chance in the cost: ties are broken differently by each seed.
                    let chance = prng.below(1 << 20) as f64 / f64::from(1 << 22);
                    cell.columns.push(program.column(upper, cost + chance));
                }
            }
        }
        let mut owners = Vec::new();
        for (owner, terms, low, high) in self.rows(active, view, grain, &cells) {
            program.row(terms, low, high);
            owners.push(owner);
        }
        let apart = active.contains(&Constraint::Enemies);
        let matching = OnceCell::new();
        let mut matched = None;
        let found = search(&program, budget, |values| {
            let mut wants = vec![0usize; view.classes.len()];
            for cell in &cells {
                let sum: i64 = cell.columns.iter().map(|at| values[*at]).sum();
                wants[cell.class] += usize::try_from(sum).unwrap_or(0);
            }
            let matching =
                matching.get_or_init(|| Matching::new(self.bank, &view.classes, apart, order));
            match matching.run(&wants) {
                Ok(items) => {
                    matched = Some(items);
                    None
                }
                Err(Shortage { classes, most }) => {
                    let hit = cells.iter().filter(|cell| classes.contains(&cell.class));
                    let columns = hit.flat_map(|cell| &cell.columns);
                    Some(Row {
                        terms: columns.map(|at| (*at, 1)).collect(),
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
                let cut = Some(Constraint::Enemies);
                let owner = |row: usize| owners.get(row).copied().unwrap_or(cut);
                let mut named: BTreeSet<Constraint> = rows.into_iter().filter_map(owner).collect();
                if named.contains(&Constraint::Target) && self.all_sections(active) {
                    named.extend((0..self.plan.sections.len()).map(Constraint::Section));
                }
                Chosen::None(named)
            }
            _ => Chosen::Unknown,
        }
    }

    fn all_sections(&self, active: &Active) -> bool {
        (0..self.plan.sections.len()).all(|at| active.contains(&Constraint::Section(at)))
    }

    /// A cell for each class and each section of its kind, without columns.
    pub fn empty_cells(&self, view: &View) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (class, members) in view.classes.iter().enumerate() {
            for (section, wanted) in self.plan.sections.iter().enumerate() {
                if wanted.kind == members.kind {
                    cells.push(Cell {
                        class,
                        section,
                        columns: Vec::new(),
                    });
                }
            }
        }
        cells
    }

    /// The rows of the demands in force, each with its owner; a class's own capacity has none.
    pub fn rows(&self, active: &Active, view: &View, grain: &Grain, cells: &[Cell]) -> Vec<Draft> {
        let plan = self.plan;
        let sum = |weight: &dyn Fn(&Cell) -> i64| -> Vec<(usize, i64)> {
            let weighted = cells.iter().map(|cell| (cell, weight(cell)));
            weighted
                .filter(|(_, c)| *c != 0)
                .flat_map(|(cell, c)| cell.columns.iter().map(move |at| (*at, c)))
                .collect()
        };
        let marks = |cell: &Cell| plan.sections[cell.section].marks.0;
        let class = |cell: &Cell| &view.classes[cell.class];
        let counts = |limit: usize| {
            let only = plan.limits[limit].filter.section;
            sum(&|cell| {
                let here = only.is_none_or(|at| at == cell.section);
                i64::from(here && bit(&class(cell).limits, limit))
            })
        };
        let mut rows: Vec<Draft> = Vec::new();
        for constraint in active {
            let (terms, low, high) = match constraint {
                Constraint::Section(at) => {
                    let count = i64::from(plan.sections[*at].count);
                    (sum(&|cell| i64::from(cell.section == *at)), count, count)
                }
                Constraint::Min(at) => {
                    let min = plan.limits[*at].min.unwrap_or(0);
                    (counts(*at), i64::from(min), NO_HIGH)
                }
                Constraint::Max(at) => {
                    let max = plan.limits[*at].max.map_or(NO_HIGH, i64::from);
                    (counts(*at), NO_LOW, max)
                }
                Constraint::Total => {
                    let total = plan.total.unwrap_or(Marks::ZERO).0;
                    (sum(&marks), total, total)
                }
                Constraint::Fixed(id) => {
                    (sum(&|cell| i64::from(class(cell).fixed == Some(*id))), 1, 1)
                }
                Constraint::Overlap => {
                    let counted = |cell: &Cell| class(cell).avoided && class(cell).fixed.is_none();
                    (sum(&|cell| i64::from(counted(cell))), NO_LOW, self.overlap)
                }
                Constraint::Target => {
                    let Some(target) = plan.target else {
                        continue;
                    };
                    let slack = i64::from(target.tolerance) + grain.widen;
                    let rate = i64::from(target.rate);
                    let (least, most) = (rate - slack, rate + slack);
                    // With all sections full the marks are known, and the bare sum shows divisors.
                    let full = self.all_sections(active).then(|| plan.marks().0);
                    let (from, to) = match full {
                        Some(_) => (0, 0),
                        None => (least, most),
                    };
                    let above = sum(&|cell| marks(cell) * (i64::from(class(cell).rates.1) - from));
                    let floor = full.map_or(0, |full| least * full);
                    if grain.bucket == 1 && full.is_some() {
                        rows.push((Some(*constraint), above, floor, most * full.unwrap_or(0)));
                        continue;
                    }
                    rows.push((Some(*constraint), above, floor, NO_HIGH));
                    let below = sum(&|cell| marks(cell) * (i64::from(class(cell).rates.0) - to));
                    (below, NO_LOW, full.map_or(0, |full| most * full))
                }
                _ => continue,
            };
            rows.push((Some(*constraint), terms, low, high));
        }
        for same in cells.chunk_by(|a, b| a.class == b.class) {
            if same.len() > 1 {
                let columns = same.iter().flat_map(|cell| &cell.columns);
                let terms = columns.map(|at| (*at, 1)).collect();
                rows.push((None, terms, NO_LOW, class(&same[0]).capacity));
            }
        }
        rows
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
