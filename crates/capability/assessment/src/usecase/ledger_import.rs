//! Hours and credits from outside: dry run with a verdict per row, commit in one transaction,
//! undoing a whole import.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_db::{Audit, Db, DbError, Tx};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp};
use chengzhi_organisation::facade as organisation;
use chengzhi_sheets::{SheetError, Table, read_table};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::NewEntry;
use crate::domain::sheet::{Fault, OPTIONAL, REQUIRED, SheetEntry, read_entry};
use crate::store::imports::{self, ImportLine, ImportRow, NewImport};
use crate::store::ledger::{self, Award, Undo};
use crate::store::policies;

/// Rows that one ledger sheet may have: a city's online hours of a year.
pub const MAX_LEDGER_ROWS: usize = 200_000;

/// Why an import cannot go on.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The sheet as a whole.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// Not there, or made for units outside the actor's.
    #[error("没有找到这次导入。")]
    NotFound,
    /// The import is past this step.
    #[error("这次导入当前是“{0}”，不能进行此操作。")]
    WrongState(&'static str),
    /// Broken rows and no word to leave them out.
    #[error("还有{0}行有误。请先改正后重新上传，或确认只导入无误的行。")]
    HasBroken(i64),
    /// Nothing to commit.
    #[error("没有可导入的行。")]
    NothingNew,
    /// The year of some rows was closed after the dry run.
    #[error("{0}年已结账，不能再导入该年度的学时。")]
    YearClosed(i32),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Who imports, and for which people.
#[derive(Debug, Clone)]
pub struct Importer {
    /// Account, none on the command line.
    pub account: Option<AccountId>,
    /// Name for the log.
    pub name: String,
    /// Units whose people he may import for.
    pub units: BTreeSet<i64>,
    /// Business time.
    pub now: Timestamp,
}

impl Importer {
    fn audit(&self, action: &str, id: i64) -> Audit {
        Audit::new(
            self.account,
            self.name.clone(),
            action,
            format!("ledger_import:{id}"),
        )
    }

    fn today(&self) -> Date {
        self.now.date()
    }
}

/// Numbers of a dry run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows with content.
    pub rows: i64,
    /// Rows without a fault.
    pub ok: i64,
    /// Rows with a fault.
    pub broken: i64,
    /// Rows that would be stored.
    pub new: i64,
    /// Rows that are known already.
    pub repeated: i64,
}

/// Reads a sheet, gives each row its verdict and stores the plan. Nothing enters the ledger.
///
/// # Errors
/// [`ImportError::Sheet`] when the sheet as a whole cannot be used.
pub async fn dry_run(
    db: &Db,
    importer: &Importer,
    file_name: &str,
    content: &[u8],
) -> Result<i64, ImportError> {
    let table = read_table(content, REQUIRED, MAX_LEDGER_ROWS)?;
    let mut reading = db.read().await?;
    let people: HashMap<String, (PersonId, String, i64)> =
        organisation::people_in(&mut reading, &importer.units, importer.today())
            .await?
            .into_iter()
            .map(|person| {
                (
                    person.staff_no,
                    (person.id, person.name, person.unit_id.get()),
                )
            })
            .collect();
    let read = read_rows(&table, &people);
    let keys: Vec<(PersonId, String)> = read
        .iter()
        .filter_map(|row| row.as_ref().ok())
        .filter_map(|(entry, _)| Some((entry.person, entry.award_key()?)))
        .collect();
    let known = ledger::awards(&mut reading, &keys).await?;
    let closed = policies::closed_years(&mut reading).await?;
    drop(reading);

    let (lines, counts, units) = judge(&table, read, &people, &known, &closed);
    let digest = chengzhi_db::digest(content);
    let mut tx = db.write().await?;
    let id = imports::insert(
        &mut tx,
        NewImport {
            file_name,
            digest: &digest,
            counts: json(&counts),
            unit_ids: json(&units),
            by: importer.account,
            by_name: &importer.name,
            now: importer.now,
        },
        lines,
    )
    .await?;
    tx.audit(
        importer
            .audit("ledger_import.dry_run", id)
            .detail(serde_json::json!({ "file": file_name, "rows": counts.rows })),
    );
    tx.commit().await?;
    Ok(id)
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

type People = HashMap<String, (PersonId, String, i64)>;
type Known = HashMap<(PersonId, String), Award>;
/// An entry and the unit of its person, or what is wrong with the row.
type ReadRow = Result<(NewEntry, i64), Vec<Fault>>;

/// Reads every row of the sheet by itself, in its order.
fn read_rows(table: &Table, people: &People) -> Vec<ReadRow> {
    table
        .rows
        .iter()
        .map(|row| {
            let entry = read_entry(|column| table.cell(row, column))?;
            let staff_no = table.cell(row, "工号");
            let (person, _, unit) = people.get(staff_no).ok_or_else(|| {
                vec![Fault::new(
                    "工号",
                    format!("没有工号“{staff_no}”，或此人不在您的管理范围内"),
                )]
            })?;
            Ok((with_person(entry, *person), *unit))
        })
        .collect()
}

/// Gives every row of the sheet its verdict.
fn judge(
    table: &Table,
    read: Vec<ReadRow>,
    people: &People,
    known: &Known,
    closed: &BTreeSet<i32>,
) -> (Vec<ImportLine>, Counts, BTreeSet<i64>) {
    let mut counts = Counts::default();
    let mut units = BTreeSet::new();
    let mut seen: HashMap<(PersonId, String), (u32, NewEntry)> = HashMap::new();
    let mut lines = Vec::with_capacity(table.rows.len());
    for (row, read) in table.rows.iter().zip(read) {
        counts.rows += 1;
        let staff_no = table.cell(row, "工号").to_owned();
        let person = people.get(&staff_no);
        let verdict = read.and_then(|(entry, unit)| {
            if closed.contains(&entry.year()) {
                return Err(vec![Fault::new(
                    "日期",
                    format!("{}年已结账，不能再导入", entry.year()),
                )]);
            }
            Ok((repeated(&entry, row.line, known, &mut seen)?, entry, unit))
        });
        let name = person.map(|person| person.1.clone()).unwrap_or_default();
        let line = match verdict {
            Ok((repeats, entry, unit)) => {
                counts.ok += 1;
                units.insert(unit);
                let word = if repeats.is_some() { "repeated" } else { "new" };
                if repeats.is_some() {
                    counts.repeated += 1;
                } else {
                    counts.new += 1;
                }
                let detail = repeats.unwrap_or_else(|| describe(&entry));
                ImportLine {
                    line: row.line,
                    staff_no,
                    name,
                    verdict: word.to_owned(),
                    detail,
                    faults: "[]".to_owned(),
                    payload: json(&entry),
                }
            }
            Err(faults) => {
                counts.broken += 1;
                let cells: BTreeMap<&str, &str> = REQUIRED
                    .iter()
                    .chain(OPTIONAL)
                    .map(|column| (*column, table.cell(row, column)))
                    .collect();
                let detail = faults
                    .iter()
                    .map(|f| format!("{}：{}", f.field, f.message))
                    .collect::<Vec<_>>()
                    .join("；");
                ImportLine {
                    line: row.line,
                    staff_no,
                    name,
                    verdict: "broken".to_owned(),
                    detail,
                    faults: json(&faults),
                    payload: json(&cells),
                }
            }
        };
        lines.push(line);
    }
    (lines, counts, units)
}

fn with_person(entry: SheetEntry, person: PersonId) -> NewEntry {
    NewEntry {
        person,
        happened_on: entry.happened_on,
        component: entry.component,
        category: entry.category,
        hours: entry.hours,
        credits: entry.credits,
        for_month: entry.for_month,
        external_no: entry.external_no,
        course_name: entry.course_name,
        course_kind: entry.course_kind,
        source: "import:".to_owned(),
    }
}

fn describe(entry: &NewEntry) -> String {
    let month = entry
        .for_month
        .map(|month| format!("，{}", month.label_cn()))
        .unwrap_or_default();
    format!(
        "{} {}学时 {}学分{month}",
        entry.category, entry.hours, entry.credits
    )
}

/// Some(text) when the row is an award already known (in the ledger or further up in the sheet).
///
/// # Errors
/// A fault when the same 编号 stands for something else.
fn repeated(
    entry: &NewEntry,
    line: u32,
    known: &Known,
    seen: &mut HashMap<(PersonId, String), (u32, NewEntry)>,
) -> Result<Option<String>, Vec<Fault>> {
    let Some(key) = entry.award_key() else {
        return Ok(None);
    };
    let key = (entry.person, key);
    let number = entry.external_no.as_deref();
    if let Some(old) = known.get(&key) {
        let same = old.happened_on == entry.happened_on
            && old.category == entry.category
            && old.hours == entry.hours
            && old.credits == entry.credits
            && old.for_month == entry.for_month;
        return match number {
            Some(number) if !same => Err(vec![Fault::new(
                "编号",
                format!("编号“{number}”已于{}入账，内容不同", old.recorded_at.date()),
            )]),
            Some(_) => Ok(Some("此编号已入账，不重复计".to_owned())),
            None => Ok(Some("同一课程本年已计，不重复计（B-20）".to_owned())),
        };
    }
    if let Some((first, other)) = seen.get(&key) {
        return match number {
            Some(number) if other != entry => Err(vec![Fault::new(
                "编号",
                format!("编号“{number}”与第{first}行相同而内容不同"),
            )]),
            Some(_) => Ok(Some(format!("与第{first}行相同，只计一次"))),
            None => Ok(Some(format!("同一课程与第{first}行相同，只计一次（B-20）"))),
        };
    }
    seen.insert(key, (line, entry.clone()));
    Ok(None)
}

/// The import, if it was made for units that the actor reaches.
///
/// # Errors
/// [`ImportError::NotFound`] otherwise.
pub async fn find(tx: &mut Tx, importer: &Importer, id: i64) -> Result<ImportRow, ImportError> {
    let import = imports::get(tx, id).await?.ok_or(ImportError::NotFound)?;
    if visible(&import, importer) {
        Ok(import)
    } else {
        Err(ImportError::NotFound)
    }
}

/// True when the actor made the import or reaches every unit that it concerns.
#[must_use]
pub fn visible(import: &ImportRow, importer: &Importer) -> bool {
    let units: BTreeSet<i64> = serde_json::from_str(&import.unit_ids).unwrap_or_default();
    (import.created_by == importer.account && import.created_by_name == importer.name)
        || (!units.is_empty() && units.is_subset(&importer.units))
}

/// A broken row of a dry run, as the command line prints it.
#[derive(Debug, Clone)]
pub struct BrokenRow {
    /// Row of the sheet, the header being 1.
    pub line: u32,
    /// What is wrong, by column.
    pub faults: Vec<Fault>,
}

/// Counts of an import and its first broken rows.
///
/// # Errors
/// [`ImportError::NotFound`] outside the importer's units.
pub async fn report(
    db: &Db,
    importer: &Importer,
    id: i64,
    limit: i64,
) -> Result<(Counts, Vec<BrokenRow>), ImportError> {
    let mut tx = db.read().await?;
    let import = find(&mut tx, importer, id).await?;
    let (_, lines) = imports::lines(&mut tx, id, Some("broken"), limit, 0).await?;
    let broken = lines
        .into_iter()
        .map(|line| BrokenRow {
            line: line.line,
            faults: serde_json::from_str(&line.faults).unwrap_or_default(),
        })
        .collect();
    let counts = serde_json::from_str(&import.counts).unwrap_or_default();
    Ok((counts, broken))
}

/// Name of a state on pages.
#[must_use]
pub fn state_name(state: &str) -> &'static str {
    match state {
        "dry_run" => "试导入",
        "committed" => "已导入",
        "discarded" => "已放弃",
        "reversed" => "已冲回",
        _ => "未知",
    }
}

/// Posts the good rows of a dry run in one transaction. Rows whose award became known meanwhile are
/// left out, so committing after somebody else's import of the same hours counts nothing twice.
///
/// # Errors
/// [`ImportError::HasBroken`] unless `accept_broken`; [`ImportError::WrongState`] the second time.
pub async fn commit(
    db: &Db,
    importer: &Importer,
    id: i64,
    accept_broken: bool,
) -> Result<u64, ImportError> {
    let mut tx = db.write().await?;
    let import = find(&mut tx, importer, id).await?;
    let counts: Counts = serde_json::from_str(&import.counts).unwrap_or_default();
    if import.state != "dry_run" {
        return Err(ImportError::WrongState(state_name(&import.state)));
    }
    if counts.broken > 0 && !accept_broken {
        return Err(ImportError::HasBroken(counts.broken));
    }
    if counts.new == 0 {
        return Err(ImportError::NothingNew);
    }
    if !imports::advance(&mut tx, id, "dry_run", "committed", None, importer.now).await? {
        return Err(ImportError::WrongState(state_name("committed")));
    }
    let closed = policies::closed_years(&mut tx).await?;
    let mut stored = 0;
    let mut line = 0;
    const PAGE: i64 = 20_000;
    loop {
        let page = imports::new_payloads(&mut tx, id, line, PAGE).await?;
        let Some((last, _)) = page.last() else {
            break;
        };
        line = *last;
        let mut entries = Vec::with_capacity(page.len());
        for (line, payload) in &page {
            let entry: NewEntry = serde_json::from_str(payload).map_err(|e| DbError::Decode {
                column: format!("payload of line {line} of ledger import {id}: {e}"),
                wanted: "ledger entry",
            })?;
            if closed.contains(&entry.year()) {
                return Err(ImportError::YearClosed(entry.year()));
            }
            entries.push(NewEntry {
                source: format!("import:{id}"),
                ..entry
            });
        }
        stored +=
            ledger::insert(&mut tx, entries, Some(id), importer.account, importer.now).await?;
    }
    tx.audit(
        importer
            .audit("ledger_import.commit", id)
            .detail(serde_json::json!({ "stored": stored })),
    );
    tx.commit().await?;
    Ok(stored)
}

/// Gives up a dry run.
///
/// # Errors
/// [`ImportError::WrongState`] when it was committed or given up already.
pub async fn discard(db: &Db, importer: &Importer, id: i64) -> Result<(), ImportError> {
    let mut tx = db.write().await?;
    let import = find(&mut tx, importer, id).await?;
    if !imports::advance(&mut tx, id, "dry_run", "discarded", None, importer.now).await? {
        return Err(ImportError::WrongState(state_name(&import.state)));
    }
    tx.audit(importer.audit("ledger_import.discard", id));
    tx.commit().await?;
    Ok(())
}

/// Undoes a whole import by reversing entries; everything before it stands again.
///
/// # Errors
/// [`ImportError::WrongState`] when it is not committed.
pub async fn reverse(
    db: &Db,
    importer: &Importer,
    id: i64,
    reason: &str,
) -> Result<u64, ImportError> {
    let mut tx = db.write().await?;
    let import = find(&mut tx, importer, id).await?;
    if !imports::advance(
        &mut tx,
        id,
        "committed",
        "reversed",
        Some(reason),
        importer.now,
    )
    .await?
    {
        return Err(ImportError::WrongState(state_name(&import.state)));
    }
    let undone = ledger::reverse(
        &mut tx,
        &Undo::Import(id),
        reason,
        importer.account,
        importer.now,
    )
    .await?;
    tx.audit(
        importer
            .audit("ledger_import.reverse", id)
            .detail(serde_json::json!({ "undone": undone, "reason": reason })),
    );
    tx.commit().await?;
    Ok(undone)
}
