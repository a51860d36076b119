//! The roster import: a dry run with a verdict for each row, then one transaction or nothing.
//!
//! A plan keeps the rows as they were sent. The commit makes the plan anew against what is stored
//! by then, under the lock of all writers of people, and writes only when every verdict is still
//! the one that was shown. People who are missing in the file are listed and kept: a roster does not
//! say why somebody is not on it (离职, 退休, 调出 and a forgotten row look alike, and B-68 and B-69
//! treat them differently), so a leaver is closed only by a decision with its kind and day, given
//! with the commit or on the person's page.

mod command_line;
mod sheet;
mod write;

use std::collections::HashMap;

use chengzhi_db::{Db, DbError, Tx};
use chengzhi_http::Problem;
use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Editor;
use crate::domain::roster::plan::{Known, Present, Sent, make_plan};
use crate::domain::roster::{Plan, Verdict};
use crate::domain::status::Change;
use crate::domain::tree::UnitTree;
use crate::store::imports::{NewPlan, PlanLine, PlanRow};
use crate::store::{events, imports, members, people, units};

pub use command_line::{CommandLine, Outcome, run};
pub use sheet::{MAX_BYTES, read_sheet};
pub use write::{LeaverDecision, commit};

/// Counts of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RosterCounts {
    /// Rows of the sheet.
    pub rows: i64,
    /// Rows without a fault.
    pub ok: i64,
    /// Rows with one.
    pub broken: i64,
    /// 新进.
    pub joiners: i64,
    /// 名册中缺少: people of the roster's units who are not in it.
    pub leavers: i64,
    /// 调动.
    pub transfers: i64,
    /// 变更.
    pub changes: i64,
    /// 无变化.
    pub unchanged: i64,
}

fn counts(plan: &Plan) -> RosterCounts {
    let count = |verdict| i64::try_from(plan.count(verdict)).unwrap_or(i64::MAX);
    let leavers = count(Verdict::Leaver);
    let broken = count(Verdict::Broken);
    let rows = i64::try_from(plan.lines.len()).unwrap_or(i64::MAX) - leavers;
    RosterCounts {
        rows,
        ok: rows - broken,
        broken,
        joiners: count(Verdict::Joiner),
        leavers,
        transfers: count(Verdict::Transfer),
        changes: count(Verdict::Change),
        unchanged: count(Verdict::Unchanged),
    }
}

struct Stored {
    tree: UnitTree,
    opened: HashMap<UnitId, Date>,
    people: HashMap<String, Known>,
}

/// Everything the plan is compared with: four queries, whatever the size of the roster.
async fn load(tx: &mut Tx, as_of: Date) -> Result<Stored, DbError> {
    let tree = units::tree(tx, as_of).await?;
    let opened = units::all(tx)
        .await?
        .into_iter()
        .map(|row| (row.unit.id, row.opened_on))
        .collect();
    let places = members::open_places(tx).await?;
    let mut posts = members::posts_on(tx, None, None).await?;
    let mut changes = events::standing(tx, None).await?;
    let found = people::everybody(tx, as_of, None)
        .await?
        .into_iter()
        .map(|placed| {
            let person = placed.person;
            let known = Known {
                id: person.id,
                name: person.name,
                sex: person.sex,
                established: person.established,
                category: person.category,
                rank: person.rank,
                phone: person.phone,
                joined_on: person.joined_on,
                induction_ended_on: person.induction_ended_on,
                place: places.get(&person.id).copied(),
                posts: posts.remove(&person.id).unwrap_or_default(),
                changes: changes
                    .remove(&person.id)
                    .map(|events| {
                        events
                            .into_iter()
                            .map(|event| event.change)
                            .collect::<Vec<Change>>()
                    })
                    .unwrap_or_default(),
            };
            (person.staff_no, known)
        })
        .collect();
    Ok(Stored {
        tree,
        opened,
        people: found,
    })
}

fn plan_against(stored: &Stored, sent: &[Sent], as_of: Date, editor: &Editor) -> Plan {
    let reach = |unit: UnitId| editor.reaches(unit);
    make_plan(
        sent,
        &Present {
            tree: &stored.tree,
            people: &stored.people,
            as_of,
            reach: &reach,
        },
    )
}

fn check_day(as_of: Date, today: Date) -> Result<(), Problem> {
    if as_of > today {
        return Err(Problem::field("as_of", "名册日期不能晚于今天。"));
    }
    if chrono::Datelike::year(&as_of) < 2000 {
        return Err(Problem::field("as_of", "名册日期过早，请核对。"));
    }
    Ok(())
}

fn plan_lines(plan: &Plan, sent: &[Sent], keep: impl Fn(Verdict) -> bool) -> Vec<PlanLine> {
    plan.lines
        .iter()
        .enumerate()
        .map(|(index, line)| PlanLine {
            seq: i64::try_from(index).unwrap_or(i64::MAX),
            line: line.line.map(i64::from),
            staff_no: line.staff_no.clone(),
            name: line.name.clone(),
            verdict: line.verdict.code().to_owned(),
            detail: line.detail.clone(),
            faults: if line.faults.is_empty() {
                String::new()
            } else {
                json_text(&line.faults)
            },
            cells: sent
                .get(index)
                .filter(|_| line.line.is_some() && keep(line.verdict))
                .map(|row| json_text(&row.cells))
                .unwrap_or_default(),
        })
        .collect()
}

/// Serialising cannot fail for the lists stored here.
fn json_text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Stores a plan for a sheet; nothing of it is written yet. Returns the plan's id.
///
/// # Errors
/// 422 for a sheet that cannot be used as a whole.
pub async fn dry_run(
    db: &Db,
    editor: &Editor,
    file_name: &str,
    digest: &str,
    sent: &[Sent],
    as_of: Date,
) -> Result<i64, Problem> {
    check_day(as_of, editor.today())?;
    let mut reading = db.read().await?;
    let stored = load(&mut reading, as_of).await?;
    drop(reading);
    let plan = plan_against(&stored, sent, as_of, editor);
    let counts = counts(&plan);
    let lines = plan_lines(&plan, sent, |_| true);
    let mut tx = db.write().await?;
    let new = new_plan(editor, file_name, digest, as_of, &counts);
    let id = imports::insert(&mut tx, &new, &lines).await?;
    tx.audit(
        editor
            .audit("roster.dry_run", format!("import_plan:{id}"))
            .detail(json!({ "file": file_name, "as_of": as_of, "counts": counts })),
    );
    tx.commit().await?;
    Ok(id)
}

fn new_plan<'a>(
    editor: &'a Editor,
    file_name: &'a str,
    digest: &'a str,
    as_of: Date,
    counts: &RosterCounts,
) -> NewPlan<'a> {
    NewPlan {
        file_name,
        digest,
        as_of,
        counts: json_text(counts),
        by: editor.account,
        by_name: &editor.name,
        now: editor.now,
    }
}

/// A plan of the editor's own that is still open.
async fn own_plan(tx: &mut Tx, editor: &Editor, id: i64) -> Result<PlanRow, Problem> {
    let plan = imports::by_id(tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    if plan.created_by.is_none() || plan.created_by != editor.account.map(|account| account.get()) {
        return Err(Problem::not_found());
    }
    Ok(plan)
}

fn ended(state: &str) -> Problem {
    let what = if state == "committed" {
        "已经提交，不能再次提交"
    } else {
        "已经作废"
    };
    Problem::conflict("roster.ended", format!("这次导入{what}。"))
}

/// Throws a plan away, with the cells it kept.
///
/// # Errors
/// 409 when it was committed or discarded before.
pub async fn discard(tx: &mut Tx, editor: &Editor, id: i64) -> Result<(), Problem> {
    let row = own_plan(tx, editor, id).await?;
    if row.state != "dry_run"
        || !imports::finish(tx, id, "discarded", &editor.name, editor.now).await?
    {
        return Err(ended(&row.state));
    }
    imports::forget_cells(tx, id, false).await?;
    tx.audit(editor.audit("roster.discard", format!("import_plan:{id}")));
    Ok(())
}

/// A plan of the editor's own.
///
/// # Errors
/// 404 when it is not his.
pub async fn show(tx: &mut Tx, editor: &Editor, id: i64) -> Result<PlanRow, Problem> {
    own_plan(tx, editor, id).await
}

/// The hint beside the commit button.
#[must_use]
pub fn commit_hint(state: &str, as_of: Date, counts: &RosterCounts) -> String {
    let day = format_cn_plain(as_of);
    match state {
        "committed" => "已导入。".to_owned(),
        "discarded" => "已作废。".to_owned(),
        _ if counts.ok == 0 => "没有一行可以导入，请按提示改正后重新上传。".to_owned(),
        _ => {
            let mut text = format!(
                "按{day}的名册：新进{}人，调动{}人，变更{}人，无变化{}人。",
                counts.joiners, counts.transfers, counts.changes, counts.unchanged
            );
            if counts.broken > 0 {
                text.push_str(&format!(
                    "{}行有误，可下载改正后重新上传，或确认只导入无误的{}行。",
                    counts.broken, counts.ok
                ));
            }
            if counts.leavers > 0 {
                text.push_str(&format!(
                    "名册中缺少{}人，提交后仍保留，请逐人核实。",
                    counts.leavers
                ));
            }
            text
        }
    }
}
