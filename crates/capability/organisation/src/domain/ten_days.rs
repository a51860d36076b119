//! The ten-day rule (B-71): a change is in the personnel library within ten days of its decision.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chengzhi_kernel::{Date, Timestamp, WorkCalendar};
use chengzhi_rules::Policy;
use chengzhi_rules::builtin;
use chengzhi_rules::policy::PersonnelRules;

static RULES: LazyLock<BTreeMap<(&'static str, i32), PersonnelRules>> = LazyLock::new(|| {
    builtin::pack_names()
        .filter_map(|(name, year)| {
            Some(((name, year), Policy::for_year(name, year).ok()?.personnel))
        })
        .collect()
});

/// Where the ten days come from: the family of policy packs and the work calendar.
#[derive(Debug, Clone, Copy)]
pub struct TenDays<'a> {
    /// `shanghai`.
    pub pack: &'a str,
    /// The State Council's calendar.
    pub calendar: &'a WorkCalendar,
}

impl TenDays<'_> {
    /// The rules in force on a day: those of its year, else of the newest earlier one (B-07); none
    /// before the first.
    #[must_use]
    pub fn rules_on(&self, day: Date) -> Option<&'static PersonnelRules> {
        let year = chrono::Datelike::year(&day);
        RULES
            .iter()
            .filter(|((name, from), _)| *name == self.pack && *from <= year)
            .max_by_key(|((_, from), _)| *from)
            .map(|(_, rules)| rules)
    }

    /// Judges an entry. Without a day of decision the effective day stands for it, so that leaving
    /// the field empty wins nothing. None when no rules are in force.
    #[must_use]
    pub fn update_due(
        &self,
        decided_on: Option<Date>,
        effective_on: Date,
        recorded_at: Timestamp,
    ) -> Option<UpdateDue> {
        let origin = decided_on.unwrap_or(effective_on);
        let rules = self.rules_on(origin)?;
        let due = rules.update_by(origin, self.calendar).ok()?;
        let late_days = if recorded_at < due.due_at {
            0
        } else {
            chengzhi_kernel::deadline::days_between(due.last_day, recorded_at.date())
        };
        Some(UpdateDue {
            due_on: due.last_day,
            due_at: due.due_at,
            late_days,
            rules,
        })
    }
}

/// By when a change had to be entered, and how late it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateDue {
    /// Last day in time.
    pub due_on: Date,
    /// First instant too late.
    pub due_at: Timestamp,
    /// Days after the last one; 0 when in time.
    pub late_days: i64,
    /// The rule.
    pub rules: &'static PersonnelRules,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, of: u32) -> Date {
        Date::from_ymd_opt(2024, month, of).unwrap()
    }

    #[test]
    fn the_decisions_day_does_not_count_and_the_tenth_day_is_in_time_to_its_end() {
        let rule = TenDays {
            pack: "shanghai",
            calendar: builtin::calendar(),
        };
        let judge = |at: Timestamp| rule.update_due(Some(day(3, 1)), day(1, 1), at).unwrap();
        let in_time = judge(Timestamp::at(day(3, 11), 23, 59));
        assert_eq!((in_time.due_on, in_time.late_days), (day(3, 11), 0));
        assert_eq!(judge(Timestamp::at(day(3, 12), 0, 0)).late_days, 1);
        assert_eq!(judge(Timestamp::at(day(3, 21), 9, 0)).late_days, 10);
    }

    #[test]
    fn without_a_decision_the_effective_day_counts_and_before_the_first_rules_nothing_is_due() {
        let rule = TenDays {
            pack: "shanghai",
            calendar: builtin::calendar(),
        };
        let due = rule
            .update_due(None, day(5, 1), Timestamp::at(day(5, 2), 9, 0))
            .unwrap();
        assert_eq!(due.due_on, day(5, 11));
        let old = Date::from_ymd_opt(2019, 1, 1).unwrap();
        assert_eq!(
            rule.update_due(None, old, Timestamp::at(day(5, 2), 9, 0)),
            None
        );
    }
}
