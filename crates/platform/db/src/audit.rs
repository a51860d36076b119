//! The audit log: append-only, each line chained to the one before by SHA-256, so that a changed,
//! removed or inserted line is found by [`verify_audit`].

use chengzhi_kernel::{AccountId, Timestamp, UnitId};
use sha2::{Digest as _, Sha256};

use crate::query::{Arg, sql};
use crate::{DbError, Tx};

/// One line to be written.
#[derive(Debug, Clone)]
pub struct Audit {
    /// Who; none for the system itself.
    pub actor_id: Option<AccountId>,
    /// Name as shown, also for commands ("命令行：张三").
    pub actor_name: String,
    /// Stable action, `study.confirm`.
    pub action: String,
    /// What it was done to, `study_record:17`.
    pub subject: String,
    /// Unit concerned, for filtering.
    pub unit_id: Option<UnitId>,
    /// Further facts as JSON; no secrets, no more personal data than needed.
    pub detail: serde_json::Value,
}

impl Audit {
    /// A line by an account.
    pub fn new(
        actor_id: Option<AccountId>,
        actor_name: impl Into<String>,
        action: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        Audit {
            actor_id,
            actor_name: actor_name.into(),
            action: action.into(),
            subject: subject.into(),
            unit_id: None,
            detail: serde_json::Value::Null,
        }
    }

    /// Names the unit concerned.
    #[must_use]
    pub fn unit(mut self, unit: UnitId) -> Self {
        self.unit_id = Some(unit);
        self
    }

    /// Adds facts.
    #[must_use]
    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// A stored line.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Position, from 1 without gaps.
    pub seq: i64,
    /// Machine time.
    pub at: Timestamp,
    /// See [`Audit`].
    pub actor_id: Option<i64>,
    /// See [`Audit`].
    pub actor_name: String,
    /// See [`Audit`].
    pub action: String,
    /// See [`Audit`].
    pub subject: String,
    /// See [`Audit`].
    pub unit_id: Option<i64>,
    /// See [`Audit`], as JSON text.
    pub detail: String,
    /// Hash of the line before.
    pub prev_hash: String,
    /// Hash of this line.
    pub hash: String,
}

impl AuditRow {
    fn computed_hash(&self) -> String {
        let mut hasher = Sha256::new();
        let optional = |value: Option<i64>| value.map(|v| v.to_string()).unwrap_or_default();
        for part in [
            self.prev_hash.as_str(),
            &self.seq.to_string(),
            &self.at.micros().to_string(),
            &optional(self.actor_id),
            &self.actor_name,
            &self.action,
            &self.subject,
            &optional(self.unit_id),
            &self.detail,
        ] {
            // Length first, so that no two different lines can run together to the same bytes.
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        hex::encode(hasher.finalize())
    }

    /// Reads a line from a row of `audit_log`.
    ///
    /// # Errors
    /// [`DbError::Decode`] when a column is missing.
    pub fn from_row(row: &crate::Row) -> Result<Self, DbError> {
        Ok(AuditRow {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor_id: row.get("actor_id")?,
            actor_name: row.get("actor_name")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            unit_id: row.get("unit_id")?,
            detail: row.get("detail")?,
            prev_hash: row.get("prev_hash")?,
            hash: row.get("hash")?,
        })
    }
}

pub(crate) async fn store(tx: &mut Tx, now: Timestamp, entries: Vec<Audit>) -> Result<(), DbError> {
    if entries.is_empty() {
        return Ok(());
    }
    // Taking the head's row first makes concurrent writers queue here, not fork the chain.
    let head = tx
        .one(
            sql("update audit_head set seq = seq + $1 where id = 1 returning seq, hash")
                .bind(entries.len() as i64),
        )
        .await?;
    let last: i64 = head.get("seq")?;
    let mut prev_hash: String = head.get("hash")?;
    let first = last - entries.len() as i64 + 1;
    let mut rows = Vec::with_capacity(entries.len());
    for (seq, entry) in (first..).zip(entries) {
        let mut row = AuditRow {
            seq,
            at: now,
            actor_id: entry.actor_id.map(|id| id.get()),
            actor_name: entry.actor_name,
            action: entry.action,
            subject: entry.subject,
            unit_id: entry.unit_id.map(|id| id.get()),
            detail: if entry.detail.is_null() {
                String::new()
            } else {
                entry.detail.to_string()
            },
            prev_hash: std::mem::take(&mut prev_hash),
            hash: String::new(),
        };
        row.hash = row.computed_hash();
        prev_hash.clone_from(&row.hash);
        rows.push(vec![
            Arg::from(row.seq),
            row.at.into(),
            row.actor_id.into(),
            row.actor_name.into(),
            row.action.into(),
            row.subject.into(),
            row.unit_id.into(),
            row.detail.into(),
            row.prev_hash.into(),
            row.hash.into(),
        ]);
    }
    tx.insert_many(
        "insert into audit_log (seq, at, actor_id, actor_name, action, subject, unit_id, detail, prev_hash, hash)",
        "",
        rows,
    )
    .await?;
    tx.run(sql("update audit_head set hash = $1 where id = 1").bind(prev_hash))
        .await?;
    Ok(())
}

/// Where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditBreak {
    /// First line that does not fit.
    pub seq: i64,
    /// What does not fit, in Chinese.
    pub reason: String,
}

/// Walks the whole chain. Returns the number of lines checked, or the first break.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify_audit(tx: &mut Tx) -> Result<Result<i64, AuditBreak>, DbError> {
    const PAGE: i64 = 5_000;
    let mut checked = 0;
    let mut prev_hash = String::new();
    loop {
        let rows = tx
            .all(
                sql("select * from audit_log where seq > $1 order by seq limit $2")
                    .bind(checked)
                    .bind(PAGE),
            )
            .await?;
        for row in &rows {
            let line = AuditRow::from_row(row)?;
            let reason = if line.seq != checked + 1 {
                Some(format!("第{}条之后缺少记录", checked))
            } else if line.prev_hash != prev_hash {
                Some(format!("第{}条与前一条不衔接", line.seq))
            } else if line.computed_hash() != line.hash {
                Some(format!("第{}条的内容被改动", line.seq))
            } else {
                None
            };
            if let Some(reason) = reason {
                return Ok(Err(AuditBreak {
                    seq: line.seq,
                    reason,
                }));
            }
            checked = line.seq;
            prev_hash = line.hash;
        }
        if rows.is_empty() {
            break;
        }
    }
    let head = tx
        .one(sql("select seq, hash from audit_head where id = 1"))
        .await?;
    if head.get::<i64>("seq")? != checked || head.get::<String>("hash")? != prev_hash {
        return Ok(Err(AuditBreak {
            seq: checked + 1,
            reason: format!("第{}条之后的记录被删除", checked),
        }));
    }
    Ok(Ok(checked))
}
