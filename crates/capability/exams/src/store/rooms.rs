//! Rooms of a session, and who invigilates and marks.

use std::collections::BTreeSet;

use chengzhi_db::{Arg, DbError, Row, Tx, sql};
use chengzhi_kernel::PersonId;

use crate::domain::rooms::Room;

/// A room with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRow {
    /// The room.
    pub room: Room,
    /// Address.
    pub address: String,
}

fn room(row: &Row) -> Result<RoomRow, DbError> {
    let closed: String = row.get("closed")?;
    let closed: BTreeSet<u32> = serde_json::from_str(&closed).map_err(|_| DbError::Decode {
        column: "closed".to_owned(),
        wanted: "list of seats",
    })?;
    Ok(RoomRow {
        room: Room {
            id: row.get("id")?,
            name: row.get("name")?,
            rows: row.get("seat_rows")?,
            columns: row.get("seat_columns")?,
            accessible: row.get("accessible")?,
            closed,
        },
        address: row.get("address")?,
    })
}

/// Rooms of a session in the order they were entered.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_session(tx: &mut Tx, session: i64) -> Result<Vec<RoomRow>, DbError> {
    let rows = tx
        .all(sql("select * from exam_room where session_id = $1 order by id").bind(session))
        .await?;
    rows.iter().map(room).collect()
}

/// Stores a room; gives its id. A room that has one is changed.
///
/// # Errors
/// [`DbError`]; a unique violation for a name given twice.
pub async fn put(tx: &mut Tx, session: i64, new: &RoomRow) -> Result<i64, DbError> {
    let closed = serde_json::to_string(&new.room.closed).unwrap_or_else(|_| "[]".to_owned());
    if new.room.id > 0 {
        tx.run(
            sql(
                "update exam_room set name = $3, address = $4, seat_rows = $5, seat_columns = $6, accessible = $7,
                   closed = $8 where id = $1 and session_id = $2",
            )
            .bind(new.room.id)
            .bind(session)
            .bind(new.room.name.clone())
            .bind(new.address.clone())
            .bind(new.room.rows)
            .bind(new.room.columns)
            .bind(new.room.accessible)
            .bind(closed),
        )
        .await?;
        return Ok(new.room.id);
    }
    tx.one(
        sql(
            "insert into exam_room (session_id, name, address, seat_rows, seat_columns, accessible, closed)
             values ($1, $2, $3, $4, $5, $6, $7) returning id",
        )
        .bind(session)
        .bind(new.room.name.clone())
        .bind(new.address.clone())
        .bind(new.room.rows)
        .bind(new.room.columns)
        .bind(new.room.accessible)
        .bind(closed),
    )
    .await?
    .get("id")
}

/// Removes a room with its invigilators. Nobody may sit in it any more.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(tx: &mut Tx, session: i64, id: i64) -> Result<(), DbError> {
    tx.run(
        sql("delete from exam_staff where session_id = $1 and room_id = $2")
            .bind(session)
            .bind(id),
    )
    .await?;
    tx.run(
        sql("delete from exam_room where session_id = $1 and id = $2")
            .bind(session)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Somebody with a duty in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// `invigilator`, `marker`, `chief`.
    pub kind: String,
    /// His room; none: the whole session.
    pub room: Option<i64>,
    /// Who.
    pub person: PersonId,
    /// 姓名.
    pub name: String,
}

/// Who has a duty in a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn staff(tx: &mut Tx, session: i64) -> Result<Vec<Staff>, DbError> {
    let rows = tx
        .all(sql("select * from exam_staff where session_id = $1 order by id").bind(session))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Staff {
                kind: row.get("kind")?,
                room: row.get("room_id")?,
                person: row.get("person_id")?,
                name: row.get("name")?,
            })
        })
        .collect()
}

/// Names those with some duties anew: whoever had one of these kinds before and is not in the list has it no more.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_staff(
    tx: &mut Tx,
    session: i64,
    kinds: &[&str],
    list: &[Staff],
) -> Result<(), DbError> {
    for kind in kinds {
        tx.run(
            sql("delete from exam_staff where session_id = $1 and kind = $2")
                .bind(session)
                .bind(*kind),
        )
        .await?;
    }
    let rows = list
        .iter()
        .map(|one| {
            vec![
                Arg::from(session),
                one.kind.clone().into(),
                one.room.into(),
                one.person.into(),
                one.name.clone().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into exam_staff (session_id, kind, room_id, person_id, name)",
        "",
        rows,
    )
    .await?;
    Ok(())
}
