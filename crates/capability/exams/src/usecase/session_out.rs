//! Sessions as pages read them.

use std::collections::BTreeMap;

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Marks;
use crate::domain::range::Rule;
use crate::domain::session::{Event, Level, State, take};
use crate::store::rooms::Staff;
use crate::store::sessions::Session;
use crate::store::{candidates, results, rooms, sessions};

use super::case::{Case, clause, holding_units, may_hold, reading_units, reviewing_units};
use super::words::{ExamWordOut, word};
use super::{report, seal_session};

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
    /// Pass mark, hundredths.
    pub pass_mark: Option<i64>,
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
    /// What the caller may do: `change`, `draw`, `review`, `papers`, `seats`, `seal`, `collect`, `publish`, `cancel`,
    /// `board`, `report`.
    pub acts: Vec<String>,
}

fn duties(ctx: &Ctx, case: &Case, staff: &[Staff], reviews: bool) -> Vec<String> {
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

fn row_out(
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

fn acts(ctx: &Ctx, session: &Session, held: bool, reviews: bool, watches: bool) -> Vec<String> {
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
        (may(Event::Seal), "seal"),
        (may(Event::Mark) && over, "collect"),
        (may(Event::Publish), "publish"),
        (
            may(Event::Cancel) && ctx.now < session.terms.opens,
            "cancel",
        ),
        (sealed && (held || reviews || watches), "board"),
        (
            reviews && over && matches!(session.state, State::Sealed | State::Marking),
            "report",
        ),
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
        pass_mark: session.pass_mark.map(Marks::hundredths),
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
        acts: acts(ctx, session, held, reviews, on_duty),
        row: row_out(
            &case,
            duties(ctx, &case, &staff, !held && reviews),
            counts,
            outcomes.unwrap_or_default(),
        ),
    })
}
