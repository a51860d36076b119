//! The range: drawn by rule, with those who come again (B-58, B-59).

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_organisation::facade::{self as organisation, PersonRow};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::range::{Before, Candidate, Event, Officer, Rule, Source, State, draw};
use crate::domain::session::{self, State as SessionState};
use crate::store::candidates::{self, CandidateRow, NewCandidate};
use crate::store::sessions::Session;
use crate::store::{results, sessions};

use super::case::Case;
use super::refused;

/// What drawing a range did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExamRangeOut {
    /// Candidates now.
    pub candidates: usize,
    /// New ones.
    pub added: usize,
    /// Taken out again before anybody reviewed them.
    pub removed: usize,
    /// Among all: come again from the session before.
    pub carried: usize,
    /// Reviewed ones whom the rule no longer takes; they stay until somebody leaves them out.
    pub outside: Vec<String>,
    /// The session they come from.
    pub before: Option<String>,
}

/// Draws the range, or draws it again: whoever was reviewed stays as he is.
///
/// # Errors
/// 404 for others; 409 when it is sealed, or the session before has no results yet.
pub async fn draw_range(ctx: &Ctx, id: i64, version: i64) -> Result<ExamRangeOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.session.state =
        session::take(case.session.state, session::Event::Draw).map_err(refused)?;
    if case.session.purpose.carries_over() && case.rules.exam.carry_over.value {
        let earlier = sessions::earlier(&mut tx, &case.session).await?;
        if let Some(before) = earlier.first() {
            if before.state != SessionState::Published {
                return Err(Problem::conflict(
                    "exams.before_open",
                    format!(
                        "上一场“{}”尚未公布成绩，不合格和缺考人员无法结转，请先公布。",
                        before.title
                    ),
                ));
            }
            case.session.before = Some(before.id);
        }
    }
    let out = fill(&mut tx, ctx, &case).await?;
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.range", case.subject())
            .unit(case.session.unit)
            .detail(
                json!({"candidates": out.candidates, "added": out.added, "removed": out.removed}),
            ),
    );
    tx.commit().await?;
    Ok(out)
}

/// Draws the range of a session anew after a result before it has changed. No right is asked for: it follows.
///
/// # Errors
/// 500 from the engine.
pub async fn follow(tx: &mut Tx, ctx: &Ctx, changed: i64) -> Result<(), Problem> {
    for next in sessions::following(tx, changed).await? {
        let case = Case::any(tx, ctx, next.id).await?;
        let out = fill(tx, ctx, &case).await?;
        tx.audit(
            ctx.audit("exam.range_follows", case.subject())
                .unit(case.session.unit)
                .detail(json!({"because_of": changed, "added": out.added, "removed": out.removed})),
        );
    }
    Ok(())
}

/// How everybody ended a session.
async fn ended(tx: &mut Tx, session: i64) -> Result<BTreeMap<PersonId, Before>, Problem> {
    let standing = results::of_session(tx, session).await?;
    Ok(candidates::of_session(tx, session)
        .await?
        .into_iter()
        .filter_map(|row| {
            let how = if row.candidate.state == State::LeftOut {
                Before::LeftOut
            } else {
                Before::Ended(standing.get(&row.id)?.outcome)
            };
            Some((row.candidate.person, how))
        })
        .collect())
}

/// Whom the district left out because he passed the session before after all.
const PASSED_AFTER_ALL: &str = "上场成绩更正为合格";

async fn fill(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<ExamRangeOut, Problem> {
    let session = &case.session;
    let before = match session.before {
        Some(before) => ended(tx, before).await?,
        None => BTreeMap::new(),
    };
    let rule = widened(session, &case.tree)?;
    let people = people(tx, ctx, case).await?;
    let officers = officers(tx, ctx, session, &people).await?;
    let known: BTreeMap<PersonId, CandidateRow> = candidates::of_session(tx, session.id)
        .await?
        .into_iter()
        .map(|row| (row.candidate.person, row))
        .collect();
    let named: BTreeSet<PersonId> = known
        .values()
        .filter(|row| row.candidate.source == Source::Named)
        .map(|row| row.candidate.person)
        .collect();
    let drawn = draw(&rule, &officers, &before, &named);
    let mut out = ExamRangeOut::default();
    let wanted: BTreeMap<PersonId, Source> =
        drawn.iter().map(|one| (one.person, one.source)).collect();
    let mut gone = Vec::new();
    for row in known.values() {
        let source = row.candidate.source;
        match (wanted.get(&row.candidate.person), row.candidate.state) {
            // Nobody has reviewed him: he is entered anew with the reason of today.
            (Some(now), State::Nominated | State::CarriedOver) if *now != source => {
                gone.push(row.id);
            }
            (Some(_), _) | (None, State::LeftOut) => {}
            (None, State::Nominated | State::CarriedOver) => gone.push(row.id),
            (None, State::Reviewed | State::Registered) if came_again(source) => {
                leave_out(tx, ctx, row).await?;
            }
            (None, State::Reviewed | State::Registered) => {
                out.outside
                    .push(format!("{}（{}）", row.name, row.staff_no));
            }
        }
    }
    candidates::remove(tx, &gone).await?;
    let mut fresh = Vec::new();
    for one in drawn {
        let stays = known
            .get(&one.person)
            .is_some_and(|row| !gone.contains(&row.id));
        let Some(person) = people.get(&one.person).filter(|_| !stays) else {
            continue;
        };
        fresh.push(new_candidate(case, one, person));
    }
    candidates::insert_all(tx, session.id, &fresh).await?;
    let again = known
        .values()
        .filter(|row| gone.contains(&row.id) && wanted.contains_key(&row.candidate.person))
        .count();
    (out.added, out.removed) = (fresh.len() - again, gone.len() - again);
    let now = candidates::of_session(tx, session.id).await?;
    out.candidates = now.len();
    out.carried = now
        .iter()
        .filter(|row| came_again(row.candidate.source))
        .count();
    if let Some(before) = session.before {
        out.before = sessions::by_id(tx, before)
            .await?
            .map(|before| before.title);
    }
    Ok(out)
}

async fn leave_out(tx: &mut Tx, ctx: &Ctx, row: &CandidateRow) -> Result<(), Problem> {
    let next = CandidateRow {
        candidate: row
            .candidate
            .take(Event::LeaveOut, Some(PASSED_AFTER_ALL))
            .map_err(refused)?,
        decided_by: Some("系统".to_owned()),
        decided_at: Some(ctx.now),
        room: None,
        seat: None,
        ..row.clone()
    };
    candidates::put(tx, &next, row.candidate.state).await?;
    Ok(())
}

/// Whether somebody is in the range because of the session before.
#[must_use]
pub fn came_again(source: Source) -> bool {
    !matches!(source, Source::Rule | Source::Named)
}

/// A person of the range as he is stored.
pub(super) fn new_candidate(case: &Case, candidate: Candidate, person: &PersonRow) -> NewCandidate {
    NewCandidate {
        district: case
            .tree
            .district_of(candidate.unit)
            .unwrap_or(case.session.unit),
        candidate,
        staff_no: person.staff_no.clone(),
        name: person.name.clone(),
    }
}

/// The rule with its units widened to everything below them.
fn widened(session: &Session, tree: &organisation::UnitTree) -> Result<Rule, Problem> {
    let mut rule: Rule = serde_json::from_str(&session.range_rule)
        .map_err(|error| chengzhi_http::Unknown::log(&error))?;
    let below: BTreeSet<UnitId> = rule
        .units
        .iter()
        .flat_map(|unit| tree.subtree(*unit))
        .map(UnitId::from)
        .collect();
    rule.units.extend(below);
    Ok(rule)
}

/// Everybody in service below the holder.
pub(super) async fn people(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
) -> Result<BTreeMap<PersonId, PersonRow>, Problem> {
    let units = case.tree.subtree(case.session.unit);
    Ok(organisation::people_in(tx, &units, ctx.today)
        .await?
        .into_iter()
        .filter(|person| person.in_service)
        .map(|person| (person.id, person))
        .collect())
}

async fn officers(
    tx: &mut Tx,
    ctx: &Ctx,
    session: &Session,
    people: &BTreeMap<PersonId, PersonRow>,
) -> Result<Vec<Officer>, Problem> {
    let ids: Vec<PersonId> = people.keys().copied().collect();
    let mut posts = organisation::posts_on(tx, &ids, ctx.today).await?;
    let mut levels = results::levels(tx, session.exam_type.code()).await?;
    Ok(people
        .values()
        .map(|person| Officer {
            person: person.id,
            unit: person.unit_id,
            post: posts
                .remove(&person.id)
                .and_then(|held| held.into_iter().next())
                .unwrap_or_default(),
            status: "serving".to_owned(),
            established: person.established,
            level: levels.remove(&person.id),
        })
        .collect())
}
