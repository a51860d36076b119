//! Drafts of rule packs, published packs, closed years.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::Timestamp;

/// A draft or published pack.
#[derive(Debug, Clone)]
pub struct DraftRow {
    /// Row id.
    pub id: i64,
    /// Name that its author gave.
    pub title: String,
    /// Pack it started from, `shanghai/2024`.
    pub base: String,
    /// Pack it is, `shanghai/2025`.
    pub pack: String,
    /// JSON list of changes.
    pub changes: String,
    /// The whole pack as TOML.
    pub content: String,
    /// draft, published, discarded.
    pub state: String,
    /// JSON list of the linter's findings at the last check.
    pub findings: String,
    /// Author.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// Who published.
    pub published_by_name: Option<String>,
    /// When.
    pub published_at: Option<Timestamp>,
}

impl DraftRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(DraftRow {
            id: row.get("id")?,
            title: row.get("title")?,
            base: row.get("base")?,
            pack: row.get("pack")?,
            changes: row.get("changes")?,
            content: row.get("content")?,
            state: row.get("state")?,
            findings: row.get("findings")?,
            created_by_name: row.get("created_by_name")?,
            created_at: row.get("created_at")?,
            published_by_name: row.get("published_by_name")?,
            published_at: row.get("published_at")?,
        })
    }
}

/// All drafts, newest first.
pub async fn drafts(tx: &mut Tx) -> Result<Vec<DraftRow>, DbError> {
    let rows = tx
        .all(sql("select * from policy_draft order by id desc limit 200"))
        .await?;
    rows.iter().map(DraftRow::from_row).collect()
}

/// One draft.
pub async fn draft(tx: &mut Tx, id: i64) -> Result<Option<DraftRow>, DbError> {
    tx.opt(sql("select * from policy_draft where id = $1").bind(id))
        .await?
        .as_ref()
        .map(DraftRow::from_row)
        .transpose()
}

/// A draft before it is stored.
pub struct NewDraft<'a> {
    /// Name.
    pub title: &'a str,
    /// Start.
    pub base: &'a str,
    /// Becomes.
    pub pack: &'a str,
    /// JSON.
    pub changes: &'a str,
    /// TOML.
    pub content: &'a str,
    /// JSON.
    pub findings: &'a str,
    /// Author.
    pub by_name: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Stores a draft.
pub async fn insert_draft(tx: &mut Tx, draft: NewDraft<'_>) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into policy_draft (title, base, pack, changes, content, state, findings, created_by_name, created_at)
                 values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8) returning id")
            .bind(draft.title)
            .bind(draft.base)
            .bind(draft.pack)
            .bind(draft.changes)
            .bind(draft.content)
            .bind(draft.findings)
            .bind(draft.by_name)
            .bind(draft.now),
        )
        .await?;
    row.get("id")
}

/// Moves a draft on; false when it is no draft any more.
pub async fn settle_draft(
    tx: &mut Tx,
    id: i64,
    state: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update policy_draft set state = $1, published_by_name = $2, published_at = $3 where id = $4 and state = 'draft'")
                .bind(state)
                .bind(by_name)
                .bind(now)
                .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// The content of the newest published version of a pack.
pub async fn published(tx: &mut Tx, pack: &str) -> Result<Option<String>, DbError> {
    tx.opt(
        sql("select content from policy_draft where pack = $1 and state = 'published' order by published_at desc, id desc limit 1")
            .bind(pack),
    )
    .await?
    .map(|row| row.get("content"))
    .transpose()
}

/// Packs that were published here, `shanghai/2025`.
pub async fn published_packs(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    let rows = tx
        .all(sql(
            "select distinct pack from policy_draft where state = 'published'",
        ))
        .await?;
    rows.iter().map(|row| row.get("pack")).collect()
}

/// A closed year with the rules it was judged by.
#[derive(Debug, Clone)]
pub struct ClosedYear {
    /// Pack id.
    pub pack: String,
    /// TOML of the pack at that time.
    pub content: String,
    /// When.
    pub closed_at: Timestamp,
    /// By whom.
    pub closed_by_name: String,
}

/// The closing of a year, if it was closed.
pub async fn closed_year(tx: &mut Tx, year: i32) -> Result<Option<ClosedYear>, DbError> {
    tx.opt(sql("select * from year_close where year = $1").bind(year))
        .await?
        .map(|row| {
            Ok(ClosedYear {
                pack: row.get("pack")?,
                content: row.get("content")?,
                closed_at: row.get("closed_at")?,
                closed_by_name: row.get("closed_by_name")?,
            })
        })
        .transpose()
}

/// Closes a year; false when it is closed already.
pub async fn close_year(
    tx: &mut Tx,
    year: i32,
    pack: &str,
    content: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("insert into year_close (year, pack, content, closed_by_name, closed_at) values ($1, $2, $3, $4, $5)
                 on conflict (year) do nothing")
            .bind(year)
            .bind(pack)
            .bind(content)
            .bind(by_name)
            .bind(now),
        )
        .await?;
    Ok(touched == 1)
}

/// All closed years.
pub async fn closed_years(tx: &mut Tx) -> Result<std::collections::BTreeSet<i32>, DbError> {
    let rows = tx.all(sql("select year from year_close")).await?;
    rows.iter().map(|row| row.get("year")).collect()
}
