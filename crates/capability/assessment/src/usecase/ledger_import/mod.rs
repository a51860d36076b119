//! Hours and credits from outside: dry run with a verdict per row, commit in one transaction,
//! undoing a whole import.

mod dry_run;

use std::collections::BTreeSet;

use chengzhi_db::{Audit, Db, DbError, Tx};
use chengzhi_kernel::{AccountId, Date, Timestamp};
use chengzhi_sheets::SheetError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::NewEntry;
use crate::domain::sheet::Fault;
use crate::store::imports::{self, ImportRow};
use crate::store::ledger::{self, Undo};
use crate::store::policies;

pub use dry_run::{MAX_LEDGER_ROWS, dry_run};

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
