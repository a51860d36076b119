//! The structured trace: what was found, which rule it fell under, and the arithmetic.

use chengzhi_kernel::{Date, Quantity};

use super::engine::{Outcome, State};
use super::facts::{Component, EventKind};
use super::month_set::MonthSet;
use super::timeline::Absence;

/// Where the first counted month comes from (B-67).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartSource {
    /// Nothing special: January.
    January,
    /// The month after induction ended.
    Induction(Date),
    /// The month of joining.
    Joined(Date),
}

/// What made a status entry apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// 在编 is not 是.
    NotEstablished,
    /// Joined after the year.
    JoinedLater(Date),
    /// Left (B-68).
    Left(EventKind, Date),
    /// Joined in the named month (B-70).
    JoinedIn(Date),
    /// Returned in the named month (B-70).
    ReturnedIn(Absence),
    /// New staff (B-67).
    NewStaff {
        /// Joined on.
        joined: Date,
        /// Induction ended on, if in the year.
        induction: Option<Date>,
    },
    /// Away in these months (B-69).
    Absent(MonthSet),
    /// Nothing special (B-72).
    Everybody,
}

/// Why district training is owed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistrictWhy {
    /// A status entry waives it.
    Waived,
    /// At post on at least one day of the session from–to.
    AtPost(Date, Date),
    /// At post on no day of any session; the first one is from–to.
    Away(Date, Date),
    /// Owed in any case.
    Always,
    /// The person is not assessed.
    NotAssessed,
}

/// One step of the trace. `status` is an index into the policy's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A status entry applied.
    Status {
        /// Index of the entry.
        status: u8,
        /// What made it apply.
        fact: Fact,
    },
    /// A span away that touches the year.
    Absence(Absence),
    /// A return without an open absence, ignored.
    StrayReturn(Date),
    /// Events recorded after the as-of day, left out.
    EventsLeftOut(u32),
    /// Months that count: from `start` to 12 without `gaps`.
    Months {
        /// First month, 13 when none.
        start: u8,
        /// Where it comes from.
        source: StartSource,
        /// Months taken out.
        gaps: MonthSet,
        /// What remains.
        counted: MonthSet,
    },
    /// Whether district training is owed.
    District {
        /// Owed.
        due: bool,
        /// Why.
        why: DistrictWhy,
        /// The window was assumed.
        assumed: bool,
    },
    /// A component waived by hand; index into the waivers given.
    Waived {
        /// The component.
        component: Component,
        /// Index into the waivers.
        waiver: u8,
    },
    /// What a component asks for: `share` twelfths of the full amount when shared out.
    Required {
        /// The component.
        component: Component,
        /// Whether it is owed.
        due: bool,
        /// Hours owed.
        hours: Quantity,
        /// Credits owed.
        credits: Quantity,
        /// Months out of twelve, when shared out; 12 otherwise.
        share: u8,
    },
    /// What the ledger gives for a component.
    Earned {
        /// The component.
        component: Component,
        /// Rows counted.
        rows: u32,
        /// Hours.
        hours: Quantity,
        /// Credits.
        credits: Quantity,
    },
    /// Months of study: owed, and fulfilled by at least one row.
    Study {
        /// Months owed.
        owed: MonthSet,
        /// Months owed that a row fulfils.
        fulfilled: MonthSet,
        /// Hours per month.
        per_month: Quantity,
    },
    /// Ledger rows left out, by why.
    LeftOut {
        /// Dated in another year, or study for a month of another year.
        other_year: u32,
        /// Dated after the as-of day.
        after_as_of: u32,
        /// Of a kind that counts towards nothing.
        other_kind: u32,
    },
    /// The verdict and the rule it was reached by.
    Verdict {
        /// Each component for itself, or only the totals (B-03).
        minima: bool,
        /// State.
        state: State,
        /// Result; `None` when not assessed.
        result: Option<Outcome>,
    },
}

/// The steps in the order they were taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The steps.
    pub steps: Vec<Step>,
}

/// What the trace's own numbers add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recomputed {
    /// Hours owed in all.
    pub required_hours: Quantity,
    /// Credits owed in all.
    pub required_credits: Quantity,
    /// Hours earned towards what is owed.
    pub earned_hours: Quantity,
    /// Credits earned towards what is owed.
    pub earned_credits: Quantity,
    /// Result by those numbers.
    pub result: Option<Outcome>,
}

impl Trace {
    /// Adds the trace up again from its inputs alone, without looking at its verdict: a check on
    /// the engine, and the figure an auditor reaches with a pencil.
    #[must_use]
    pub fn recompute(&self) -> Recomputed {
        let mut sum = Recomputed::default();
        let mut all_met = true;
        let mut any_due = false;
        let mut minima = true;
        for component in Component::ALL {
            let mut required = (false, Quantity::ZERO, Quantity::ZERO);
            let mut earned = (Quantity::ZERO, Quantity::ZERO);
            let mut month_gap = false;
            for step in &self.steps {
                match *step {
                    Step::Required {
                        component: c,
                        due,
                        hours,
                        credits,
                        ..
                    } if c == component => {
                        required = (due, hours, credits);
                    }
                    Step::Earned {
                        component: c,
                        hours,
                        credits,
                        ..
                    } if c == component => {
                        earned = (hours, credits);
                    }
                    Step::Study {
                        owed,
                        fulfilled,
                        per_month,
                    } if component == Component::Squad => {
                        let months = i64::from(owed.and(fulfilled).count());
                        earned = (
                            Quantity::from_thousandths(per_month.thousandths() * months),
                            Quantity::ZERO,
                        );
                        month_gap = !owed.minus(fulfilled).is_empty();
                    }
                    Step::Verdict { minima: m, .. } => minima = m,
                    _ => {}
                }
            }
            if required.0 {
                any_due = true;
                sum.required_hours += required.1;
                sum.required_credits += required.2;
                sum.earned_hours += earned.0;
                sum.earned_credits += earned.1;
                all_met &= earned.0 >= required.1 && earned.1 >= required.2 && !month_gap;
            }
        }
        let totals =
            sum.earned_hours >= sum.required_hours && sum.earned_credits >= sum.required_credits;
        let met = if minima { all_met } else { totals };
        sum.result = any_due.then_some(if met { Outcome::Met } else { Outcome::NotMet });
        sum
    }
}
