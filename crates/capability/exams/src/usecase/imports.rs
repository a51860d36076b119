//! Marks of a paper exam from a sheet: dry run with a verdict per row, then commit.

use std::collections::BTreeMap;

use chengzhi_http::{Ctx, Problem, Unknown, Upload};
use chengzhi_imports::{self as imports, Judged, Once, Tally};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::Marks;
use crate::domain::range::State as CandidateState;
use crate::domain::scoring::Outcome;
use crate::domain::session::State;
use crate::store::candidates::{self, CandidateRow};
use crate::store::claims;
use crate::store::results::{self, ResultRow};

use super::case::Case;
use super::report::sat;
use super::words;

/// What the codes of refusals begin with.
const IMPORT: &str = "exams.import";
/// Largest sheet.
pub const SHEET_LIMIT: usize = 5 * 1024 * 1024;
/// Most rows of a sheet.
const MOST_ROWS: usize = 20_000;
/// Columns that must be there.
const REQUIRED: &[&str] = &["工号", "成绩"];

/// A row with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExamMarkRowOut {
    /// Row of the sheet.
    pub line: u32,
    /// 工号.
    pub staff_no: String,
    /// Name by the list; by the sheet for somebody who is not on it.
    pub name: String,
    /// `new`, `changed`, `same`, `broken`.
    pub verdict: String,
    /// What is wrong, or what would be stored.
    pub text: String,
    /// Candidate.
    pub candidate: Option<i64>,
    /// Total, hundredths.
    pub score: Option<i64>,
    /// Did not come.
    pub absent: bool,
}

impl Judged for ExamMarkRowOut {
    fn verdict(&self) -> &str {
        &self.verdict
    }

    fn refuse(&mut self, text: String) {
        "broken".clone_into(&mut self.verdict);
        self.text = text;
    }
}

/// A sheet that was read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamMarkImportOut {
    /// Row id.
    pub id: i64,
    /// Name of the file.
    pub file_name: String,
    /// Rows that would be stored.
    pub good: u32,
    /// Rows that are as stored.
    pub same: u32,
    /// Rows with a fault.
    pub broken: u32,
    /// Committed.
    pub committed: bool,
    /// Rows in the order of the sheet.
    pub rows: Vec<ExamMarkRowOut>,
}

fn import_out(
    id: i64,
    file_name: String,
    committed: bool,
    rows: Vec<ExamMarkRowOut>,
) -> ExamMarkImportOut {
    let tally = Tally::of(&rows);
    ExamMarkImportOut {
        id,
        file_name,
        good: tally.good,
        same: tally.same,
        broken: tally.broken,
        committed,
        rows,
    }
}

/// Marks as written: `86`, `86.5`, at most two digits after the point.
fn marks(text: &str) -> Option<Marks> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    if text.ends_with('.') {
        return None;
    }
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(Marks(whole.parse::<i64>().ok()? * 100 + cents))
}

/// Reads a sheet of marks and gives each row its verdict. Nothing is stored but the sheet.
///
/// # Errors
/// 404 for others; 409 unless the exam is over and results are not out; 422 for a sheet that cannot be read.
pub async fn dry_run(ctx: &Ctx, id: i64, upload: Upload) -> Result<ExamMarkImportOut, Problem> {
    let table = imports::read(&upload, REQUIRED, MOST_ROWS).await?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    takes_marks(&case)?;
    let full = super::papers::full_marks(&case.session).unwrap_or(Marks::whole(100));
    let sat = sat(&mut tx, &case).await?;
    let list: BTreeMap<String, CandidateRow> = candidates::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .map(|row| (row.staff_no.clone(), row))
        .collect();
    let known = results::of_session(&mut tx, id).await?;
    let mut once = Once::default();
    let mut rows = Vec::with_capacity(table.rows.len());
    for line in &table.rows {
        let cell = |column: &str| table.cell(line, column).trim().to_owned();
        let (staff_no, name, score) = (cell("工号"), cell("姓名"), cell("成绩"));
        let mut row = verdict(&list, &known, full, [&staff_no, &name, &score]);
        row.line = line.line;
        let on_screen = list
            .get(&staff_no)
            .is_some_and(|one| sat.get(&one.candidate.person).copied().unwrap_or(false));
        if row.verdict != "broken" && on_screen {
            row.refuse("已在系统上作答，不能再导入纸笔成绩".to_owned());
        }
        once.check(&staff_no, line.line, &mut row);
        rows.push(row);
    }
    let file_name = words::file_label(&upload.file_name);
    let stored = serde_json::to_string(&rows).map_err(|error| Unknown::log(&error))?;
    let digest = chengzhi_db::digest(&upload.bytes);
    let by = ctx.actor.name.as_str();
    let sheet =
        claims::insert_sheet(&mut tx, id, (&file_name, &digest, &stored), by, ctx.now).await?;
    tx.audit(
        ctx.audit("exam.marks_dry_run", case.subject())
            .unit(case.session.unit)
            .detail(json!({"file": file_name, "rows": rows.len()})),
    );
    tx.commit().await?;
    Ok(import_out(sheet, file_name, false, rows))
}

fn takes_marks(case: &Case) -> Result<(), Problem> {
    case.only_in(&[State::Marking], "导入纸笔成绩")
}

fn verdict(
    list: &BTreeMap<String, CandidateRow>,
    known: &BTreeMap<i64, ResultRow>,
    full: Marks,
    [staff_no, name, score]: [&str; 3],
) -> ExamMarkRowOut {
    let mut row = ExamMarkRowOut {
        line: 0,
        staff_no: staff_no.to_owned(),
        name: name.to_owned(),
        verdict: "broken".to_owned(),
        text: String::new(),
        candidate: None,
        score: None,
        absent: score == "缺考",
    };
    let Some(who) = list.get(staff_no).filter(|_| !staff_no.is_empty()) else {
        row.text = format!("工号“{staff_no}”不在本场已编排的考生中");
        return row;
    };
    if !name.is_empty() && name != who.name {
        row.text = format!("工号{staff_no}是{}，与表中姓名不符", who.name);
        return row;
    }
    row.name.clone_from(&who.name);
    row.candidate = Some(who.id);
    let given = marks(score);
    if !row.absent {
        match given {
            None => {
                row.text = format!("成绩“{score}”无法识别，请填写分数（最多两位小数）或缺考");
                return row;
            }
            Some(given) if given > full => {
                row.text = format!("成绩{given}超过满分{full}");
                return row;
            }
            Some(given) => row.score = Some(given.hundredths()),
        }
    }
    let before = known.get(&who.id).filter(|one| one.source == "paper");
    let (verdict, text) = match before {
        Some(before) if before.score.map(Marks::hundredths) == row.score => {
            ("same", "与已有成绩相同".to_owned())
        }
        Some(_) => ("changed", format!("更正已有成绩：{score}")),
        None => ("new", score.to_owned()),
    };
    row.verdict = verdict.to_owned();
    row.text = text;
    row
}

/// Stores the good rows of a sheet that was read; `leave_out` says that broken rows may stay out.
///
/// # Errors
/// 404 for others; 409 when it is committed, has broken rows or nothing to store.
pub async fn commit(
    ctx: &Ctx,
    id: i64,
    sheet: i64,
    leave_out: bool,
) -> Result<ExamMarkImportOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    takes_marks(&case)?;
    let sheet = claims::sheet(&mut tx, id, sheet)
        .await?
        .ok_or_else(Problem::not_found)?;
    let rows: Vec<ExamMarkRowOut> =
        serde_json::from_str(&sheet.rows).map_err(|error| Unknown::log(&error))?;
    imports::may_store(&rows, leave_out, IMPORT)?;
    let full = super::papers::full_marks(&case.session).unwrap_or(Marks::whole(100));
    let known = results::of_session(&mut tx, id).await?;
    let good: Vec<ResultRow> = rows
        .iter()
        .filter(|row| matches!(row.verdict.as_str(), "new" | "changed"))
        .filter_map(|row| {
            let candidate = row.candidate?;
            Some(ResultRow {
                id: 0,
                candidate,
                attempt: None,
                revision: known.get(&candidate).map_or(0, |one| one.revision) + 1,
                outcome: if row.absent {
                    Outcome::Absent
                } else {
                    Outcome::NoPassMark
                },
                score: row.score.map(Marks),
                full,
                pass: None,
                given: Vec::new(),
                words: row.text.clone(),
                reason: format!("导入纸笔成绩：{}第{}行", sheet.file_name, row.line),
                source: "paper".to_owned(),
                made_at: ctx.now,
                made_by: ctx.actor.name.clone(),
                superseded_at: None,
            })
        })
        .collect();
    if good.is_empty() {
        return Err(imports::nothing(IMPORT));
    }
    if !claims::commit_sheet(&mut tx, sheet.id).await? {
        return Err(imports::done(IMPORT));
    }
    results::put_all(&mut tx, id, &good, ctx.now).await?;
    tx.audit(
        ctx.audit("exam.marks_import", case.subject())
            .unit(case.session.unit)
            .detail(json!({"file": sheet.file_name, "rows": good.len()})),
    );
    tx.commit().await?;
    Ok(import_out(sheet.id, sheet.file_name, true, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_to_the_hundredth_or_refused() {
        for (text, want) in [
            ("86", Some(8600)),
            ("86.5", Some(8650)),
            ("86.25", Some(8625)),
            ("0", Some(0)),
            ("86.255", None),
            ("-1", None),
            ("八十六", None),
            ("", None),
            (".5", None),
            ("86.", None),
            ("99999", None),
        ] {
            assert_eq!(marks(text).map(Marks::hundredths), want, "{text}");
        }
    }
}
