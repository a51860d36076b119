//! Writing a plan: all of it or nothing, and only while it still holds.

use std::collections::{BTreeMap, HashMap, HashSet};

use chengzhi_db::{Db, DbError, Tx};
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, PersonId};
use serde::Deserialize;
use serde_json::json;

use super::{RosterCounts, Stored, counts, ended, load, own_plan, plan_against};
use crate::domain::person::Category;
use crate::domain::roster::plan::Sent;
use crate::domain::roster::{Plan, Planned, Verdict};
use crate::domain::status::StatusKind;
use crate::store::imports::PlanLine;
use crate::store::people::PersonData;
use crate::store::{self, imports, members, people};
use crate::usecase::Editor;
use crate::usecase::status::{NewStatus, record_status};

/// What to do with somebody who is missing in the roster.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct LeaverDecision {
    /// 工号; must be one of the plan's leavers.
    pub staff_no: String,
    /// Kind of change.
    pub kind: StatusKind,
    /// First day away.
    pub effective_on: Date,
    /// Day of the decision.
    pub decided_on: Option<Date>,
}

/// Writes a plan in one transaction, or nothing of it.
///
/// # Errors
/// 409 when it was committed or discarded before, has broken rows that nobody accepted, or when
/// somebody changed units or people so that a verdict is no longer the one shown.
pub async fn commit(
    db: &Db,
    editor: &Editor,
    id: i64,
    accept_broken: bool,
    leavers: &[LeaverDecision],
) -> Result<(), Problem> {
    let mut tx = db.write().await?;
    store::enter(&mut tx).await?;
    let row = own_plan(&mut tx, editor, id).await?;
    if row.state != "dry_run" {
        return Err(ended(&row.state));
    }
    let lines = imports::lines(&mut tx, id).await?;
    let sent: Vec<Sent> = lines.iter().filter_map(sent_again).collect();
    let stored = load(&mut tx, row.as_of).await?;
    let plan = plan_against(&stored, &sent, row.as_of, editor);
    let moved = changed_lines(&lines, &plan);
    if moved > 0 {
        return Err(Problem::conflict(
            "roster.stale",
            format!(
                "预演之后有人改动了人员或单位，{moved}行的结果与预演不同。请重新上传名册，再看一遍预演结果。"
            ),
        ));
    }
    let counts = counts(&plan);
    if counts.broken > 0 && !accept_broken {
        return Err(Problem::conflict(
            "roster.broken_rows",
            format!(
                "还有{}行有误。请改正后重新上传，或确认只导入无误的行。",
                counts.broken
            ),
        ));
    }
    if counts.ok == 0 {
        return Err(Problem::conflict(
            "roster.nothing",
            "没有一行可以导入，请按提示改正后重新上传。",
        ));
    }
    write_plan(&mut tx, editor, &stored, &plan, row.as_of).await?;
    close_leavers(&mut tx, editor, &stored, &plan, leavers).await?;
    finish(&mut tx, editor, id, &row.file_name, &counts, leavers.len()).await?;
    tx.commit().await?;
    Ok(())
}

/// The row as it was sent; none for a leaver.
fn sent_again(line: &PlanLine) -> Option<Sent> {
    let number = u32::try_from(line.line?).ok()?;
    Some(Sent {
        line: number,
        cells: serde_json::from_str(&line.cells).ok()?,
    })
}

fn changed_lines(shown: &[PlanLine], now: &Plan) -> usize {
    let same = |old: &PlanLine, new: &Planned| {
        old.verdict == new.verdict.code()
            && old.detail == new.detail
            && old.staff_no == new.staff_no
            && old.line == new.line.map(i64::from)
    };
    let differing = shown
        .iter()
        .zip(&now.lines)
        .filter(|(old, new)| !same(old, new))
        .count();
    differing + shown.len().abs_diff(now.lines.len())
}

pub(super) async fn finish(
    tx: &mut Tx,
    editor: &Editor,
    id: i64,
    file_name: &str,
    counts: &RosterCounts,
    closed: usize,
) -> Result<(), Problem> {
    if !imports::finish(tx, id, "committed", &editor.name, editor.now).await? {
        return Err(ended("committed"));
    }
    imports::forget_cells(tx, id, true).await?;
    tx.audit(
        editor
            .audit("roster.commit", format!("import_plan:{id}"))
            .detail(json!({ "file": file_name, "counts": counts, "leavers_closed": closed })),
    );
    Ok(())
}

/// Writes the good rows with a fixed number of statements for each few hundred of them.
pub(super) async fn write_plan(
    tx: &mut Tx,
    editor: &Editor,
    stored: &Stored,
    plan: &Plan,
    as_of: Date,
) -> Result<(), Problem> {
    let work: Vec<_> = plan
        .lines
        .iter()
        .filter(|line| {
            matches!(
                line.verdict,
                Verdict::Joiner | Verdict::Transfer | Verdict::Change
            )
        })
        .filter_map(|line| line.good.as_ref())
        .collect();
    let data: Vec<PersonData> = work
        .iter()
        .map(|good| PersonData {
            staff_no: good.data.staff_no.clone(),
            name: good.data.name.clone(),
            sex: good.data.sex.clone(),
            established: good.data.established,
            category: good.data.category.unwrap_or(Category::Other),
            rank: good.data.rank.clone(),
            phone: good.data.phone.clone(),
            joined_on: good.data.joined_on,
            induction_ended_on: good.data.induction_ended_on,
        })
        .collect();
    people::upsert_many(tx, &data, editor.now).await?;
    let staff_nos: Vec<String> = data.into_iter().map(|data| data.staff_no).collect();
    let ids = people::by_staff_no(tx, &staff_nos).await?;

    let mut held: HashMap<PersonId, Vec<String>> = HashMap::new();
    let mut wanted = Vec::with_capacity(work.len());
    let mut since: BTreeMap<PersonId, Date> = BTreeMap::new();
    let (mut begin, mut end, mut correct) = (Vec::new(), Vec::new(), Vec::new());
    for good in work {
        let Some((id, _)) = ids.get(&good.data.staff_no) else {
            return Err(DbError::RowMissing.into());
        };
        let known = stored.people.get(&good.data.staff_no);
        match known.and_then(|known| known.place) {
            None => {
                // A newcomer has been in his unit since he joined, as far as anybody knows; one who
                // comes back from a closed unit begins on the roster's day.
                let opened = stored.opened.get(&good.unit).copied().unwrap_or(as_of);
                let first = if known.is_some() {
                    as_of
                } else {
                    good.data.joined_on.max(opened)
                };
                since.insert(*id, first);
                begin.push((*id, good.unit, first));
            }
            Some((place, _)) if place == good.unit => {}
            Some((_, from)) if from == as_of => correct.push((*id, good.unit)),
            Some(_) => {
                end.push(*id);
                begin.push((*id, good.unit, as_of));
            }
        }
        if let Some(known) = known {
            held.insert(*id, known.posts.clone());
        }
        wanted.push((*id, good.data.posts.clone().unwrap_or_default()));
    }
    members::end_many(tx, &end, as_of).await?;
    for (id, unit) in correct {
        members::correct(tx, id, as_of, unit).await?;
    }
    members::begin_many(tx, &begin).await?;
    members::set_posts(tx, &wanted, &held, as_of, |id| {
        since.get(&id).copied().unwrap_or(as_of)
    })
    .await?;
    Ok(())
}

async fn close_leavers(
    tx: &mut Tx,
    editor: &Editor,
    stored: &Stored,
    plan: &Plan,
    decisions: &[LeaverDecision],
) -> Result<(), Problem> {
    let leavers: HashSet<&str> = plan
        .lines
        .iter()
        .filter(|line| line.verdict == Verdict::Leaver)
        .map(|line| line.staff_no.as_str())
        .collect();
    for decision in decisions {
        let known = stored
            .people
            .get(&decision.staff_no)
            .filter(|_| leavers.contains(decision.staff_no.as_str()))
            .ok_or_else(|| {
                Problem::field(
                    "leavers",
                    format!("工号{}不在“名册中缺少”的人员里。", decision.staff_no),
                )
            })?;
        if !decision.kind.leaves() && decision.kind != StatusKind::Retired {
            return Err(Problem::field(
                "leavers",
                "这里只能登记离职、失踪、去世、开除或退休。",
            ));
        }
        let status = NewStatus {
            kind: decision.kind,
            effective_on: decision.effective_on,
            decided_on: decision.decided_on,
            note: None,
        };
        record_status(tx, editor, known.id, &status).await?;
    }
    Ok(())
}
