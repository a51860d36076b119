//! The ledger's table.

use std::collections::{BTreeSet, HashMap};

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Month, PersonId, Quantity, Timestamp};

use crate::domain::{Component, CourseKind, NewEntry};

/// A stored entry.
#[derive(Debug, Clone)]
pub struct EntryRow {
    /// Row id.
    pub id: i64,
    /// Whose.
    pub person_id: PersonId,
    /// Day it was earned.
    pub happened_on: Date,
    /// When the system learned of it.
    pub recorded_at: Timestamp,
    /// What it serves.
    pub component: Component,
    /// Category as written.
    pub category: String,
    /// Hours; negative in a reversal.
    pub hours: Quantity,
    /// Credits; negative in a reversal.
    pub credits: Quantity,
    /// Month it fulfils.
    pub for_month: Option<Month>,
    /// Sender's number.
    pub external_no: Option<String>,
    /// Course.
    pub course_name: Option<String>,
    /// Kind of course.
    pub course_kind: Option<CourseKind>,
    /// Where it comes from.
    pub source: String,
    /// The entry that this one undoes.
    pub reverses: Option<i64>,
    /// The entry that undoes this one.
    pub reversed_by: Option<i64>,
    /// When that was recorded.
    pub reversed_at: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
}

impl EntryRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let component: String = row.get("component")?;
        let kind: Option<String> = row.get("course_kind")?;
        Ok(EntryRow {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            happened_on: row.get("happened_on")?,
            recorded_at: row.get("recorded_at")?,
            component: component.parse().unwrap_or(Component::Other),
            category: row.get("category")?,
            hours: row.get("hours")?,
            credits: row.get("credits")?,
            for_month: row.get("for_month")?,
            external_no: row.get("external_no")?,
            course_name: row.get("course_name")?,
            course_kind: kind.as_deref().and_then(CourseKind::parse),
            source: row.get("source")?,
            reverses: row.get("reverses")?,
            reversed_by: row.get("reversed_by")?,
            reversed_at: row.get("reversed_at")?,
            reason: row.get("reason")?,
        })
    }
}

const INSERT: &str = "insert into ledger_entry (person_id, year, happened_on, recorded_at, component, category, hours, \
     credits, for_month, month_bit, external_no, course_name, course_kind, award_key, source, import_id, recorded_by)";

fn insert_args(
    entry: NewEntry,
    import: Option<i64>,
    by: Option<AccountId>,
    now: Timestamp,
) -> Vec<Arg> {
    let award_key = entry.award_key();
    let month_bit = entry.month_bit();
    vec![
        entry.person.into(),
        entry.year().into(),
        entry.happened_on.into(),
        now.into(),
        entry.component.code().into(),
        entry.category.into(),
        entry.hours.into(),
        entry.credits.into(),
        entry.for_month.into(),
        month_bit.into(),
        entry.external_no.into(),
        entry.course_name.into(),
        entry.course_kind.map(CourseKind::code).into(),
        award_key.into(),
        entry.source.into(),
        import.into(),
        by.into(),
    ]
}

/// Stores entries; one whose award is known already is left out. Returns how many were new.
pub async fn insert(
    tx: &mut Tx,
    entries: Vec<NewEntry>,
    import: Option<i64>,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<u64, DbError> {
    let rows = entries
        .into_iter()
        .map(|entry| insert_args(entry, import, by, now))
        .collect();
    tx.insert_many(
        INSERT,
        "on conflict (person_id, award_key) where award_key is not null and reverses is null and reversed_by is null \
         do nothing",
        rows,
    )
    .await
}

/// Which entries a reversal undoes.
pub enum Undo<'a> {
    /// One entry.
    Entry(i64),
    /// A person's entry of one source.
    Source(PersonId, &'a str),
    /// Everything of one import.
    Import(i64),
}

/// Undoes entries by reversing ones. Returns how many were undone; 0 when none was open.
pub async fn reverse(
    tx: &mut Tx,
    undo: &Undo<'_>,
    reason: &str,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<u64, DbError> {
    let (condition, args): (&str, Vec<Arg>) = match undo {
        Undo::Entry(id) => ("id = $4", vec![Arg::from(*id)]),
        Undo::Source(person, source) => (
            "person_id = $4 and source = $5",
            vec![Arg::from(*person), Arg::from(*source)],
        ),
        Undo::Import(id) => ("import_id = $4", vec![Arg::from(*id)]),
    };
    let open = "reverses is null and reversed_by is null";
    let insert = format!(
        "insert into ledger_entry (person_id, year, happened_on, recorded_at, component, category, hours, credits, \
         for_month, month_bit, external_no, course_name, course_kind, award_key, source, recorded_by, reverses, reason) \
         select person_id, year, happened_on, cast($1 as bigint), component, category, -hours, -credits, for_month, \
         month_bit, external_no, course_name, course_kind, award_key, source, cast($2 as bigint), id, \
         cast($3 as text) from ledger_entry where {open} and {condition}"
    );
    let undone = tx
        .run(sql(insert).bind(now).bind(by).bind(reason).bind_all(args))
        .await?;
    if undone > 0 {
        // Each undone entry learns which entry undid it.
        tx.run(
            sql("update ledger_entry set reversed_by = r.id, reversed_at = r.recorded_at from ledger_entry r
                 where r.reverses = ledger_entry.id and ledger_entry.reversed_by is null and r.recorded_at = $1")
            .bind(now),
        )
        .await?;
    }
    Ok(undone)
}

/// A person's entries of a year, newest day first.
pub async fn of_person(tx: &mut Tx, person: PersonId, year: i32) -> Result<Vec<EntryRow>, DbError> {
    let rows = tx
        .all(
            sql("select * from ledger_entry where person_id = $1 and year = $2 order by happened_on desc, id desc")
                .bind(person)
                .bind(year),
        )
        .await?;
    rows.iter().map(EntryRow::from_row).collect()
}

/// One entry.
pub async fn get(tx: &mut Tx, id: i64) -> Result<Option<EntryRow>, DbError> {
    tx.opt(sql("select * from ledger_entry where id = $1").bind(id))
        .await?
        .as_ref()
        .map(EntryRow::from_row)
        .transpose()
}

/// What a person has earned in a year, reversals left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Earned {
    /// Online hours.
    pub online_hours: Quantity,
    /// Online credits.
    pub online_credits: Quantity,
    /// Hours of the district's training.
    pub district_hours: Quantity,
    /// Credits of the district's training.
    pub district_credits: Quantity,
    /// Months fulfilled, January being bit 0.
    pub month_bits: u16,
}

/// Earned sums of a year for those of `persons` who have any, in one query. `up_to` leaves out what
/// happened later.
pub async fn earned(
    tx: &mut Tx,
    year: i32,
    up_to: Option<Date>,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, Earned>, DbError> {
    // A squad is looked up person by person; for a city one walk over the year is cheaper.
    const FEW: usize = 1_000;
    let only = if persons.len() <= FEW {
        format!(
            " and person_id in {}",
            int_list(persons.iter().map(|id| id.get()))
        )
    } else {
        String::new()
    };
    let last = up_to.unwrap_or(
        Date::MAX.min(chengzhi_kernel::Month::new(year, 12).map_or(Date::MAX, Month::last_day)),
    );
    let rows = tx
        .all(
            sql(format!("select person_id,
                   cast(coalesce(sum(case when component = 'online' then hours end), 0) as bigint) as online_hours,
                   cast(coalesce(sum(case when component = 'online' then credits end), 0) as bigint) as online_credits,
                   cast(coalesce(sum(case when component = 'district' then hours end), 0) as bigint) as district_hours,
                   cast(coalesce(sum(case when component = 'district' then credits end), 0) as bigint) as district_credits,
                   cast(coalesce(sum(distinct case when component = 'squad' then month_bit end), 0) as bigint) as month_bits
                 from ledger_entry
                 where year = $1 and happened_on <= $2 and reverses is null and reversed_by is null{only}
                 group by person_id"))
            .bind(year)
            .bind(last),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let bits: i64 = row.get("month_bits")?;
            Ok((
                row.get("person_id")?,
                Earned {
                    online_hours: row.get("online_hours")?,
                    online_credits: row.get("online_credits")?,
                    district_hours: row.get("district_hours")?,
                    district_credits: row.get("district_credits")?,
                    month_bits: u16::try_from(bits & 0xFFF).unwrap_or(0),
                },
            ))
        })
        .collect()
}

/// Courses of closed training that stand in a person's year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictCourse {
    /// Whose.
    pub person: PersonId,
    /// Title as it was posted.
    pub course: String,
    /// Where it comes from.
    pub source: String,
}

/// Courses of closed training that stand in a year for these people.
pub async fn district_courses(
    tx: &mut Tx,
    year: i32,
    persons: &[PersonId],
) -> Result<Vec<DistrictCourse>, DbError> {
    let mut found = Vec::new();
    for chunk in persons.chunks(5_000) {
        let list = int_list(chunk.iter().map(|id| id.get()));
        let rows = tx
            .all(
                sql(format!(
                    "select person_id, course_name, source from ledger_entry
                     where year = $1 and component = 'district' and course_name is not null
                       and reverses is null and reversed_by is null and person_id in {list}
                     order by id"
                ))
                .bind(year),
            )
            .await?;
        for row in &rows {
            found.push(DistrictCourse {
                person: row.get("person_id")?,
                course: row.get("course_name")?,
                source: row.get("source")?,
            });
        }
    }
    Ok(found)
}

/// Months of a year that study entries fulfil, by person.
pub async fn months(
    tx: &mut Tx,
    persons: &[PersonId],
    year: i32,
) -> Result<HashMap<PersonId, BTreeSet<u32>>, DbError> {
    let mut found: HashMap<PersonId, BTreeSet<u32>> = HashMap::new();
    for chunk in persons.chunks(5_000) {
        let list = int_list(chunk.iter().map(|id| id.get()));
        let rows = tx
            .all(
                sql(format!(
                    "select person_id, cast(sum(distinct month_bit) as bigint) as month_bits from ledger_entry
                     where year = $1 and component = 'squad' and reverses is null and reversed_by is null
                       and person_id in {list} group by person_id"
                ))
                .bind(year),
            )
            .await?;
        for row in rows {
            let bits: i64 = row.get("month_bits")?;
            found.insert(
                row.get("person_id")?,
                (1..=12)
                    .filter(|month| bits & (1 << (month - 1)) != 0)
                    .collect(),
            );
        }
    }
    Ok(found)
}

/// An award that stands in the ledger, as far as telling a repeated row needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Day it was earned.
    pub happened_on: Date,
    /// When the system learned of it.
    pub recorded_at: Timestamp,
    /// Category as written.
    pub category: String,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
    /// Month it fulfils.
    pub for_month: Option<Month>,
}

/// Which of these awards stand in the ledger already, for telling repeated rows of an import.
pub async fn awards(
    tx: &mut Tx,
    keys: &[(PersonId, String)],
) -> Result<HashMap<(PersonId, String), Award>, DbError> {
    // Two variables a key; SQLite looks a numbered variable up among all earlier ones of its statement.
    const CHUNK: usize = 400;
    let mut found = HashMap::new();
    for chunk in keys.chunks(CHUNK) {
        let pairs: Vec<String> = (0..chunk.len())
            .map(|at| format!("(cast(${} as bigint), ${})", 2 * at + 1, 2 * at + 2))
            .collect();
        let mut query = sql(format!(
            "with wanted (person_id, award_key) as (values {})
             select e.person_id, e.award_key, e.happened_on, e.recorded_at, e.category, e.hours, e.credits, e.for_month
             from wanted w join ledger_entry e on e.person_id = w.person_id and e.award_key = w.award_key
             where e.award_key is not null and e.reverses is null and e.reversed_by is null",
            pairs.join(",")
        ));
        for (person, key) in chunk {
            query = query.bind(*person).bind(key);
        }
        for row in tx.all(query).await? {
            let award = Award {
                happened_on: row.get("happened_on")?,
                recorded_at: row.get("recorded_at")?,
                category: row.get("category")?,
                hours: row.get("hours")?,
                credits: row.get("credits")?,
                for_month: row.get("for_month")?,
            };
            found.insert((row.get("person_id")?, row.get("award_key")?), award);
        }
    }
    Ok(found)
}

/// Standing study entries of a year, counted by source.
pub async fn study_entries(tx: &mut Tx, year: i32) -> Result<HashMap<String, i64>, DbError> {
    let rows = tx
        .all(
            sql("select source, cast(count(*) as bigint) as entries from ledger_entry
                 where year = $1 and component = 'squad' and reverses is null and reversed_by is null
                 group by source")
            .bind(year),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("source")?, row.get("entries")?)))
        .collect()
}
