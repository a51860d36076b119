//! Corrections of keys as pages read them: with everybody whom they move.

use std::collections::BTreeMap;

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::key_correction::{Approval, Change, Crossing, Event, Preview, Shift, State};
use crate::store::claims::{self, CorrectionRow};

use super::case::Case;
use super::corrections::{asked, change_words, read};
use super::judge::{Hall, hall};

/// Somebody whose result changes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamShiftOut {
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// Total before, hundredths.
    pub before: i64,
    /// Total after, hundredths.
    pub after: i64,
    /// Passed before.
    pub passed_before: bool,
    /// Passes after.
    pub passed_after: bool,
    /// `up`, `down`, `stays`.
    pub crossing: String,
}

/// A unit's counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamShiftUnitOut {
    /// Its name.
    pub name: String,
    /// Candidates with the question.
    pub affected: u32,
    /// Score rises.
    pub gain: u32,
    /// Score falls.
    pub lose: u32,
    /// Come to pass.
    pub up: u32,
    /// Pass no longer.
    pub down: u32,
}

/// A correction with what it would do, or did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamCorrectionOut {
    /// Row id.
    pub id: i64,
    /// Version of the question.
    pub question: i64,
    /// Its text.
    pub stem: String,
    /// The one person whose mark it changes; none: everybody who had the question.
    pub person: Option<String>,
    /// The objection that it follows from.
    pub objection: Option<i64>,
    /// The change in words.
    pub change: String,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// Who approved.
    pub approved_by: Vec<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// When it was applied.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub applied_at: Option<Timestamp>,
    /// The gist of what it does.
    pub text: String,
    /// Unit after unit.
    pub units: Vec<ExamShiftUnitOut>,
    /// Who moves above or below the line, then everybody whose total changes.
    pub shifts: Vec<ExamShiftOut>,
    /// What the caller may do: `propose`, `approve`, `refuse`, `withdraw`, `apply`, `retry`.
    pub acts: Vec<String>,
}

/// Corrections of a session, the latest first.
///
/// # Errors
/// 404 for others.
pub async fn list(ctx: &Ctx, id: i64) -> Result<Vec<ExamCorrectionOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    let rows = claims::corrections(&mut tx, id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let hall = hall(&mut tx, &case).await?;
    rows.into_iter()
        .map(|row| out(ctx, &case, &hall, row))
        .collect()
}

fn out(
    ctx: &Ctx,
    case: &Case,
    hall: &Hall,
    row: CorrectionRow,
) -> Result<ExamCorrectionOut, Problem> {
    let shown: Preview = read(&row.shown)?;
    let approval: Approval = read(&row.approval)?;
    let names: Vec<String> = read(&row.names)?;
    let people: BTreeMap<_, _> = hall
        .candidates
        .iter()
        .map(|row| (row.candidate.person, row))
        .collect();
    let mut moved: Vec<&Shift> = shown
        .shifts
        .iter()
        .filter(|shift| {
            shift.before.score != shift.after.score || shift.crossing != Crossing::Stays
        })
        .collect();
    moved.sort_by_key(|shift| (shift.crossing, shift.unit));
    let shifts = moved
        .into_iter()
        .filter_map(|shift| {
            let who = people.get(&shift.person)?;
            Some(ExamShiftOut {
                staff_no: who.staff_no.clone(),
                name: who.name.clone(),
                unit_name: case.tree.name(shift.unit).to_owned(),
                before: shift.before.score.0,
                after: shift.after.score.0,
                passed_before: shift.before.passed,
                passed_after: shift.after.passed,
                crossing: match shift.crossing {
                    Crossing::Up => "up",
                    Crossing::Down => "down",
                    Crossing::Stays => "stays",
                }
                .to_owned(),
            })
        })
        .collect();
    let one = match &shown.change {
        Change::OnePerson(one) => Some(*one),
        _ => None,
    };
    let may = |event: Event| approval.take(event, ctx.actor.account_id).is_ok();
    let acts = [
        (Event::Propose, "propose"),
        (Event::Approve, "approve"),
        (Event::Refuse, "refuse"),
        (Event::Withdraw, "withdraw"),
        (Event::Apply, "apply"),
        (Event::Outdate, "retry"),
    ]
    .into_iter()
    .filter(|(event, _)| may(*event))
    .map(|(_, act)| act.to_owned())
    .collect();
    Ok(ExamCorrectionOut {
        id: row.id,
        question: row.question.get(),
        stem: asked(hall, row.question)
            .map(|asked| asked.stem.clone())
            .unwrap_or_default(),
        person: one.and_then(|one| {
            let mut rows = hall.candidates.iter();
            let who = rows.find(|row| row.id == one.candidate)?;
            Some(format!("{}（{}）", who.name, who.staff_no))
        }),
        objection: one.and_then(|one| one.objection),
        change: change_words(&shown.change),
        reason: row.reason,
        state_name: State::from_code(&row.state)
            .map_or("", State::name)
            .to_owned(),
        state: row.state,
        proposed_by: names.first().cloned().unwrap_or_default(),
        approved_by: names.into_iter().skip(1).collect(),
        made_at: row.made_at,
        applied_at: row.applied_at,
        text: shown.text,
        units: shown
            .units
            .iter()
            .map(|(unit, count)| ExamShiftUnitOut {
                name: case.tree.name(*unit).to_owned(),
                affected: count.affected,
                gain: count.gain,
                lose: count.lose,
                up: count.up,
                down: count.down,
            })
            .collect(),
        shifts,
        acts,
    })
}
