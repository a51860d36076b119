//! Candidates: the list, named ones, the district's word on each, extra time.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Page, Paging, Problem};
use chengzhi_kernel::{PersonId, Timestamp};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::range::{Candidate, Event, Source, State, check_no_makeup};
use crate::domain::session::State as SessionState;
use crate::store::candidates::{self, CandidateRow};
use crate::store::rooms;

use super::case::{Case, reviewing_units};
use super::range::{new_candidate, people};
use super::{refused, words};

/// A candidate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamCandidateOut {
    /// Row id.
    pub id: i64,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// The bureau that reviews him.
    pub district_id: i64,
    /// Its name.
    pub district_name: String,
    /// How he came in.
    pub source: String,
    /// Its word.
    pub source_name: String,
    /// Where he stands.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Why he was left out.
    pub reason: Option<String>,
    /// Who reviewed him.
    pub decided_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// Extra minutes.
    pub extra_minutes: i64,
    /// Needs a room without steps.
    pub accessible: bool,
    /// Why.
    pub note: String,
    /// Room.
    pub room_name: Option<String>,
    /// Seat.
    pub seat: Option<u32>,
    /// Number of his ticket.
    pub ticket: Option<String>,
    /// `leave`, `away`, when he did not come.
    pub absence: Option<String>,
    /// Why his exam does not count.
    pub excluded: Option<String>,
    /// The caller may review him now.
    pub may_decide: bool,
}

/// Which candidates.
#[derive(Debug, Clone, Default)]
pub struct CandidateFilter {
    /// State by code.
    pub state: Option<String>,
    /// Bureau.
    pub district: Option<i64>,
    /// Part of a name or staff number.
    pub search: Option<String>,
}

/// Whether the actor may review candidates of a bureau now: the bureau until its day, the holder until the sealing.
fn may_decide(ctx: &Ctx, case: &Case, district: i64, held: bool) -> bool {
    case.session.state == SessionState::Reviewing
        && (held
            || (ctx.now < case.session.review_by
                && reviewing_units(ctx, &case.tree).contains(&district)))
}

/// Candidates that the scope reads.
///
/// # Errors
/// 404 for sessions of others.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    filter: &CandidateFilter,
    paging: Paging,
) -> Result<Page<ExamCandidateOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let held = case.is_held_by(ctx);
    let rooms = rooms::of_session(&mut tx, id).await?;
    let fits = |row: &CandidateRow| {
        (held || scope.has_unit(row.candidate.unit))
            && filter
                .state
                .as_ref()
                .is_none_or(|state| state == row.candidate.state.code())
            && filter
                .district
                .is_none_or(|district| district == row.district.get())
            && filter.search.as_ref().is_none_or(|text| {
                row.name.contains(text.trim()) || row.staff_no.contains(text.trim())
            })
    };
    let found: Vec<CandidateRow> = candidates::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(fits)
        .collect();
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(paging.offset()).unwrap_or(0);
    let take = usize::try_from(paging.limit()).unwrap_or(50);
    let rows = found
        .into_iter()
        .skip(skip)
        .take(take)
        .map(|row| out(ctx, &case, held, &rooms, row))
        .collect();
    Ok(Page { total, rows })
}

fn out(
    ctx: &Ctx,
    case: &Case,
    held: bool,
    rooms: &[rooms::RoomRow],
    row: CandidateRow,
) -> ExamCandidateOut {
    let room = row
        .room
        .and_then(|id| rooms.iter().find(|room| room.room.id == id));
    ExamCandidateOut {
        id: row.id,
        unit_name: case.tree.name(row.candidate.unit).to_owned(),
        district_id: row.district.get(),
        district_name: case.tree.name(row.district).to_owned(),
        source: row.candidate.source.code().to_owned(),
        source_name: row.candidate.source.name().to_owned(),
        state: row.candidate.state.code().to_owned(),
        state_name: row.candidate.state.name().to_owned(),
        may_decide: may_decide(ctx, case, row.district.get(), held),
        reason: row.candidate.reason,
        staff_no: row.staff_no,
        name: row.name,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        extra_minutes: row.extra / 60,
        accessible: row.accessible,
        note: row.note,
        room_name: room.map(|room| room.room.name.clone()),
        seat: row.seat,
        ticket: row.ticket,
        absence: row.absence,
        excluded: row.excluded,
    }
}

/// Most people named or decided at once.
const MOST: usize = 5_000;

/// Names people by staff number, outside the rule.
///
/// # Errors
/// 404 for others; 409 unless the range is under review; 422 for a number nobody in service has.
pub async fn name(ctx: &Ctx, id: i64, staff_nos: &[String]) -> Result<usize, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.only_in(&[SessionState::Reviewing], "增加考生")?;
    // There is no make-up: whoever is named sits this session like everybody else.
    check_no_makeup(None).map_err(refused)?;
    if staff_nos.is_empty() || staff_nos.len() > MOST {
        return Err(Problem::field("staff_nos", "请填写工号。"));
    }
    let mut people = people(&mut tx, ctx, &case).await?;
    let by_number = organisation::people_by_staff_no(&mut tx, staff_nos).await?;
    let known = candidates::of_session(&mut tx, id).await?;
    let mut fresh = Vec::new();
    for number in staff_nos {
        let person = by_number
            .get(number.trim())
            .and_then(|found| people.remove(&found.id))
            .ok_or_else(|| {
                Problem::field(
                    "staff_nos",
                    format!("工号“{number}”不是本单位在职人员，或填写了两遍。"),
                )
            })?;
        if known.iter().any(|row| row.candidate.person == person.id) {
            return Err(Problem::field(
                "staff_nos",
                format!("{}（{number}）已在考试范围内。", person.name),
            ));
        }
        let candidate = Candidate {
            person: person.id,
            unit: person.unit_id,
            source: Source::Named,
            state: State::Nominated,
            reason: None,
        };
        fresh.push(new_candidate(&case, candidate, &person));
    }
    candidates::insert_all(&mut tx, id, &fresh).await?;
    tx.audit(
        ctx.audit("exam.name", case.subject())
            .unit(case.session.unit)
            .detail(json!({"staff_nos": staff_nos})),
    );
    tx.commit().await?;
    Ok(fresh.len())
}

/// What the district says of candidates.
///
/// # Errors
/// 404 for candidates of others; 409 after the day of the review or for a step that is not possible; 422 without a
/// reason where one is needed.
pub async fn decide(
    ctx: &Ctx,
    id: i64,
    ids: &[i64],
    event: &str,
    reason: &str,
) -> Result<usize, Problem> {
    let event = match event {
        "confirm" => Event::Confirm,
        "leave_out" => Event::LeaveOut,
        "recall" => Event::Recall,
        _ => return Err(Problem::field("event", "请选择审核通过、不列入或撤回。")),
    };
    if ids.is_empty() || ids.len() > MOST {
        return Err(Problem::field("ids", "请选择考生。"));
    }
    let reason = words::optional("reason", "原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let held = case.is_held_by(ctx);
    let own = reviewing_units(ctx, &case.tree);
    let found = candidates::by_ids(&mut tx, id, ids).await?;
    for one in ids {
        let row = found
            .get(one)
            .filter(|row| held || own.contains(&row.district.get()))
            .ok_or_else(Problem::not_found)?;
        if !may_decide(ctx, &case, row.district.get(), held) {
            case.only_in(&[SessionState::Reviewing], "审核考生")?;
            return Err(Problem::conflict(
                "exams.review_locked",
                format!(
                    "人员审核已于{}截止，如需调整请联系组织单位。",
                    case.session.review_by.format_bound_cn()
                ),
            ));
        }
        let candidate =
            row.candidate
                .take(event, Some(&reason))
                .map_err(|deny| match deny.code {
                    "exams.reason" => Problem::field("reason", deny.text),
                    _ => Problem::conflict(deny.code, format!("{}：{}", row.name, deny.text)),
                })?;
        let registered = candidate.state == State::Registered;
        let next = CandidateRow {
            candidate,
            decided_by: Some(ctx.actor.name.clone()),
            decided_at: Some(ctx.now),
            room: row.room.filter(|_| registered),
            seat: row.seat.filter(|_| registered),
            ..row.clone()
        };
        if !candidates::put(&mut tx, &next, row.candidate.state).await? {
            return Err(Problem::stale());
        }
    }
    tx.audit(
        ctx.audit("exam.review", case.subject())
            .unit(case.session.unit)
            .detail(json!({"event": event.code(), "candidates": ids, "reason": reason})),
    );
    tx.commit().await?;
    Ok(ids.len())
}

/// What a candidate needs.
#[derive(Debug, Clone)]
pub struct Needs {
    /// Extra minutes.
    pub extra_minutes: u32,
    /// A room without steps.
    pub accessible: bool,
    /// Why.
    pub note: String,
}

/// Most extra minutes.
const MOST_EXTRA: u32 = 240;

/// Grants extra time or a room without steps.
///
/// # Errors
/// 404 for candidates of others; 409 once it is sealed; 422 without a reason.
pub async fn grant(ctx: &Ctx, id: i64, candidate: i64, needs: Needs) -> Result<(), Problem> {
    if needs.extra_minutes > MOST_EXTRA {
        return Err(Problem::field(
            "extra_minutes",
            format!("延长的时间最多{MOST_EXTRA}分钟。"),
        ));
    }
    let note = words::optional("note", "原因", &needs.note, 200)?;
    if note.is_empty() && (needs.extra_minutes > 0 || needs.accessible) {
        return Err(Problem::field(
            "note",
            "请写明延长时间或安排无障碍考场的原因。",
        ));
    }
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let held = case.is_held_by(ctx);
    let found = candidates::by_ids(&mut tx, id, &[candidate]).await?;
    let row = found.get(&candidate).ok_or_else(Problem::not_found)?;
    if !held && !reviewing_units(ctx, &case.tree).contains(&row.district.get()) {
        return Err(Problem::not_found());
    }
    case.only_in(&[SessionState::Reviewing], "调整考生安排")?;
    let next = CandidateRow {
        extra: i64::from(needs.extra_minutes) * 60,
        accessible: needs.accessible,
        note: note.clone(),
        ..row.clone()
    };
    if !candidates::put(&mut tx, &next, row.candidate.state).await? {
        return Err(Problem::stale());
    }
    tx.audit(
        ctx.audit("exam.needs", case.subject())
            .unit(row.district)
            .detail(
                json!({"candidate": candidate, "extra_minutes": needs.extra_minutes,
                "accessible": needs.accessible, "note": note}),
            ),
    );
    tx.commit().await?;
    Ok(())
}

/// A person of the roster by staff number, for duties.
///
/// # Errors
/// 422 for a number nobody has.
pub(super) async fn person_by_number(
    tx: &mut chengzhi_db::Tx,
    field: &str,
    number: &str,
) -> Result<(PersonId, String), Problem> {
    let number = number.trim().to_owned();
    let found = organisation::people_by_staff_no(tx, std::slice::from_ref(&number)).await?;
    found
        .get(&number)
        .map(|person| (person.id, person.name.clone()))
        .ok_or_else(|| Problem::field(field, format!("没有工号为“{number}”的人员。")))
}
