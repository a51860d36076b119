//! Materials of a closing and its hand-ins.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp};

use super::unknown;
use crate::domain::kind::Subject;

/// A picture or paper.
#[derive(Debug, Clone)]
pub struct Material {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Class.
    pub class_id: i64,
    /// `photo`, `sign_sheet`, `results`, `other`.
    pub kind: String,
    /// What a photo shows.
    pub subject: Option<Subject>,
    /// SHA-256.
    pub hash: String,
    /// How it looks, for finding nearly equal ones.
    pub look: Option<i64>,
    /// Type by content.
    pub mime: String,
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// When the camera says it was taken.
    pub taken_at: Option<String>,
    /// What one should look at, one line each.
    pub hints: String,
    /// Who added it.
    pub added_by_name: String,
}

fn material(row: &Row) -> Result<Material, DbError> {
    let subject: Option<String> = row.get("subject")?;
    Ok(Material {
        id: row.get("id")?,
        class_id: row.get("class_id")?,
        kind: row.get("kind")?,
        subject: subject
            .map(|code| Subject::from_code(&code).ok_or_else(|| unknown("subject")))
            .transpose()?,
        hash: row.get("hash")?,
        look: row.get("look")?,
        mime: row.get("mime")?,
        name: row.get("name")?,
        size: row.get("size")?,
        taken_at: row.get("taken_at")?,
        hints: row.get("hints")?,
        added_by_name: row.get("added_by_name")?,
    })
}

/// Materials of classes that stand, oldest first.
pub async fn of_classes(tx: &mut Tx, classes: &[i64]) -> Result<Vec<Material>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select * from class_material where class_id in {list} and removed_at is null order by class_id, id"
    )))
    .await?
    .iter()
    .map(material)
    .collect()
}

/// Photos of other classes, for finding pictures used before: class, its title, hash, look.
pub async fn other_photos(
    tx: &mut Tx,
    class: i64,
) -> Result<Vec<(String, String, Option<i64>)>, DbError> {
    tx.all(
        sql(
            "select c.title, m.hash, m.look from class_material m join class c on c.id = m.class_id
             where m.kind = 'photo' and m.class_id <> $1 order by m.id",
        )
        .bind(class),
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("title")?, row.get("hash")?, row.get("look")?)))
    .collect()
}

/// Adds a material.
pub async fn insert(tx: &mut Tx, new: &Material, now: Timestamp) -> Result<i64, DbError> {
    tx.one(
        sql("insert into class_material (class_id, kind, subject, hash, look, mime, name, size, taken_at, hints,
               added_at, added_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id")
        .bind(new.class_id)
        .bind(new.kind.clone())
        .bind(new.subject.map(|subject| subject.code().to_owned()))
        .bind(new.hash.clone())
        .bind(new.look)
        .bind(new.mime.clone())
        .bind(new.name.clone())
        .bind(new.size)
        .bind(new.taken_at.clone())
        .bind(new.hints.clone())
        .bind(now)
        .bind(new.added_by_name.clone()),
    )
    .await?
    .get("id")
}

/// Takes a material off. False when it is not there.
pub async fn remove(tx: &mut Tx, class: i64, id: i64, now: Timestamp) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_material set removed_at = $1 where id = $2 and class_id = $3 and removed_at is null")
                .bind(now)
                .bind(id)
                .bind(class),
        )
        .await?
        == 1)
}

/// A hand-in of the closing materials.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Class.
    pub class_id: i64,
    /// From 1.
    pub seq: i64,
    /// When.
    pub submitted_at: Timestamp,
    /// By which account.
    pub submitted_by: Option<AccountId>,
    /// By whom.
    pub submitted_by_name: String,
    /// Last day in time (B-27).
    pub due_on: Option<Date>,
    /// Whether it came later.
    pub late: Option<bool>,
    /// The check list of that day, JSON.
    pub checklist: String,
    /// `closed`, `returned`.
    pub outcome: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Who.
    pub decided_by_name: Option<String>,
    /// Why it was returned.
    pub note: Option<String>,
}

fn closing(row: &Row) -> Result<Closing, DbError> {
    Ok(Closing {
        class_id: row.get("class_id")?,
        seq: row.get("seq")?,
        submitted_at: row.get("submitted_at")?,
        submitted_by: row.get("submitted_by")?,
        submitted_by_name: row.get("submitted_by_name")?,
        due_on: row.get("due_on")?,
        late: row.get("late")?,
        checklist: row.get("checklist")?,
        outcome: row.get("outcome")?,
        decided_at: row.get("decided_at")?,
        decided_by_name: row.get("decided_by_name")?,
        note: row.get("note")?,
    })
}

/// Hand-ins of classes, oldest first.
pub async fn closings(tx: &mut Tx, classes: &[i64]) -> Result<Vec<Closing>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select * from class_closing where class_id in {list} order by class_id, seq"
    )))
    .await?
    .iter()
    .map(closing)
    .collect()
}

/// Adds a hand-in as the class's next.
pub async fn insert_closing(tx: &mut Tx, new: &Closing) -> Result<(), DbError> {
    tx.run(
        sql("insert into class_closing (class_id, seq, submitted_at, submitted_by, submitted_by_name, due_on, late,
               checklist)
             values ($1, (select coalesce(max(seq), 0) + 1 from class_closing where class_id = $1), $2, $3, $4, $5,
               $6, $7)")
        .bind(new.class_id)
        .bind(new.submitted_at)
        .bind(new.submitted_by)
        .bind(new.submitted_by_name.clone())
        .bind(new.due_on)
        .bind(new.late)
        .bind(new.checklist.clone()),
    )
    .await?;
    Ok(())
}

/// Decides the open hand-in of a class.
pub async fn decide(
    tx: &mut Tx,
    class: i64,
    (outcome, note): (&str, &str),
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("update class_closing set outcome = $1, note = $2, decided_by = $3, decided_by_name = $4, decided_at = $5
             where class_id = $6 and outcome is null")
        .bind(outcome)
        .bind(note)
        .bind(by.0)
        .bind(by.1)
        .bind(now)
        .bind(class),
    )
    .await?;
    Ok(())
}
