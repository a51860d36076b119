//! The district's report of the exam (B-60): present, absent with and without leave, incidents.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::{PersonId, Timestamp, UnitId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::range::State as CandidateState;
use crate::domain::session::State as SessionState;
use crate::domain::sitting::State;
use crate::store::candidates::{self, CandidateRow};
use crate::store::conduct::{self, Report};
use crate::store::{attempts, results};

use super::case::{Case, clause, reviewing_units};
use super::words;

/// A district's report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamReportOut {
    /// Bureau.
    pub district_id: i64,
    /// Its name.
    pub district_name: String,
    /// Candidates with a place.
    pub registered: i64,
    /// Sat, by now.
    pub present: i64,
    /// Away with leave.
    pub absent_leave: i64,
    /// Away without leave, or nobody has said why.
    pub absent: i64,
    /// Standing notes that speak against a candidate.
    pub breaches: i64,
    /// What was handed in.
    pub incidents: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub handed_in_at: Option<Timestamp>,
    /// By whom.
    pub handed_in_by: Option<String>,
    /// After its day.
    pub late: bool,
    /// The caller may hand it in now.
    pub may_report: bool,
}

/// All reports that a scope reads, with their day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamReportsOut {
    /// Last day.
    pub due: DueOut,
    /// By district.
    pub reports: Vec<ExamReportOut>,
}

/// Who came, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attendance {
    /// With a place.
    pub registered: i64,
    /// Sat.
    pub present: i64,
    /// Away with leave.
    pub absent_leave: i64,
    /// Away without.
    pub absent: i64,
}

/// Whether each registered candidate sat.
///
/// # Errors
/// 500 from the engine.
pub async fn sat(tx: &mut Tx, case: &Case) -> Result<BTreeMap<PersonId, bool>, Problem> {
    let mut found = BTreeMap::new();
    for (_, attempt) in attempts::of_session(tx, case.session.id).await? {
        let begun = attempt.sitting(&case.session.terms).stored != State::NotStarted;
        let sat = found.entry(attempt.person).or_insert(false);
        *sat |= begun;
    }
    Ok(found)
}

/// Attendance of some candidates.
#[must_use]
pub fn attendance<'a>(
    rows: impl Iterator<Item = &'a CandidateRow>,
    sat: &BTreeMap<PersonId, bool>,
    on_paper: &BTreeMap<i64, results::ResultRow>,
) -> Attendance {
    let mut sum = Attendance::default();
    for row in rows.filter(|row| row.candidate.state == CandidateState::Registered) {
        sum.registered += 1;
        let marked = on_paper
            .get(&row.id)
            .is_some_and(|result| result.source == "paper" && result.score.is_some());
        if marked || sat.get(&row.candidate.person).copied().unwrap_or(false) {
            sum.present += 1;
        } else if row.absence.as_deref() == Some("leave") {
            sum.absent_leave += 1;
        } else {
            sum.absent += 1;
        }
    }
    sum
}

fn by_district(rows: &[CandidateRow]) -> BTreeMap<UnitId, Vec<&CandidateRow>> {
    let mut found: BTreeMap<UnitId, Vec<&CandidateRow>> = BTreeMap::new();
    for row in rows {
        found.entry(row.district).or_default().push(row);
    }
    found
}

/// The reports of a session.
///
/// # Errors
/// 404 for sessions of others; 409 before the sealing.
pub async fn list(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ExamReportsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    case.only_in(
        &[
            SessionState::Sealed,
            SessionState::Marking,
            SessionState::Published,
        ],
        "查看考试情况",
    )?;
    let held = case.is_held_by(ctx);
    let own = reviewing_units(ctx, &case.tree);
    let rows = candidates::of_session(&mut tx, id).await?;
    let sat = sat(&mut tx, &case).await?;
    let on_paper = results::of_session(&mut tx, id).await?;
    let handed = conduct::reports(&mut tx, id).await?;
    let notes = conduct::of_session(&mut tx, id).await?;
    let mut reports = Vec::new();
    for (district, rows) in by_district(&rows) {
        if !held && !scope.has_unit(district) {
            continue;
        }
        let sum = attendance(rows.iter().copied(), &sat, &on_paper);
        let report = handed.get(&district);
        let breaches = rows
            .iter()
            .flat_map(|row| super::conduct::notes_of(&notes, row.id))
            .filter(|note| note.breach)
            .count();
        reports.push(ExamReportOut {
            district_id: district.get(),
            district_name: case.tree.name(district).to_owned(),
            registered: sum.registered,
            present: sum.present,
            absent_leave: sum.absent_leave,
            absent: sum.absent,
            breaches: i64::try_from(breaches).unwrap_or(i64::MAX),
            incidents: report.map(|report| report.incidents.clone()),
            handed_in_at: report.map(|report| report.at),
            handed_in_by: report.map(|report| report.by_name.clone()),
            late: report.map_or(ctx.now >= case.report_due(), |report| report.late),
            may_report: own.contains(&district.get()) && takes(ctx, &case),
        });
    }
    Ok(ExamReportsOut {
        due: due(ctx, &case),
        reports,
    })
}

/// Whether reports are taken now: from the end on, late ones until results are out, in time ones whether they are out or
/// not. The circular reads them as they stand.
#[must_use]
pub fn takes(ctx: &Ctx, case: &Case) -> bool {
    let open = match case.session.state {
        SessionState::Sealed | SessionState::Marking => true,
        SessionState::Published => ctx.now < case.report_due(),
        _ => false,
    };
    open && ctx.now >= case.session.terms.closes
}

/// The day of the reports with its 依据.
#[must_use]
pub fn due(ctx: &Ctx, case: &Case) -> DueOut {
    let days = case.rules.exam.report_days();
    let text = format!("考试结束后{days}天内反馈考试情况。");
    DueOut::new(
        case.report_due(),
        ctx.now,
        &ctx.state.calendar,
        clause(case.rules.exam.report_days.as_ref(), "B-60", text),
    )
}

/// Hands in a district's report, or mends it.
///
/// # Errors
/// 404 for bureaus of others; 409 before the end, and after the last day once results are out; 422 without words.
pub async fn hand_in(ctx: &Ctx, id: i64, district: i64, incidents: &str) -> Result<(), Problem> {
    let incidents = words::required("incidents", "考试情况", incidents, 2_000)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let rows: Vec<CandidateRow> = candidates::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(|row| row.district.get() == district)
        .collect();
    if rows.is_empty() || !reviewing_units(ctx, &case.tree).contains(&district) {
        return Err(Problem::not_found());
    }
    case.only_in(
        &[
            SessionState::Sealed,
            SessionState::Marking,
            SessionState::Published,
        ],
        "反馈考试情况",
    )?;
    if case.session.state == SessionState::Published && ctx.now >= case.report_due() {
        return Err(Problem::conflict(
            "exams.report_closed",
            format!(
                "成绩已公布，考试情况反馈已于{}截止；需要补充请联系组织单位。",
                case.report_due().format_bound_cn()
            ),
        ));
    }
    if ctx.now < case.session.terms.closes {
        return Err(Problem::conflict(
            "exams.not_over",
            format!(
                "考试于{}结束，结束后再反馈考试情况。",
                case.session.terms.closes.format_cn()
            ),
        ));
    }
    let sat = sat(&mut tx, &case).await?;
    let on_paper = results::of_session(&mut tx, id).await?;
    let sum = attendance(rows.iter(), &sat, &on_paper);
    let report = Report {
        district: UnitId::from(district),
        present: sum.present,
        absent_leave: sum.absent_leave,
        absent: sum.absent,
        incidents,
        at: ctx.now,
        by_name: ctx.actor.name.clone(),
        late: ctx.now >= case.report_due(),
    };
    conduct::put_report(&mut tx, id, &report).await?;
    tx.audit(
        ctx.audit("exam.report", case.subject())
            .unit(report.district)
            .detail(
                json!({"present": sum.present, "leave": sum.absent_leave, "absent": sum.absent,
                "late": report.late}),
            ),
    );
    tx.commit().await?;
    Ok(())
}
