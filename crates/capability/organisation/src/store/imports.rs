//! Roster plans: what a file would do, kept until it is committed or discarded.

use chengzhi_db::{Arg, DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp};

/// A plan without its rows.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// Row id.
    pub id: i64,
    /// Name on the sender's disk.
    pub file_name: String,
    /// `dry_run`, `committed` or `discarded`.
    pub state: String,
    /// The day on which the roster is true.
    pub as_of: Date,
    /// Counts by verdict, as JSON.
    pub counts: String,
    /// The account that made it.
    pub created_by: Option<i64>,
    /// By whom, in words.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was committed.
    pub committed_at: Option<Timestamp>,
}

/// One row of a plan.
#[derive(Debug, Clone)]
pub struct PlanLine {
    /// Position in the plan; leavers come after the rows of the file.
    pub seq: i64,
    /// Row of the file; none for a leaver.
    pub line: Option<i64>,
    /// As sent.
    pub staff_no: String,
    /// As sent.
    pub name: String,
    /// Code of the verdict.
    pub verdict: String,
    /// What it does, in Chinese.
    pub detail: String,
    /// Faults as JSON.
    pub faults: String,
    /// Cells as sent, as JSON.
    pub cells: String,
}

const PLAN: &str = "select id, file_name, state, as_of, counts, created_by, created_by_name, created_at, \
     committed_at from import_plan";

fn plan_row(row: &Row) -> Result<PlanRow, DbError> {
    Ok(PlanRow {
        id: row.get("id")?,
        file_name: row.get("file_name")?,
        state: row.get("state")?,
        as_of: row.get("as_of")?,
        counts: row.get("counts")?,
        created_by: row.get("created_by")?,
        created_by_name: row.get("created_by_name")?,
        created_at: row.get("created_at")?,
        committed_at: row.get("committed_at")?,
    })
}

fn plan_line(row: &Row) -> Result<PlanLine, DbError> {
    Ok(PlanLine {
        seq: row.get("seq")?,
        line: row.get("line")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        verdict: row.get("verdict")?,
        detail: row.get("detail")?,
        faults: row.get("faults")?,
        cells: row.get("cells")?,
    })
}

/// What a new plan needs.
#[derive(Debug, Clone)]
pub struct NewPlan<'a> {
    /// Name on the sender's disk.
    pub file_name: &'a str,
    /// SHA-256 of the file.
    pub digest: &'a str,
    /// The day on which the roster is true.
    pub as_of: Date,
    /// Counts as JSON.
    pub counts: String,
    /// The account.
    pub by: Option<AccountId>,
    /// By whom, in words.
    pub by_name: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Stores a plan with its rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, plan: &NewPlan<'_>, lines: &[PlanLine]) -> Result<i64, DbError> {
    let id: i64 = tx
        .one(
            sql("insert into import_plan (kind, file_name, file_digest, state, as_of, counts, created_by, \
                 created_by_name, created_at) values ('roster', $1, $2, 'dry_run', $3, $4, $5, $6, $7) returning id")
            .bind(plan.file_name)
            .bind(plan.digest)
            .bind(plan.as_of)
            .bind(&plan.counts)
            .bind(plan.by)
            .bind(plan.by_name)
            .bind(plan.now),
        )
        .await?
        .get("id")?;
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                Arg::from(id),
                Arg::from(line.seq),
                Arg::from(line.line),
                Arg::from(&line.staff_no),
                Arg::from(&line.name),
                Arg::from(&line.verdict),
                Arg::from(&line.detail),
                Arg::from(&line.faults),
                Arg::from(&line.cells),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into import_row (plan_id, seq, line, staff_no, name, verdict, detail, faults, cells)",
        "",
        rows,
    )
    .await?;
    Ok(id)
}

/// One plan.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<PlanRow>, DbError> {
    tx.opt(sql(format!("{PLAN} where id = $1")).bind(id))
        .await?
        .as_ref()
        .map(plan_row)
        .transpose()
}

/// One page of an account's plans, newest first, and how many there are.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn page_of(
    tx: &mut Tx,
    account: AccountId,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<PlanRow>), DbError> {
    let total = tx
        .one(
            sql("select cast(count(*) as bigint) as plans from import_plan where kind = 'roster' and created_by = $1")
                .bind(account),
        )
        .await?
        .get("plans")?;
    let rows = tx
        .all(
            sql(format!("{PLAN} where kind = 'roster' and created_by = $1 order by id desc limit $2 offset $3"))
                .bind(account)
                .bind(limit)
                .bind(offset),
        )
        .await?;
    Ok((total, rows.iter().map(plan_row).collect::<Result<_, _>>()?))
}

const LINE: &str = "select seq, line, staff_no, name, verdict, detail, faults, cells from import_row where plan_id = $1";

/// All rows of a plan in order.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn lines(tx: &mut Tx, id: i64) -> Result<Vec<PlanLine>, DbError> {
    tx.all(sql(format!("{LINE} order by seq")).bind(id))
        .await?
        .iter()
        .map(plan_line)
        .collect()
}

/// One page of rows, of one verdict or of all, and how many there are.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn line_page(
    tx: &mut Tx,
    id: i64,
    verdict: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<PlanLine>), DbError> {
    let condition = if verdict.is_some() {
        " and verdict = $2"
    } else {
        ""
    };
    let bind = |text: String| {
        let query = sql(text).bind(id);
        match verdict {
            Some(verdict) => query.bind(verdict),
            None => query,
        }
    };
    let total = tx
        .one(bind(format!(
            "select cast(count(*) as bigint) as lines from import_row where plan_id = $1{condition}"
        )))
        .await?
        .get("lines")?;
    let rows = tx
        .all(bind(format!(
            "{LINE}{condition} order by seq limit {limit} offset {offset}"
        )))
        .await?;
    Ok((total, rows.iter().map(plan_line).collect::<Result<_, _>>()?))
}

/// Ends a dry run; false when it ended before.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn finish(
    tx: &mut Tx,
    id: i64,
    state: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let committed = state == "committed";
    Ok(tx
        .run(
            sql("update import_plan set state = $1, committed_by_name = $2, committed_at = $3, version = version + 1 \
                 where id = $4 and state = 'dry_run'")
            .bind(state)
            .bind(committed.then(|| by_name.to_owned()))
            .bind(committed.then_some(now))
            .bind(id),
        )
        .await?
        == 1)
}

/// Empties the cells that are of no more use: of good rows after the commit, of all rows after a
/// discard.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn forget_cells(tx: &mut Tx, id: i64, keep_broken: bool) -> Result<(), DbError> {
    let condition = if keep_broken {
        " and verdict <> 'broken'"
    } else {
        ""
    };
    tx.run(
        sql(format!(
            "update import_row set cells = '' where plan_id = $1{condition}"
        ))
        .bind(id),
    )
    .await?;
    Ok(())
}
