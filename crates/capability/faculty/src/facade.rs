//! What other capabilities and the binary may ask of instructors, places and courseware. Everything
//! runs inside the caller's transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_db::{Tx, int_list};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_rules::policy::FacultyTargets;

pub use crate::domain::courseware::{CoursewareKind, CoursewareState};
pub use crate::domain::fields::{FIELDS, name as field_name};
pub use crate::domain::instructor::{Kind as InstructorKind, Level, State as InstructorState};
pub use crate::domain::place::{PlaceKind, PlaceState};
pub use crate::domain::span::Span;
pub use crate::store::bookings::{Booking, Held, Subject};
pub use crate::store::taught::Taught;
pub use crate::usecase::bookings::{Clash, Wanted, book, clashes, release};
pub use crate::usecase::citing::{CitingCourseware, courseware_citing, withdraw_citing};
pub use crate::usecase::files::PURPOSE as COURSEWARE_PURPOSE;
pub use crate::usecase::targets::FacultyFigureOut as Figure;
pub use crate::usecase::todo::{Block, TodoItem, todo};

use crate::domain::{fields, trial};
use crate::store::{
    bookings, checks, counts, courseware as coursewares, instructors as people, places as spots,
    taught,
};
use crate::usecase::policy::Rules;
use crate::usecase::{bad_field, targets};

/// Commands by a caller's context, as the handlers use them.
pub mod commands {
    pub use crate::domain::instructor::{Kind, YearResult};
    pub use crate::domain::trial::{Answer, Score};
    pub use crate::store::courseware::LawRef;
    pub use crate::usecase::base_checks::{CheckInput, apply, check};
    pub use crate::usecase::calls::{
        CallInput, Contribution, contribute, decide as decide_contribution,
        judge as judge_contribution, open as open_call,
    };
    pub use crate::usecase::cases::{CaseInput, hand_out, use_case};
    pub use crate::usecase::courseware::{CoursewareInput, save as save_courseware};
    pub use crate::usecase::courseware_life::release as release_courseware;
    pub use crate::usecase::grades::{confirm as confirm_grade, self_assess};
    pub use crate::usecase::groups::{GroupInput, save as save_group};
    pub use crate::usecase::instructors::{Nomination, Particulars, correct, nominate};
    pub use crate::usecase::invitations::{InvitationInput, answer, invite};
    pub use crate::usecase::mentorships::{MentorshipInput, pair};
    pub use crate::usecase::places::{PlaceInput, save as save_place};
    pub use crate::usecase::samples::{Subject as SampleSubject, mark as mark_sample};
    pub use crate::usecase::steps::{TrialInput, appoint, assess, record_trial};
    pub use crate::usecase::studios::{StudioInput, save as save_studio};
}

/// An instructor as other capabilities name him; no way of reaching him is among it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructorRef {
    /// Row.
    pub id: i64,
    /// As what he is appointed.
    pub kind: InstructorKind,
    /// The bureau that appoints him.
    pub unit_id: UnitId,
    /// The officer; none for a guest.
    pub person_id: Option<PersonId>,
    /// 工号; empty for a guest.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// A guest's organisation; empty for an officer.
    pub organisation: String,
    /// Post or title.
    pub title: String,
    /// Words of what he can teach.
    pub fields: Vec<String>,
    /// State.
    pub state: InstructorState,
    /// First day of the term.
    pub term_from: Option<Date>,
    /// Last day of the term.
    pub term_until: Option<Date>,
}

impl InstructorRef {
    /// Whether he serves on a day.
    #[must_use]
    pub fn serves(&self, on: Date) -> bool {
        self.state == InstructorState::Appointed
            && self.term_from.is_some_and(|from| from <= on)
            && self.term_until.is_some_and(|until| until >= on)
    }
}

/// Which instructors; empty is everybody.
#[derive(Debug, Clone, Default)]
pub struct InstructorFilter {
    /// Appointed by one of these bureaus. City instructors are always among the answer.
    pub units: Option<BTreeSet<i64>>,
    /// Code or word of a field.
    pub field: Option<String>,
    /// Part of the name or number.
    pub text: Option<String>,
}

fn instructor_ref(row: people::Instructor) -> InstructorRef {
    InstructorRef {
        id: row.id,
        kind: row.kind,
        unit_id: row.unit_id,
        person_id: row.person_id,
        staff_no: row.staff_no,
        name: row.name,
        organisation: row.organisation,
        title: row.title,
        fields: row
            .fields
            .iter()
            .filter_map(|code| fields::name(code))
            .map(str::to_owned)
            .collect(),
        state: row.state,
        term_from: row.term_from,
        term_until: row.term_until,
    }
}

/// Instructors who serve on a day, by bureau and name.
///
/// # Errors
/// 500 from the engine.
pub async fn instructors(
    tx: &mut Tx,
    on: Date,
    filter: &InstructorFilter,
) -> Result<Vec<InstructorRef>, Problem> {
    let units = match &filter.units {
        None => "1 = 1".to_owned(),
        Some(units) => format!(
            "(i.level = 'city' or i.unit_id in {})",
            int_list(units.iter().copied())
        ),
    };
    let found = people::all(tx, &format!("i.state = 'appointed' and {units}")).await?;
    let word = filter
        .field
        .as_deref()
        .map(|field| fields::name(field).unwrap_or(field).to_owned());
    let text = filter.text.as_deref().unwrap_or("");
    Ok(found
        .into_iter()
        .map(instructor_ref)
        .filter(|row| row.serves(on))
        .filter(|row| word.as_ref().is_none_or(|word| row.fields.contains(word)))
        .filter(|row| row.name.contains(text) || row.staff_no.contains(text))
        .collect())
}

/// An instructor, in whatever state.
///
/// # Errors
/// 500 from the engine.
pub async fn instructor(tx: &mut Tx, id: i64) -> Result<Option<InstructorRef>, Problem> {
    Ok(people::by_id(tx, id).await?.map(instructor_ref))
}

/// Rows of the register that are this officer, in whatever state.
///
/// # Errors
/// 500 from the engine.
pub async fn instructors_of(tx: &mut Tx, person: PersonId) -> Result<Vec<i64>, Problem> {
    Ok(people::ids_of(tx, person).await?)
}

/// Bookings of these people and places that share an instant with a stretch, by time.
///
/// # Errors
/// 500 from the engine.
pub async fn held(tx: &mut Tx, subjects: &[Subject], within: Span) -> Result<Vec<Held>, Problem> {
    let mut people = Vec::new();
    let mut spots = Vec::new();
    for subject in subjects {
        match subject {
            Subject::Instructor(id) => people.push(*id),
            Subject::Place(id) => spots.push(*id),
        }
    }
    let stretch = (within.from, within.until);
    Ok(bookings::between(tx, &people, &spots, stretch).await?)
}

/// A place as other capabilities name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRef {
    /// Row.
    pub id: i64,
    /// Kind.
    pub kind: PlaceKind,
    /// Who keeps it.
    pub unit_id: UnitId,
    /// Name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// How many people it holds.
    pub capacity: i64,
    /// State.
    pub state: PlaceState,
}

/// Which places; empty is all in use.
#[derive(Debug, Clone, Default)]
pub struct PlaceFilter {
    /// Kept by one of these units.
    pub units: Option<BTreeSet<i64>>,
    /// Kind.
    pub kind: Option<PlaceKind>,
    /// Holding at least so many people.
    pub capacity: Option<i64>,
}

fn place_ref(row: spots::Place) -> PlaceRef {
    PlaceRef {
        id: row.id,
        kind: row.kind,
        unit_id: row.unit_id,
        name: row.name,
        address: row.address,
        capacity: row.capacity,
        state: row.state,
    }
}

/// Places in use, by unit, kind and name.
///
/// # Errors
/// 500 from the engine.
pub async fn places(tx: &mut Tx, filter: &PlaceFilter) -> Result<Vec<PlaceRef>, Problem> {
    let units = match &filter.units {
        None => "1 = 1".to_owned(),
        Some(units) => format!("p.unit_id in {}", int_list(units.iter().copied())),
    };
    let wanted = spots::Wanted {
        kind: filter.kind,
        state: Some(PlaceState::InUse),
        text: None,
    };
    let found = spots::list(tx, &units, &wanted).await?;
    Ok(found
        .into_iter()
        .filter(|row| filter.capacity.is_none_or(|least| row.capacity >= least))
        .map(place_ref)
        .collect())
}

/// A place, in whatever state.
///
/// # Errors
/// 500 from the engine.
pub async fn place(tx: &mut Tx, id: i64) -> Result<Option<PlaceRef>, Problem> {
    Ok(spots::by_id(tx, id).await?.map(place_ref))
}

/// A version of a courseware as other capabilities name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoursewareRef {
    /// Row.
    pub id: i64,
    /// Versions of one thing share this.
    pub series_id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// Who keeps it.
    pub unit_id: UnitId,
    /// Kind.
    pub kind: CoursewareKind,
    /// Title.
    pub title: String,
    /// Word of its field.
    pub field: String,
    /// State.
    pub state: CoursewareState,
}

/// A version of a courseware, in whatever state.
///
/// # Errors
/// 500 from the engine.
pub async fn courseware(tx: &mut Tx, id: i64) -> Result<Option<CoursewareRef>, Problem> {
    Ok(coursewares::by_id(tx, id).await?.map(|row| CoursewareRef {
        id: row.id,
        series_id: row.series_id,
        number: row.number,
        unit_id: row.unit_id,
        kind: row.kind,
        title: row.title,
        field: fields::name(&row.field).unwrap_or_default().to_owned(),
        state: row.state,
    }))
}

/// Notes what was taught, with its rating when there is one. Told again for the same owner and
/// instructor it replaces what was told before: ratings that come later are told by the same call.
///
/// # Errors
/// 404 for an instructor or courseware that is not there; 422 for minutes or a rating outside their
/// range.
pub async fn note_taught(tx: &mut Tx, row: &Taught, now: Timestamp) -> Result<(), Problem> {
    people::by_id(tx, row.instructor_id)
        .await?
        .ok_or_else(Problem::not_found)?;
    if let Some(id) = row.courseware_id {
        coursewares::by_id(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
    }
    if !(1..=10_000).contains(&row.minutes) {
        return Err(bad_field("minutes", "授课时长应在1至10000分钟之间。"));
    }
    let rated = row.rating.is_some();
    let in_range = row
        .rating
        .is_none_or(|rating| (0..=trial::MOST).contains(&rating));
    if !in_range || row.ratings < 0 || (rated && row.ratings == 0) {
        return Err(bad_field("rating", "评价应在0至100分之间，并有评价人数。"));
    }
    taught::put(tx, row, now).await?;
    Ok(())
}

/// What the year's targets count, for a district bureau or for the city bureau.
///
/// # Errors
/// 404 for a unit that has no targets; 409 without rules.
pub async fn year_counts(
    tx: &mut Tx,
    ctx: &Ctx,
    year: i32,
    unit: UnitId,
) -> Result<Vec<Figure>, Problem> {
    let rules = Rules::load(tx, &ctx.state, year).await?;
    year_counts_by(tx, rules.targets(), ctx.today, year, unit)
        .await?
        .ok_or_else(Problem::not_found)
}

/// The same held against targets that the caller names; none for a unit that has no targets.
///
/// # Errors
/// 500 from the engine.
pub async fn year_counts_by(
    tx: &mut Tx,
    rules: &FacultyTargets,
    today: Date,
    year: i32,
    unit: UnitId,
) -> Result<Option<Vec<Figure>>, Problem> {
    use crate::usecase::access::{city_bureau, is_district};
    let tree = organisation::tree(tx, today).await?;
    let on = targets::as_of(year, today);
    if city_bureau(&tree).is_some_and(|city| city.id == unit) {
        return Ok(Some(targets::of_city(tx, rules, &tree, year, on).await?));
    }
    if tree.unit(unit).is_none_or(|unit| !is_district(unit)) {
        return Ok(None);
    }
    let mut found = targets::of_districts(tx, rules, &[unit], year, on).await?;
    Ok(Some(found.remove(&unit).unwrap_or_default()))
}

/// What each bureau has of everything that targets count, up to the year's last day or today, by the code of the
/// target; what the city bureau's targets count stands under the city bureau. No rules are needed.
///
/// # Errors
/// 500 from the engine.
pub async fn counts_of_year(
    tx: &mut Tx,
    today: Date,
    year: i32,
) -> Result<BTreeMap<&'static str, HashMap<UnitId, u32>>, Problem> {
    use crate::domain::target::{CityTarget, DistrictTarget};
    use crate::usecase::access::city_bureau;
    let on = targets::as_of(year, today);
    let mut found = BTreeMap::new();
    for target in DistrictTarget::ALL {
        let have = counts::of_districts(tx, *target, year, on).await?;
        found.insert(target.code(), have);
    }
    let tree = organisation::tree(tx, today).await?;
    if let Some(city) = city_bureau(&tree).map(|unit| unit.id) {
        for target in CityTarget::ALL {
            let have = counts::of_city(tx, *target, city, year, on).await?;
            found.insert(target.code(), HashMap::from([(city, have)]));
        }
    }
    Ok(found)
}

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break;
/// empty when all is well.
///
/// # Errors
/// 500 from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    Ok(checks::verify(tx).await?)
}
