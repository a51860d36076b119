//! Who is on a class's list, seats per unit.

use std::collections::BTreeMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, PersonId, Timestamp, UnitId};

use super::unknown;
use crate::domain::enrol::Seat;

/// Somebody on a list.
#[derive(Debug, Clone)]
pub struct Trainee {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Class.
    pub class_id: i64,
    /// Person of the roster.
    pub person_id: Option<PersonId>,
    /// Person from outside.
    pub outsider_id: Option<i64>,
    /// 工号; empty for outsiders.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit when he came on the list.
    pub unit_id: UnitId,
    /// Its name then; the organisation of an outsider.
    pub unit_name: String,
    /// `rule`, `nominated`, `added`, `moved`.
    pub source: String,
    /// Where he stands.
    pub seat: Seat,
    /// Class he went to.
    pub moved_to: Option<i64>,
    /// Why he left or was moved.
    pub reason: String,
    /// Discipline remark (B-31).
    pub remark: String,
    /// Grows with every change.
    pub version: i64,
    /// When he came on the list; who waits moves up in this order.
    pub listed_at: Timestamp,
    /// Who listed him.
    pub listed_by_name: String,
}

fn trainee(row: &Row) -> Result<Trainee, DbError> {
    let seat: String = row.get("seat")?;
    Ok(Trainee {
        id: row.get("id")?,
        class_id: row.get("class_id")?,
        person_id: row.get("person_id")?,
        outsider_id: row.get("outsider_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        unit_id: row.get("unit_id")?,
        unit_name: row.get("unit_name")?,
        source: row.get("source")?,
        seat: Seat::from_code(&seat).ok_or_else(|| unknown("seat"))?,
        moved_to: row.get("moved_to")?,
        reason: row.get("reason")?,
        remark: row.get("remark")?,
        version: row.get("version")?,
        listed_at: row.get("listed_at")?,
        listed_by_name: row.get("listed_by_name")?,
    })
}

/// Everybody who was ever on the lists of classes, in the order of arrival.
pub async fn of_classes(tx: &mut Tx, classes: &[i64]) -> Result<Vec<Trainee>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select * from class_trainee where class_id in {list} order by class_id, id"
    )))
    .await?
    .iter()
    .map(trainee)
    .collect()
}

/// One row.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Trainee>, DbError> {
    tx.opt(sql("select * from class_trainee where id = $1").bind(id))
        .await?
        .as_ref()
        .map(trainee)
        .transpose()
}

/// A person's rows in the standing classes of a year, oldest first.
pub async fn of_person(tx: &mut Tx, person: PersonId, year: i32) -> Result<Vec<Trainee>, DbError> {
    tx.all(
        sql(
            "select t.* from class_trainee t join class c on c.id = t.class_id
             where t.person_id = $1 and c.year = $2 order by t.id",
        )
        .bind(person)
        .bind(year),
    )
    .await?
    .iter()
    .map(trainee)
    .collect()
}

/// A person's standing row in a class.
pub async fn in_class(
    tx: &mut Tx,
    class: i64,
    person: PersonId,
) -> Result<Option<Trainee>, DbError> {
    tx.opt(
        sql(
            "select * from class_trainee where class_id = $1 and person_id = $2
             and seat not in ('withdrawn', 'moved')",
        )
        .bind(class)
        .bind(person),
    )
    .await?
    .as_ref()
    .map(trainee)
    .transpose()
}

/// Where people already stand in a batch of the same: person, class, title of the class with its batch. The same is
/// the programme; without one, the kind of closed training of that bureau and year, else the title.
pub async fn elsewhere(
    tx: &mut Tx,
    class: &super::classes::Class,
    persons: &[i64],
) -> Result<BTreeMap<i64, (i64, String, u32)>, DbError> {
    let list = int_list(persons.iter().copied());
    let (same, arg): (&str, Arg) = match class.programme_id {
        Some(programme) => ("c.programme_id = $4", programme.into()),
        None if class.kind == crate::domain::kind::Kind::Closed => {
            ("c.kind = $4", class.kind.code().into())
        }
        None => ("c.title = $4", class.title.clone().into()),
    };
    tx.all(
        sql(format!(
            "select t.person_id, c.id, c.title, c.batch from class_trainee t join class c on c.id = t.class_id
             where t.person_id in {list} and t.seat not in ('withdrawn', 'moved') and c.state <> 'cancelled'
               and c.id <> $1 and c.unit_id = $2 and c.year = $3 and {same}
             order by c.id"
        ))
        .bind(class.id)
        .bind(class.unit_id)
        .bind(class.year)
        .bind(arg),
    )
    .await?
    .iter()
    .map(|row| {
        Ok((
            row.get("person_id")?,
            (row.get("id")?, row.get("title")?, row.get("batch")?),
        ))
    })
    .collect()
}

/// People with a standing row in closed training of a bureau's year.
pub async fn in_closed_training(
    tx: &mut Tx,
    unit: UnitId,
    year: i32,
) -> Result<Vec<(i64, Seat)>, DbError> {
    tx.all(
        sql("select t.person_id, t.seat from class_trainee t join class c on c.id = t.class_id
             where t.person_id is not null and t.seat not in ('withdrawn', 'moved') and c.state <> 'cancelled'
               and c.kind = 'closed' and c.unit_id = $1 and c.year = $2")
        .bind(unit)
        .bind(year),
    )
    .await?
    .iter()
    .map(|row| {
        let seat: String = row.get("seat")?;
        Ok((
            row.get("person_id")?,
            Seat::from_code(&seat).ok_or_else(|| unknown("seat"))?,
        ))
    })
    .collect()
}

/// Puts somebody on a list. None when he stands on it.
pub async fn insert(tx: &mut Tx, new: &Trainee, by: AccountId) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql("insert into class_trainee (class_id, person_id, outsider_id, staff_no, name, unit_id, unit_name, source,
               seat, reason, remark, listed_at, listed_by, listed_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing returning id")
        .bind(new.class_id)
        .bind(new.person_id)
        .bind(new.outsider_id)
        .bind(new.staff_no.clone())
        .bind(new.name.clone())
        .bind(new.unit_id)
        .bind(new.unit_name.clone())
        .bind(new.source.clone())
        .bind(new.seat.code())
        .bind(new.reason.clone())
        .bind(new.remark.clone())
        .bind(new.listed_at)
        .bind(by)
        .bind(new.listed_by_name.clone()),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// The row of somebody who left this list before: the one with the most sign-ins, else the latest. None for whoever
/// stands on the list or was never on it.
pub async fn former(tx: &mut Tx, who: &Trainee) -> Result<Option<i64>, DbError> {
    let (column, id): (&str, Arg) = match (who.person_id, who.outsider_id) {
        (Some(person), _) => ("person_id", person.into()),
        (None, Some(outsider)) => ("outsider_id", outsider.into()),
        (None, None) => return Ok(None),
    };
    tx.opt(
        sql(format!(
            "select t.id from class_trainee t where t.class_id = $1 and t.{column} = $2
               and t.seat in ('withdrawn', 'moved')
               and not exists (select 1 from class_trainee n where n.class_id = $1 and n.{column} = $2
                 and n.seat not in ('withdrawn', 'moved'))
             order by (select count(*) from class_scan s where s.trainee_id = t.id) desc, t.id desc limit 1"
        ))
        .bind(who.class_id)
        .bind(id),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Puts somebody back on the row that he had; sign-ins, results, evaluations and the remark on it stay.
pub async fn revive(tx: &mut Tx, id: i64, new: &Trainee, by: AccountId) -> Result<(), DbError> {
    tx.run(
        sql(
            "update class_trainee set staff_no = $1, name = $2, unit_id = $3, unit_name = $4, source = $5, seat = $6,
               moved_to = null, reason = $7, listed_at = $8, listed_by = $9, listed_by_name = $10,
               version = version + 1
             where id = $11",
        )
        .bind(new.staff_no.clone())
        .bind(new.name.clone())
        .bind(new.unit_id)
        .bind(new.unit_name.clone())
        .bind(new.source.clone())
        .bind(new.seat.code())
        .bind(new.reason.clone())
        .bind(new.listed_at)
        .bind(by)
        .bind(new.listed_by_name.clone())
        .bind(id),
    )
    .await?;
    Ok(())
}

/// Writes where somebody stands.
pub async fn put_seat(
    tx: &mut Tx,
    id: i64,
    seat: Seat,
    moved_to: Option<i64>,
    reason: &str,
) -> Result<(), DbError> {
    tx.run(
        sql("update class_trainee set seat = $1, moved_to = $2, reason = $3, version = version + 1 where id = $4")
            .bind(seat.code())
            .bind(moved_to)
            .bind(reason)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Writes a discipline remark. False for an old version.
pub async fn put_remark(tx: &mut Tx, id: i64, version: i64, remark: &str) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_trainee set remark = $1, version = version + 1 where id = $2 and version = $3")
                .bind(remark)
                .bind(id)
                .bind(version),
        )
        .await?
        == 1)
}

/// Seats per unit.
pub async fn quota(tx: &mut Tx, class: i64) -> Result<BTreeMap<i64, u32>, DbError> {
    tx.all(sql("select unit_id, seats from class_quota where class_id = $1").bind(class))
        .await?
        .iter()
        .map(|row| Ok((row.get("unit_id")?, row.get("seats")?)))
        .collect()
}

/// Replaces the seats per unit.
pub async fn put_quota(tx: &mut Tx, class: i64, quota: &BTreeMap<i64, u32>) -> Result<(), DbError> {
    tx.run(sql("delete from class_quota where class_id = $1").bind(class))
        .await?;
    let rows = quota
        .iter()
        .map(|(unit, seats)| vec![Arg::from(class), (*unit).into(), (*seats).into()])
        .collect();
    tx.insert_many(
        "insert into class_quota (class_id, unit_id, seats)",
        "",
        rows,
    )
    .await?;
    Ok(())
}
