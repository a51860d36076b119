//! Tests of a year.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem, fields};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{is_bureau, managed, narrow, tests_seen};
use super::policy::Rules;
use super::rounds::ClassBook;
use crate::domain::state::State;
use crate::store::entries::{self, Counts};
use crate::store::filings::{self, Filing};
use crate::store::rounds::{self, Test};

/// A filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessFilingOut {
    /// Why it is held apart.
    pub reason: String,
    /// Day.
    pub planned_on: Date,
    /// Where.
    pub place: String,
    /// When it was filed.
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Timestamp,
    /// Filed after the day of the test (补报).
    pub afterwards: bool,
    /// By whom.
    pub filed_by: String,
    /// `noted`, `objected`; none without an answer.
    pub answer: Option<String>,
    /// What the upper level says.
    pub answer_text: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// By whom.
    pub answered_by: Option<String>,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessTestOut {
    /// Row.
    pub id: i64,
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Year that it counts for.
    pub year: i32,
    /// Title.
    pub title: String,
    /// Held apart from a class.
    pub separate: bool,
    /// Class that it belongs to.
    pub class_id: Option<i64>,
    /// Why it is held apart.
    pub reason: String,
    /// Day.
    pub planned_on: Date,
    /// Where.
    pub place: String,
    /// `planned`, `filed`, `held`, `results_in`, `cancelled`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// The latest filing was objected to.
    pub objected: bool,
    /// Filings, oldest first.
    pub filings: Vec<FitnessFilingOut>,
    /// On the list, of those whom the caller sees.
    pub listed: i64,
    /// Took all of it.
    pub taken: i64,
    /// Passed.
    pub passed: i64,
    /// Absent.
    pub absent: i64,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// Results handed in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub results_in_at: Option<Timestamp>,
    /// By whom.
    pub results_in_by: Option<String>,
    /// To be sent back with commands.
    pub version: i64,
    /// `change`, `cancel`, `list`, `mark`, `hand_in`, `correct`, `answer`.
    pub allowed: Vec<String>,
}

fn filing_out(row: Filing) -> FitnessFilingOut {
    FitnessFilingOut {
        afterwards: row.filed_at.date() > row.planned_on,
        reason: row.reason,
        planned_on: row.planned_on,
        place: row.place,
        filed_at: row.filed_at,
        filed_by: row.filed_by_name,
        answer: row.answer,
        answer_text: row.answer_text,
        answered_at: row.answered_at,
        answered_by: row.answered_by_name,
    }
}

/// A test as sent.
#[must_use]
pub fn test_out(
    ctx: &Ctx,
    tree: &UnitTree,
    test: Test,
    filed: Vec<Filing>,
    counts: Counts,
) -> FitnessTestOut {
    let latest = filed.last();
    let mut allowed: Vec<&str> = Vec::new();
    if managed(ctx, tree).contains(&test.unit_id.get()) {
        if test.state.is_open() {
            allowed.extend(["change", "cancel"]);
        }
        if test.state.takes_marks() {
            allowed.push("list");
            if ctx.today >= test.planned_on {
                allowed.push("mark");
            }
        }
        if matches!(test.state, State::Held | State::ResultsIn) {
            allowed.push("correct");
        }
        if test.state == State::Held {
            allowed.push("hand_in");
        }
    }
    let reviews = ctx
        .actor
        .scope(Permission::FitnessReview)
        .is_some_and(|scope| scope.has_unit(test.unit_id));
    if reviews
        && test.state != State::Cancelled
        && latest.is_some_and(|one| one.answer.is_none() && one.filed_by != ctx.actor.account_id)
    {
        allowed.push("answer");
    }
    FitnessTestOut {
        id: test.id,
        unit_id: test.unit_id.get(),
        unit_name: tree.name(test.unit_id).to_owned(),
        year: test.year,
        title: test.title,
        separate: test.separate,
        class_id: test.class_id,
        reason: test.reason,
        planned_on: test.planned_on,
        place: test.place,
        state: test.state.code().to_owned(),
        state_name: test.state.name().to_owned(),
        objected: latest.is_some_and(|one| one.answer.as_deref() == Some("objected")),
        filings: filed.into_iter().map(filing_out).collect(),
        listed: counts.listed,
        taken: counts.taken,
        passed: counts.passed,
        absent: counts.absent,
        cancel_reason: test.cancel_reason,
        results_in_at: test.results_in_at,
        results_in_by: test.results_in_by_name,
        version: test.version,
        allowed: allowed.into_iter().map(str::to_owned).collect(),
    }
}

/// Tests with their counts and filings.
///
/// # Errors
/// 500 from the engine.
pub async fn tests_out(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    tree: &UnitTree,
    rows: Vec<Test>,
) -> Result<Vec<FitnessTestOut>, Problem> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut filed = filings::of_tests(tx, &ids).await?;
    let list = chengzhi_db::int_list(ids);
    let people = scope.person_sql("e.unit_id", "e.person_id");
    let of_all = entries::counts(tx, &format!("e.test_id in {list}")).await?;
    let of_own = entries::counts(tx, &format!("e.test_id in {list} and {people}")).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let counts = if scope.has_unit(row.unit_id) {
                &of_all
            } else {
                &of_own
            };
            let counts = counts.get(&row.id).copied().unwrap_or_default();
            let filed = filed.remove(&row.id).unwrap_or_default();
            test_out(ctx, tree, row, filed, counts)
        })
        .collect())
}

/// A bureau or class that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessChoiceOut {
    /// Row.
    pub id: i64,
    /// Name.
    pub name: String,
    /// First day of a class.
    pub first_on: Option<Date>,
    /// Last day of a class.
    pub last_on: Option<Date>,
    /// Where a class is held.
    pub place: String,
}

/// Tests of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FitnessTestsOut {
    /// Year.
    pub year: i32,
    /// Tests, latest day first.
    pub tests: Vec<FitnessTestOut>,
    /// Bureaus for which the caller may plan one.
    pub bureaus: Vec<FitnessChoiceOut>,
    /// 依据 of a test held apart.
    pub apart: ClauseOut,
    /// Whether one may be held apart.
    pub may_apart: bool,
}

/// Lists them.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
    unit: Option<i64>,
) -> Result<FitnessTestsOut, Problem> {
    let year = fields::year_of(year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let narrowed = narrow(scope, &tree, unit)?;
    let rules = Rules::load(&mut tx, &ctx.state, year).await?;
    let condition = format!("t.year = {year} and {}", tests_seen(&narrowed));
    let rows = rounds::all(&mut tx, &condition).await?;
    let managed = managed(ctx, &tree);
    let bureaus = tree
        .iter()
        .filter(|node| is_bureau(&node.unit) && managed.contains(&node.unit.id.get()))
        .map(|node| FitnessChoiceOut {
            id: node.unit.id.get(),
            name: node.unit.name.clone(),
            first_on: None,
            last_on: None,
            place: String::new(),
        })
        .collect();
    Ok(FitnessTestsOut {
        year,
        tests: tests_out(&mut tx, ctx, &narrowed, &tree, rows).await?,
        bureaus,
        apart: rules.apart(),
        may_apart: rules.fitness().separate_with_filing.value,
    })
}

/// Classes of a bureau and year to which a test may belong.
///
/// # Errors
/// 404 outside the scope.
pub async fn class_choices(
    ctx: &Ctx,
    scope: &Scope,
    classes: &dyn ClassBook,
    unit: i64,
    year: Option<i32>,
) -> Result<Vec<FitnessChoiceOut>, Problem> {
    let year = fields::year_of(year, ctx.now)?;
    let unit = UnitId::from(unit);
    if !scope.has_unit(unit) {
        return Err(Problem::not_found());
    }
    let mut tx = ctx.db().read().await?;
    let mut found = Vec::new();
    for class in classes.classes(&mut tx, unit, year).await? {
        if rounds::of_class(&mut tx, class.id).await?.is_none() {
            found.push(FitnessChoiceOut {
                id: class.id,
                name: class.title,
                first_on: class.days.map(|days| days.0),
                last_on: class.days.map(|days| days.1),
                place: class.place,
            });
        }
    }
    Ok(found)
}
