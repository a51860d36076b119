//! Status changes: entering, revoking, the list of late entries (B-71).

use std::collections::BTreeSet;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, DueOut, Problem};
use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, Month, PersonId};
use serde_json::json;

use super::{Editor, plain_day, plain_text};
use crate::domain::idle::idle_reason;
use crate::domain::status::{Change, StatusKind};
use crate::domain::ten_days::{TenDays, UpdateDue};
use crate::store::events::{EventRow, NewEvent};
use crate::store::{self, events, members, people, units};
use crate::view::{LateUpdateOut, StatusEventOut};

/// A change to be entered.
#[derive(Debug, Clone)]
pub struct NewStatus {
    /// Kind.
    pub kind: StatusKind,
    /// First day away, first day back.
    pub effective_on: Date,
    /// Day of the decision (B-71 counts from it).
    pub decided_on: Option<Date>,
    /// Remark.
    pub note: Option<String>,
}

/// Enters a status change.
///
/// # Errors
/// 422 naming the field, 409 when the same change stands already, 404 out of reach.
pub async fn record_status(
    tx: &mut Tx,
    editor: &Editor,
    person: PersonId,
    new: &NewStatus,
) -> Result<i64, Problem> {
    store::enter(tx).await?;
    let row = people::by_id(tx, person)
        .await?
        .ok_or_else(Problem::not_found)?;
    let unit = members::unit_of(tx, person, editor.today()).await?;
    if !editor.reaches_person(person, unit) {
        return Err(Problem::not_found());
    }
    if new.effective_on < row.joined_on {
        return Err(Problem::field(
            "effective_on",
            format!(
                "生效日期不能早于入职日期{}。",
                format_cn_plain(row.joined_on)
            ),
        ));
    }
    if days_ahead(editor.today(), new.effective_on) > 731 {
        return Err(Problem::field("effective_on", "生效日期过远，请核对。"));
    }
    if new.decided_on.is_some_and(|day| day > editor.today()) {
        return Err(Problem::field("decided_on", "决定日期不能晚于今天。"));
    }
    if let Some(day) = new.decided_on {
        plain_day("decided_on", day)?;
    }
    let note = match new
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty())
    {
        Some(note) => Some(plain_text("note", "备注", note, 200)?),
        None => None,
    };
    let change = Change {
        kind: new.kind,
        effective_on: new.effective_on,
    };
    let standing = events::of_person(tx, person).await?;
    if standing
        .iter()
        .any(|event| !event.revoked() && event.change == change)
    {
        return Err(Problem::conflict(
            "status.repeated",
            format!(
                "{}{}已经登记过。",
                format_cn_plain(new.effective_on),
                new.kind.name()
            ),
        ));
    }
    let id = events::insert(
        tx,
        &NewEvent {
            person,
            change,
            decided_on: new.decided_on,
            recorded_at: editor.now,
            by: editor.account,
            by_name: &editor.name,
            note: note.as_deref(),
        },
    )
    .await?;
    let mut line = editor.audit("person.status", format!("person:{person}")).detail(json!({
        "event": id, "kind": new.kind, "effective_on": new.effective_on, "decided_on": new.decided_on,
    }));
    if let Some(unit) = unit {
        line = line.unit(unit);
    }
    tx.audit(line);
    Ok(id)
}

fn days_ahead(today: Date, day: Date) -> i64 {
    chengzhi_kernel::deadline::days_between(today, day)
}

/// Revokes a standing change with a reason; it stays in the history.
///
/// # Errors
/// 409 when it was revoked before, 404 out of reach.
pub async fn revoke_status(
    tx: &mut Tx,
    editor: &Editor,
    person: PersonId,
    event: i64,
    reason: &str,
) -> Result<(), Problem> {
    store::enter(tx).await?;
    let unit = members::unit_of(tx, person, editor.today()).await?;
    let history = events::of_person(tx, person).await?;
    let row = history
        .iter()
        .find(|row| row.id == event)
        .filter(|_| editor.reaches_person(person, unit))
        .ok_or_else(Problem::not_found)?;
    let reason = plain_text("reason", "撤销理由", reason, 200)?;
    if row.revoked() || !events::revoke(tx, event, editor.now, &editor.name, &reason).await? {
        return Err(Problem::conflict("status.revoked", "这条变动已经撤销。"));
    }
    let mut line = editor.audit("person.status_revoke", format!("person:{person}")).detail(json!({
        "event": event, "kind": row.change.kind, "effective_on": row.change.effective_on, "reason": reason,
    }));
    if let Some(unit) = unit {
        line = line.unit(unit);
    }
    tx.audit(line);
    Ok(())
}

/// A change as pages show it. `standing` are all changes of the person that stand.
pub(crate) fn event_out(
    event: &EventRow,
    standing: &[Change],
    rule: &TenDays<'_>,
) -> StatusEventOut {
    let due = rule.update_due(
        event.decided_on,
        event.change.effective_on,
        event.recorded_at,
    );
    let kind = event.change.kind;
    let idle = if event.revoked() {
        Some("已撤销，不起作用")
    } else {
        idle_reason(standing, event.change)
    };
    StatusEventOut {
        id: event.id,
        kind,
        kind_name: kind.name().to_owned(),
        effect_text: idle.unwrap_or_else(|| kind.effect_text()).to_owned(),
        effective_on: event.change.effective_on,
        decided_on: event.decided_on,
        recorded_at: event.recorded_at,
        recorded_by: event.recorded_by_name.clone(),
        late_days: due.as_ref().map_or(0, |due| due.late_days),
        update_due: due.map(|due| {
            let days = &due.rules.update_days;
            DueOut::new(
                due.due_at,
                event.recorded_at,
                rule.calendar,
                ClauseOut {
                    rule: days.row.clone(),
                    clause: days.clause.clone(),
                    text: format!("决定之日起{}日内更新人员库，决定当日不计", days.value),
                },
            )
        }),
        revoked: event.revoked(),
        revoke_reason: event.revoke_reason.clone(),
        note: event.note.clone(),
    }
}

/// One change of a person as pages show it.
///
/// # Errors
/// 404 when there is none.
pub async fn show_status(
    tx: &mut Tx,
    person: PersonId,
    event: i64,
    rule: &TenDays<'_>,
) -> Result<StatusEventOut, Problem> {
    let history = events::of_person(tx, person).await?;
    let standing: Vec<Change> = history
        .iter()
        .filter(|row| !row.revoked())
        .map(|row| row.change)
        .collect();
    let row = history
        .iter()
        .find(|row| row.id == event)
        .ok_or_else(Problem::not_found)?;
    Ok(event_out(row, &standing, rule))
}

/// The standing changes of a year (by decision, else effective day) that were entered too late, of
/// people in scope, latest entry first. `within` narrows to the people of some units.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn late_updates(
    tx: &mut Tx,
    scope: &Scope,
    year: i32,
    within: Option<&BTreeSet<i64>>,
    today: Date,
    rule: &TenDays<'_>,
) -> Result<Vec<LateUpdateOut>, Problem> {
    let (Some(first), Some(last)) = (Month::new(year, 1), Month::new(year, 12)) else {
        return Err(Problem::field("year", "年份不对。"));
    };
    let late: Vec<(EventRow, UpdateDue)> =
        events::decided_between(tx, first.first_day(), last.last_day())
            .await?
            .into_iter()
            .filter_map(|event| {
                let due = rule.update_due(
                    event.decided_on,
                    event.change.effective_on,
                    event.recorded_at,
                )?;
                (due.late_days > 0).then_some((event, due))
            })
            .collect();
    let ids: Vec<PersonId> = late.iter().map(|(event, _)| event.person).collect();
    let found: std::collections::HashMap<PersonId, people::Placed> =
        people::everybody(tx, today, Some(&ids))
            .await?
            .into_iter()
            .map(|placed| (placed.person.id, placed))
            .collect();
    let tree = units::tree(tx, today).await?;
    Ok(late
        .into_iter()
        .filter_map(|(event, due)| {
            let placed = found.get(&event.person)?;
            let inside = within
                .is_none_or(|units| placed.unit.is_some_and(|unit| units.contains(&unit.get())));
            (inside && scope.has_person(event.person, placed.unit)).then(|| LateUpdateOut {
                person_id: event.person,
                staff_no: placed.person.staff_no.clone(),
                name: placed.person.name.clone(),
                unit_name: placed
                    .unit
                    .map(|unit| tree.name(unit).to_owned())
                    .unwrap_or_default(),
                kind_name: event.change.kind.name().to_owned(),
                effective_on: event.change.effective_on,
                decided_on: event.decided_on,
                due_on: due.due_on,
                recorded_at: event.recorded_at,
                late_days: due.late_days,
            })
        })
        .collect())
}
