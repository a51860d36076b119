//! Figures from a sheet: dry run with a verdict per row, then commit. One column for each item, with
//! several attempts of a cell separated by `/` or blanks.

use std::collections::{BTreeMap, HashMap};

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem, Unknown, Upload, fields};
use chengzhi_imports::{self as imports, Judged, Once, Tally};
use chengzhi_kernel::{Date, PersonId, dates};
use chengzhi_organisation::facade as organisation;
use chengzhi_rules::fitness::{Asked, FitnessStandard};
use chengzhi_sheets::{Column, SheetData, Table, TableRow, Value, write_xlsx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::access::taken;
use super::marks::{MarkInput, begun, store_marks};
use super::people::{check_birth, store_births};
use super::standards::of_test;
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::amount::{Written, read, show};
use crate::domain::state::Seat;
use crate::store::entries::Entry;
use crate::store::marks::Mark;
use crate::store::{entries, marks, sheets};

/// What the codes of refusals begin with.
const IMPORT: &str = "fitness.sheet";
/// Largest sheet.
pub const SHEET_LIMIT: usize = 5 * 1024 * 1024;
/// Most rows of a sheet.
const MOST_ROWS: usize = 5_000;
const REQUIRED: &[&str] = &["工号", "姓名"];
const BIRTH: &str = "出生日期";

/// A figure of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FitnessSheetMarkOut {
    /// Code of the item.
    pub item: String,
    /// As it will be stored.
    pub text: String,
}

/// A row with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FitnessSheetRowOut {
    /// Row of the sheet.
    pub line: u32,
    /// 工号.
    pub staff_no: String,
    /// Name by the list; by the sheet for somebody who is not on it.
    pub name: String,
    /// `new`, `same`, `empty`, `broken`.
    pub verdict: String,
    /// What is wrong, or what would be stored.
    pub text: String,
    /// Entry of the list.
    pub entry_id: Option<i64>,
    /// Figures that would be stored.
    pub marks: Vec<FitnessSheetMarkOut>,
    /// Birthday that would be stored.
    pub born_on: Option<Date>,
}

impl Judged for FitnessSheetRowOut {
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
pub struct FitnessSheetOut {
    /// Row id.
    pub id: i64,
    /// Name of the file.
    pub file_name: String,
    /// Rows that would be stored.
    pub good: u32,
    /// Rows that are as stored, or empty.
    pub same: u32,
    /// Rows with a fault.
    pub broken: u32,
    /// Stored.
    pub committed: bool,
    /// Rows in the order of the sheet.
    pub rows: Vec<FitnessSheetRowOut>,
}

fn out(
    id: i64,
    file_name: String,
    committed: bool,
    rows: Vec<FitnessSheetRowOut>,
) -> FitnessSheetOut {
    let tally = Tally::of(&rows);
    FitnessSheetOut {
        id,
        file_name,
        good: tally.good,
        same: tally.same,
        broken: tally.broken,
        committed,
        rows,
    }
}

/// The sheet to be filled in: the list with a column for each item.
///
/// # Errors
/// 404 outside the scope.
pub async fn template(ctx: &Ctx, scope: &Scope, id: i64) -> Result<Vec<u8>, Problem> {
    let page = super::page::view(ctx, scope, id).await?;
    let mut columns = vec![
        Column::text("工号", 14),
        Column::text("姓名", 12),
        Column::text("中队", 22),
        Column::text("性别", 6),
        Column::text(BIRTH, 14),
    ];
    columns.extend(
        page.standard
            .items
            .iter()
            .map(|item| Column::text(item.name.clone(), 16)),
    );
    let rows = page.entries.iter().map(|row| {
        let mut cells = vec![
            Value::text(&row.staff_no),
            Value::text(&row.name),
            Value::text(&row.unit_name),
            Value::text(match row.sex.as_deref() {
                Some("male") => "男",
                Some("female") => "女",
                _ => "",
            }),
            Value::Empty,
        ];
        cells.extend(page.standard.items.iter().map(|_| Value::Empty));
        cells
    });
    let notes = vec![
        "计时写13.4、4′35″或者4:35；高度写265；次数写35。".to_owned(),
        "一项测了几次的，用斜杠隔开，如265/270；中途停下的写未完成。不测的项目留空。".to_owned(),
        "出生日期只用于按年龄判定，写成1990-05-20；已登记过的可以留空。".to_owned(),
    ];
    let sheet = SheetData {
        title: "体能成绩".to_owned(),
        columns,
        rows: rows.collect(),
        notes,
    };
    write_xlsx(&[sheet]).map_err(|error| Unknown::log(&error))
}

/// Reads a sheet and gives each row its verdict. No figure is stored.
///
/// # Errors
/// 404 outside the scope; 409 before the day or once results are in; 422 for a sheet that cannot be
/// read.
pub async fn dry_run(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    upload: Upload,
) -> Result<FitnessSheetOut, Problem> {
    let table = imports::read(&upload, REQUIRED, MOST_ROWS).await?;
    let mut tx = ctx.db().write().await?;
    let (test, tree) = taken(&mut tx, ctx, scope, id).await?;
    open(&test, ctx)?;
    let standard = of_test(&mut tx, &tree, &test).await?;
    if !standard.body.items.iter().any(|item| table.has(&item.name)) {
        let names: Vec<&str> = standard
            .body
            .items
            .iter()
            .map(|i| i.name.as_str())
            .collect();
        return Err(bad_field(
            "file",
            format!(
                "表中没有本次测试的项目，应有：{}。请使用下载的模板。",
                names.join("、")
            ),
        ));
    }
    let condition = format!("e.test_id = {id} and e.state <> 'removed'");
    let list: BTreeMap<String, Entry> = entries::all(&mut tx, &condition)
        .await?
        .into_iter()
        .map(|row| (row.staff_no.clone(), row))
        .collect();
    let ids: Vec<i64> = list.values().map(|row| row.id).collect();
    let known = marks::of_entries(&mut tx, &ids).await?;
    let mut once = Once::default();
    let mut rows = Vec::new();
    for line in &table.rows {
        let staff_no = table.cell(line, "工号").to_owned();
        let mut row = match verdict(&table, line, &standard.body, &list, &known, ctx.today) {
            Ok(row) => row,
            Err(text) => FitnessSheetRowOut {
                line: line.line,
                name: table.cell(line, "姓名").to_owned(),
                staff_no: staff_no.clone(),
                verdict: "broken".to_owned(),
                text,
                entry_id: None,
                marks: Vec::new(),
                born_on: None,
            },
        };
        once.check(&staff_no, line.line, &mut row);
        rows.push(row);
    }
    let file_name = fields::file_label(&upload.file_name);
    let stored = serde_json::to_string(&rows).map_err(|error| Unknown::log(&error))?;
    let digest = chengzhi_db::digest(&upload.bytes);
    let by = ctx.actor.name.as_str();
    let sheet = sheets::insert(&mut tx, id, (&file_name, &digest, &stored), by, ctx.now).await?;
    tx.audit(
        ctx.audit("fitness.sheet_read", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"file": file_name, "rows": rows.len()})),
    );
    tx.commit().await?;
    Ok(out(sheet, file_name, false, rows))
}

fn open(test: &crate::store::rounds::Test, ctx: &Ctx) -> Result<(), Problem> {
    begun(test, ctx)?;
    if test.state.takes_marks() {
        return Ok(());
    }
    Err(refused(Deny::new(
        "fitness.state",
        "本次测试成绩已报，不能再导入；请逐项更正并写明原因。",
    )))
}

fn verdict(
    table: &Table,
    line: &TableRow,
    standard: &FitnessStandard,
    list: &BTreeMap<String, Entry>,
    known: &HashMap<i64, Vec<Mark>>,
    today: Date,
) -> Result<FitnessSheetRowOut, String> {
    let staff_no = table.cell(line, "工号");
    let who = list
        .get(staff_no)
        .filter(|_| !staff_no.is_empty())
        .ok_or_else(|| format!("工号“{staff_no}”不在本次测试名单中"))?;
    let name = table.cell(line, "姓名");
    if !name.is_empty() && name != who.name {
        return Err(format!("工号{staff_no}是{}，与表中姓名不符", who.name));
    }
    if who.seat == Seat::Absent {
        return Err(format!("{}已登记缺席，请先取消缺席", who.name));
    }
    let born_on = birth_of(table.cell(line, BIRTH), today)?;
    let before = known.get(&who.id).map_or(&[][..], Vec::as_slice);
    let mut new = Vec::new();
    let mut same = false;
    for item in &standard.items {
        let text = table.cell(line, &item.name);
        if text.is_empty() {
            continue;
        }
        if who.sex.map(|sex| item.asks(sex, None)) == Some(Asked::NotAsked) {
            return Err(format!("{}不测{}，请核对", who.name, item.name));
        }
        let mut values = Vec::new();
        for part in text.split(['/', '／', ';', '；', '、']) {
            let part = part.trim();
            if !part.is_empty() {
                values.push((read(item, part)?, part));
            }
        }
        let made: Vec<Option<i64>> = before
            .iter()
            .filter(|mark| mark.stands() && mark.item == item.code)
            .map(|mark| mark.value)
            .collect();
        let asked: Vec<Option<i64>> = values
            .iter()
            .map(|(written, _)| match written {
                Written::Value(value) => Some(*value),
                Written::BrokenOff => None,
            })
            .collect();
        if made == asked {
            same = true;
            continue;
        }
        if !made.is_empty() {
            return Err(format!(
                "{}已有成绩，与表中不同；请在页面上更正并写明原因",
                item.name
            ));
        }
        if values.len() > usize::try_from(item.attempts).unwrap_or(usize::MAX) {
            return Err(format!(
                "{}最多{}次，表中有{}次",
                item.name,
                item.attempts,
                values.len()
            ));
        }
        new.extend(asked.into_iter().map(|value| FitnessSheetMarkOut {
            item: item.code.clone(),
            text: value.map_or("未完成".to_owned(), |value| show(item.measure, value)),
        }));
    }
    let (verdict, text) = if new.is_empty() {
        match (same, born_on) {
            (_, Some(_)) => ("new", "登记出生日期".to_owned()),
            (true, None) => ("same", "与已有成绩相同".to_owned()),
            (false, None) => ("empty", "没有成绩".to_owned()),
        }
    } else {
        let said: Vec<String> = new
            .iter()
            .map(|one| {
                let name = standard
                    .item(&one.item)
                    .map_or("", |item| item.name.as_str());
                format!("{name}{}", one.text)
            })
            .collect();
        ("new", said.join("，"))
    };
    Ok(FitnessSheetRowOut {
        line: line.line,
        staff_no: staff_no.to_owned(),
        name: who.name.clone(),
        verdict: verdict.to_owned(),
        text,
        entry_id: Some(who.id),
        marks: new,
        born_on,
    })
}

fn birth_of(text: &str, today: Date) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let born = dates::parse_date(text)
        .map_err(|_| format!("出生日期“{text}”无法识别，请写成1990-05-20的样子"))?;
    check_birth(born, today)
        .map_err(|text| text.trim_end_matches('。').to_owned())
        .map(|()| Some(born))
}

/// Stores the good rows of a sheet that was read; `leave_out` says that broken rows may stay out.
///
/// # Errors
/// 404 outside the scope; 409 when it is stored, has broken rows, has nothing to store, or what it
/// would store was changed since.
pub async fn commit(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    sheet: i64,
    leave_out: bool,
) -> Result<FitnessSheetOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let (mut test, tree) = taken(&mut tx, ctx, scope, id).await?;
    open(&test, ctx)?;
    let sheet = sheets::by_id(&mut tx, sheet)
        .await?
        .filter(|sheet| sheet.test_id == id)
        .ok_or_else(Problem::not_found)?;
    let rows: Vec<FitnessSheetRowOut> =
        serde_json::from_str(&sheet.rows).map_err(|error| Unknown::log(&error))?;
    imports::may_store(&rows, leave_out, IMPORT)?;
    let standard = of_test(&mut tx, &tree, &test).await?;
    let mut input = Vec::new();
    let mut born = BTreeMap::new();
    let people: HashMap<i64, PersonId> = entries::all(&mut tx, &format!("e.test_id = {id}"))
        .await?
        .into_iter()
        .map(|row| (row.id, row.person_id))
        .collect();
    for row in rows.iter().filter(|row| row.verdict == "new") {
        let Some(entry) = row.entry_id else { continue };
        for (at, mark) in row.marks.iter().enumerate() {
            input.push(MarkInput {
                key: format!("sheet-{}-{}-{at}", sheet.id, row.line),
                entry,
                item: mark.item.clone(),
                text: mark.text.clone(),
                measured_at: None,
            });
        }
        if let (Some(day), Some(person)) = (row.born_on, people.get(&entry)) {
            born.insert(*person, day);
        }
    }
    if input.is_empty() && born.is_empty() {
        return Err(imports::nothing(IMPORT));
    }
    if !sheets::commit(&mut tx, sheet.id, ctx.now).await? {
        return Err(imports::done(IMPORT));
    }
    let (told, stored) = if input.is_empty() {
        (Vec::new(), 0)
    } else {
        store_marks(&mut tx, ctx, &mut test, &standard, "import", input).await?
    };
    if let Some(refused_one) = told.iter().find(|one| !one.stored) {
        return Err(refused(Deny::new(
            "fitness.sheet_changed",
            format!("上传以后情况有变：{}请重新上传成绩表。", refused_one.text),
        )));
    }
    store_births(&mut tx, ctx, &born).await?;
    let unit = organisation::unit(&mut tx, test.unit_id).await?;
    tx.audit(
        ctx.audit("fitness.sheet_store", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"file": sheet.file_name, "marks": stored,
                "bureau": unit.map(|unit| unit.name)})),
    );
    tx.commit().await?;
    Ok(out(sheet.id, sheet.file_name, true, rows))
}
