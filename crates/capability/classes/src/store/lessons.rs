//! Courses of a class and the lessons of its timetable.

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{Quantity, Timestamp};

use super::unknown;
use crate::domain::kind::Subject;
use crate::domain::timetable::{Course, Lesson, Span};

/// A stored lesson.
#[derive(Debug, Clone)]
pub struct LessonRow {
    /// What the arithmetic needs.
    pub lesson: Lesson,
    /// Its class.
    pub class_id: i64,
    /// Who teaches.
    pub instructor: String,
    /// Where.
    pub place: String,
    /// Place in millionths of a degree: latitude, longitude.
    pub position: Option<(i64, i64)>,
    /// What its codes are made from.
    pub secret: Vec<u8>,
    /// Stable name in calendars.
    pub uid: String,
    /// Taken out of the timetable.
    pub removed: bool,
}

fn course(row: &Row) -> Result<Course, DbError> {
    let subject: String = row.get("subject")?;
    Ok(Course {
        id: row.get("id")?,
        title: row.get("title")?,
        subject: Subject::from_code(&subject).ok_or_else(|| unknown("subject"))?,
        topic: row.get("topic")?,
        hours: row.get::<Quantity>("hours")?,
        credits: row.get::<Quantity>("credits")?,
    })
}

fn lesson(row: &Row) -> Result<LessonRow, DbError> {
    let removed: Option<i64> = row.get("removed_at")?;
    let lat: Option<i64> = row.get("lat_micro")?;
    Ok(LessonRow {
        lesson: Lesson {
            id: row.get("id")?,
            course: row.get("course_id")?,
            span: Span {
                from: row.get("starts_at")?,
                until: row.get("ends_at")?,
            },
            instructor: row.get("instructor_id")?,
            place: row.get("place_id")?,
        },
        class_id: row.get("class_id")?,
        instructor: row.get("instructor")?,
        place: row.get("place")?,
        position: lat.zip(row.get("lon_micro")?),
        secret: row.get("secret")?,
        uid: row.get("uid")?,
        removed: removed.is_some(),
    })
}

/// Courses of a class that stand, in order.
pub async fn courses(tx: &mut Tx, class: i64) -> Result<Vec<Course>, DbError> {
    tx.all(
        sql("select * from class_course where class_id = $1 and removed_at is null order by seq, id")
            .bind(class),
    )
    .await?
    .iter()
    .map(course)
    .collect()
}

/// Stores a course, or writes it back.
pub async fn save_course(
    tx: &mut Tx,
    class: i64,
    seq: i64,
    course: &Course,
) -> Result<i64, DbError> {
    let query = if course.id == 0 {
        sql(
            "insert into class_course (title, subject, topic, hours, credits, seq, class_id)
             values ($1, $2, $3, $4, $5, $6, $7) returning id",
        )
    } else {
        sql("update class_course set title = $1, subject = $2, topic = $3, hours = $4, credits = $5, seq = $6
             where class_id = $7 and id = $8 returning id")
    };
    let query = query
        .bind(course.title.clone())
        .bind(course.subject.code())
        .bind(course.topic.clone())
        .bind(course.hours)
        .bind(course.credits)
        .bind(seq)
        .bind(class);
    let query = if course.id == 0 {
        query
    } else {
        query.bind(course.id)
    };
    tx.one(query).await?.get("id")
}

/// Takes courses out.
pub async fn remove_courses(tx: &mut Tx, ids: &[i64], now: Timestamp) -> Result<(), DbError> {
    let list = int_list(ids.iter().copied());
    tx.run(
        sql(format!(
            "update class_course set removed_at = $1 where id in {list}"
        ))
        .bind(now),
    )
    .await?;
    Ok(())
}

/// Lessons of classes in time; those taken out only when asked for.
pub async fn lessons(
    tx: &mut Tx,
    classes: &[i64],
    with_removed: bool,
) -> Result<Vec<LessonRow>, DbError> {
    let list = int_list(classes.iter().copied());
    let standing = if with_removed {
        ""
    } else {
        "and removed_at is null"
    };
    tx.all(sql(format!(
        "select * from class_lesson where class_id in {list} {standing} order by starts_at, id"
    )))
    .await?
    .iter()
    .map(lesson)
    .collect()
}

/// A lesson that stands.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<LessonRow>, DbError> {
    tx.opt(sql("select * from class_lesson where id = $1 and removed_at is null").bind(id))
        .await?
        .as_ref()
        .map(lesson)
        .transpose()
}

/// Stores a lesson, or writes it back; uid and secret stay.
pub async fn save_lesson(tx: &mut Tx, row: &LessonRow) -> Result<i64, DbError> {
    let insert = row.lesson.id == 0;
    let query = if insert {
        sql("insert into class_lesson (course_id, starts_at, ends_at, instructor_id, instructor, place_id, place,
               lat_micro, lon_micro, class_id, secret, uid)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id")
    } else {
        sql("update class_lesson set course_id = $1, starts_at = $2, ends_at = $3, instructor_id = $4,
               instructor = $5, place_id = $6, place = $7, lat_micro = $8, lon_micro = $9
             where class_id = $10 and id = $11 returning id")
    };
    let query = query
        .bind(row.lesson.course)
        .bind(row.lesson.span.from)
        .bind(row.lesson.span.until)
        .bind(row.lesson.instructor)
        .bind(row.instructor.clone())
        .bind(row.lesson.place)
        .bind(row.place.clone())
        .bind(row.position.map(|at| at.0))
        .bind(row.position.map(|at| at.1))
        .bind(row.class_id);
    let query = if insert {
        query.bind(row.secret.clone()).bind(row.uid.clone())
    } else {
        query.bind(row.lesson.id)
    };
    tx.one(query).await?.get("id")
}

/// Takes lessons out of the timetable.
pub async fn remove_lessons(tx: &mut Tx, ids: &[i64], now: Timestamp) -> Result<(), DbError> {
    let list = int_list(ids.iter().copied());
    tx.run(
        sql(format!(
            "update class_lesson set removed_at = $1 where id in {list}"
        ))
        .bind(now),
    )
    .await?;
    Ok(())
}

/// Lessons with at least one scan.
pub async fn with_scans(tx: &mut Tx, class: i64) -> Result<Vec<i64>, DbError> {
    tx.all(
        sql("select distinct l.id from class_lesson l join class_scan s on s.lesson_id = l.id where l.class_id = $1")
            .bind(class),
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// A lesson of another class that takes an instructor or a place.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Title of its class.
    pub title: String,
    /// When.
    pub span: Span,
    /// Instructor of the register.
    pub instructor_id: Option<i64>,
    /// Instructor's name.
    pub instructor: String,
    /// Place of the register.
    pub place_id: Option<i64>,
    /// Place's name.
    pub place: String,
}

/// Lessons of other standing classes that touch a span. A room named by text is told apart by the bureaus that use it:
/// only lessons of `units` are looked at for names.
pub async fn of_others(
    tx: &mut Tx,
    class: i64,
    span: Span,
    units: &[i64],
) -> Result<Vec<Taken>, DbError> {
    let list = int_list(units.iter().copied());
    let args: [Arg; 3] = [class.into(), span.from.into(), span.until.into()];
    tx.all(
        sql(format!(
            "select l.*, c.title from class_lesson l join class c on c.id = l.class_id
             where l.class_id <> $1 and l.removed_at is null and c.state <> 'cancelled'
               and l.ends_at > $2 and l.starts_at < $3
               and (c.unit_id in {list} or l.instructor_id is not null or l.place_id is not null)
             order by l.starts_at, l.id"
        ))
        .bind_all(args),
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Taken {
            title: row.get("title")?,
            span: Span {
                from: row.get("starts_at")?,
                until: row.get("ends_at")?,
            },
            instructor_id: row.get("instructor_id")?,
            instructor: row.get("instructor")?,
            place_id: row.get("place_id")?,
            place: row.get("place")?,
        })
    })
    .collect()
}

/// A trainee of a class who sits in another lesson.
#[derive(Debug, Clone)]
pub struct Sitting {
    /// Who.
    pub person: i64,
    /// His name.
    pub name: String,
    /// The other class.
    pub title: String,
    /// When.
    pub span: Span,
}

/// Lessons of other standing classes that a class's own trainees sit in and that touch a span.
pub async fn of_trainees(tx: &mut Tx, class: i64, span: Span) -> Result<Vec<Sitting>, DbError> {
    tx.all(
        sql("select o.person_id, o.name, c.title, l.starts_at, l.ends_at
             from class_trainee t
             join class_trainee o on o.person_id = t.person_id and o.class_id <> t.class_id
               and o.seat in ('enrolled', 'leave_asked')
             join class c on c.id = o.class_id and c.state <> 'cancelled'
             join class_lesson l on l.class_id = c.id and l.removed_at is null
             where t.class_id = $1 and t.seat in ('enrolled', 'leave_asked')
               and l.ends_at > $2 and l.starts_at < $3
             order by l.starts_at, o.person_id")
        .bind(class)
        .bind(span.from)
        .bind(span.until),
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Sitting {
            person: row.get("person_id")?,
            name: row.get("name")?,
            title: row.get("title")?,
            span: Span {
                from: row.get("starts_at")?,
                until: row.get("ends_at")?,
            },
        })
    })
    .collect()
}
