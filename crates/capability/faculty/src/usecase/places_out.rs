//! Places as sent.

use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::Date;
use chengzhi_rules::Grade;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Reach, holds};
use super::policy::{Rules, clause};
use super::words::FacultyWordOut;
use crate::domain::place::{PlaceKind, PlaceState};
use crate::store::courseware;
use crate::store::places::{Check, Place};

/// A check as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlaceCheckOut {
    /// 创建评分, 复检, 等级确认.
    pub kind_name: String,
    /// Day.
    pub held_on: Date,
    /// Hundredths; none for grades.
    pub score: Option<i64>,
    /// Who judged.
    pub judges: String,
    /// Good enough.
    pub passed: bool,
    /// Note.
    pub note: String,
    /// Who entered it.
    pub by_name: String,
}

/// An item of the classroom standard with what the bureau says of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyAnswerOut {
    /// Item.
    pub code: String,
    /// Evidence.
    pub evidence: String,
}

/// A place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlaceOut {
    /// Row.
    pub id: i64,
    /// `base`, `room`, `smart_classroom`.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Who keeps it.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// The base a room belongs to.
    pub base_id: Option<i64>,
    /// Name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// How many people it holds.
    pub capacity: i64,
    /// Whom to ask; only for its bureau.
    pub contact: Option<String>,
    /// What is taught there, what it has.
    pub features: String,
    /// The base's excellent course, with its title.
    pub course: Option<FacultyWordOut>,
    /// True for a base in use without one (B-102).
    pub course_missing: bool,
    /// `planned`, `applied`, `in_use`, `withdrawn`.
    pub state: String,
    /// Its word, 待复检 included.
    pub state_name: String,
    /// In use since.
    pub in_use_from: Option<Date>,
    /// Next check, with 依据.
    pub recheck_due: Option<DueOut>,
    /// Grade that its bureau claims.
    pub grade_asked: Option<String>,
    /// Its word.
    pub grade_asked_name: Option<String>,
    /// Grade that the city confirmed.
    pub grade: Option<String>,
    /// Its word.
    pub grade_name: Option<String>,
    /// When.
    pub grade_on: Option<Date>,
    /// Out of use since.
    pub withdrawn_on: Option<Date>,
    /// Why.
    pub withdraw_reason: String,
    /// To be sent back with commands.
    pub version: i64,
}

/// A list of places with its counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlacesOut {
    /// Bases in use in the caller's units.
    pub bases_in_use: u32,
    /// Of them due for a recheck.
    pub recheck_due: u32,
    /// Waiting for a score or a grade in the caller's units.
    pub waiting: u32,
    /// Rows.
    pub rows: Vec<FacultyPlaceOut>,
}

/// A place's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlacePageOut {
    /// The row.
    pub place: FacultyPlaceOut,
    /// Least score on site, with 依据.
    pub score_rule: ClauseOut,
    /// What the bureau says of the standard's items.
    pub answers: Vec<FacultyAnswerOut>,
    /// Checks, newest first; only for its bureau and the city.
    pub checks: Vec<FacultyPlaceCheckOut>,
    /// What the caller may do: `change`, `apply`, `score`, `recheck`, `assess`, `confirm`, `withdraw`.
    pub may: Vec<String>,
}

fn recheck_clause(rules: &Rules) -> ClauseOut {
    let months = rules.faculty().recheck_months.value;
    clause(
        &rules.faculty().recheck_months,
        format!("在用基地每{months}个月复检一次。"),
    )
}

/// Places as sent.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn rows_out(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    rules: &Rules,
    found: Vec<Place>,
) -> Result<Vec<FacultyPlaceOut>, Problem> {
    let ids: Vec<i64> = found.iter().filter_map(|row| row.course_id).collect();
    let courses = courseware::of_ids(tx, &ids).await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let known = holds(ctx, Permission::FacultyManage, row.unit_id);
            let late = row.state == PlaceState::InUse
                && row.recheck_due.is_some_and(|due| due < ctx.today);
            let course = courses
                .iter()
                .find(|course| Some(course.id) == row.course_id)
                .map(|course| FacultyWordOut::new(&course.id.to_string(), &course.title));
            let grade_word = |grade: Option<Grade>| grade.map(|grade| grade.name().to_owned());
            let grade_code = |grade: Option<Grade>| grade.map(|grade| grade.code().to_owned());
            FacultyPlaceOut {
                id: row.id,
                kind: row.kind.code().to_owned(),
                kind_name: row.kind.name().to_owned(),
                unit_id: row.unit_id.get(),
                unit_name: reach.name(row.unit_id),
                base_id: row.base_id,
                name: row.name,
                address: row.address,
                capacity: row.capacity,
                contact: known.then_some(row.contact),
                features: row.features,
                course_missing: row.kind == PlaceKind::Base
                    && row.state == PlaceState::InUse
                    && rules.faculty().course_per_base.value
                    && course.is_none(),
                course,
                state: row.state.code().to_owned(),
                state_name: if late {
                    "待复检".to_owned()
                } else {
                    row.state.name().to_owned()
                },
                in_use_from: row.in_use_from,
                recheck_due: row
                    .recheck_due
                    .filter(|_| row.state == PlaceState::InUse)
                    .map(|due| rules.due(due, ctx.now, recheck_clause(rules))),
                grade_asked_name: grade_word(row.grade_asked),
                grade_asked: grade_code(row.grade_asked),
                grade_name: grade_word(row.grade),
                grade: grade_code(row.grade),
                grade_on: row.grade_on,
                withdrawn_on: row.withdrawn_on,
                withdraw_reason: row.withdraw_reason,
                version: row.version,
            }
        })
        .collect())
}

/// A check as sent.
pub(super) fn check_out(check: Check) -> FacultyPlaceCheckOut {
    FacultyPlaceCheckOut {
        kind_name: match check.kind.as_str() {
            "create" => "创建评分",
            "recheck" => "复检",
            _ => "等级确认",
        }
        .to_owned(),
        held_on: check.held_on,
        score: check.score,
        judges: check.judges,
        passed: check.passed,
        note: check.note,
        by_name: check.by_name,
    }
}
