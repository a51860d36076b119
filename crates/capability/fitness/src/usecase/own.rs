//! A person's tests with explanations: his own, and for the file that others may open. Information
//! only: nothing else is decided by it (B-34).

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Date, PersonId};
use chengzhi_organisation::facade as organisation;
use chrono::Datelike as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{FitnessItemResultOut, entries_out};
use super::policy::Rules;
use super::standards::of_test;
use crate::store::{entries, rounds, waivers};

/// A test of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessRecordOut {
    /// Test.
    pub test_id: i64,
    /// Title.
    pub title: String,
    /// Year that it counts for.
    pub year: i32,
    /// Day.
    pub on: Date,
    /// Where.
    pub place: String,
    /// State of the test.
    pub state: String,
    /// `listed`, `absent`.
    pub seat: String,
    /// `none`, `incomplete`, `passed`, `failed`, `unknown`.
    pub outcome: String,
    /// Its word.
    pub outcome_name: String,
    /// One sentence.
    pub text: String,
    /// Items with their explanation.
    pub items: Vec<FitnessItemResultOut>,
    /// Title of the standard.
    pub standard: String,
    /// The standard is an example, not official.
    pub example: bool,
}

/// A deferral or exemption of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessPutOffOut {
    /// Year.
    pub year: i32,
    /// 缓测, 免测.
    pub kind_name: String,
    /// 待审批, 已批准 ….
    pub state_name: String,
    /// Last day of a deferral.
    pub until: Option<Date>,
}

/// A person's tests.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FitnessRecordsOut {
    /// Tests, newest first.
    pub tests: Vec<FitnessRecordOut>,
    /// Deferrals and exemptions, newest first.
    pub put_off: Vec<FitnessPutOffOut>,
    /// 依据, with what it is used for.
    pub clause: ClauseOut,
}

/// Reads them.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn records(
    tx: &mut Tx,
    ctx: &Ctx,
    person: PersonId,
) -> Result<FitnessRecordsOut, Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let rules = Rules::load(tx, &ctx.state, ctx.today.year()).await?;
    let own = format!("e.person_id = {} and e.state <> 'removed'", person.get());
    let rows = entries::all(tx, &own).await?;
    let mut found = Vec::new();
    for row in rows {
        let Some(test) = rounds::by_id(tx, row.test_id).await? else {
            continue;
        };
        if test.state == crate::domain::state::State::Cancelled {
            continue;
        }
        let standard = of_test(tx, &tree, &test).await?;
        let seat = row.seat.code().to_owned();
        let Some(entry) = entries_out(tx, &tree, &test, &standard.body, vec![row])
            .await?
            .pop()
        else {
            continue;
        };
        found.push(FitnessRecordOut {
            test_id: test.id,
            title: test.title,
            year: test.year,
            on: test.planned_on,
            place: test.place,
            state: test.state.code().to_owned(),
            seat,
            outcome: entry.outcome,
            outcome_name: entry.outcome_name,
            text: entry.text,
            items: entry.items,
            standard: standard.body.title,
            example: standard.body.example,
        });
    }
    found.sort_by_key(|one| std::cmp::Reverse((one.on, one.test_id)));
    let put_off = waivers::all(tx, &format!("w.person_id = {}", person.get()))
        .await?
        .into_iter()
        .map(|row| FitnessPutOffOut {
            year: row.year,
            kind_name: row.kind.name().to_owned(),
            state_name: row.state.name().to_owned(),
            until: row.until,
        })
        .collect();
    Ok(FitnessRecordsOut {
        tests: found,
        put_off,
        clause: rules.yearly(),
    })
}

/// The caller's own; nothing for an account without a person.
///
/// # Errors
/// 409 without rules.
pub async fn own(ctx: &Ctx) -> Result<FitnessRecordsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    match ctx.actor.person_id {
        Some(person) => records(&mut tx, ctx, person).await,
        None => Ok(FitnessRecordsOut {
            tests: Vec::new(),
            put_off: Vec::new(),
            clause: Rules::load(&mut tx, &ctx.state, ctx.today.year())
                .await?
                .yearly(),
        }),
    }
}

/// Somebody's.
///
/// # Errors
/// 404 for people outside the scope.
pub async fn of_person(
    ctx: &Ctx,
    scope: &Scope,
    person: PersonId,
) -> Result<FitnessRecordsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let unit = organisation::unit_of(&mut tx, person, ctx.today).await?;
    if !scope.has_person(person, unit) {
        return Err(Problem::not_found());
    }
    records(&mut tx, ctx, person).await
}
