//! Who belongs to which unit when, and who holds which posts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use chengzhi_db::{Arg, DbError, Query, Row, Tx, int_list, sql};
use chengzhi_kernel::{Date, PersonId, UnitId};

use super::kept;
use crate::domain::edge::Period;

/// A span in a unit.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub unit: UnitId,
    /// When.
    pub period: Period,
}

fn member_row(row: &Row) -> Result<MemberRow, DbError> {
    Ok(MemberRow {
        person: row.get("person_id")?,
        unit: row.get("unit_id")?,
        period: Period {
            from: row.get("from_on")?,
            until: row.get("until_on")?,
        },
    })
}

const MEMBER: &str = "select m.person_id, m.unit_id, m.from_on, m.until_on from membership m";

/// A person's units, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<MemberRow>, DbError> {
    tx.all(
        sql(format!(
            "{MEMBER} where m.person_id = $1 order by m.from_on desc"
        ))
        .bind(person),
    )
    .await?
    .iter()
    .map(member_row)
    .collect()
}

/// A person's unit on a day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn unit_of(tx: &mut Tx, person: PersonId, on: Date) -> Result<Option<UnitId>, DbError> {
    tx.opt(
        sql(
            "select unit_id from membership where person_id = $1 and from_on <= $2 \
             and (until_on is null or until_on > $2)",
        )
        .bind(person)
        .bind(on),
    )
    .await?
    .map(|row| row.get("unit_id"))
    .transpose()
}

/// Spans that touch the days `from` … `to` (both included), of these people or of all, oldest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn between(
    tx: &mut Tx,
    from: Date,
    to: Date,
    people: Option<&[PersonId]>,
) -> Result<Vec<MemberRow>, DbError> {
    let mut text =
        format!("{MEMBER} where m.from_on <= $2 and (m.until_on is null or m.until_on > $1)");
    if let Some(people) = people {
        let _ = write!(
            text,
            " and m.person_id in {}",
            int_list(people.iter().map(|id| id.get()))
        );
    }
    text.push_str(" order by m.from_on, m.id");
    tx.all(sql(text).bind(from).bind(to))
        .await?
        .iter()
        .map(member_row)
        .collect()
}

/// People who were in one of these units on some of the days `from` … `to` (both included).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn in_units_between(
    tx: &mut Tx,
    units: &BTreeSet<i64>,
    from: Date,
    to: Date,
) -> Result<Vec<PersonId>, DbError> {
    let text = format!(
        "select distinct person_id from membership where unit_id in {} and from_on <= $2 \
         and (until_on is null or until_on > $1) order by person_id",
        int_list(units.iter().copied())
    );
    tx.all(sql(text).bind(from).bind(to))
        .await?
        .iter()
        .map(|row| row.get("person_id"))
        .collect()
}

/// Members in service by unit on a day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn headcounts(tx: &mut Tx, on: Date) -> Result<HashMap<UnitId, i64>, DbError> {
    let text = format!(
        "select m.unit_id, cast(count(*) as bigint) as people from membership m join person p on p.id = m.person_id \
         where m.from_on <= $1 and (m.until_on is null or m.until_on > $1) and p.joined_on <= $1 and not {} \
         group by m.unit_id",
        super::events::left_sql("$1")
    );
    tx.all(sql(text).bind(on))
        .await?
        .iter()
        .map(|row| Ok((row.get("unit_id")?, row.get("people")?)))
        .collect()
}

/// Members in service who belong to the unit on the day or will belong to it later.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn in_service_from(tx: &mut Tx, unit: UnitId, on: Date) -> Result<i64, DbError> {
    let text = format!(
        "select cast(count(*) as bigint) as people from membership m join person p on p.id = m.person_id \
         where m.unit_id = $2 and (m.until_on is null or m.until_on > $1) and not {}",
        super::events::left_sql("$1")
    );
    tx.one(sql(text).bind(on).bind(unit)).await?.get("people")
}

/// Begins a membership.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn begin(tx: &mut Tx, person: PersonId, unit: UnitId, from: Date) -> Result<(), DbError> {
    tx.run(
        sql("insert into membership (person_id, unit_id, from_on) values ($1, $2, $3)")
            .bind(person)
            .bind(unit)
            .bind(from),
    )
    .await?;
    kept::renew(tx).await
}

/// Ends the open membership.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end(tx: &mut Tx, person: PersonId, until: Date) -> Result<(), DbError> {
    tx.run(
        sql("update membership set until_on = $1 where person_id = $2 and until_on is null")
            .bind(until)
            .bind(person),
    )
    .await?;
    kept::renew(tx).await
}

/// Puts another unit into the membership that began on `from`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn correct(
    tx: &mut Tx,
    person: PersonId,
    from: Date,
    unit: UnitId,
) -> Result<(), DbError> {
    tx.run(
        sql("update membership set unit_id = $1 where person_id = $2 and from_on = $3")
            .bind(unit)
            .bind(person)
            .bind(from),
    )
    .await?;
    kept::renew(tx).await
}

/// Begins many memberships at once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn begin_many(tx: &mut Tx, members: &[(PersonId, UnitId, Date)]) -> Result<(), DbError> {
    let rows = members
        .iter()
        .map(|(person, unit, from)| vec![Arg::from(*person), Arg::from(*unit), Arg::from(*from)]);
    tx.insert_many(
        "insert into membership (person_id, unit_id, from_on)",
        "",
        rows.collect(),
    )
    .await?;
    kept::renew(tx).await
}

/// The posts these people hold on a day; without a day, those that have not ended.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn posts_on(
    tx: &mut Tx,
    people: Option<&[PersonId]>,
    on: Option<Date>,
) -> Result<HashMap<PersonId, Vec<String>>, DbError> {
    let mut text = "select person_id, post from person_post where ".to_owned();
    text.push_str(match on {
        Some(_) => "from_on <= $1 and (until_on is null or until_on > $1)",
        None => "until_on is null",
    });
    if let Some(people) = people {
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let _ = write!(
            text,
            " and person_id in {}",
            int_list(people.iter().map(|id| id.get()))
        );
    }
    let mut query = sql(text);
    if let Some(on) = on {
        query = query.bind(on);
    }
    held(tx, query).await
}

/// Who holds one of these posts on the day, with those of them that he holds.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn holders(
    tx: &mut Tx,
    posts: &[&str],
    on: Date,
) -> Result<HashMap<PersonId, Vec<String>>, DbError> {
    let marks: Vec<String> = (2..posts.len() + 2).map(|n| format!("${n}")).collect();
    let text = format!(
        "select person_id, post from person_post where from_on <= $1 and (until_on is null or until_on > $1) \
         and post in ({})",
        marks.join(",")
    );
    held(tx, sql(text).bind(on).bind_all(posts.iter().copied())).await
}

async fn held(tx: &mut Tx, query: Query) -> Result<HashMap<PersonId, Vec<String>>, DbError> {
    let mut found: HashMap<PersonId, Vec<String>> = HashMap::new();
    for row in tx.all(query).await? {
        found
            .entry(row.get("person_id")?)
            .or_default()
            .push(row.get("post")?);
    }
    for posts in found.values_mut() {
        crate::domain::post::sort_posts(posts);
    }
    Ok(found)
}

/// A span in a post.
#[derive(Debug, Clone)]
pub struct PostRow {
    /// Code of the post.
    pub post: String,
    /// When.
    pub period: Period,
}

/// All posts a person ever held, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn posts_of(tx: &mut Tx, person: PersonId) -> Result<Vec<PostRow>, DbError> {
    tx.all(
        sql("select post, from_on, until_on from person_post where person_id = $1 order by from_on desc, post")
            .bind(person),
    )
    .await?
    .iter()
    .map(|row| {
        Ok(PostRow {
            post: row.get("post")?,
            period: Period { from: row.get("from_on")?, until: row.get("until_on")? },
        })
    })
    .collect()
}

/// Gives people exactly these posts: what they no longer hold ends on the day `on`, what is new
/// begins on the day that `from` says. `now_held` are the posts that have not ended.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn set_posts(
    tx: &mut Tx,
    changes: &[(PersonId, Vec<String>)],
    now_held: &HashMap<PersonId, Vec<String>>,
    on: Date,
    from: impl Fn(PersonId) -> Date,
) -> Result<(), DbError> {
    let mut begin = Vec::new();
    let mut ended: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let nothing = Vec::new();
    for (person, wanted) in changes {
        let held = now_held.get(person).unwrap_or(&nothing);
        for post in held.iter().filter(|post| !wanted.contains(post)) {
            ended.entry(post).or_default().push(person.get());
        }
        for post in wanted.iter().filter(|post| !held.contains(post)) {
            begin.push(vec![
                Arg::from(*person),
                Arg::from(post),
                Arg::from(from(*person)),
            ]);
        }
    }
    for (post, people) in ended {
        let people = int_list(people);
        // A post that began on the day itself or later never was.
        let open = format!("post = $1 and until_on is null and person_id in {people}");
        tx.run(
            sql(format!(
                "delete from person_post where {open} and from_on >= $2"
            ))
            .bind(post)
            .bind(on),
        )
        .await?;
        tx.run(
            sql(format!("update person_post set until_on = $2 where {open}"))
                .bind(post)
                .bind(on),
        )
        .await?;
    }
    tx.insert_many(
        "insert into person_post (person_id, post, from_on)",
        "",
        begin,
    )
    .await?;
    Ok(())
}

/// Everybody's membership that has not ended: where and since when.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_places(tx: &mut Tx) -> Result<HashMap<PersonId, (UnitId, Date)>, DbError> {
    tx.all(sql(
        "select person_id, unit_id, from_on from membership where until_on is null",
    ))
    .await?
    .iter()
    .map(|row| {
        Ok((
            row.get("person_id")?,
            (row.get("unit_id")?, row.get("from_on")?),
        ))
    })
    .collect()
}

/// Ends the open memberships of these people.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end_many(tx: &mut Tx, people: &[PersonId], until: Date) -> Result<(), DbError> {
    if people.is_empty() {
        return Ok(());
    }
    let people = int_list(people.iter().map(|id| id.get()));
    tx.run(
        sql(format!(
            "update membership set until_on = $1 where until_on is null and person_id in {people}"
        ))
        .bind(until),
    )
    .await?;
    kept::renew(tx).await
}
