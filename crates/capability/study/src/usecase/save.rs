//! The unit records its session and attendance.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, UnitId};
use serde_json::json;

use crate::domain::session::{self, Attendee, Mark, Session, Synced};
use crate::domain::snapshot::{self, Content};
use crate::domain::state::{Event, next};
use crate::store::{BOOK, records};

use super::access::{is_reviewer_for, reviewers};
use super::case::{self, Case};
use super::{bad_field, refused, words};

/// What the unit sends.
#[derive(Debug, Clone)]
pub struct SaveInput {
    /// Version it was made from; 0 for a slot without a record.
    pub version: i64,
    /// Session.
    pub session: Session,
    /// Marks of people on the roster of the day.
    pub marks: Vec<Mark>,
}

/// Names that came onto the list or fell off it, because the day or the roster changed.
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
/// 404 outside the scope, 409 for an old version or a state that does not allow it, 422 for a field.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
    input: SaveInput,
) -> Result<RosterChanges, Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, unit, month).await?;
    case.check_version(input.version)?;
    check_open(ctx, &case)?;
    let session = input
        .session
        .tidy()
        .map_err(|(field, deny)| bad_field(&format!("session.{field}"), deny.text))?;
    let stored = match &case.record {
        Some(record) => records::attendance(&mut tx, record.id).await?,
        None => Vec::new(),
    };
    let synced = sync_roster(&mut tx, ctx, &case, &session, &stored, &input.marks).await?;
    let before = Content {
        session: case
            .record
            .as_ref()
            .map(|record| record.session.clone())
            .unwrap_or_default(),
        attendance: stored,
        photos: Vec::new(),
    };
    let after = Content {
        session,
        attendance: synced.rows,
        photos: Vec::new(),
    };
    let changes = snapshot::diff(&before, &after);
    let told = RosterChanges {
        joined: synced.joined,
        left: synced.left,
    };
    if case.record.is_some() && changes.is_empty() {
        return Ok(told);
    }
    let to = next(case.state, Event::Save).map_err(refused)?;
    open_record(&mut tx, ctx, &mut case).await?;
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    record.state = to;
    record.session = after.session;
    (record.attended, record.expected) = session::head_count(&after.attendance);
    records::put_attendance(&mut tx, record.id, &after.attendance).await?;
    records::put(&mut tx, record).await?;
    touch(&mut tx, ctx, &case, &tree).await?;
    let record = case.record_mut()?;
    let fields: Vec<String> = changes.into_iter().map(|change| change.field).collect();
    tx.audit(
        ctx.audit("study.save", words::subject(record))
            .unit(unit)
            .detail(
                json!({"month": month.to_string(), "version": record.version, "fields": fields}),
            ),
    );
    tx.commit().await?;
    Ok(told)
}

/// Refuses changes by the unit before the month begins or in a state that does not allow them.
pub(super) fn check_open(ctx: &Ctx, case: &Case) -> Result<(), Problem> {
    next(case.state, Event::Save).map_err(refused)?;
    case.window().check_open(ctx.now).map_err(refused)
}

/// Starts the record of a slot that has none; the month it begins with is the first one owed.
pub(super) async fn open_record(tx: &mut Tx, ctx: &Ctx, case: &mut Case) -> Result<(), Problem> {
    if case.record.is_some() {
        return Ok(());
    }
    let month = case.window().month;
    let created = records::create(tx, case.unit.id, month, ctx.now)
        .await
        .map_err(|error| {
            if error.is_unique_violation() {
                Problem::stale()
            } else {
                error.into()
            }
        })?;
    BOOK.start_by(tx, month).await?;
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

/// The roster of the session's day with marks kept.
pub(super) async fn sync_roster(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    session: &Session,
    stored: &[Attendee],
    marks: &[Mark],
) -> Result<Synced, Problem> {
    let month = case.window().month;
    // A day outside the month is a slip that the list of missing things names; its roster is not
    // worth reading.
    let day = session.held_on.filter(|day| month.contains(*day));
    let day = case::roster_day(day, month, ctx.today);
    for (index, mark) in marks.iter().enumerate() {
        let length = mark
            .absence_reason
            .as_deref()
            .map_or(0, |text| text.chars().count());
        if length > 100 {
            return Err(bad_field(
                &format!("attendance[{index}].absence_reason"),
                "缺席原因最多100个字，请精简。",
            ));
        }
    }
    let roster = case::roster(tx, case.unit.id, day, &case.rules.year.params).await?;
    session::sync(roster, stored, marks).map_err(|deny| bad_field("attendance", deny.text))
}
