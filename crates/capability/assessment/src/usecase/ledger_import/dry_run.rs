//! The dry run: every row of a sheet gets its verdict, and the plan is stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_db::Db;
use chengzhi_kernel::PersonId;
use chengzhi_organisation::facade as organisation;
use chengzhi_sheets::{Table, read_table};
use serde::Serialize;

use super::{Counts, ImportError, Importer};
use crate::domain::NewEntry;
use crate::domain::sheet::{Fault, OPTIONAL, REQUIRED, SheetEntry, read_entry};
use crate::store::imports::{self, ImportLine, NewImport};
use crate::store::ledger::{self, Award};
use crate::store::policies;

/// Rows that one ledger sheet may have: a city's online hours of a year.
pub const MAX_LEDGER_ROWS: usize = 200_000;

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
