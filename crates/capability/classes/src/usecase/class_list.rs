//! Lists of classes: by year, kind and phase; and the archive of a year.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::Scope;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::kind::Kind;
use crate::domain::phase::Phase;
use crate::store::{classes, closings, extras, filings, trainees};

use super::case::{Case, reading_units, runs};
use super::class_out::close_by;
use super::filing::file_by;
use super::filing_verdict::deciding;

/// A class in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassRowOut {
    /// Row id.
    pub id: i64,
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Kind.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Title.
    pub title: String,
    /// Batch.
    pub batch: u32,
    /// Responsible section.
    pub section: String,
    /// Where it stands.
    pub phase: String,
    /// Its word.
    pub phase_name: String,
    /// First day.
    pub first_on: Option<Date>,
    /// Last day.
    pub last_on: Option<Date>,
    /// Sitting.
    pub enrolled: u32,
    /// Waiting.
    pub waiting: u32,
    /// Seats.
    pub capacity: Option<u32>,
    /// What is due next of a class that the caller runs: its filing or its closing.
    pub due: Option<DueOut>,
    /// Filed late.
    pub filed_late: bool,
    /// Closed late.
    pub closed_late: bool,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// Materials kept.
    pub materials: u32,
    /// A sample of its year.
    pub sample: bool,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Year.
    pub year: i32,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only in this phase.
    pub phase: Option<String>,
    /// Only of this bureau.
    pub unit: Option<i64>,
}

/// Classes that the scope reads, by first day.
///
/// # Errors
/// 409 without rules; 422 for an unknown kind; 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, filter: Filter) -> Result<Vec<ClassRowOut>, Problem> {
    let kind = match &filter.kind {
        Some(code) => Some(super::words::kind_of(code)?),
        None => None,
    };
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let units: Vec<i64> = reading_units(scope, &tree)
        .into_iter()
        .filter(|unit| filter.unit.is_none_or(|wanted| wanted == *unit))
        .collect();
    let mut found = classes::of_year(&mut tx, filter.year, &units).await?;
    if let Some(person) = ctx.actor.person_id {
        let rows = faculty::instructors_of(&mut tx, person).await?;
        let taught = classes::taught_by(&mut tx, person, &rows, filter.year).await?;
        let more: Vec<i64> = taught
            .into_iter()
            .filter(|id| scope.own.is_some() && !found.iter().any(|class| class.id == *id))
            .collect();
        found.extend(classes::by_ids(&mut tx, &more).await?);
    }
    found.retain(|class| {
        let phase = Phase::of(class.state, class.days(), ctx.today);
        kind.is_none_or(|kind: Kind| kind == class.kind)
            && filter
                .phase
                .as_deref()
                .is_none_or(|wanted| wanted == phase.code())
    });
    let ids: Vec<i64> = found.iter().map(|class| class.id).collect();
    let lists = trainees::of_classes(&mut tx, &ids).await?;
    let filed = filings::of_classes(&mut tx, &ids).await?;
    let handed = closings::closings(&mut tx, &ids).await?;
    let kept = closings::of_classes(&mut tx, &ids).await?;
    let mut dues = BTreeMap::new();
    for class in &found {
        let phase = Phase::of(class.state, class.days(), ctx.today);
        let open = matches!(
            phase,
            Phase::Draft | Phase::Ended | Phase::ReturnedForCompletion
        );
        if !open || !runs(ctx, &tree, class.unit_id, class.kind, &class.section) {
            continue;
        }
        let case = Case::any(&mut tx, ctx, class.id).await?;
        let due = match phase {
            Phase::Draft => file_by(ctx, &case)?.map(|by| by.due),
            _ => close_by(ctx, &case)?,
        };
        dues.insert(class.id, due);
    }
    let samples = extras::samples(&mut tx, &ids).await?;
    let late: BTreeSet<i64> = filed
        .chunk_by(|one, next| one.class_id == next.class_id)
        .filter_map(deciding)
        .filter(|filing| filing.late == Some(true))
        .map(|filing| filing.class_id)
        .collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(found
        .into_iter()
        .map(|class| {
            let phase = Phase::of(class.state, class.days(), ctx.today);
            let of_class = lists.iter().filter(|row| row.class_id == class.id);
            ClassRowOut {
                id: class.id,
                unit_id: class.unit_id.get(),
                unit_name: tree.name(class.unit_id).to_owned(),
                kind: class.kind.code().to_owned(),
                kind_name: class.kind.name().to_owned(),
                title: class.title,
                batch: class.batch,
                section: class.section,
                phase: phase.code().to_owned(),
                phase_name: phase.name().to_owned(),
                first_on: class.first_on,
                last_on: class.last_on,
                enrolled: count(of_class.clone().filter(|row| row.seat.sits()).count()),
                waiting: count(
                    of_class
                        .filter(|row| row.seat == crate::domain::enrol::Seat::Waiting)
                        .count(),
                ),
                capacity: class.capacity,
                due: dues.remove(&class.id).flatten(),
                filed_late: late.contains(&class.id),
                closed_late: handed
                    .iter()
                    .any(|row| row.class_id == class.id && row.seq == 1 && row.late == Some(true)),
                closed_at: handed
                    .iter()
                    .find(|row| {
                        row.class_id == class.id && row.outcome.as_deref() == Some("closed")
                    })
                    .and_then(|row| row.decided_at),
                materials: count(kept.iter().filter(|row| row.class_id == class.id).count()),
                sample: samples.contains_key(&class.id),
            }
        })
        .collect())
}
