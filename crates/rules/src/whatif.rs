//! What-if (试算): who would come out otherwise under a draft, and which change does it.

use chengzhi_kernel::Quantity;
use serde::Serialize;

use crate::assess::{
    Assessment, CompiledPolicy, DistrictSessions, Event, Extra, LedgerRow, MonthSet, Outcome,
    PersonFacts, Session, State, assess,
};
use crate::pack::{Difference, PackError};
use crate::policy::Policy;

/// One person's case, as the engine takes it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The person.
    pub person: &'a PersonFacts,
    /// Status changes.
    pub events: &'a [Event],
    /// Ledger rows.
    pub rows: &'a [LedgerRow],
    /// All sessions listed for the person's district.
    pub sessions: &'a [Session],
    /// What may be known besides.
    pub extra: Extra<'a>,
}

/// What of a decision is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// State.
    pub state: State,
    /// Result.
    pub result: Option<Outcome>,
    /// Online hours and credits owed.
    pub online: (Quantity, Quantity),
    /// District hours and credits owed.
    pub district: (Quantity, Quantity),
    /// Months owed.
    pub months: MonthSet,
    /// Study hours owed.
    pub squad_hours: Quantity,
}

impl Snapshot {
    fn of(a: &Assessment) -> Self {
        Self {
            state: a.state,
            result: a.result,
            online: (a.online.required_hours, a.online.required_credits),
            district: (a.district.required_hours, a.district.required_credits),
            months: a.squad.months,
            squad_hours: a.squad.required_hours,
        }
    }

    /// `全年考核、达标`.
    #[must_use]
    pub fn verdict_cn(&self) -> String {
        let state = match self.state {
            State::Full => "全年考核",
            State::Partial => "部分考核",
            State::NotAssessed => "不考核",
        };
        match self.result {
            Some(Outcome::Met) => format!("{state}、达标"),
            Some(Outcome::NotMet) => format!("{state}、未达标"),
            None => state.to_owned(),
        }
    }

    /// What is owed, in one line.
    #[must_use]
    pub fn required_cn(&self) -> String {
        format!(
            "网训{}学时{}学分，集训{}学时{}学分，科队学习{}（{}学时）",
            self.online.0,
            self.online.1,
            self.district.0,
            self.district.1,
            self.months.text_cn(),
            self.squad_hours
        )
    }
}

/// A person who comes out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    /// Under the base.
    pub before: Snapshot,
    /// Under the draft.
    pub after: Snapshot,
    /// Indices into [`WhatIf::differences`] of the changes that do it.
    pub causes: Vec<usize>,
}

/// Counts of verdicts under one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// People of state full.
    pub full: u64,
    /// People of state partial.
    pub partial: u64,
    /// People not assessed.
    pub not_assessed: u64,
    /// People met.
    pub met: u64,
    /// People not met.
    pub not_met: u64,
}

impl Totals {
    /// Counts one more person.
    pub fn add(&mut self, snapshot: &Snapshot) {
        match snapshot.state {
            State::Full => self.full += 1,
            State::Partial => self.partial += 1,
            State::NotAssessed => self.not_assessed += 1,
        }
        match snapshot.result {
            Some(Outcome::Met) => self.met += 1,
            Some(Outcome::NotMet) => self.not_met += 1,
            None => {}
        }
    }

    /// Both counts together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            full: self.full + other.full,
            partial: self.partial + other.partial,
            not_assessed: self.not_assessed + other.not_assessed,
            met: self.met + other.met,
            not_met: self.not_met + other.not_met,
        }
    }
}

/// A base and a draft made ready for many people.
pub struct WhatIf {
    base: CompiledPolicy,
    draft: CompiledPolicy,
    /// What differs, base first.
    pub differences: Vec<Difference>,
    /// The base with one difference each.
    single: Vec<CompiledPolicy>,
    /// The draft without one difference each.
    without: Vec<CompiledPolicy>,
}

impl WhatIf {
    /// Compares `draft` with `base`; both applied to the base's year.
    ///
    /// # Errors
    /// When a mixed pack lacks a value (a draft that drops a rule the base needs).
    pub fn new(base: &Policy, draft: &Policy) -> Result<Self, Vec<PackError>> {
        let differences = base.pack.differences(&draft.pack);
        let mix = |from: &Policy, to: &Policy, key: &str| {
            Policy::from_pack(from.pack.with_key_of(&to.pack, key), base.year)
                .map(|p| CompiledPolicy::new(&p))
        };
        let single = differences
            .iter()
            .map(|d| mix(base, draft, &d.key))
            .collect::<Result<_, _>>()?;
        let without = differences
            .iter()
            .map(|d| mix(draft, base, &d.key))
            .collect::<Result<_, _>>()?;
        let draft = Policy::from_pack(draft.pack.clone(), base.year)?;
        Ok(Self {
            base: CompiledPolicy::new(base),
            draft: CompiledPolicy::new(&draft),
            differences,
            single,
            without,
        })
    }

    /// Judges one person under both: both snapshots, and the flip if they differ.
    #[must_use]
    pub fn judge(&self, case: &Case<'_>) -> (Snapshot, Snapshot, Option<Flip>) {
        let before = snapshot(&self.base, case);
        let after = snapshot(&self.draft, case);
        let flip = (before != after).then(|| Flip {
            before,
            after,
            causes: self.causes(case, before, after),
        });
        (before, after, flip)
    }

    /// The changes that alone move the person; else those without which the draft does not; else
    /// all of them together.
    fn causes(&self, case: &Case<'_>, before: Snapshot, after: Snapshot) -> Vec<usize> {
        let hits = |packs: &[CompiledPolicy], still: Snapshot| -> Vec<usize> {
            let moved = |p: &&CompiledPolicy| snapshot(p, case) != still;
            packs
                .iter()
                .enumerate()
                .filter(|(_, p)| moved(p))
                .map(|(i, _)| i)
                .collect()
        };
        let alone = hits(&self.single, before);
        if !alone.is_empty() {
            return alone;
        }
        let needed = hits(&self.without, after);
        if needed.is_empty() {
            (0..self.differences.len()).collect()
        } else {
            needed
        }
    }
}

fn snapshot(policy: &CompiledPolicy, case: &Case<'_>) -> Snapshot {
    let sessions = DistrictSessions::for_year(policy, case.sessions);
    Snapshot::of(&assess(
        policy,
        case.person,
        case.events,
        case.rows,
        &sessions,
        &case.extra,
    ))
}

/// Judges all `people` under both: the flips with their position, and the totals before and after.
pub fn what_if<'a>(
    prepared: &WhatIf,
    people: impl IntoIterator<Item = Case<'a>>,
) -> (Vec<(usize, Flip)>, Totals, Totals) {
    let mut flips = Vec::new();
    let (mut before, mut after) = (Totals::default(), Totals::default());
    for (index, case) in people.into_iter().enumerate() {
        let (old, new, flip) = prepared.judge(&case);
        before.add(&old);
        after.add(&new);
        flips.extend(flip.map(|flip| (index, flip)));
    }
    (flips, before, after)
}
