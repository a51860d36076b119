//! The list of sessions.

use std::collections::BTreeMap;

use chengzhi_authz::Permission;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::Timestamp;
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::session::{Level, State};
use crate::store::rooms::Staff;
use crate::store::{candidates, results, rooms, sessions};

use super::case::{Case, clause, holding_units, may_hold, reading_units, reviewing_units};
use super::words::{ExamWordOut, word};

/// A session in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamSessionRowOut {
    /// Row id.
    pub id: i64,
    /// Title.
    pub title: String,
    /// What it is held for.
    pub purpose: String,
    /// Its word.
    pub purpose_name: String,
    /// Word of its type.
    pub type_name: String,
    /// Word of its level.
    pub level_name: Option<String>,
    /// Who holds it.
    pub holder: String,
    /// Year.
    pub year: i32,
    /// Month of its window.
    pub month: Option<u32>,
    /// Word of its mode.
    pub mode_name: String,
    /// Where it stands.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// The doors open.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// End of the window.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Candidates that the caller reads, by state.
    pub candidates: BTreeMap<String, i64>,
    /// Results by outcome, once they are out; of the whole session.
    pub outcomes: BTreeMap<String, i64>,
    /// What the caller is in it: `holder`, `reviewer`, `invigilator`, `marker`, `chief`, `reader`.
    pub duties: Vec<String>,
}

/// All sessions of the caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamSessionsOut {
    /// Sessions, the latest first.
    pub sessions: Vec<ExamSessionRowOut>,
    /// Bureaus for which the caller holds exams, with the purposes that each may hold.
    pub holders: Vec<ExamHolderOut>,
    /// Months of the qualification exam, with their 依据.
    pub months: Vec<u32>,
    /// 依据 of the months.
    pub months_rule: Option<ClauseOut>,
}

/// A bureau that may hold exams.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamHolderOut {
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub name: String,
    /// What for.
    pub purposes: Vec<ExamWordOut>,
}

pub(super) fn duties(ctx: &Ctx, case: &Case, staff: &[Staff], reviews: bool) -> Vec<String> {
    let mut found = Vec::new();
    if case.is_held_by(ctx) {
        found.push("holder".to_owned());
    }
    if reviews {
        found.push("reviewer".to_owned());
    }
    for kind in ["invigilator", "marker", "chief"] {
        if staff
            .iter()
            .any(|one| one.kind == kind && Some(one.person) == ctx.actor.person_id)
        {
            found.push(kind.to_owned());
        }
    }
    if found.is_empty() {
        found.push("reader".to_owned());
    }
    found
}

pub(super) fn row_out(
    case: &Case,
    duties: Vec<String>,
    candidates: BTreeMap<String, i64>,
    outcomes: BTreeMap<String, i64>,
) -> ExamSessionRowOut {
    let session = &case.session;
    ExamSessionRowOut {
        id: session.id,
        title: session.title.clone(),
        purpose: session.purpose.code().to_owned(),
        purpose_name: session.purpose.name().to_owned(),
        type_name: session.exam_type.name().to_owned(),
        level_name: session
            .level
            .as_deref()
            .and_then(Level::from_code)
            .map(|level| level.name().to_owned()),
        holder: case.tree.name(session.unit).to_owned(),
        year: session.year,
        month: session.month,
        mode_name: session.mode.name().to_owned(),
        state: session.state.code().to_owned(),
        state_name: session.state.name().to_owned(),
        opens_at: session.terms.opens,
        closes_at: session.terms.closes,
        candidates,
        outcomes,
        duties,
    }
}

/// The sessions that the caller reads or has a duty in.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx) -> Result<ExamSessionsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = ctx.actor.scope(Permission::ExamRead).unwrap_or_default();
    let reading: Vec<i64> = reading_units(&scope, &tree).into_iter().collect();
    let units: Vec<i64> = scope.units.iter().copied().collect();
    let found = sessions::visible(&mut tx, &reading, &units, ctx.actor.person_id).await?;
    let ids: Vec<i64> = found.iter().map(|session| session.id).collect();
    let holding = holding_units(ctx, &tree);
    let whole = candidates::counts(&mut tx, &ids, None).await?;
    let within = candidates::counts(&mut tx, &ids, Some(&units)).await?;
    let outcomes = results::outcomes(&mut tx, &ids).await?;
    let reviews = reviewing_units(ctx, &tree);
    let mut rows = Vec::new();
    for session in found {
        let held = holding.contains(&session.unit.get());
        if session.state == State::Draft && !held {
            continue;
        }
        let id = session.id;
        let staff = rooms::staff(&mut tx, id).await?;
        let case = Case::of(&mut tx, ctx, session, tree.clone()).await?;
        let duties = duties(ctx, &case, &staff, !held && !reviews.is_empty());
        let counts = if held { &whole } else { &within };
        rows.push(row_out(
            &case,
            duties,
            counts.get(&id).cloned().unwrap_or_default(),
            outcomes
                .get(&id)
                .filter(|_| case.session.state == State::Published)
                .cloned()
                .unwrap_or_default(),
        ));
    }
    let rules = super::case::rules_of(&mut tx, ctx, chrono::Datelike::year(&ctx.today)).await;
    let months = rules.as_ref().ok().map(|rules| &rules.exam.months);
    Ok(ExamSessionsOut {
        sessions: rows,
        holders: holding
            .iter()
            .map(|unit| {
                let unit = chengzhi_kernel::UnitId::from(*unit);
                ExamHolderOut {
                    unit_id: unit.get(),
                    name: tree.name(unit).to_owned(),
                    purposes: crate::domain::session::Purpose::ALL
                        .iter()
                        .filter(|purpose| may_hold(&tree, unit, **purpose))
                        .map(|purpose| word(purpose.code(), purpose.name()))
                        .collect(),
                }
            })
            .collect(),
        months: months.map(|cited| cited.value.clone()).unwrap_or_default(),
        months_rule: months.map(|cited| {
            let list: Vec<String> = cited
                .value
                .iter()
                .map(|month| format!("{month}月"))
                .collect();
            clause(
                Some(cited),
                "B-57",
                format!("每年{}各组织一次。", list.join("、")),
            )
        }),
    })
}
