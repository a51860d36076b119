//! The roster import: a dry run with a verdict for each row, then one transaction or nothing.
//!
//! A plan keeps the rows as they were sent. The commit makes the plan anew against what is stored
//! by then, under the lock of all writers of people, and writes only when every verdict is still
//! the one that was shown. People who are missing in the file are listed and kept: a roster does not
//! say why somebody is not on it (离职, 退休, 调出 and a forgotten row look alike, and B-68 and B-69
//! treat them differently), so a leaver is closed only by a decision with its kind and day, given
//! with the commit or on the person's page.

use std::collections::{BTreeMap, HashMap, HashSet};

use chengzhi_db::{Db, DbError, Tx};
use chengzhi_http::Problem;
use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, PersonId, UnitId};
use chengzhi_sheets::{MAX_ROWS, SheetError, read_table};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::status::{NewStatus, record_status};
use super::{Editor, plain_text};
use crate::domain::person::Category;
use crate::domain::roster::plan::{Known, Present, Sent, make_plan};
use crate::domain::roster::row::headings;
use crate::domain::roster::{COLUMNS, Plan, Planned, REQUIRED, Verdict};
use crate::domain::status::{Change, StatusKind};
use crate::domain::tree::UnitTree;
use crate::store::imports::{NewPlan, PlanLine, PlanRow};
use crate::store::people::PersonData;
use crate::store::{self, events, imports, members, people, units};

/// Bytes a roster may have.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

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

/// Reads a sheet into rows with the cells in the order of [`COLUMNS`].
///
/// # Errors
/// 422 for the file as a whole: encoding, missing or doubled columns, more than [`MAX_ROWS`] rows.
pub fn read_sheet(content: &[u8]) -> Result<Vec<Sent>, Problem> {
    let refuse = |fault: SheetError| Problem::field("file", fault.to_string());
    let table = read_table(content, &[], MAX_ROWS).map_err(refuse)?;
    let mut missing = Vec::new();
    let mut names: Vec<Option<&'static str>> = Vec::with_capacity(COLUMNS.len());
    for column in COLUMNS {
        let known = match headings(column) {
            [] => [column].to_vec(),
            several => several.to_vec(),
        };
        let found: Vec<&'static str> = known.into_iter().filter(|name| table.has(name)).collect();
        if let Some(twice) = table
            .doubled()
            .iter()
            .find(|name| found.contains(&name.as_str()))
        {
            return Err(refuse(SheetError::DoubleColumn(twice.clone())));
        }
        if let [first, second, ..] = found.as_slice() {
            return Err(Problem::field(
                "file",
                format!("列“{first}”和“{second}”是同一项内容，请删去一列。"),
            ));
        }
        if found.is_empty() && REQUIRED.contains(&column) {
            missing.push(column);
        }
        names.push(found.first().copied());
    }
    if !missing.is_empty() {
        return Err(refuse(SheetError::MissingColumns(missing.join("、"))));
    }
    if table.rows.is_empty() {
        return Err(Problem::field(
            "file",
            "名册里没有人员，请从第2行起填写后再上传。",
        ));
    }
    Ok(table
        .rows
        .iter()
        .map(|row| Sent {
            line: row.line,
            cells: names
                .iter()
                .map(|name| {
                    name.map(|name| table.cell(row, name))
                        .unwrap_or_default()
                        .replace('\0', " ")
                })
                .collect(),
        })
        .collect())
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

async fn finish(
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
async fn write_plan(
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

/// How far the command line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandLine {
    /// Says what it would do; stores nothing.
    DryRun,
    /// Writes a roster without a fault.
    Commit,
    /// Writes the good rows also when others are broken.
    CommitGoodRows,
}

/// What the command line prints.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Counts.
    pub counts: RosterCounts,
    /// All lines with their verdicts.
    pub lines: Vec<Planned>,
    /// The stored plan, when it was written.
    pub committed: Option<i64>,
}

/// `chengzhi roster import FILE --actor NAME [--commit]`: the whole import at once, for every unit.
/// With faults and [`CommandLine::Commit`] nothing is written and `committed` is none.
///
/// # Errors
/// 422 for a sheet that cannot be used as a whole, or without an actor.
pub async fn run(
    state: &chengzhi_http::AppState,
    actor: &str,
    content: &[u8],
    file_name: &str,
    as_of: Option<Date>,
    mode: CommandLine,
) -> Result<Outcome, Problem> {
    let actor = plain_text("actor", "操作人", actor, 40)?;
    let editor = Editor::command_line(&actor, state.clock.now());
    let as_of = as_of.unwrap_or_else(|| editor.today());
    check_day(as_of, editor.today())?;
    let sent = read_sheet(content)?;
    if mode == CommandLine::DryRun {
        let mut tx = state.db.read().await?;
        let stored = load(&mut tx, as_of).await?;
        let plan = plan_against(&stored, &sent, as_of, &editor);
        return Ok(Outcome {
            counts: counts(&plan),
            lines: plan.lines,
            committed: None,
        });
    }
    let mut tx = state.db.write().await?;
    store::enter(&mut tx).await?;
    let stored = load(&mut tx, as_of).await?;
    let plan = plan_against(&stored, &sent, as_of, &editor);
    let counts = counts(&plan);
    if counts.ok == 0 || (counts.broken > 0 && mode == CommandLine::Commit) {
        return Ok(Outcome {
            counts,
            lines: plan.lines,
            committed: None,
        });
    }
    let lines = plan_lines(&plan, &sent, |verdict| verdict == Verdict::Broken);
    let digest = chengzhi_db::digest(content);
    let id = imports::insert(
        &mut tx,
        &new_plan(&editor, file_name, &digest, as_of, &counts),
        &lines,
    )
    .await?;
    write_plan(&mut tx, &editor, &stored, &plan, as_of).await?;
    finish(&mut tx, &editor, id, file_name, &counts, 0).await?;
    tx.commit().await?;
    Ok(Outcome {
        counts,
        lines: plan.lines,
        committed: Some(id),
    })
}

/// The hint beside the commit button.
#[must_use]
pub fn commit_hint(state: &str, as_of: Date, counts: &RosterCounts) -> String {
    let day = format_cn_plain(as_of);
    match state {
        "committed" => "已提交。".to_owned(),
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
