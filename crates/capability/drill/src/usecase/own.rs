//! The caller's own drill: where he was marked, and his exemptions (D4: own attendance).

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Month};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::half::Half;
use crate::domain::state::State;
use crate::store::{exemptions, sessions};

use super::policy::YearRules;

/// One session he was on the roster of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnDrillSessionOut {
    /// Day.
    pub day: Date,
    /// Squad.
    pub unit_name: String,
    /// Month of the record.
    #[schema(value_type = String)]
    pub month: Month,
    /// 1 or 2.
    #[schema(value_type = u32)]
    pub half: Half,
    /// 上半月, 下半月.
    pub half_name: String,
    /// Held in the other half.
    pub makeup: bool,
    /// Attended.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
    /// Exempt that day: the kind.
    pub exempt: Option<String>,
    /// State of the record.
    pub state: String,
    /// Its word.
    pub state_name: String,
}

/// One of his exemptions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillOwnExemptionOut {
    /// Kind.
    pub kind: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// `requested`, `approved`, `refused`, `withdrawn`.
    pub state: String,
    /// Its word.
    pub state_name: String,
}

/// The caller's own drill of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnDrillOut {
    /// Year.
    pub year: i32,
    /// Sessions attended, of those handed in.
    pub attended: u32,
    /// Sessions, newest first.
    pub sessions: Vec<OwnDrillSessionOut>,
    /// Exemptions, newest first.
    pub exemptions: Vec<DrillOwnExemptionOut>,
}

/// Reads it. Drafts and plans are the squad's own affair and are left out.
///
/// # Errors
/// 404 for an account without a person; 409 without rules.
pub async fn own(ctx: &Ctx, year: i32) -> Result<OwnDrillOut, Problem> {
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().read().await?;
    let rules = YearRules::load(&mut tx, &ctx.state, year).await?;
    let mut found = Vec::new();
    for mark in sessions::of_person(&mut tx, person, year).await? {
        if mark.state == State::Draft {
            continue;
        }
        let unit = organisation::unit(&mut tx, mark.slot.unit).await?;
        let inside = Half::of(mark.held_on, rules.params.first_half_end) == mark.slot.half;
        found.push(OwnDrillSessionOut {
            day: mark.held_on,
            unit_name: unit.map(|unit| unit.name).unwrap_or_default(),
            month: mark.slot.month,
            half: mark.slot.half,
            half_name: mark.slot.half.name().to_owned(),
            makeup: !inside,
            present: mark.present,
            absence_reason: mark.absence_reason,
            exempt: mark.exempt,
            state: mark.state.code().to_owned(),
            state_name: mark.state.name().to_owned(),
        });
    }
    let attended = found.iter().filter(|session| session.present).count();
    let exemptions = exemptions::of_person(&mut tx, person, year)
        .await?
        .into_iter()
        .map(|row| DrillOwnExemptionOut {
            kind: row.kind,
            from: row.from,
            to: row.to,
            state: row.state.code().to_owned(),
            state_name: row.state.name().to_owned(),
        })
        .collect();
    Ok(OwnDrillOut {
        year,
        attended: u32::try_from(attended).unwrap_or(u32::MAX),
        sessions: found,
        exemptions,
    })
}
