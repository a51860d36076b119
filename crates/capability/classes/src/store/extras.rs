//! What trainees have seen of a class, samples of the year, groups of people.

use std::collections::BTreeMap;

use chengzhi_db::{Arg, DbError, Tx, int_list, sql};
use chengzhi_kernel::{PersonId, Timestamp, UnitId};

/// Remembers the last change of a class that a person has seen.
pub async fn mark_read(
    tx: &mut Tx,
    class: i64,
    person: PersonId,
    calendar_seq: i64,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into class_read (class_id, person_id, calendar_seq) values ($1, $2, $3)
             on conflict (class_id, person_id) do update set calendar_seq = excluded.calendar_seq",
        )
        .bind(class)
        .bind(person)
        .bind(calendar_seq),
    )
    .await?;
    Ok(())
}

/// The last change that a person has seen, by class.
pub async fn read_by(tx: &mut Tx, person: PersonId) -> Result<BTreeMap<i64, i64>, DbError> {
    tx.all(sql("select class_id, calendar_seq from class_read where person_id = $1").bind(person))
        .await?
        .iter()
        .map(|row| Ok((row.get("class_id")?, row.get("calendar_seq")?)))
        .collect()
}

/// Marks a class as a sample of its year. False when it is one.
pub async fn mark_sample(
    tx: &mut Tx,
    class: i64,
    reason: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("insert into class_sample (class_id, reason, marked_at, marked_by_name) values ($1, $2, $3, $4)
                 on conflict do nothing")
            .bind(class)
            .bind(reason)
            .bind(now)
            .bind(by_name),
        )
        .await?
        == 1)
}

/// Takes the mark off. False when there was none.
pub async fn unmark_sample(tx: &mut Tx, class: i64, now: Timestamp) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_sample set removed_at = $1 where class_id = $2 and removed_at is null")
                .bind(now)
                .bind(class),
        )
        .await?
        == 1)
}

/// Why classes are samples of their year, by class.
pub async fn samples(tx: &mut Tx, classes: &[i64]) -> Result<BTreeMap<i64, String>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select class_id, reason from class_sample where class_id in {list} and removed_at is null"
    )))
    .await?
    .iter()
    .map(|row| Ok((row.get("class_id")?, row.get("reason")?)))
    .collect()
}

/// A group of people that audiences name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Row id.
    pub id: i64,
    /// Its word: 党务人员.
    pub word: String,
    /// Members.
    pub people: Vec<i64>,
}

/// Groups of a bureau, by word.
pub async fn groups(tx: &mut Tx, unit: UnitId) -> Result<Vec<Group>, DbError> {
    let rows = tx
        .all(
            sql("select g.id, g.word, p.person_id from class_group g
                 left join class_group_person p on p.group_id = g.id
                 where g.unit_id = $1 order by g.word, p.person_id")
            .bind(unit),
        )
        .await?;
    let mut found: Vec<Group> = Vec::new();
    for row in &rows {
        let id: i64 = row.get("id")?;
        let person: Option<i64> = row.get("person_id")?;
        match found.last_mut().filter(|group| group.id == id) {
            Some(group) => group.people.extend(person),
            None => found.push(Group {
                id,
                word: row.get("word")?,
                people: person.into_iter().collect(),
            }),
        }
    }
    Ok(found)
}

/// Writes a group of a bureau whole; without people it is taken away.
pub async fn put_group(
    tx: &mut Tx,
    unit: UnitId,
    word: &str,
    people: &[i64],
    (by_name, now): (&str, Timestamp),
) -> Result<(), DbError> {
    let id: i64 = tx
        .one(
            sql("insert into class_group (unit_id, word, saved_at, saved_by_name) values ($1, $2, $3, $4)
                 on conflict (unit_id, word) do update set saved_at = excluded.saved_at,
                   saved_by_name = excluded.saved_by_name returning id")
            .bind(unit)
            .bind(word)
            .bind(now)
            .bind(by_name),
        )
        .await?
        .get("id")?;
    tx.run(sql("delete from class_group_person where group_id = $1").bind(id))
        .await?;
    if people.is_empty() {
        tx.run(sql("delete from class_group where id = $1").bind(id))
            .await?;
        return Ok(());
    }
    let rows: Vec<Vec<Arg>> = people
        .iter()
        .map(|person| vec![id.into(), (*person).into()])
        .collect();
    tx.insert_many(
        "insert into class_group_person (group_id, person_id)",
        "on conflict do nothing",
        rows,
    )
    .await?;
    Ok(())
}
