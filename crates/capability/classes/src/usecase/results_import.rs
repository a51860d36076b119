//! Results from a sheet: dry run with a verdict per row, then commit.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_http::{Ctx, Problem, Upload};
use chengzhi_imports::{self as imports, Judged, Once, Tally};
use chengzhi_kernel::Quantity;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::store::results::{self, ResultRow};
use crate::store::trainees::{self, Trainee};

use super::case::Case;
use super::exam_link::given_by_exam;
use super::results::{checked, is_unusual, store, takes_results};
use super::words;

/// What the codes of refusals begin with.
const IMPORT: &str = "class.import";
/// Largest sheet.
pub const SHEET_LIMIT: usize = 5 * 1024 * 1024;
/// Most rows of a sheet.
const MOST_ROWS: usize = 5_000;
/// Columns that must be there.
const REQUIRED: &[&str] = &["工号", "成绩"];

/// A row with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassResultRowOut {
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
    /// Trainee.
    pub trainee_id: Option<i64>,
    /// Points in thousandths.
    pub score_thousandths: Option<i64>,
    /// Passed.
    pub passed: bool,
    /// Did not come.
    pub absent: bool,
    /// The points are above a hundred: to be looked at before they are stored.
    #[serde(default)]
    pub unusual: bool,
    /// Remark.
    pub note: String,
}

impl Judged for ClassResultRowOut {
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
pub struct ClassResultImportOut {
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
    pub rows: Vec<ClassResultRowOut>,
}

fn import_out(
    id: i64,
    file_name: String,
    committed: bool,
    rows: Vec<ClassResultRowOut>,
) -> ClassResultImportOut {
    let tally = Tally::of(&rows);
    ClassResultImportOut {
        id,
        file_name,
        good: tally.good,
        same: tally.same,
        broken: tally.broken,
        committed,
        rows,
    }
}

/// Reads a sheet and gives each row its verdict. No result is stored.
///
/// # Errors
/// 404 for classes of others; 409 for a class without exam; 422 for a sheet that cannot be read.
pub async fn dry_run(ctx: &Ctx, id: i64, upload: Upload) -> Result<ClassResultImportOut, Problem> {
    let table = imports::read(&upload, REQUIRED, MOST_ROWS).await?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    takes_results(&case)?;
    let list: BTreeMap<String, Trainee> = trainees::of_classes(&mut tx, &[id])
        .await?
        .into_iter()
        .filter(|row| row.seat.sits())
        .map(|row| (row.staff_no.clone(), row))
        .collect();
    let known = results::of_classes(&mut tx, &[id]).await?;
    let mut once = Once::default();
    let mut rows = Vec::new();
    for line in &table.rows {
        let cell = |column: &str| table.cell(line, column).trim().to_owned();
        let staff_no = cell("工号");
        let (score, note, name) = (cell("成绩"), cell("备注"), cell("姓名"));
        let mut row = verdict(&case, &list, &known, [&staff_no, &name, &score, &note]);
        row.line = line.line;
        once.check(&staff_no, line.line, &mut row);
        rows.push(row);
    }
    let file_name = words::file_label(&upload.file_name);
    let stored = serde_json::to_string(&rows).unwrap_or_default();
    let digest = chengzhi_db::digest(&upload.bytes);
    let by = ctx.actor.name.as_str();
    let sheet =
        results::insert_sheet(&mut tx, id, (&file_name, &digest, &stored), by, ctx.now).await?;
    tx.audit(
        ctx.audit("class.results_dry_run", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"file": file_name, "rows": rows.len()})),
    );
    tx.commit().await?;
    Ok(import_out(sheet, file_name, false, rows))
}

fn verdict(
    case: &Case,
    list: &BTreeMap<String, Trainee>,
    known: &BTreeMap<i64, ResultRow>,
    [staff_no, name, score, note]: [&str; 4],
) -> ClassResultRowOut {
    let mut row = ClassResultRowOut {
        line: 0,
        staff_no: staff_no.to_owned(),
        name: name.to_owned(),
        verdict: "broken".to_owned(),
        text: String::new(),
        trainee_id: None,
        score_thousandths: None,
        passed: false,
        absent: matches!(score, "缺考" | "缺席"),
        unusual: false,
        note: note.chars().take(200).collect(),
    };
    let Some(who) = list.get(staff_no).filter(|_| !staff_no.is_empty()) else {
        row.text = format!("工号“{staff_no}”不在本班名单中");
        return row;
    };
    if !name.is_empty() && name != who.name {
        row.text = format!("工号{staff_no}是{}，与表中姓名不符", who.name);
        return row;
    }
    row.name.clone_from(&who.name);
    row.trainee_id = Some(who.id);
    if let Some(text) = known.get(&who.id).and_then(given_by_exam) {
        row.text = text;
        return row;
    }
    let told: Option<bool> = match score {
        "及格" | "合格" | "通过" => Some(true),
        "不及格" | "不合格" | "未通过" => Some(false),
        _ => None,
    };
    let points: Option<Quantity> = match (row.absent, told) {
        (false, None) => match score.parse() {
            Ok(points) => Some(points),
            Err(_) => {
                row.text = format!("成绩“{score}”无法识别，请填写分数、及格、不及格或缺考");
                return row;
            }
        },
        _ => None,
    };
    match checked(case, points, told, row.absent) {
        Ok(passed) => row.passed = passed,
        Err((_, text)) => {
            row.text = text;
            return row;
        }
    }
    row.score_thousandths = points.map(Quantity::thousandths);
    let before = known.get(&who.id);
    let same = before.is_some_and(|before| {
        before.score == points
            && before.passed == row.passed
            && before.absent == row.absent
            && before.note == row.note
    });
    let unusual = points.is_some_and(is_unusual);
    let (verdict, mut text) = match before {
        Some(_) if same => ("same", "与已有成绩相同".to_owned()),
        Some(_) => ("changed", format!("更正已有成绩：{score}")),
        None => ("new", score.to_owned()),
    };
    if unusual {
        text.push_str("，高于100分，请核对");
    }
    row.unusual = unusual;
    row.verdict = verdict.to_owned();
    row.text = text;
    row
}

/// Stores the good rows of a sheet that was read; `leave_out` says that broken rows may stay out. Trainees who left the
/// class since are not stored.
///
/// # Errors
/// 404 for classes of others; 409 when it is committed, has broken rows or nothing to store.
pub async fn commit(
    ctx: &Ctx,
    id: i64,
    sheet: i64,
    leave_out: bool,
) -> Result<ClassResultImportOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    takes_results(&case)?;
    let sheet = results::sheet_by_id(&mut tx, sheet)
        .await?
        .filter(|sheet| sheet.class_id == id)
        .ok_or_else(Problem::not_found)?;
    let rows: Vec<ClassResultRowOut> = serde_json::from_str(&sheet.rows).unwrap_or_default();
    imports::may_store(&rows, leave_out, IMPORT)?;
    // What an exam gave since the sheet was read stands.
    let known = results::of_classes(&mut tx, &[id]).await?;
    let given = |trainee: i64| known.get(&trainee).and_then(given_by_exam).is_some();
    let sitting: BTreeSet<i64> = trainees::of_classes(&mut tx, &[id])
        .await?
        .iter()
        .filter(|row| row.seat.sits() && !given(row.id))
        .map(|row| row.id)
        .collect();
    let good: Vec<ResultRow> = rows
        .iter()
        .filter(|row| matches!(row.verdict.as_str(), "new" | "changed"))
        .filter_map(|row| {
            Some(ResultRow {
                trainee_id: row.trainee_id.filter(|trainee| sitting.contains(trainee))?,
                score: row.score_thousandths.map(Quantity::from_thousandths),
                passed: row.passed,
                absent: row.absent,
                note: row.note.clone(),
                source: "imported".to_owned(),
                entered_by_name: ctx.actor.name.clone(),
                trace: None,
            })
        })
        .collect();
    if good.is_empty() {
        return Err(imports::nothing(IMPORT));
    }
    if !results::commit_sheet(&mut tx, sheet.id).await? {
        return Err(imports::done(IMPORT));
    }
    store(&mut tx, ctx, &case, &good).await?;
    tx.commit().await?;
    Ok(import_out(sheet.id, sheet.file_name, true, rows))
}
