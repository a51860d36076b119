//! What other capabilities may ask of the ledger.

use std::collections::{BTreeSet, HashMap};

use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::{AccountId, Date, Month, PersonId, Quantity, Timestamp};

use chengzhi_rules::assess::Outcome;

pub use crate::domain::standing::{Basis, RiskLevel, Standing};
use crate::domain::{Component, NewEntry, standing};
pub use crate::store::ledger::DistrictCourse;
use crate::store::ledger::{self, Undo};
use crate::store::{policies, waivers};
use crate::usecase::assess::{YearRules, of_units, people, standing_rows};
use crate::usecase::policy_book::content_of;

/// One hour of monthly study (B-42): each month at most one, whatever the minutes.
pub const STUDY_HOUR: Quantity = Quantity::from_thousandths(1000);

/// A confirmed attendance that earns a month's hour (B-41).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyAward {
    /// Who attended.
    pub person: PersonId,
    /// The month that it fulfils.
    pub for_month: Month,
    /// Day of the session.
    pub happened_on: Date,
    /// `study:12` for a unit's record, `makeup:3` for a make-up session.
    pub source: String,
}

/// Posts study hours in the caller's transaction. Posting the same source twice posts once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn post_study(
    tx: &mut Tx,
    actor: Option<AccountId>,
    now: Timestamp,
    awards: &[StudyAward],
) -> Result<(), DbError> {
    let entries = awards
        .iter()
        .map(|award| NewEntry {
            person: award.person,
            happened_on: award.happened_on,
            component: Component::Squad,
            category: Component::Squad.name().to_owned(),
            hours: STUDY_HOUR,
            credits: Quantity::from_thousandths(0),
            for_month: Some(award.for_month),
            external_no: None,
            course_name: None,
            course_kind: None,
            source: award.source.clone(),
        })
        .collect();
    ledger::insert(tx, entries, None, actor, now).await?;
    Ok(())
}

/// Undoes a person's study hour of one source. False when there was none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn reverse_study(
    tx: &mut Tx,
    actor: Option<AccountId>,
    now: Timestamp,
    person: PersonId,
    source: &str,
    reason: &str,
) -> Result<bool, DbError> {
    Ok(ledger::reverse(tx, &Undo::Source(person, source), reason, actor, now).await? > 0)
}

/// Hours and credits of a course of the district's closed training (B-25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingAward {
    /// Who completed it.
    pub person: PersonId,
    /// Its last day; decides the year.
    pub happened_on: Date,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
    /// Title of the course.
    pub course_name: String,
    /// `class:12:34`: class and course.
    pub source: String,
}

/// Posts hours and credits of courses in the caller's transaction. Posting the same source twice posts once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn post_training(
    tx: &mut Tx,
    actor: Option<AccountId>,
    now: Timestamp,
    awards: &[TrainingAward],
) -> Result<(), DbError> {
    let entries = awards
        .iter()
        .map(|award| NewEntry {
            person: award.person,
            happened_on: award.happened_on,
            component: Component::District,
            category: Component::District.name().to_owned(),
            hours: award.hours,
            credits: award.credits,
            for_month: None,
            external_no: None,
            course_name: Some(award.course_name.clone()),
            course_kind: None,
            source: award.source.clone(),
        })
        .collect();
    ledger::insert(tx, entries, None, actor, now).await?;
    Ok(())
}

/// Courses of closed training that stand in a year for these people: a course counts once a year (B-20).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn district_courses(
    tx: &mut Tx,
    year: i32,
    persons: &[PersonId],
) -> Result<Vec<DistrictCourse>, DbError> {
    ledger::district_courses(tx, year, persons).await
}

/// Undoes a person's entry of one course. False when there was none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn reverse_training(
    tx: &mut Tx,
    actor: Option<AccountId>,
    now: Timestamp,
    person: PersonId,
    source: &str,
    reason: &str,
) -> Result<bool, DbError> {
    Ok(ledger::reverse(tx, &Undo::Source(person, source), reason, actor, now).await? > 0)
}

/// Years whose books are closed: nothing may be posted to them any more.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn closed_years(tx: &mut Tx) -> Result<BTreeSet<i32>, DbError> {
    policies::closed_years(tx).await
}

/// The months of a year that each person's study entries fulfil.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn months_fulfilled(
    tx: &mut Tx,
    persons: &[PersonId],
    year: i32,
) -> Result<HashMap<PersonId, BTreeSet<u32>>, DbError> {
    ledger::months(tx, persons, year).await
}

/// The rules of a year, as every capability must read them: closed, published or built in.
pub use crate::usecase::policy_book::{PolicyError, policy_of};

/// Completion of some units in a year, with the denominators of B-74.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// On the roster in the year.
    pub people: i64,
    /// Owe anything.
    pub assessed: i64,
    /// Of these, met.
    pub met: i64,
    /// Of these, at high risk or missed.
    pub at_risk: i64,
    /// Of these, met or in step with the year.
    pub on_track: i64,
}

impl Summary {
    /// Met of assessed in thousandths; none without anybody assessed.
    #[must_use]
    pub fn rate_permille(&self) -> Option<i64> {
        (self.assessed > 0).then(|| self.met * 1000 / self.assessed)
    }

    /// On track of assessed in thousandths; none without anybody assessed.
    #[must_use]
    pub fn on_track_permille(&self) -> Option<i64> {
        (self.assessed > 0).then(|| self.on_track * 1000 / self.assessed)
    }
}

/// Completion of the units in a year.
///
/// # Errors
/// [`PolicyError`] when there are no rules for the year.
pub async fn summary(
    tx: &mut Tx,
    family: &str,
    year: i32,
    units: &BTreeSet<i64>,
    today: Date,
) -> Result<Summary, PolicyError> {
    let rules = YearRules::load(tx, family, year).await?;
    let mut summary = Summary::default();
    for person in of_units(tx, &rules, units, today, None).await? {
        summary.people += 1;
        let Some(result) = person.assessment.result else {
            continue;
        };
        summary.assessed += 1;
        summary.met += i64::from(result == Outcome::Met);
        summary.at_risk += i64::from(person.risk() >= RiskLevel::High);
        summary.on_track += i64::from(person.risk() == RiskLevel::Ok);
    }
    Ok(summary)
}

/// Where a person stands in the three components of a year and what each rests on; none when he is not on the roster.
///
/// # Errors
/// [`PolicyError`] when there are no rules for the year.
pub async fn standing(
    tx: &mut Tx,
    family: &str,
    year: i32,
    person: PersonId,
    today: Date,
) -> Result<Option<[(Standing, Basis); 3]>, PolicyError> {
    let rules = YearRules::load(tx, family, year).await?;
    let Some(person) = people(tx, year, &[person]).await?.into_iter().next() else {
        return Ok(None);
    };
    let entries = ledger::of_person(tx, person.id, year).await?;
    let assessment = rules.judge(&person, &standing_rows(&entries), None);
    let standing = rules.standing(&person, &assessment, today);
    Ok(Some(standing.map(|part| {
        let basis = standing::basis(&rules.policy, part.component);
        (part, basis)
    })))
}

/// Closes a year that is over; see [`crate::usecase::drafts::close_year`].
pub use crate::usecase::drafts::close_year;

/// Takes over a built-in pack for a year that has none and lies before the first one, so that books
/// of that year can be kept and judged. Nothing happens when the year has rules already.
///
/// # Errors
/// [`PolicyError`] when the pack is unknown.
pub async fn adopt_pack(
    tx: &mut Tx,
    family: &str,
    year: i32,
    pack: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<(), PolicyError> {
    if policy_of(tx, family, year).await.is_ok() {
        return Ok(());
    }
    let mut content = content_of(tx, pack).await?;
    content.year = year;
    let id = policies::insert_draft(
        tx,
        policies::NewDraft {
            title: &format!("{year}年沿用规则"),
            base: pack,
            pack: &format!("{family}/{year}"),
            changes: "[]",
            content: &content.to_json(),
            findings: "[]",
            by_name,
            now,
        },
    )
    .await?;
    policies::settle_draft(tx, id, "published", by_name, now).await?;
    Ok(())
}

/// Enters a session of a district's closed training (B-11). Gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_training_session(
    tx: &mut Tx,
    unit: chengzhi_kernel::UnitId,
    days: (Date, Date),
    note: Option<&str>,
    by_name: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    waivers::insert_session(tx, unit, days, note, by_name, now).await
}

/// Moves a session to other days. False when somebody has removed it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn move_training_session(
    tx: &mut Tx,
    session: i64,
    days: (Date, Date),
) -> Result<bool, DbError> {
    waivers::move_session(tx, session, days).await
}

/// Removes a session of a district: the training is not held. False when it is not there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove_training_session(
    tx: &mut Tx,
    session: i64,
    unit: chengzhi_kernel::UnitId,
) -> Result<bool, DbError> {
    Ok(waivers::remove_session(tx, session, unit).await?.is_some())
}

/// Standing study entries of a year by their source (`study:12`, `makeup:3`).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn study_entries(tx: &mut Tx, year: i32) -> Result<HashMap<String, i64>, DbError> {
    ledger::study_entries(tx, year).await
}
