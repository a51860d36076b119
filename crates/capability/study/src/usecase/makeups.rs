//! Make-up sessions of a district (B-41): entering posts the month's hour at once, taking a person
//! off reverses it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_assessment::facade::{self as assessment, StudyAward};
use chengzhi_authz::{Role, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, FieldError, Page, Problem};
use chengzhi_kernel::{Date, Month, PersonId, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, PersonRow, UnitKind, UnitTree};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::Deny;
use crate::domain::makeup::{self, Makeup};
use crate::domain::state::State;
use crate::store::makeups::{self, MakeupPerson, StoredMakeup};

use super::policy::YearRules;
use super::{bad_field, refused, words};

/// Most people of one session.
const MOST_PEOPLE: usize = 2_000;

/// A person of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MakeupPersonOut {
    /// Person.
    pub person_id: i64,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_name: String,
}

/// A make-up session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MakeupOut {
    /// Session.
    pub id: i64,
    /// Bureau that organised it.
    pub district_id: i64,
    /// Its name.
    pub district_name: String,
    /// Month it makes good.
    #[schema(value_type = String)]
    pub for_month: Month,
    /// Day.
    pub held_on: Date,
    /// Minutes.
    pub minutes: u32,
    /// Place.
    pub place: String,
    /// Topic.
    pub topic: String,
    /// Speaker.
    pub speaker: String,
    /// People who count.
    pub people: Vec<MakeupPersonOut>,
    /// Note.
    pub note: Option<String>,
    /// Entered.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: String,
}

/// Somebody who lacks the month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CandidateOut {
    /// Person.
    pub person_id: i64,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_name: String,
    /// Why the month is lacking.
    pub why: String,
}

/// A session to be entered.
#[derive(Debug, Clone)]
pub struct MakeupInput {
    /// Bureau that organised it.
    pub district: UnitId,
    /// Month, day, length.
    pub makeup: Makeup,
    /// Place.
    pub place: String,
    /// Topic.
    pub topic: String,
    /// Speaker.
    pub speaker: String,
    /// Note.
    pub note: String,
    /// Who attended.
    pub people: Vec<PersonId>,
}

/// Enters a session and posts the month's hour to everybody on it, all or nothing.
///
/// # Errors
/// 404 for a bureau outside the scope; 422 with a line for each person who cannot be on it.
pub async fn add(ctx: &Ctx, scope: &Scope, input: MakeupInput) -> Result<MakeupOut, Problem> {
    let place = words::required("place", "补训地点", &input.place, 100)?;
    let topic = words::required("topic", "补训主题", &input.topic, 200)?;
    let speaker = words::required("speaker", "主讲人", &input.speaker, 100)?;
    let note = words::optional("note", "备注", &input.note, 1_000)?;
    let wanted: BTreeSet<PersonId> = input.people.iter().copied().collect();
    if wanted.is_empty() {
        return Err(bad_field("person_ids", "请选择参加补训的人员。"));
    }
    if wanted.len() > MOST_PEOPLE {
        return Err(bad_field(
            "person_ids",
            format!("一次补训最多{MOST_PEOPLE}人，请分次录入。"),
        ));
    }
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    check_bureau(ctx, scope, &tree, input.district)?;
    let month = input.makeup.for_month;
    let rules = YearRules::load(&mut tx, &ctx.state, month.year()).await?;
    let until = rules.makeup_until(month.year());
    makeup::check(&input.makeup, &rules.params, until, ctx.now)
        .map_err(|(field, deny)| bad_field(field, deny.text))?;
    let units = organisation::narrow(scope, &tree, Some(input.district.get()))?.units;
    let known = reachable(&mut tx, &units, &[input.makeup.held_on, ctx.today]).await?;
    let people = checked_people(&mut tx, &tree, &known, &wanted, month, &rules).await?;
    let stored = StoredMakeup {
        id: 0,
        district_id: input.district,
        for_month: month,
        held_on: input.makeup.held_on,
        minutes: input.makeup.minutes,
        place,
        topic,
        speaker,
        note,
        recorded_at: ctx.now,
        recorded_by_name: ctx.actor.name.clone(),
    };
    let actor = ctx.actor.account_id;
    let id = makeups::insert(&mut tx, &stored, actor, &people).await?;
    let awards: Vec<StudyAward> = people
        .iter()
        .map(|person| StudyAward {
            person: person.person_id,
            for_month: month,
            happened_on: stored.held_on,
            source: source(id),
        })
        .collect();
    assessment::post_study(&mut tx, Some(actor), ctx.now, &awards).await?;
    tx.audit(
        ctx.audit("study.makeup", format!("study_makeup:{id}"))
            .unit(input.district)
            .detail(json!({"month": month.to_string(), "people": awards.len()})),
    );
    tx.commit().await?;
    Ok(out(&tree, StoredMakeup { id, ..stored }, people))
}

fn source(id: i64) -> String {
    format!("makeup:{id}")
}

/// Who may organise: a district for its own people, the city office for those it reviews itself (B-41).
fn check_bureau(ctx: &Ctx, scope: &Scope, tree: &UnitTree, unit: UnitId) -> Result<(), Problem> {
    if !scope.has_unit(unit) {
        return Err(Problem::not_found());
    }
    let Some(kind) = tree.unit(unit).map(|unit| unit.kind) else {
        return Err(Problem::not_found());
    };
    let districts_own = || {
        ctx.actor
            .grants
            .iter()
            .any(|grant| grant.role == Role::DistrictTraining && grant.units.contains(&unit.get()))
    };
    match kind {
        UnitKind::DistrictBureau if districts_own() => Ok(()),
        UnitKind::DistrictBureau => {
            Err(bad_field("district_id", "区局人员的补训由区局组织并录入。"))
        }
        UnitKind::Corps | UnitKind::SpecialUnit | UnitKind::CityBureau | UnitKind::CityOffice => {
            Ok(())
        }
        _ => Err(bad_field(
            "district_id",
            "补训由区局组织；总队、直属单位和市局机关由市局教育培训部门组织。请选择其中之一。",
        )),
    }
}

/// People who belonged to the units on one of the days.
async fn reachable(
    tx: &mut Tx,
    units: &BTreeSet<i64>,
    days: &[Date],
) -> Result<HashMap<PersonId, PersonRow>, Problem> {
    let mut known = HashMap::new();
    for day in days {
        for person in organisation::people_in(tx, units, *day).await? {
            known.insert(person.id, person);
        }
    }
    Ok(known)
}

async fn checked_people(
    tx: &mut Tx,
    tree: &UnitTree,
    known: &HashMap<PersonId, PersonRow>,
    wanted: &BTreeSet<PersonId>,
    month: Month,
    rules: &YearRules,
) -> Result<Vec<MakeupPerson>, Problem> {
    let ids: Vec<PersonId> = wanted.iter().copied().collect();
    let fulfilled = assessment::months_fulfilled(tx, &ids, month.year()).await?;
    let mut errors = Vec::new();
    let mut people = Vec::new();
    for id in &ids {
        let mut fault = |message: String| {
            errors.push(FieldError {
                row: None,
                field: Some(format!("person_ids:{id}")),
                message,
            });
        };
        let Some(person) = known.get(id) else {
            fault(format!("编号{id}的人员不属于该区局，不能录入。"));
            continue;
        };
        let has = fulfilled
            .get(id)
            .is_some_and(|months| months.contains(&month.month()));
        if has {
            fault(format!(
                "{}已有{}的学时，无需补训。",
                person.name,
                month.label_cn()
            ));
        } else if rules.params.established_only && !person.established {
            fault(format!("{}不是在编人员，不计学时，无需补训。", person.name));
        } else if person.joined_on > month.last_day() {
            fault(format!(
                "{}在{}之后入职，无需补训。",
                person.name,
                month.label_cn()
            ));
        } else {
            people.push(MakeupPerson {
                makeup_id: 0,
                person_id: *id,
                staff_no: person.staff_no.clone(),
                name: person.name.clone(),
                unit_id: Some(person.unit_id),
                unit_name: tree.name(person.unit_id).to_owned(),
            });
        }
    }
    if errors.is_empty() {
        return Ok(people);
    }
    let count = errors.len();
    Err(Problem::invalid(
        "study.makeup_people",
        format!("有{count}人不能录入补训，整次补训没有保存。"),
    )
    .with_errors(errors))
}

/// Takes a person off a session; his hour for the month is reversed.
///
/// # Errors
/// 404 outside the scope or when he is not on it; 409 after the year; 422 without a reason.
pub async fn remove_person(
    ctx: &Ctx,
    scope: &Scope,
    makeup: i64,
    person: PersonId,
    reason: &str,
) -> Result<(), Problem> {
    let reason = words::required("reason", "移除原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let found = makeups::find(&mut tx, makeup, &scope.unit_sql("m.district_id"))
        .await?
        .ok_or_else(Problem::not_found)?;
    let until = crate::domain::window::year_end(found.for_month);
    if ctx.now >= until {
        return Err(refused(Deny::new(
            "study.year_closed",
            format!("补训名单应在{}前更正，现已截止。", until.format_bound_cn()),
        )));
    }
    let name = ctx.actor.name.clone();
    if !makeups::remove_person(&mut tx, makeup, person, &name, &reason, ctx.now).await? {
        return Err(Problem::not_found());
    }
    let actor = Some(ctx.actor.account_id);
    assessment::reverse_study(&mut tx, actor, ctx.now, person, &source(makeup), &reason).await?;
    tx.audit(
        ctx.audit("study.makeup_remove", format!("study_makeup:{makeup}"))
            .unit(found.district_id)
            .detail(json!({"person": person.get(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}

/// Sessions of a year: those of bureaus in scope, and those that people of units in scope attended
/// (then only these people are shown).
///
/// # Errors
/// 404 for a unit outside the scope.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
    unit: Option<i64>,
) -> Result<Page<MakeupOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, unit)?;
    let own = scope.unit_sql("m.district_id");
    let attended = scope.unit_sql("mp.unit_id");
    let visible = format!(
        "({own} or exists (select 1 from study_makeup_person mp
           where mp.makeup_id = m.id and mp.removed_at is null and {attended}))"
    );
    let mut people: BTreeMap<i64, Vec<MakeupPerson>> = BTreeMap::new();
    for person in makeups::people_of_year(&mut tx, year, &visible).await? {
        people.entry(person.makeup_id).or_default().push(person);
    }
    let rows: Vec<MakeupOut> = makeups::of_year(&mut tx, year, &visible)
        .await?
        .into_iter()
        .map(|makeup| {
            let mut attended = people.remove(&makeup.id).unwrap_or_default();
            if !scope.has_unit(makeup.district_id) {
                attended.retain(|person| person.unit_id.is_some_and(|unit| scope.has_unit(unit)));
            }
            out(&tree, makeup, attended)
        })
        .collect();
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Page { total, rows })
}

fn out(tree: &UnitTree, makeup: StoredMakeup, people: Vec<MakeupPerson>) -> MakeupOut {
    MakeupOut {
        id: makeup.id,
        district_id: makeup.district_id.get(),
        district_name: tree.name(makeup.district_id).to_owned(),
        for_month: makeup.for_month,
        held_on: makeup.held_on,
        minutes: makeup.minutes,
        place: makeup.place,
        topic: makeup.topic,
        speaker: makeup.speaker,
        people: people
            .into_iter()
            .map(|person| MakeupPersonOut {
                person_id: person.person_id.get(),
                staff_no: person.staff_no,
                name: person.name,
                unit_name: person.unit_name,
            })
            .collect(),
        note: Some(makeup.note).filter(|text| !text.is_empty()),
        recorded_at: makeup.recorded_at,
        recorded_by: makeup.recorded_by_name,
    }
}

/// People in service who lack a month, with the reason.
///
/// # Errors
/// 404 for a unit outside the scope.
pub async fn candidates(
    ctx: &Ctx,
    scope: &Scope,
    month: Month,
    unit: Option<i64>,
) -> Result<Vec<CandidateOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let units = organisation::narrow(scope, &tree, unit)?;
    let rules = YearRules::load(&mut tx, &ctx.state, month.year()).await?;
    let people: Vec<PersonRow> = organisation::people_in(&mut tx, &units.units, ctx.today)
        .await?
        .into_iter()
        .filter(|person| person.in_service && person.joined_on <= month.last_day())
        .filter(|person| person.established || !rules.params.established_only)
        .collect();
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let fulfilled = assessment::months_fulfilled(&mut tx, &ids, month.year()).await?;
    // A person may have been on another unit's list in that month: any unit's mark explains.
    let marks: HashMap<PersonId, makeups::MonthMark> =
        makeups::marks_of_month(&mut tx, month, "1 = 1")
            .await?
            .into_iter()
            .map(|mark| (mark.person, mark))
            .collect();
    Ok(people
        .into_iter()
        .filter(|person| {
            !fulfilled
                .get(&person.id)
                .is_some_and(|months| months.contains(&month.month()))
        })
        .map(|person| CandidateOut {
            why: why(marks.get(&person.id)),
            person_id: person.id.get(),
            staff_no: person.staff_no,
            name: person.name,
            unit_name: tree.name(person.unit_id).to_owned(),
        })
        .collect())
}

fn why(mark: Option<&makeups::MonthMark>) -> String {
    let Some(mark) = mark else {
        return "当月没有出勤登记".to_owned();
    };
    let state = mark
        .state
        .parse::<State>()
        .map_or("未知", |state| state.name());
    match (&mark.absence_reason, mark.present) {
        (_, true) => format!("已参加，但所在单位记录为“{state}”"),
        (Some(reason), false) => format!("未参加：{reason}"),
        (None, false) => "未参加".to_owned(),
    }
}
