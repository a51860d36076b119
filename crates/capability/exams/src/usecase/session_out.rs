//! Sessions as pages read them.

use std::collections::BTreeMap;

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Marks;
use crate::domain::range::{Rule, State as CandidateState};
use crate::domain::session::{Event, State, take};
use crate::store::rooms::Staff;
use crate::store::{candidates, results, rooms, sessions};

use super::attempts_out::{ExamPolicyOut, policy_out};
use super::case::{Case, clause, reading_units, reviewing_units};
use super::session_list::{ExamSessionRowOut, duties, row_out};
use super::{report, seal_session};

/// A room.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamRoomOut {
    /// Row id.
    pub id: i64,
    /// As on the door.
    pub name: String,
    /// Address.
    pub address: String,
    /// Rows of seats.
    pub rows: u32,
    /// Seats in a row.
    pub columns: u32,
    /// Seats that can be used.
    pub capacity: u32,
    /// Candidates with a seat in it.
    pub seated: usize,
    /// Can be reached without steps.
    pub accessible: bool,
    /// Seats that are not used.
    pub closed: Vec<u32>,
    /// Invigilators.
    pub invigilators: Vec<ExamStaffOut>,
}

/// Somebody on duty.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamStaffOut {
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
}

/// A district's part of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamDistrictOut {
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub name: String,
    /// Candidates by state.
    pub candidates: BTreeMap<String, i64>,
}

/// A session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamSessionOut {
    /// Row of the list.
    #[serde(flatten)]
    pub row: ExamSessionRowOut,
    /// Code of the type.
    pub exam_type: String,
    /// Code of the level.
    pub level: Option<String>,
    /// Code of the mode.
    pub mode: String,
    /// Holder.
    pub unit_id: i64,
    /// What it belongs to.
    pub about: Option<String>,
    /// Nobody may begin from here on.
    #[schema(value_type = String, format = DateTime)]
    pub last_start_at: Timestamp,
    /// Length in minutes.
    pub minutes: i64,
    /// Last day of the review.
    pub review_until: Date,
    /// The districts' review with its day.
    pub review_due: DueOut,
    /// The districts' report with its day.
    pub report_due: DueOut,
    /// Whom it is for.
    #[schema(value_type = Object)]
    pub range: Rule,
    /// The session whose failed and absent come again.
    pub before: Option<String>,
    /// Attempts and what is shown when.
    pub policy: ExamPolicyOut,
    /// Pass mark, hundredths.
    pub pass_mark: Option<i64>,
    /// Share of the full marks that is the pass mark by rule when nobody sets one; none: it has to be set.
    pub usual_pass_percent: Option<u32>,
    /// Those who fail or stay away go into the next session.
    pub carries_over: bool,
    /// Who set it.
    pub pass_set_by: Option<String>,
    /// Full marks of the blueprint, hundredths.
    pub full: Option<i64>,
    /// Papers are built.
    pub has_papers: bool,
    /// Forms built.
    pub forms: usize,
    /// Results are out since.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// By whom.
    pub published_by: Option<String>,
    /// Rooms.
    pub rooms: Vec<ExamRoomOut>,
    /// Watch the whole session.
    pub invigilators: Vec<ExamStaffOut>,
    /// Mark by hand.
    pub markers: Vec<ExamStaffOut>,
    /// Decide what markers do not settle.
    pub chiefs: Vec<ExamStaffOut>,
    /// Bureau after bureau.
    pub districts: Vec<ExamDistrictOut>,
    /// What keeps it from being sealed; for its holder while it is not.
    pub faults: Vec<String>,
    /// Changes so far, to be sent back with a change.
    pub version: i64,
    /// What the caller may do: `change`, `draw`, `review`, `papers`, `seats`, `unseat`, `seal`, `collect`, `publish`, `cancel`,
    /// `board`, `report`.
    pub acts: Vec<String>,
}

async fn staff_out(
    tx: &mut Tx,
    staff: &[Staff],
    fits: impl Fn(&Staff) -> bool,
) -> Result<Vec<ExamStaffOut>, Problem> {
    let mut found = Vec::new();
    for one in staff.iter().filter(|one| fits(one)) {
        let staff_no = organisation::person(tx, one.person)
            .await?
            .map(|person| person.staff_no)
            .unwrap_or_default();
        found.push(ExamStaffOut {
            staff_no,
            name: one.name.clone(),
        });
    }
    Ok(found)
}

fn acts(
    ctx: &Ctx,
    case: &Case,
    (held, reviews, watches): (bool, bool, bool),
    placed: bool,
) -> Vec<String> {
    let session = &case.session;
    let may = |event: Event| held && take(session.state, event).is_ok();
    let open = matches!(session.state, State::Draft | State::Reviewing);
    let over = ctx.now >= session.terms.closes;
    let sealed = !open && session.state != State::Cancelled;
    [
        (held && open, "change"),
        (may(Event::Draw), "draw"),
        (
            session.state == State::Reviewing && (held || (reviews && ctx.now < session.review_by)),
            "review",
        ),
        (held && open, "papers"),
        (held && session.state == State::Reviewing, "seats"),
        (
            placed && held && session.state == State::Reviewing,
            "unseat",
        ),
        (may(Event::Seal), "seal"),
        (may(Event::Mark) && over, "collect"),
        (may(Event::Publish), "publish"),
        (
            may(Event::Cancel) && ctx.now < session.terms.opens,
            "cancel",
        ),
        (sealed && (held || reviews || watches), "board"),
        (reviews && report::takes(ctx, case), "report"),
    ]
    .into_iter()
    .filter(|(yes, _)| *yes)
    .map(|(_, act)| act.to_owned())
    .collect()
}

/// A session for somebody who reads it or has a duty in it.
///
/// # Errors
/// 404 for others.
pub async fn view(ctx: &Ctx, id: i64) -> Result<ExamSessionOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::any(&mut tx, ctx, id).await?;
    let session = &case.session;
    let scope: Scope = ctx.actor.scope(Permission::ExamRead).unwrap_or_default();
    let staff = rooms::staff(&mut tx, id).await?;
    let held = case.is_held_by(ctx);
    let on_duty = staff
        .iter()
        .any(|one| Some(one.person) == ctx.actor.person_id);
    let reads = reading_units(&scope, &case.tree).contains(&session.unit.get())
        && session.state != State::Draft;
    if !held && !reads && !on_duty {
        return Err(Problem::not_found());
    }
    let all = candidates::of_session(&mut tx, id).await?;
    let seen: Vec<_> = all
        .iter()
        .filter(|row| held || scope.has_unit(row.candidate.unit))
        .collect();
    let own = reviewing_units(ctx, &case.tree);
    let reviews = all.iter().any(|row| own.contains(&row.district.get()));
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    let mut districts: BTreeMap<i64, BTreeMap<String, i64>> = BTreeMap::new();
    for row in &seen {
        let state = row.candidate.state.code().to_owned();
        *counts.entry(state.clone()).or_default() += 1;
        let district = districts.entry(row.district.get()).or_default();
        *district.entry(state).or_default() += 1;
    }
    let outcomes = match session.state {
        State::Published => results::outcomes(&mut tx, &[id]).await?.remove(&id),
        _ => None,
    };
    let mut rooms_out = Vec::new();
    for row in rooms::of_session(&mut tx, id).await? {
        let room = row.room;
        rooms_out.push(ExamRoomOut {
            capacity: room.capacity(),
            seated: all.iter().filter(|one| one.room == Some(room.id)).count(),
            invigilators: staff_out(&mut tx, &staff, |one| {
                one.kind == "invigilator" && one.room == Some(room.id)
            })
            .await?,
            id: room.id,
            name: room.name,
            address: row.address,
            rows: room.rows,
            columns: room.columns,
            accessible: room.accessible,
            closed: room.closed.into_iter().collect(),
        });
    }
    let placed = all
        .iter()
        .any(|row| row.candidate.state == CandidateState::Registered);
    let whole = |kind: &'static str| move |one: &Staff| one.kind == kind && one.room.is_none();
    let faults = if held && session.state == State::Reviewing {
        seal_session::faults(&mut tx, ctx, &case).await?
    } else {
        Vec::new()
    };
    let forms = super::papers::built(session)?.map_or(0, |built| built.papers.len());
    let before = match session.before {
        Some(before) => sessions::by_id(&mut tx, before).await?.map(|one| one.title),
        None => None,
    };
    let due_text = "由区局逐人审核，到期锁定。".to_owned();
    Ok(ExamSessionOut {
        exam_type: session.exam_type.code().to_owned(),
        level: session.level.clone(),
        mode: session.mode.code().to_owned(),
        unit_id: session.unit.get(),
        about: session.about.clone(),
        last_start_at: session.terms.last_start,
        minutes: session.terms.duration / 60,
        review_until: session.review_by.plus_micros(-1).date(),
        review_due: DueOut::new(
            session.review_by,
            ctx.now,
            &ctx.state.calendar,
            clause::<u32>(None, "B-59", due_text),
        ),
        report_due: report::due(ctx, &case),
        range: serde_json::from_str(&session.range_rule).unwrap_or_default(),
        before,
        policy: policy_out(&case),
        pass_mark: session.pass_mark.map(Marks::hundredths),
        usual_pass_percent: case.rules.exam.pass_percent(session.purpose.code()),
        carries_over: session.purpose.carries_over(),
        pass_set_by: session.pass_set_by.clone(),
        full: super::papers::full_marks(session).map(Marks::hundredths),
        has_papers: forms > 0,
        forms,
        published_at: session.published_at,
        published_by: session.published_by.clone(),
        rooms: rooms_out,
        invigilators: staff_out(&mut tx, &staff, whole("invigilator")).await?,
        markers: staff_out(&mut tx, &staff, whole("marker")).await?,
        chiefs: staff_out(&mut tx, &staff, whole("chief")).await?,
        districts: districts
            .into_iter()
            .map(|(unit, candidates)| ExamDistrictOut {
                unit_id: unit,
                name: case
                    .tree
                    .name(chengzhi_kernel::UnitId::from(unit))
                    .to_owned(),
                candidates,
            })
            .collect(),
        faults,
        version: session.version,
        acts: acts(ctx, &case, (held, reviews, on_duty), placed),
        row: row_out(
            &case,
            duties(ctx, &case, &staff, !held && reviews),
            counts,
            outcomes.unwrap_or_default(),
        ),
    })
}
