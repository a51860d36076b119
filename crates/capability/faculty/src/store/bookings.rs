//! Who and what is taken when.

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{Timestamp, UnitId};

use crate::domain::span::Span;

/// Who or what is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An instructor.
    Instructor(i64),
    /// A place.
    Place(i64),
}

impl Subject {
    fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Subject::Instructor(id) => (Some(id), None),
            Subject::Place(id) => (None, Some(id)),
        }
    }
}

/// A booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Who or what.
    pub subject: Subject,
    /// When.
    pub span: Span,
    /// For what.
    pub title: String,
    /// By whom.
    pub unit_id: UnitId,
}

/// A stored booking with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Row id.
    pub id: i64,
    /// Owner, `class_session:12`.
    pub owner: String,
    /// The booking.
    pub booking: Booking,
}

fn held(row: &Row) -> Result<Held, DbError> {
    let subject = match row.get::<Option<i64>>("instructor_id")? {
        Some(id) => Subject::Instructor(id),
        None => Subject::Place(row.get("place_id")?),
    };
    Ok(Held {
        id: row.get("id")?,
        owner: row.get("owner")?,
        booking: Booking {
            subject,
            span: Span {
                from: row.get("from_at")?,
                until: row.get("until_at")?,
            },
            title: row.get("title")?,
            unit_id: row.get("unit_id")?,
        },
    })
}

/// Locks these people and places until the transaction ends, in one order for everybody, so that two
/// bookings of the same thing follow one another. Gives how many of them there are.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn lock(tx: &mut Tx, subjects: &[Subject]) -> Result<usize, DbError> {
    let mut sorted = subjects.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut found = 0;
    for subject in sorted {
        let (text, id) = match subject {
            Subject::Instructor(id) => (
                "update faculty_instructor set version = version where id = $1",
                id,
            ),
            Subject::Place(id) => (
                "update faculty_place set version = version where id = $1",
                id,
            ),
        };
        found += usize::try_from(tx.run(sql(text).bind(id)).await?).unwrap_or(0);
    }
    Ok(found)
}

/// Bookings of a subject that share an instant with a stretch, but for those of one owner.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn overlapping(
    tx: &mut Tx,
    subject: Subject,
    span: Span,
    except_owner: &str,
) -> Result<Vec<Held>, DbError> {
    let (column, id) = match subject {
        Subject::Instructor(id) => ("instructor_id", id),
        Subject::Place(id) => ("place_id", id),
    };
    let rows = tx
        .all(
            sql(format!(
                "select * from faculty_booking where {column} = $1 and from_at < $2 and until_at > $3
                   and owner <> $4 order by from_at, id"
            ))
            .bind(id)
            .bind(span.until)
            .bind(span.from)
            .bind(except_owner),
        )
        .await?;
    rows.iter().map(held).collect()
}

/// Bookings of these people and places in a stretch, by time.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn between(
    tx: &mut Tx,
    instructors: &[i64],
    places: &[i64],
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Held>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select * from faculty_booking where from_at < $1 and until_at > $2
                   and (instructor_id in {} or place_id in {}) order by from_at, id limit 2000",
                int_list(instructors.iter().copied()),
                int_list(places.iter().copied())
            ))
            .bind(until)
            .bind(from),
        )
        .await?;
    rows.iter().map(held).collect()
}

/// Stores bookings of an owner.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, owner: &str, bookings: &[Booking]) -> Result<(), DbError> {
    let rows: Vec<Vec<Arg>> = bookings
        .iter()
        .map(|booking| {
            let (instructor, place) = booking.subject.columns();
            vec![
                owner.into(),
                instructor.into(),
                place.into(),
                booking.span.from.into(),
                booking.span.until.into(),
                (&booking.title).into(),
                booking.unit_id.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into faculty_booking (owner, instructor_id, place_id, from_at, until_at, title, unit_id)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Takes away what an owner held. Gives how many.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn release(tx: &mut Tx, owner: &str) -> Result<u64, DbError> {
    tx.run(sql("delete from faculty_booking where owner = $1").bind(owner))
        .await
}

/// Bookings of an instructor that begin after an instant, by time.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn ahead(tx: &mut Tx, instructor: i64, after: Timestamp) -> Result<Vec<Held>, DbError> {
    let rows = tx
        .all(
            sql("select * from faculty_booking where instructor_id = $1 and from_at > $2 order by from_at, id")
                .bind(instructor)
                .bind(after),
        )
        .await?;
    rows.iter().map(held).collect()
}

/// Takes one booking away.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(tx: &mut Tx, id: i64) -> Result<(), DbError> {
    tx.run(sql("delete from faculty_booking where id = $1").bind(id))
        .await?;
    Ok(())
}
