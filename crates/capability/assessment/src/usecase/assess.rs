//! Assessments of people from what the database holds.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::{Date, Month, PersonId, Quantity, UnitId};
use chengzhi_organisation::facade::{self as organisation, AssessmentPerson};
use chengzhi_rules::Policy;
use chengzhi_rules::assess::{
    self, Assessment, CompiledPolicy, DistrictSessions, Extra, LedgerKind, LedgerRow, PersonFacts,
    Session, Waiver,
};
use chrono::Datelike as _;

use super::policy_book::{PolicyError, policy_of};
use crate::domain::Component;
use crate::domain::standing::{RiskLevel, Standing, overall, standings};
use crate::store::ledger::{self, Earned};
use crate::store::waivers;

/// A year ready to judge people by: rules, districts' sessions, waivers.
pub struct YearRules {
    /// The rules.
    pub policy: Arc<Policy>,
    compiled: CompiledPolicy,
    sessions: HashMap<UnitId, (DistrictSessions, Vec<Date>)>,
    assumed: DistrictSessions,
    waivers: HashMap<PersonId, Vec<Waiver>>,
    /// True when the year was closed: its rules stay as they were.
    pub closed: bool,
}

impl YearRules {
    /// Reads everything that a year's judgement needs besides people and their ledger.
    ///
    /// # Errors
    /// [`PolicyError`] when there are no rules for the year.
    pub async fn load(tx: &mut Tx, family: &str, year: i32) -> Result<Self, PolicyError> {
        let policy = policy_of(tx, family, year).await?;
        let compiled = CompiledPolicy::new(&policy);
        Self::with(tx, policy, compiled).await
    }

    /// The same year under other rules, for trying them out.
    ///
    /// # Errors
    /// [`PolicyError::Db`] from the engine.
    pub async fn with(
        tx: &mut Tx,
        policy: Arc<Policy>,
        compiled: CompiledPolicy,
    ) -> Result<Self, PolicyError> {
        let year = policy.year;
        let mut listed: HashMap<UnitId, Vec<Session>> = HashMap::new();
        for row in waivers::sessions(tx, year).await? {
            listed.entry(row.unit_id).or_default().push(Session {
                from: row.starts_on,
                to: row.ends_on,
            });
        }
        let sessions = listed
            .into_iter()
            .map(|(unit, listed)| {
                let mut ends: Vec<Date> = listed.iter().map(|session| session.to).collect();
                ends.sort_unstable();
                (unit, (DistrictSessions::for_year(&compiled, &listed), ends))
            })
            .collect();
        let mut waived: HashMap<PersonId, Vec<Waiver>> = HashMap::new();
        for row in waivers::open(tx, year, None).await? {
            if let Some(component) = engine_component(row.component) {
                waived.entry(row.person_id).or_default().push(Waiver {
                    component,
                    reason: row.reason,
                });
            }
        }
        let assumed = DistrictSessions::for_year(&compiled, &[]);
        let closed = crate::store::policies::closed_year(tx, year)
            .await?
            .is_some();
        Ok(YearRules {
            policy,
            compiled,
            sessions,
            assumed,
            waivers: waived,
            closed,
        })
    }

    /// The year.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.policy.year
    }

    /// The rules made ready.
    #[must_use]
    pub fn compiled(&self) -> &CompiledPolicy {
        &self.compiled
    }

    /// A person's open waivers.
    #[must_use]
    pub fn waivers_of(&self, person: PersonId) -> &[Waiver] {
        self.waivers.get(&person).map_or(&[], Vec::as_slice)
    }

    /// Judges a person by ledger rows.
    #[must_use]
    pub fn judge(
        &self,
        person: &AssessmentPerson,
        rows: &[LedgerRow],
        as_of: Option<Date>,
    ) -> Assessment {
        let facts = PersonFacts {
            established: person.established,
            joined: person.joined_on,
            induction_ended: person.induction_ended_on,
        };
        let sessions = person
            .district_id
            .and_then(|id| self.sessions.get(&id))
            .map_or(&self.assumed, |(s, _)| s);
        let extra = Extra {
            as_of,
            waivers: self.waivers_of(person.id),
        };
        assess::assess(
            &self.compiled,
            &facts,
            &person.events,
            rows,
            sessions,
            &extra,
        )
    }

    /// Where a person stands on `today`.
    #[must_use]
    pub fn standing(
        &self,
        person: &AssessmentPerson,
        assessment: &Assessment,
        today: Date,
    ) -> [Standing; 3] {
        let ends = person
            .district_id
            .and_then(|id| self.sessions.get(&id))
            .map_or(&[][..], |(_, ends)| ends);
        standings(&self.policy, assessment, ends, today)
    }
}

fn engine_component(component: Component) -> Option<assess::Component> {
    match component {
        Component::Online => Some(assess::Component::Online),
        Component::District => Some(assess::Component::District),
        Component::Squad => Some(assess::Component::Squad),
        Component::Other => None,
    }
}

/// A person with his judged year.
pub struct PersonYear {
    /// Who.
    pub person: AssessmentPerson,
    /// The decision.
    pub assessment: Assessment,
    /// Where he stands in each component.
    pub standing: [Standing; 3],
}

impl PersonYear {
    /// The worst of the three standings; none for somebody who is not assessed.
    #[must_use]
    pub fn risk(&self) -> RiskLevel {
        overall(&self.standing)
    }
}

/// The rows that give the same decision as the sums: one per component and one per month.
fn rows_of(earned: &Earned, year: i32) -> Vec<LedgerRow> {
    let Some(january) = Month::new(year, 1) else {
        return Vec::new();
    };
    let day = january.first_day();
    let mut rows = Vec::with_capacity(14);
    // A row holds at most 100,000 hours; sums beyond that are far past any requirement.
    rows.push(LedgerRow::new(
        day,
        LedgerKind::Online,
        earned.online_hours,
        earned.online_credits,
        None,
    ));
    rows.push(LedgerRow::new(
        day,
        LedgerKind::District,
        earned.district_hours,
        earned.district_credits,
        None,
    ));
    for month in 1..=12 {
        if earned.month_bits & (1 << (month - 1)) != 0 {
            rows.push(LedgerRow::new(
                day,
                LedgerKind::Study,
                Quantity::whole(1),
                Quantity::ZERO,
                Month::new(year, month),
            ));
        }
    }
    rows
}

/// Judges everybody of the units in a year.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_units(
    tx: &mut Tx,
    rules: &YearRules,
    units: &BTreeSet<i64>,
    today: Date,
    as_of: Option<Date>,
) -> Result<Vec<PersonYear>, DbError> {
    let people = organisation::assessment_people(tx, rules.year(), None, Some(units)).await?;
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let earned = ledger::earned(tx, rules.year(), as_of, &ids).await?;
    Ok(people
        .into_iter()
        .map(|person| {
            let rows = earned
                .get(&person.id)
                .map(|sums| rows_of(sums, rules.year()))
                .unwrap_or_default();
            let assessment = rules.judge(&person, &rows, as_of);
            let standing = rules.standing(&person, &assessment, today);
            PersonYear {
                person,
                assessment,
                standing,
            }
        })
        .collect())
}

/// The facts of some people.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn people(
    tx: &mut Tx,
    year: i32,
    ids: &[PersonId],
) -> Result<Vec<AssessmentPerson>, DbError> {
    organisation::assessment_people(tx, year, Some(ids), None).await
}

/// A ledger entry as the engine takes it.
#[must_use]
pub fn engine_row(entry: &ledger::EntryRow) -> LedgerRow {
    let kind = match entry.component {
        Component::Online => LedgerKind::Online,
        Component::District => LedgerKind::District,
        Component::Squad => LedgerKind::Study,
        Component::Other => LedgerKind::Other,
    };
    LedgerRow::new(
        entry.happened_on,
        kind,
        entry.hours,
        entry.credits,
        entry.for_month,
    )
}

/// Entries that stand (not reversed, no reversal) as the engine takes them.
#[must_use]
pub fn standing_rows(entries: &[ledger::EntryRow]) -> Vec<LedgerRow> {
    entries
        .iter()
        .filter(|e| e.reverses.is_none() && e.reversed_by.is_none())
        .map(engine_row)
        .collect()
}

/// Why an entry does not count towards the year, if it does not.
#[must_use]
pub fn why_not(entry: &ledger::EntryRow, year: i32) -> Option<&'static str> {
    if entry.reverses.is_some() {
        Some("冲回记录，抵销原记录")
    } else if entry.reversed_by.is_some() {
        Some("已冲回")
    } else if entry.component == Component::Other {
        Some("不属于三类学时，不计入60学时24学分（B-02）")
    } else if entry.happened_on.year() != year {
        Some("日期不在本年度")
    } else if entry.component == Component::Squad
        && entry.for_month.is_none_or(|month| month.year() != year)
    {
        Some("所属月份不在本年度")
    } else {
        None
    }
}
