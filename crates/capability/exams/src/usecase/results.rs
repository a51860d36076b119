//! Results as units read them, and the circular of a unit (B-61).

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Timestamp, UnitId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::Marks;
use crate::domain::range::State as CandidateState;
use crate::domain::scoring::Outcome;
use crate::domain::session::State;
use crate::store::candidates::{self, CandidateRow};
use crate::store::conduct::{self, ConductRow};
use crate::store::results::{self, ResultRow};

use super::board::ExamConductOut;
use super::case::Case;
use super::conduct::notes_of;

/// A result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamResultOut {
    /// Candidate.
    pub candidate: i64,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// His bureau.
    pub district_name: String,
    /// `passed`, `failed`, `absent_leave`, `absent`, `excluded`.
    pub outcome: String,
    /// Its word.
    pub outcome_name: String,
    /// Total, hundredths.
    pub score: Option<i64>,
    /// Full marks, hundredths.
    pub full: i64,
    /// Pass mark, hundredths.
    pub pass_mark: Option<i64>,
    /// Sentence.
    pub text: String,
    /// Revision: more than 1 after a correction.
    pub revision: u32,
    /// Conduct.
    pub notes: Vec<ExamConductOut>,
}

/// A unit of a circular.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamCircularUnitOut {
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub name: String,
    /// Candidates with a place.
    pub registered: i64,
    /// Sat.
    pub present: i64,
    /// Away with leave.
    pub absent_leave: i64,
    /// Away without leave.
    pub absent: i64,
    /// Taken out of the count.
    pub excluded: i64,
    /// Passed.
    pub passed: i64,
    /// Failed.
    pub failed: i64,
    /// Passed of those with a result, thousandths; none without any.
    pub pass_rate: Option<i64>,
    /// Mean total of those who sat, hundredths.
    pub mean: Option<i64>,
    /// Notes that speak against a candidate.
    pub breaches: i64,
}

/// A district's report in a circular.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamCircularReportOut {
    /// Bureau.
    pub name: String,
    /// Its words.
    pub incidents: String,
    /// Handed in late.
    pub late: bool,
}

/// The circular of an exam, as far as the caller's scope reaches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamCircularOut {
    /// Title of the exam.
    pub title: String,
    /// Who held it.
    pub holder: String,
    /// Published.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// Those who failed or stayed away go into the next session.
    pub carries_over: bool,
    /// Pass mark, hundredths.
    pub pass_mark: Option<i64>,
    /// The whole of what the caller reads.
    pub all: ExamCircularUnitOut,
    /// Bureau after bureau.
    pub districts: Vec<ExamCircularUnitOut>,
    /// Unit after unit.
    pub units: Vec<ExamCircularUnitOut>,
    /// Reports of the districts.
    pub reports: Vec<ExamCircularReportOut>,
    /// Results, by bureau, unit and staff number.
    pub results: Vec<ExamResultOut>,
}

struct Seen {
    row: CandidateRow,
    result: ResultRow,
    notes: Vec<ExamConductOut>,
}

async fn seen(tx: &mut Tx, case: &Case, scope: &Scope, held: bool) -> Result<Vec<Seen>, Problem> {
    let mut standing = results::of_session(tx, case.session.id).await?;
    let notes: Vec<ConductRow> = conduct::of_session(tx, case.session.id).await?;
    Ok(candidates::of_session(tx, case.session.id)
        .await?
        .into_iter()
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .filter(|row| held || scope.has_unit(row.candidate.unit))
        .filter_map(|row| {
            let result = standing.remove(&row.id)?;
            Some(Seen {
                notes: notes_of(&notes, row.id),
                row,
                result,
            })
        })
        .collect())
}

fn sum<'a>(id: i64, name: &str, rows: impl Iterator<Item = &'a Seen>) -> ExamCircularUnitOut {
    let mut out = ExamCircularUnitOut {
        unit_id: id,
        name: name.to_owned(),
        registered: 0,
        present: 0,
        absent_leave: 0,
        absent: 0,
        excluded: 0,
        passed: 0,
        failed: 0,
        pass_rate: None,
        mean: None,
        breaches: 0,
    };
    let mut total = 0;
    for one in rows {
        out.registered += 1;
        let breaches = one.notes.iter().filter(|note| note.breach).count();
        out.breaches += i64::try_from(breaches).unwrap_or(0);
        let place = match one.result.outcome {
            Outcome::Passed => &mut out.passed,
            Outcome::Failed => &mut out.failed,
            Outcome::AbsentLeave => &mut out.absent_leave,
            Outcome::Absent => &mut out.absent,
            _ => &mut out.excluded,
        };
        *place += 1;
        total += one.result.score.map_or(0, Marks::hundredths);
    }
    let judged = out.passed + out.failed;
    out.present = judged + out.excluded;
    out.pass_rate = (judged > 0).then(|| out.passed * 1000 / judged);
    out.mean = (judged > 0).then(|| total / judged);
    out
}

fn result_out(case: &Case, one: Seen) -> ExamResultOut {
    ExamResultOut {
        candidate: one.row.id,
        unit_name: case.tree.name(one.row.candidate.unit).to_owned(),
        district_name: case.tree.name(one.row.district).to_owned(),
        staff_no: one.row.staff_no,
        name: one.row.name,
        outcome: one.result.outcome.code().to_owned(),
        outcome_name: one.result.outcome.name().to_owned(),
        score: one.result.score.map(Marks::hundredths),
        full: one.result.full.hundredths(),
        pass_mark: one.result.pass.map(Marks::hundredths),
        text: one.result.words,
        revision: one.result.revision,
        notes: one.notes,
    }
}

/// The circular of a session with everybody's result, for the units that the scope reads. Reading it is noted.
///
/// # Errors
/// 404 for sessions of others, or with nobody of the own units in it; 409 before results are out.
pub async fn circular(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ExamCircularOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    case.only_in(&[State::Published], "查看通报")?;
    let held = case.is_held_by(ctx);
    let rows = seen(&mut tx, &case, scope, held).await?;
    if rows.is_empty() {
        return Err(Problem::not_found());
    }
    let reports = conduct::reports(&mut tx, id)
        .await?
        .into_values()
        .filter(|report| held || scope.has_unit(report.district))
        .map(|report| ExamCircularReportOut {
            name: case.tree.name(report.district).to_owned(),
            incidents: report.incidents,
            late: report.late,
        })
        .collect();
    tx.audit(
        ctx.audit("exam.circular_read", case.subject())
            .unit(case.session.unit)
            .detail(json!({"results": rows.len()})),
    );
    tx.commit().await?;
    let group = |key: fn(&Seen) -> UnitId| {
        let mut groups: BTreeMap<UnitId, Vec<&Seen>> = BTreeMap::new();
        for one in &rows {
            groups.entry(key(one)).or_default().push(one);
        }
        groups
            .into_iter()
            .map(|(unit, list)| sum(unit.get(), case.tree.name(unit), list.into_iter()))
            .collect::<Vec<_>>()
    };
    let districts = group(|one| one.row.district);
    let units = group(|one| one.row.candidate.unit);
    let all = sum(0, "合计", rows.iter());
    Ok(ExamCircularOut {
        title: case.session.title.clone(),
        holder: case.tree.name(case.session.unit).to_owned(),
        published_at: case.session.published_at,
        pass_mark: case.session.pass_mark.map(Marks::hundredths),
        all,
        districts,
        units,
        carries_over: case.session.purpose.carries_over(),
        reports,
        results: rows.into_iter().map(|one| result_out(&case, one)).collect(),
    })
}

/// A revision of a result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamRevisionOut {
    /// From 1.
    pub revision: u32,
    /// Outcome's word.
    pub outcome_name: String,
    /// Total, hundredths.
    pub score: Option<i64>,
    /// Why it was made.
    pub reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// It stands.
    pub stands: bool,
}

/// All revisions of a candidate's result, the latest first.
///
/// # Errors
/// 404 for candidates of others; 409 before results are out.
pub async fn history(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    candidate: i64,
) -> Result<Vec<ExamRevisionOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    case.only_in(&[State::Published], "查看成绩")?;
    let held = case.is_held_by(ctx);
    candidates::by_ids(&mut tx, id, &[candidate])
        .await?
        .remove(&candidate)
        .filter(|row| held || scope.has_unit(row.candidate.unit))
        .ok_or_else(Problem::not_found)?;
    Ok(results::history(&mut tx, candidate)
        .await?
        .into_iter()
        .map(|row| ExamRevisionOut {
            revision: row.revision,
            outcome_name: row.outcome.name().to_owned(),
            score: row.score.map(Marks::hundredths),
            reason: row.reason,
            made_at: row.made_at,
            made_by: row.made_by,
            stands: row.superseded_at.is_none(),
        })
        .collect())
}
