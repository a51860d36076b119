//! People: rows, lists, bulk writes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chengzhi_authz::Scope;
use chengzhi_db::{Arg, DbError, Query, Row, Tx, int_list, sql};
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};

use super::events::{away_sql, left_sql};
use super::{kept, unreadable};
use crate::domain::person::Category;

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Row id.
    pub id: PersonId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// `male` or `female`, when known.
    pub sex: Option<String>,
    /// 在编 (B-10).
    pub established: bool,
    /// 人员类别 (B-14).
    pub category: Category,
    /// Code of the rank.
    pub rank: Option<String>,
    /// Full number; pages show it masked.
    pub phone: Option<String>,
    /// 入职日期.
    pub joined_on: Date,
    /// 初任培训结束日期 (B-67).
    pub induction_ended_on: Option<Date>,
    /// For optimistic changes.
    pub version: i64,
}

/// A person with the unit of the day asked for.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The person.
    pub person: PersonRow,
    /// The unit of that day.
    pub unit: Option<UnitId>,
}

const COLUMNS: &str = "p.id, p.staff_no, p.name, p.sex, p.established, p.category, p.staff_rank, p.phone, \
     p.joined_on, p.induction_ended_on, p.version";
/// The membership of the day bound to `$1`.
const PLACE: &str = "left join membership m on m.person_id = p.id and m.from_on <= $1 \
     and (m.until_on is null or m.until_on > $1)";

fn person_row(row: &Row) -> Result<PersonRow, DbError> {
    let category: String = row.get("category")?;
    Ok(PersonRow {
        id: row.get("id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        sex: row.get("sex")?,
        established: row.get("established")?,
        category: Category::parse(&category).ok_or_else(|| unreadable("category", "category"))?,
        rank: row.get("staff_rank")?,
        phone: row.get("phone")?,
        joined_on: row.get("joined_on")?,
        induction_ended_on: row.get("induction_ended_on")?,
        version: row.get("version")?,
    })
}

fn placed(row: &Row) -> Result<Placed, DbError> {
    Ok(Placed {
        person: person_row(row)?,
        unit: row.get("unit_id")?,
    })
}

/// What a list of people asks for.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Only people of these units.
    pub units: Option<BTreeSet<i64>>,
    /// Part of the name or the staff number.
    pub text: Option<String>,
    /// Only `at_post`, `away` or `left`; none for all.
    pub state: Option<StateFilter>,
    /// Only holders of the post.
    pub post: Option<String>,
    /// Only this category.
    pub category: Option<Category>,
    /// Order.
    pub sort: PeopleSort,
    /// Backwards.
    pub descending: bool,
}

/// See [`PeopleFilter::state`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFilter {
    /// In service and at post.
    AtPost,
    /// In service, on leave.
    Away,
    /// Not in service.
    Left,
}

/// Order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PeopleSort {
    /// By staff number.
    #[default]
    StaffNo,
    /// By name.
    Name,
    /// By unit.
    Unit,
    /// By day of joining.
    JoinedOn,
}

fn conditions(scope: &Scope, filter: &PeopleFilter, on: Date) -> (String, Vec<Arg>) {
    let mut args = vec![Arg::from(on)];
    let mut text = format!("where {}", scope.person_sql("m.unit_id", "p.id"));
    if let Some(units) = &filter.units {
        text.push_str(" and m.unit_id in ");
        text.push_str(&int_list(units.iter().copied()));
    }
    if let Some(wanted) = filter
        .text
        .as_deref()
        .map(str::trim)
        .filter(|wanted| !wanted.is_empty())
    {
        args.push(Arg::from(format!(
            "%{}%",
            escape_like(&wanted.to_lowercase())
        )));
        let n = args.len();
        text.push_str(&format!(
            " and (lower(p.name) like ${n} escape '!' or lower(p.staff_no) like ${n} escape '!')"
        ));
    }
    if let Some(category) = filter.category {
        args.push(Arg::from(category.code()));
        text.push_str(&format!(" and p.category = ${}", args.len()));
    }
    if let Some(post) = &filter.post {
        args.push(Arg::from(post));
        text.push_str(&format!(
            " and exists (select 1 from person_post pp where pp.person_id = p.id and pp.post = ${} \
             and pp.from_on <= $1 and (pp.until_on is null or pp.until_on > $1))",
            args.len()
        ));
    }
    match filter.state {
        None => {}
        Some(StateFilter::Left) => text.push_str(&format!(" and {}", left_sql("$1"))),
        Some(StateFilter::Away) => {
            text.push_str(&format!(
                " and not {} and {}",
                left_sql("$1"),
                away_sql("$1")
            ));
        }
        Some(StateFilter::AtPost) => {
            text.push_str(&format!(
                " and not {} and not {}",
                left_sql("$1"),
                away_sql("$1")
            ));
        }
    }
    (text, args)
}

fn escape_like(text: &str) -> String {
    text.replace(char::is_control, "")
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}

fn with(text: String, args: Vec<Arg>) -> Query {
    sql(text).bind_all(args)
}

/// One page of people in scope, and how many there are. Units are those of `on`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn page(
    tx: &mut Tx,
    scope: &Scope,
    filter: &PeopleFilter,
    on: Date,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<Placed>), DbError> {
    let (conditions, args) = conditions(scope, filter, on);
    let total = tx
        .one(with(
            format!("select cast(count(*) as bigint) as people from person p {PLACE} {conditions}"),
            args.clone(),
        ))
        .await?
        .get("people")?;
    let direction = if filter.descending { "desc" } else { "asc" };
    let order = match filter.sort {
        PeopleSort::StaffNo => format!("p.staff_no {direction}"),
        PeopleSort::Name => format!("p.name {direction}, p.staff_no"),
        PeopleSort::Unit => format!("u.code {direction} nulls last, p.staff_no"),
        PeopleSort::JoinedOn => format!("p.joined_on {direction}, p.staff_no"),
    };
    let rows = tx
        .all(with(
            format!(
                "select {COLUMNS}, m.unit_id from person p {PLACE} left join unit u on u.id = m.unit_id \
                 {conditions} order by {order} limit {limit} offset {offset}"
            ),
            args,
        ))
        .await?;
    Ok((total, rows.iter().map(placed).collect::<Result<_, _>>()?))
}

/// One person in scope with the unit of the day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(
    tx: &mut Tx,
    scope: &Scope,
    id: PersonId,
    on: Date,
) -> Result<Option<Placed>, DbError> {
    let text = format!(
        "select {COLUMNS}, m.unit_id from person p {PLACE} where p.id = $2 and {}",
        scope.person_sql("m.unit_id", "p.id")
    );
    tx.opt(sql(text).bind(on).bind(id))
        .await?
        .as_ref()
        .map(placed)
        .transpose()
}

/// One person, whatever the unit.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRow>, DbError> {
    tx.opt(sql(format!("select {COLUMNS} from person p where p.id = $1")).bind(id))
        .await?
        .as_ref()
        .map(person_row)
        .transpose()
}

/// Everybody, or these people, with the unit of the day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn everybody(
    tx: &mut Tx,
    on: Date,
    people: Option<&[PersonId]>,
) -> Result<Vec<Placed>, DbError> {
    let mut text = format!("select {COLUMNS}, m.unit_id from person p {PLACE}");
    if let Some(people) = people {
        text.push_str(&format!(
            " where p.id in {}",
            int_list(people.iter().map(|id| id.get()))
        ));
    }
    text.push_str(" order by p.staff_no");
    tx.all(sql(text).bind(on))
        .await?
        .iter()
        .map(placed)
        .collect()
}

/// Members of these units on the day who are in service, by staff number.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn in_service(
    tx: &mut Tx,
    units: &BTreeSet<i64>,
    on: Date,
) -> Result<Vec<Placed>, DbError> {
    let text = format!(
        "select {COLUMNS}, m.unit_id from membership m join person p on p.id = m.person_id \
         where m.unit_id in {} and m.from_on <= $1 and (m.until_on is null or m.until_on > $1) \
         and p.joined_on <= $1 and not {} order by p.staff_no",
        int_list(units.iter().copied()),
        left_sql("$1")
    );
    tx.all(sql(text).bind(on))
        .await?
        .iter()
        .map(placed)
        .collect()
}

/// From so many units on the whole city is read, and kept in memory.
const MANY_UNITS: usize = 120;

/// People whose last known unit is one of these, in service or not, by staff number; from memory when they are kept there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn ever_in(tx: &mut Tx, units: &BTreeSet<i64>, on: Date) -> Result<Vec<Placed>, DbError> {
    let of_these = |all: &[Placed]| {
        all.iter()
            .filter(|placed| placed.unit.is_some_and(|unit| units.contains(&unit.get())))
            .cloned()
            .collect()
    };
    let stamp = kept::stamp(tx).await?;
    if let Some(all) = stamp.and_then(|stamp| kept::PEOPLE.find(stamp, on)) {
        return Ok(of_these(&all));
    }
    let many = units.len() >= MANY_UNITS;
    let condition = if many {
        String::new()
    } else {
        format!("m.unit_id in {} and", int_list(units.iter().copied()))
    };
    let text = format!(
        "select {COLUMNS}, m.unit_id from membership m join person p on p.id = m.person_id \
         where {condition} m.from_on <= $1 and (m.until_on is null or m.until_on > $1) order by p.staff_no"
    );
    let found = tx
        .all(sql(text).bind(on))
        .await?
        .iter()
        .map(placed)
        .collect::<Result<Vec<_>, _>>()?;
    if !many {
        return Ok(found);
    }
    let found = Arc::new(found);
    if let Some(stamp) = stamp {
        kept::PEOPLE.keep(stamp, on, &found);
    }
    Ok(of_these(&found))
}

/// Ids and names by staff number. Numbers nobody has are missing from the answer.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_staff_no(
    tx: &mut Tx,
    staff_nos: &[String],
) -> Result<HashMap<String, (PersonId, String)>, DbError> {
    const CHUNK: usize = 2_000;
    let mut found = HashMap::with_capacity(staff_nos.len());
    for chunk in staff_nos.chunks(CHUNK) {
        let marks: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
        let text = format!(
            "select id, staff_no, name from person where staff_no in ({})",
            marks.join(",")
        );
        for row in tx.all(sql(text).bind_all(chunk)).await? {
            found.insert(row.get("staff_no")?, (row.get("id")?, row.get("name")?));
        }
    }
    Ok(found)
}

/// What a person is stored with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonData {
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// `male` or `female`.
    pub sex: Option<String>,
    /// 在编.
    pub established: bool,
    /// 人员类别.
    pub category: Category,
    /// Code of the rank.
    pub rank: Option<String>,
    /// Full number.
    pub phone: Option<String>,
    /// 入职日期.
    pub joined_on: Date,
    /// 初任培训结束日期.
    pub induction_ended_on: Option<Date>,
}

/// Stores new people. Ask [`by_staff_no`] for their ids.
///
/// # Errors
/// A unique violation when a staff number is taken.
pub async fn insert_many(
    tx: &mut Tx,
    people: &[PersonData],
    now: Timestamp,
) -> Result<(), DbError> {
    store_many(tx, people, now, "").await
}

/// Stores people, new and known: who has the staff number already gets the new data.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn upsert_many(
    tx: &mut Tx,
    people: &[PersonData],
    now: Timestamp,
) -> Result<(), DbError> {
    store_many(
        tx,
        people,
        now,
        "on conflict (staff_no) do update set name = excluded.name, sex = excluded.sex, \
         established = excluded.established, category = excluded.category, staff_rank = excluded.staff_rank, \
         phone = excluded.phone, joined_on = excluded.joined_on, induction_ended_on = excluded.induction_ended_on, \
         updated_at = excluded.updated_at, version = person.version + 1",
    )
    .await
}

async fn store_many(
    tx: &mut Tx,
    people: &[PersonData],
    now: Timestamp,
    tail: &str,
) -> Result<(), DbError> {
    let rows = people
        .iter()
        .map(|data| {
            vec![
                Arg::from(&data.staff_no),
                Arg::from(&data.name),
                Arg::from(data.sex.clone()),
                Arg::from(data.established),
                Arg::from(data.category.code()),
                Arg::from(data.rank.clone()),
                Arg::from(data.phone.clone()),
                Arg::from(data.joined_on),
                Arg::from(data.induction_ended_on),
                Arg::from(now),
                Arg::from(now),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into person (staff_no, name, sex, established, category, staff_rank, phone, joined_on, \
         induction_ended_on, created_at, updated_at)",
        tail,
        rows,
    )
    .await?;
    kept::renew(tx).await
}

/// Replaces a person's data; false when somebody else changed it since `version`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn update(
    tx: &mut Tx,
    id: PersonId,
    version: i64,
    data: &PersonData,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = tx
        .run(
            sql("update person set name = $1, sex = $2, established = $3, category = $4, staff_rank = $5, phone = $6, \
                 joined_on = $7, induction_ended_on = $8, updated_at = $9, version = version + 1 \
                 where id = $10 and version = $11")
            .bind(&data.name)
            .bind(data.sex.clone())
            .bind(data.established)
            .bind(data.category.code())
            .bind(data.rank.clone())
            .bind(data.phone.clone())
            .bind(data.joined_on)
            .bind(data.induction_ended_on)
            .bind(now)
            .bind(id)
            .bind(version),
        )
        .await?
        == 1;
    kept::renew(tx).await?;
    Ok(done)
}
