//! What other capabilities may ask about units and people.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_db::{Db, DbError, Tx};
use chengzhi_kernel::{Date, Month, PersonId, UnitId};
use chengzhi_rules::assess::Event;

pub use crate::domain::kind::UnitKind;
pub use crate::domain::known::KnownUnits;
pub use crate::domain::tree::{UnitNode, UnitRef, UnitTree};
pub use crate::usecase::reach::narrow;
pub use crate::usecase::reviewing::{Reviewers, direct_units, home_unit};

pub use crate::domain::post::{POSTS, post_code, post_name};

use crate::domain::person::Category;
use crate::domain::reviewer;
use crate::domain::status::{Change, State, state_on};
use crate::store::people::Placed;
use crate::store::{checks, events, kept, members, people, units};

/// A unit, open or closed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn unit(tx: &mut Tx, id: UnitId) -> Result<Option<UnitRef>, DbError> {
    Ok(units::by_id(tx, id).await?.map(|row| row.unit))
}

/// A unit by its code, open or closed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn unit_by_code(tx: &mut Tx, code: &str) -> Result<Option<UnitRef>, DbError> {
    Ok(units::by_code(tx, code).await?.map(|row| row.unit))
}

/// All units open on the day, by id, with their parents on both lines.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn units(tx: &mut Tx, on: Date) -> Result<Vec<UnitNode>, DbError> {
    Ok(units::tree(tx, on).await?.iter().cloned().collect())
}

/// Has the units read anew by whoever keeps them in memory. For the start of the server: whatever was done to the database
/// by hand meanwhile is seen.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn forget_kept_units(db: &Db) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    kept::renew(&mut tx).await?;
    tx.commit().await
}

/// All units open on the day, in memory.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn tree(tx: &mut Tx, on: Date) -> Result<UnitTree, DbError> {
    units::tree(tx, on).await
}

/// The unit and everything below it along either line; empty when it is not open on the day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn subtree(tx: &mut Tx, id: UnitId, on: Date) -> Result<BTreeSet<i64>, DbError> {
    Ok(units::tree(tx, on).await?.subtree(id))
}

/// Who reviews the unit's monthly study on the day; see [`crate::domain::reviewer::reviewer`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn reviewing_unit(tx: &mut Tx, id: UnitId, on: Date) -> Result<Option<UnitRef>, DbError> {
    let tree = units::tree(tx, on).await?;
    Ok(reviewer::reviewer(&tree, id).map(|found| found.unit.clone()))
}

/// The city office that runs training, if one is named.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn city_training_office(tx: &mut Tx, on: Date) -> Result<Option<UnitRef>, DbError> {
    let tree = units::tree(tx, on).await?;
    Ok(tree
        .iter()
        .map(|node| &node.unit)
        .find(|unit| unit.trains && unit.kind == UnitKind::CityOffice)
        .cloned())
}

/// A member of a unit on a day, in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterPerson {
    /// Row id.
    pub id: PersonId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// The word of the first post.
    pub post: Option<String>,
    /// 在编.
    pub established: bool,
    /// 在岗 (B-11).
    pub at_post: bool,
    /// 产假, 长病假 …, when away.
    pub away_reason: Option<String>,
}

/// The members of a unit who are in service on the day, by staff number: who has left or retired is
/// not among them (B-12).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn roster_on(tx: &mut Tx, unit: UnitId, on: Date) -> Result<Vec<RosterPerson>, DbError> {
    let found = people::in_service(tx, &BTreeSet::from([unit.get()]), on).await?;
    let ids: Vec<PersonId> = found.iter().map(|placed| placed.person.id).collect();
    let changes = events::standing(tx, Some(&ids)).await?;
    let mut posts = members::posts_on(tx, Some(&ids), Some(on)).await?;
    Ok(found
        .into_iter()
        .map(|Placed { person, .. }| {
            let state = state_on(&changes_of(&changes, person.id), person.joined_on, on);
            RosterPerson {
                id: person.id,
                staff_no: person.staff_no,
                name: person.name,
                post: posts
                    .remove(&person.id)
                    .and_then(|held| held.first().and_then(|code| post_name(code)))
                    .map(str::to_owned),
                established: person.established,
                at_post: state == State::AtPost,
                away_reason: match state {
                    State::Away(kind) => Some(kind.name().to_owned()),
                    _ => None,
                },
            }
        })
        .collect())
}

/// Codes of the posts that people hold on the day, the first one first; who holds none is missing.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn posts_on(
    tx: &mut Tx,
    people: &[PersonId],
    on: Date,
) -> Result<HashMap<PersonId, Vec<String>>, DbError> {
    members::posts_on(tx, Some(people), Some(on)).await
}

/// Who holds one of these posts on the day, with those of them that he holds, the first one first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn holders(
    tx: &mut Tx,
    posts: &[&str],
    on: Date,
) -> Result<HashMap<PersonId, Vec<String>>, DbError> {
    members::holders(tx, posts, on).await
}

fn changes_of(all: &HashMap<PersonId, Vec<events::EventRow>>, person: PersonId) -> Vec<Change> {
    all.get(&person)
        .into_iter()
        .flatten()
        .map(|event| event.change)
        .collect()
}

/// A person's unit on the day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn unit_of(tx: &mut Tx, id: PersonId, on: Date) -> Result<Option<UnitId>, DbError> {
    members::unit_of(tx, id, on).await
}

/// A person as other capabilities name him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRef {
    /// Row id.
    pub id: PersonId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
}

/// A person by id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn person(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRef>, DbError> {
    Ok(people::by_id(tx, id).await?.map(|row| PersonRef {
        id: row.id,
        staff_no: row.staff_no,
        name: row.name,
    }))
}

/// People by staff number; numbers nobody has are missing from the answer.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn people_by_staff_no(
    tx: &mut Tx,
    staff_nos: &[String],
) -> Result<HashMap<String, PersonRef>, DbError> {
    Ok(people::by_staff_no(tx, staff_nos)
        .await?
        .into_iter()
        .map(|(staff_no, (id, name))| (staff_no.clone(), PersonRef { id, staff_no, name }))
        .collect())
}

/// A person with his unit of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Row id.
    pub id: PersonId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// The unit of the day.
    pub unit_id: UnitId,
    /// 在编.
    pub established: bool,
    /// False when he has left or retired by the day.
    pub in_service: bool,
    /// 入职日期.
    pub joined_on: Date,
    /// `male` or `female`, when known.
    pub sex: Option<String>,
    /// 行政执法类公务员: takes the fitness test (B-14).
    pub enforcement: bool,
}

/// Everybody whose unit of the day is one of these, by staff number. People who have left keep
/// their last unit and are told by `in_service`: late hours may still be entered for them.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn people_in(
    tx: &mut Tx,
    units: &BTreeSet<i64>,
    on: Date,
) -> Result<Vec<PersonRow>, DbError> {
    let left: BTreeSet<PersonId> = events::left_by(tx, on).await?.into_iter().collect();
    Ok(people::ever_in(tx, units, on)
        .await?
        .into_iter()
        .filter_map(|Placed { person, unit }| {
            Some(PersonRow {
                unit_id: unit?,
                in_service: !left.contains(&person.id),
                id: person.id,
                staff_no: person.staff_no,
                name: person.name,
                established: person.established,
                joined_on: person.joined_on,
                enforcement: person.category == Category::EnforcementCivilServant,
                sex: person.sex,
            })
        })
        .collect())
}

/// What the assessment of a year needs to know of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentPerson {
    /// Row id.
    pub id: PersonId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// The last unit in the year.
    pub unit_id: Option<UnitId>,
    /// The bureau of that unit; see [`UnitTree::district_of`].
    pub district_id: Option<UnitId>,
    /// 在编 (B-10).
    pub established: bool,
    /// 入职日期.
    pub joined_on: Date,
    /// 初任培训结束日期 (B-67).
    pub induction_ended_on: Option<Date>,
    /// Standing status changes of all years; 借调 is not among them (B-75).
    pub events: Vec<Event>,
}

/// People for the assessment of a year, by staff number: those given, else all; of `units` only
/// those whose last unit in the year is one of them. A handful of queries for a whole city.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn assessment_people(
    tx: &mut Tx,
    year: i32,
    person_filter: Option<&[PersonId]>,
    units: Option<&BTreeSet<i64>>,
) -> Result<Vec<AssessmentPerson>, DbError> {
    let (Some(january), Some(december)) = (Month::new(year, 1), Month::new(year, 12)) else {
        return Ok(Vec::new());
    };
    let (first, last) = (january.first_day(), december.last_day());
    // Of some units only those who were in one of them in the year can be there at its end.
    let of_units = match (person_filter, units) {
        (None, Some(units)) => Some(members::in_units_between(tx, units, first, last).await?),
        _ => None,
    };
    let person_filter = person_filter.or(of_units.as_deref());
    // Oldest first, so that the last unit of the year stays.
    let mut places: HashMap<PersonId, (UnitId, Date)> = HashMap::new();
    for member in members::between(tx, first, last, person_filter).await? {
        places.insert(
            member.person,
            (
                member.unit,
                member.period.last_day().map_or(last, |day| day.min(last)),
            ),
        );
    }
    let mut trees: BTreeMap<Date, UnitTree> = BTreeMap::new();
    let mut districts: HashMap<(UnitId, Date), Option<UnitId>> = HashMap::new();
    for place in places.values() {
        if let std::collections::btree_map::Entry::Vacant(entry) = trees.entry(place.1) {
            entry.insert(self::units::tree(tx, place.1).await?);
        }
        if let Some(tree) = trees.get(&place.1) {
            districts
                .entry(*place)
                .or_insert_with(|| tree.district_of(place.0));
        }
    }
    let mut changes = events::standing(tx, person_filter).await?;
    let mut found = Vec::new();
    for Placed { person, .. } in people::everybody(tx, last, person_filter).await? {
        let place = places.get(&person.id);
        if units.is_some_and(|units| !place.is_some_and(|(unit, _)| units.contains(&unit.get()))) {
            continue;
        }
        let events = changes.remove(&person.id).unwrap_or_default();
        found.push(AssessmentPerson {
            unit_id: place.map(|place| place.0),
            district_id: place.and_then(|place| districts.get(place).copied().flatten()),
            events: events
                .into_iter()
                .filter_map(|event| {
                    Some(Event {
                        kind: event.change.kind.rule_kind()?,
                        effective: event.change.effective_on,
                        recorded: Some(event.recorded_at.date()),
                    })
                })
                .collect(),
            id: person.id,
            staff_no: person.staff_no,
            name: person.name,
            established: person.established,
            joined_on: person.joined_on,
            induction_ended_on: person.induction_ended_on,
        });
    }
    Ok(found)
}

/// People whose leaving status (离职 失踪 去世 开除 退休) took effect on or before the day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn left_by(tx: &mut Tx, on: Date) -> Result<Vec<PersonId>, DbError> {
    events::left_by(tx, on).await
}

/// Checks what must hold between units, people, memberships and status changes. Gives one Chinese
/// sentence for each break; empty when all is well.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    checks::verify(tx).await
}
