//! The squad records its sessions and attendance; a session of a day to come is a plan.

use std::collections::HashSet;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::blockers::check_month;
use crate::domain::half::SlotKey;
use crate::domain::session::{self, Attendee, MOST_SESSIONS, Mark, Session, Synced};
use crate::domain::snapshot::{self, Content, SessionContent};
use crate::domain::state::{Event, next};
use crate::store::{BOOK, films, records, sessions};

use super::access::{is_reviewer_for, reviewers};
use super::case::{self, Case, Full};
use super::films::{FilmUploads, give_back};
use super::{bad_field, refused, words};

/// One session as sent.
#[derive(Debug, Clone, Default)]
pub struct SessionInput {
    /// Row of a session that stands; none starts one.
    pub id: Option<i64>,
    /// Session.
    pub session: Session,
    /// Marks of people on the roster of the day.
    pub marks: Vec<Mark>,
}

/// What the squad sends. Sessions that are not among them are taken off.
#[derive(Debug, Clone)]
pub struct SaveInput {
    /// Version it was made from; 0 for a slot without a record.
    pub version: i64,
    /// All sessions of the half.
    pub sessions: Vec<SessionInput>,
}

/// Names that came onto a list or fell off it, because a day or the roster changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RosterChanges {
    /// New on the list.
    pub joined: Vec<String>,
    /// No longer on it.
    pub left: Vec<String>,
}

/// Saves a draft, complete or not. Saving what is stored already changes nothing.
///
/// # Errors
/// 404 outside the scope or for a session that is not there, 409 for an old version or a state that
/// does not allow it, 422 for a field.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    uploads: &dyn FilmUploads,
    key: SlotKey,
    input: SaveInput,
) -> Result<RosterChanges, Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, key).await?;
    case.check_version(input.version)?;
    check_open(ctx, &case)?;
    let stored = case::sessions_of(&mut tx, case.record.as_ref()).await?;
    check_list(&input.sessions, &stored)?;
    let mut told = RosterChanges::default();
    let mut wanted: Vec<(Option<i64>, SessionContent)> = Vec::new();
    for (index, sent) in input.sessions.into_iter().enumerate() {
        let old = stored.iter().find(|full| Some(full.id) == sent.id);
        let session = sent
            .session
            .tidy()
            .map_err(|(field, deny)| bad_field(&format!("sessions[{index}].{field}"), deny.text))?;
        check_month(session.held_on, case.window())
            .map_err(|deny| bad_field(&format!("sessions[{index}].held_on"), deny.text))?;
        let rows = old
            .map(|full| full.attendance.as_slice())
            .unwrap_or_default();
        let synced = sync_roster(&mut tx, ctx, &case, &session, rows, &sent.marks, index).await?;
        told.joined.extend(synced.joined);
        told.left.extend(synced.left);
        let content = SessionContent {
            id: sent.id.unwrap_or(0),
            session,
            attendance: synced.rows,
            film: old.and_then(|full| full.content().film),
        };
        wanted.push((sent.id, content));
    }
    let after = Content {
        sessions: wanted.iter().map(|(_, content)| content.clone()).collect(),
    };
    let changes = snapshot::diff(&case::content_of(&stored), &after);
    if case.record.is_some() && changes.is_empty() {
        return Ok(told);
    }
    let to = next(case.state, Event::Save).map_err(refused)?;
    open_record(&mut tx, ctx, &mut case).await?;
    take_off(&mut tx, ctx, uploads, &case, &stored, &wanted).await?;
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    record.state = to;
    write(&mut tx, ctx, record.id, wanted).await?;
    records::put(&mut tx, record).await?;
    touch(&mut tx, ctx, &case, &tree).await?;
    let record = case.record_mut()?;
    // Words of the form, each once; whose mark it was is in the hand-ins.
    let mut fields: Vec<String> = Vec::new();
    for change in changes {
        let word = change
            .label
            .split('：')
            .next()
            .unwrap_or_default()
            .to_owned();
        if !fields.contains(&word) {
            fields.push(word);
        }
    }
    tx.audit(
        ctx.audit("drill.save", words::subject(record))
            .unit(key.unit)
            .detail(json!({
                "month": key.month.to_string(), "half": key.half.number(),
                "version": record.version, "fields": fields,
            })),
    );
    tx.commit().await?;
    Ok(told)
}

fn check_list(sent: &[SessionInput], stored: &[Full]) -> Result<(), Problem> {
    if sent.len() > MOST_SESSIONS {
        return Err(bad_field(
            "sessions",
            format!("一个半月最多填写{MOST_SESSIONS}次训练，请合并或删去多余的。"),
        ));
    }
    let mut seen = HashSet::new();
    for id in sent.iter().filter_map(|session| session.id) {
        if !stored.iter().any(|full| full.id == id) {
            return Err(Problem::not_found());
        }
        if !seen.insert(id) {
            return Err(bad_field(
                "sessions",
                "同一次训练出现了两遍，请刷新后再保存。",
            ));
        }
    }
    Ok(())
}

/// Takes off the sessions that are not wanted any more, with their films.
async fn take_off(
    tx: &mut Tx,
    ctx: &Ctx,
    uploads: &dyn FilmUploads,
    case: &Case,
    stored: &[Full],
    wanted: &[(Option<i64>, SessionContent)],
) -> Result<(), Problem> {
    for gone in stored
        .iter()
        .filter(|full| !wanted.iter().any(|(id, _)| *id == Some(full.id)))
    {
        films::detach(tx, gone.id, ctx.now).await?;
        give_back(tx, ctx, uploads, case, gone.id, gone.film.as_ref()).await?;
        sessions::remove(tx, gone.id, ctx.now).await?;
    }
    Ok(())
}

/// Writes sessions as wanted.
async fn write(
    tx: &mut Tx,
    ctx: &Ctx,
    record: chengzhi_kernel::RecordId,
    wanted: Vec<(Option<i64>, SessionContent)>,
) -> Result<(), Problem> {
    for (id, content) in wanted {
        let id = match id {
            Some(id) => {
                sessions::put(tx, id, &content.session).await?;
                id
            }
            None => sessions::insert(tx, record, &content.session, ctx.now).await?,
        };
        sessions::put_attendance(tx, id, &content.attendance).await?;
    }
    Ok(())
}

/// Refuses changes by the squad before the month begins or in a state that does not allow them.
pub(super) fn check_open(ctx: &Ctx, case: &Case) -> Result<(), Problem> {
    next(case.state, Event::Save).map_err(refused)?;
    case.window().check_open(ctx.now).map_err(refused)
}

/// Starts the record of a slot that has none; the month it begins with is the first one owed.
async fn open_record(tx: &mut Tx, ctx: &Ctx, case: &mut Case) -> Result<(), Problem> {
    if case.record.is_some() {
        return Ok(());
    }
    let created = records::create(tx, case.key, ctx.now)
        .await
        .map_err(|error| {
            if error.is_unique_violation() {
                Problem::stale()
            } else {
                error.into()
            }
        })?;
    BOOK.start_by(tx, case.key.month).await?;
    words::note_event(tx, ctx, &created, Event::Save, None, None).await?;
    case.record = Some(created);
    Ok(())
}

/// Remembers the actor among those who may not review the record.
pub(super) async fn touch(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    tree: &chengzhi_organisation::facade::UnitTree,
) -> Result<(), Problem> {
    let Some(record) = &case.record else {
        return Ok(());
    };
    let reviewers = reviewers(tx, ctx, case).await?;
    let reviewer = is_reviewer_for(&ctx.actor, reviewers.regular.as_ref(), tree);
    BOOK.touch(tx, record.id, ctx.actor.account_id, reviewer)
        .await?;
    Ok(())
}

/// The roster of a session's day with marks kept.
pub(super) async fn sync_roster(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    session: &Session,
    stored: &[Attendee],
    marks: &[Mark],
    index: usize,
) -> Result<Synced, Problem> {
    let day = case::roster_day(session.held_on, case.window(), ctx.today);
    for (place, mark) in marks.iter().enumerate() {
        let length = mark
            .absence_reason
            .as_deref()
            .map_or(0, |text| text.chars().count());
        if length > 100 {
            return Err(bad_field(
                &format!("sessions[{index}].attendance[{place}].absence_reason"),
                "缺训原因最多100个字，请精简。",
            ));
        }
    }
    let roster = case::roster(tx, case.key.unit, day, case.rules.params()).await?;
    session::sync(roster, stored, marks)
        .map_err(|deny| bad_field(&format!("sessions[{index}].attendance"), deny.text))
}
