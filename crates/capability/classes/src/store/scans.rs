//! Phones, checks, scans and wrong codes.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Timestamp};

use super::unknown;
use crate::domain::presence::Scan;

/// A phone that signs scans.
#[derive(Debug, Clone)]
pub struct Device {
    /// Row id.
    pub id: i64,
    /// Its secret.
    pub key: Vec<u8>,
    /// When it was registered.
    pub made_at: Timestamp,
}

/// Registers a phone.
pub async fn add_device(
    tx: &mut Tx,
    account: AccountId,
    key: &[u8],
    label: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql("insert into class_device (account_id, key, label, made_at) values ($1, $2, $3, $4) returning id")
            .bind(account)
            .bind(key.to_vec())
            .bind(label)
            .bind(now),
    )
    .await?
    .get("id")
}

/// A phone.
pub async fn device(tx: &mut Tx, id: i64) -> Result<Option<Device>, DbError> {
    tx.opt(sql("select * from class_device where id = $1").bind(id))
        .await?
        .map(|row| {
            Ok(Device {
                id: row.get("id")?,
                key: row.get("key")?,
                made_at: row.get("made_at")?,
            })
        })
        .transpose()
}

/// Phones registered by an account since an instant.
pub async fn devices_since(
    tx: &mut Tx,
    account: AccountId,
    since: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql("select cast(count(*) as bigint) as n from class_device where account_id = $1 and made_at >= $2")
            .bind(account)
            .bind(since),
    )
    .await?
    .get("n")
}

/// A check in the middle of a lesson.
#[derive(Debug, Clone)]
pub struct Check {
    /// Row id.
    pub id: i64,
    /// Lesson.
    pub lesson_id: i64,
    /// When it was called.
    pub opened_at: Timestamp,
    /// Open until then.
    pub until_at: Timestamp,
}

/// Checks of lessons, oldest first.
pub async fn checks(tx: &mut Tx, lessons: &[i64]) -> Result<Vec<Check>, DbError> {
    let list = int_list(lessons.iter().copied());
    tx.all(sql(format!(
        "select * from class_check where lesson_id in {list} order by opened_at, id"
    )))
    .await?
    .iter()
    .map(|row| {
        Ok(Check {
            id: row.get("id")?,
            lesson_id: row.get("lesson_id")?,
            opened_at: row.get("opened_at")?,
            until_at: row.get("until_at")?,
        })
    })
    .collect()
}

/// Calls a check.
pub async fn add_check(
    tx: &mut Tx,
    lesson: i64,
    until: Timestamp,
    by_name: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into class_check (lesson_id, opened_at, until_at, opened_by_name)
             values ($1, $2, $3, $4) returning id",
        )
        .bind(lesson)
        .bind(now)
        .bind(until)
        .bind(by_name),
    )
    .await?
    .get("id")
}

/// A scan, or an entry by the teacher.
#[derive(Debug, Clone)]
pub struct ScanRow {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Lesson.
    pub lesson_id: i64,
    /// Trainee.
    pub trainee_id: i64,
    /// Which scan.
    pub kind: Scan,
    /// The check that it answers.
    pub check_id: Option<i64>,
    /// `link`, `typed`, `later`, `teacher`.
    pub method: String,
    /// The instant that counts.
    pub at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Window of the code.
    pub code_window: Option<i64>,
    /// The phone's signature: each is good once.
    pub signature: Option<String>,
    /// Phone.
    pub device_id: Option<i64>,
    /// Account.
    pub account_id: Option<i64>,
    /// Network of the phone, as a prefix.
    pub network: String,
    /// Metres from the room.
    pub metres: Option<u32>,
    /// Weight of the signals.
    pub score: u32,
    /// Signals as JSON.
    pub signals: String,
    /// Why the teacher entered or struck it.
    pub reason: String,
    /// Photo that the teacher added.
    pub photo_hash: Option<String>,
    /// Who entered it.
    pub by_name: String,
    /// `kept`, `struck`.
    pub decided: Option<String>,
    /// By whom.
    pub decided_by_name: Option<String>,
}

impl ScanRow {
    /// Whether it counts.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.decided.as_deref() != Some("struck")
    }
}

pub(super) fn scan(row: &Row) -> Result<ScanRow, DbError> {
    let kind: String = row.get("kind")?;
    Ok(ScanRow {
        id: row.get("id")?,
        lesson_id: row.get("lesson_id")?,
        trainee_id: row.get("trainee_id")?,
        kind: Scan::from_code(&kind).ok_or_else(|| unknown("kind"))?,
        check_id: row.get("check_id")?,
        method: row.get("method")?,
        at: row.get("at")?,
        received_at: row.get("received_at")?,
        code_window: row.get("code_window")?,
        signature: row.get("signature")?,
        device_id: row.get("device_id")?,
        account_id: row.get("account_id")?,
        network: row.get("network")?,
        metres: row.get("metres")?,
        score: row.get("score")?,
        signals: row.get("signals")?,
        reason: row.get("reason")?,
        photo_hash: row.get("photo_hash")?,
        by_name: row.get("by_name")?,
        decided: row.get("decided")?,
        decided_by_name: row.get("decided_by_name")?,
    })
}

/// The standing scan of somebody in a lesson.
pub async fn standing(
    tx: &mut Tx,
    lesson: i64,
    trainee: i64,
    kind: Scan,
    check: Option<i64>,
) -> Result<Option<ScanRow>, DbError> {
    tx.opt(
        sql(
            "select * from class_scan where lesson_id = $1 and trainee_id = $2 and kind = $3
             and coalesce(check_id, 0) = $4 and (decided is null or decided = 'kept')",
        )
        .bind(lesson)
        .bind(trainee)
        .bind(kind.code())
        .bind(check.unwrap_or(0)),
    )
    .await?
    .as_ref()
    .map(scan)
    .transpose()
}

/// One scan.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<ScanRow>, DbError> {
    tx.opt(sql("select * from class_scan where id = $1").bind(id))
        .await?
        .as_ref()
        .map(scan)
        .transpose()
}

/// Scans on a phone that arrived in a span, oldest first.
pub async fn on_device(
    tx: &mut Tx,
    device: i64,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<ScanRow>, DbError> {
    tx.all(
        sql("select * from class_scan where device_id = $1 and received_at >= $2 and received_at < $3 order by id")
            .bind(device)
            .bind(from)
            .bind(until),
    )
    .await?
    .iter()
    .map(scan)
    .collect()
}

/// Writes the signals of a scan that nobody has decided.
pub async fn put_signals(tx: &mut Tx, id: i64, score: u32, signals: &str) -> Result<(), DbError> {
    tx.run(
        sql("update class_scan set score = $1, signals = $2 where id = $3 and decided is null")
            .bind(score)
            .bind(signals)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Whether a phone's signature was used.
pub async fn used(tx: &mut Tx, device: i64, signature: &str) -> Result<bool, DbError> {
    Ok(tx
        .opt(
            sql("select id from class_scan where device_id = $1 and signature = $2")
                .bind(device)
                .bind(signature),
        )
        .await?
        .is_some())
}

/// The last scan of an account in another lesson whose place is known, since an instant: when and where.
pub async fn last_elsewhere(
    tx: &mut Tx,
    account: AccountId,
    lesson: i64,
    since: Timestamp,
) -> Result<Option<(Timestamp, (i64, i64))>, DbError> {
    tx.opt(
        sql("select s.at, l.lat_micro, l.lon_micro from class_scan s join class_lesson l on l.id = s.lesson_id
             where s.account_id = $1 and s.lesson_id <> $2 and l.lat_micro is not null and s.at >= $3
               and s.method <> 'teacher' and (s.decided is null or s.decided = 'kept')
             order by s.at desc, s.id desc limit 1")
        .bind(account)
        .bind(lesson)
        .bind(since),
    )
    .await?
    .map(|row| {
        Ok((
            row.get("at")?,
            (row.get("lat_micro")?, row.get("lon_micro")?),
        ))
    })
    .transpose()
}

/// Stores a scan. None when a standing one is there.
pub async fn insert(tx: &mut Tx, new: &ScanRow) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql("insert into class_scan (lesson_id, trainee_id, kind, check_id, method, at, received_at, code_window,
               signature, device_id, account_id, network, metres, score, signals, reason, photo_hash, by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
             on conflict do nothing returning id")
        .bind(new.lesson_id)
        .bind(new.trainee_id)
        .bind(new.kind.code())
        .bind(new.check_id)
        .bind(new.method.clone())
        .bind(new.at)
        .bind(new.received_at)
        .bind(new.code_window)
        .bind(new.signature.clone())
        .bind(new.device_id)
        .bind(new.account_id)
        .bind(new.network.clone())
        .bind(new.metres)
        .bind(new.score)
        .bind(new.signals.clone())
        .bind(new.reason.clone())
        .bind(new.photo_hash.clone())
        .bind(new.by_name.clone()),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Keeps or strikes a scan that nobody has decided. False when somebody was first.
pub async fn decide(
    tx: &mut Tx,
    id: i64,
    kept: bool,
    reason: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_scan set decided = $1, reason = $2, decided_by_name = $3, decided_at = $4
                 where id = $5 and decided is null")
            .bind(if kept { "kept" } else { "struck" })
            .bind(reason)
            .bind(by_name)
            .bind(now)
            .bind(id),
        )
        .await?
        == 1)
}

/// Adds the photo of a teacher's entry.
pub async fn put_photo(tx: &mut Tx, id: i64, hash: &str) -> Result<(), DbError> {
    tx.run(
        sql("update class_scan set photo_hash = $1 where id = $2")
            .bind(hash)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Wrong codes of an account since an instant.
pub async fn wrong_codes(
    tx: &mut Tx,
    account: AccountId,
    since: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql("select cast(count(*) as bigint) as n from class_wrong_code where account_id = $1 and at >= $2")
            .bind(account)
            .bind(since),
    )
    .await?
    .get("n")
}

/// Remembers a wrong code; those of an earlier day go.
pub async fn add_wrong_code(
    tx: &mut Tx,
    account: AccountId,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("delete from class_wrong_code where account_id = $1 and at < $2")
            .bind(account)
            .bind(now.plus_minutes(-24 * 60)),
    )
    .await?;
    tx.run(
        sql("insert into class_wrong_code (account_id, at) values ($1, $2)")
            .bind(account)
            .bind(now),
    )
    .await?;
    Ok(())
}
