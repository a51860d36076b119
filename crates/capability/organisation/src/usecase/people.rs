//! People: lists, the page of one, adding, correcting, transferring.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Page, Problem};
use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, PersonId, UnitId};
use serde_json::json;

use super::fields::{category, induction, joined, name, phone, posts, rank, sex};
use super::{Editor, plain_day, status};
use crate::domain::edge::{Period, Step, StepError, continue_from};
use crate::domain::mask::mask_phone;
use crate::domain::person::{Category, check_staff_no, sex_name};
use crate::domain::post::{post_name, post_names, rank_name};
use crate::domain::status::{Change, State, seconded_on, state_on};
use crate::domain::ten_days::TenDays;
use crate::domain::tree::UnitTree;
use crate::store::people::{PeopleFilter, PersonData, Placed};
use crate::store::{self, events, members, people, units};
use crate::view::{FactsOut, MembershipOut, PersonDetailOut, PersonOut, PostOut};

/// One page of people in scope, as they are on the day.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn list_people(
    tx: &mut Tx,
    scope: &Scope,
    filter: &PeopleFilter,
    on: Date,
    limit: i64,
    offset: i64,
) -> Result<Page<PersonOut>, Problem> {
    let (total, found) = people::page(tx, scope, filter, on, limit, offset).await?;
    let ids: Vec<PersonId> = found.iter().map(|placed| placed.person.id).collect();
    let tree = units::tree(tx, on).await?;
    let changes = events::standing(tx, Some(&ids)).await?;
    let mut posts = members::posts_on(tx, Some(&ids), Some(on)).await?;
    let rows = found
        .into_iter()
        .map(|placed| {
            let id = placed.person.id;
            let changes: Vec<Change> = changes
                .get(&id)
                .into_iter()
                .flatten()
                .map(|event| event.change)
                .collect();
            person_out(
                &tree,
                placed,
                posts.remove(&id).unwrap_or_default(),
                &changes,
                on,
            )
        })
        .collect();
    Ok(Page { total, rows })
}

fn person_out(
    tree: &UnitTree,
    placed: Placed,
    posts: Vec<String>,
    changes: &[Change],
    on: Date,
) -> PersonOut {
    let Placed { person, unit } = placed;
    let state = state_on(changes, person.joined_on, on);
    let district = unit.and_then(|unit| tree.district_of(unit));
    let seconded = state == State::AtPost && seconded_on(changes, on);
    PersonOut {
        id: person.id,
        staff_no: person.staff_no,
        name: person.name,
        unit_id: unit,
        unit_name: unit
            .map(|unit| tree.name(unit).to_owned())
            .unwrap_or_default(),
        district_name: district
            .map(|id| tree.name(id).to_owned())
            .unwrap_or_default(),
        established: person.established,
        category: person.category,
        category_name: person.category.name().to_owned(),
        post: posts.first().cloned(),
        post_name: (!posts.is_empty()).then(|| post_names(&posts)),
        posts,
        rank_name: person
            .rank
            .as_deref()
            .and_then(rank_name)
            .map(str::to_owned),
        rank: person.rank,
        state: state.code().to_owned(),
        state_name: if seconded {
            "在岗（借调）".to_owned()
        } else {
            state.name()
        },
        joined_on: person.joined_on,
    }
}

/// A person's page. The caller logs the reading (`person.read`).
///
/// # Errors
/// 404 when there is none in scope.
pub async fn show_person(
    tx: &mut Tx,
    scope: &Scope,
    id: PersonId,
    today: Date,
    rule: &TenDays<'_>,
) -> Result<PersonDetailOut, Problem> {
    let placed = people::find(tx, scope, id, today)
        .await?
        .ok_or_else(Problem::not_found)?;
    let tree = units::tree(tx, today).await?;
    let all_units = units::all(tx).await?;
    let history = events::of_person(tx, id).await?;
    let standing: Vec<Change> = history
        .iter()
        .filter(|event| !event.revoked())
        .map(|event| event.change)
        .collect();
    let memberships = members::of_person(tx, id)
        .await?
        .into_iter()
        .map(|member| MembershipOut {
            unit_id: member.unit,
            unit_name: all_units
                .iter()
                .find(|row| row.unit.id == member.unit)
                .map(|row| row.unit.name.clone())
                .unwrap_or_default(),
            from: member.period.from,
            to: member.period.last_day(),
        })
        .collect();
    let post_history = members::posts_of(tx, id)
        .await?
        .into_iter()
        .map(|held| PostOut {
            post_name: post_name(&held.post).unwrap_or_default().to_owned(),
            post: held.post,
            from: held.period.from,
            to: held.period.last_day(),
        })
        .collect();
    let posts = members::posts_on(tx, Some(&[id]), Some(today))
        .await?
        .remove(&id)
        .unwrap_or_default();
    let row = placed.person.clone();
    let state = state_on(&standing, row.joined_on, today);
    Ok(PersonDetailOut {
        person: person_out(&tree, placed, posts, &standing, today),
        sex_name: row.sex.as_deref().map(|sex| sex_name(sex).to_owned()),
        sex: row.sex,
        induction_ended_on: row.induction_ended_on,
        phone_masked: row.phone.as_deref().map(mask_phone),
        memberships,
        post_history,
        events: history
            .iter()
            .map(|event| status::event_out(event, &standing, rule))
            .collect(),
        facts: FactsOut {
            established: row.established,
            in_service: !matches!(state, State::Left(_)),
            at_post: state == State::AtPost,
            enforcement_civil_servant: row.category == Category::EnforcementCivilServant,
            seconded: seconded_on(&standing, today),
        },
        version: row.version,
    })
}

/// A person to be added.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// 男, 女 or nothing.
    pub sex: Option<String>,
    /// 在编.
    pub established: bool,
    /// Code or word of the category.
    pub category: Option<String>,
    /// Codes or words of the posts.
    pub posts: Vec<String>,
    /// Code or word of the rank.
    pub rank: Option<String>,
    /// 入职日期.
    pub joined_on: Date,
    /// 初任培训结束日期.
    pub induction_ended_on: Option<Date>,
    /// Mobile number.
    pub phone: Option<String>,
}

/// Adds a person to a unit from the day of joining on (the unit's first day, if it is younger).
///
/// # Errors
/// 422 naming the field, 409 when the staff number is taken.
pub async fn create_person(
    tx: &mut Tx,
    editor: &Editor,
    unit: UnitId,
    new: &NewPerson,
) -> Result<PersonId, Problem> {
    store::enter(tx).await?;
    let staff_no = new.staff_no.trim().to_owned();
    check_staff_no(&staff_no).map_err(|text| Problem::field("staff_no", format!("{text}。")))?;
    let data = PersonData {
        name: name(&new.name)?,
        sex: sex(new.sex.as_deref())?,
        established: new.established,
        category: category(new.category.as_deref().unwrap_or("other"))?,
        rank: rank(new.rank.as_deref())?,
        phone: phone(new.phone.as_deref())?,
        joined_on: joined(new.joined_on, editor.today())?,
        induction_ended_on: induction(new.induction_ended_on)?,
        staff_no: staff_no.clone(),
    };
    let posts = posts(&new.posts)?;
    let row = units::by_id(tx, unit)
        .await?
        .filter(|row| editor.reaches(unit) && row.unit.kind.has_people())
        .ok_or_else(|| Problem::field("unit_id", "没有找到所选单位，或它不在您的管辖范围内。"))?;
    let from = data.joined_on.max(row.opened_on);
    if let Some(closed) = row.closed_on {
        return Err(Problem::field(
            "unit_id",
            format!("{}已于{}撤销。", row.unit.name, format_cn_plain(closed)),
        ));
    }
    if people::by_staff_no(tx, std::slice::from_ref(&staff_no))
        .await?
        .contains_key(&staff_no)
    {
        return Err(Problem::conflict(
            "person.staff_no_taken",
            format!("工号{staff_no}已有人使用，请核对。"),
        ));
    }
    people::insert_many(tx, &[data], editor.now).await?;
    let id = people::by_staff_no(tx, std::slice::from_ref(&staff_no))
        .await?
        .get(&staff_no)
        .map(|found| found.0)
        .ok_or(chengzhi_db::DbError::RowMissing)?;
    members::begin(tx, id, unit, from).await?;
    members::set_posts(tx, &[(id, posts)], &Default::default(), from, |_| from).await?;
    tx.audit(
        editor
            .audit("person.create", format!("person:{id}"))
            .unit(unit)
            .detail(json!({ "staff_no": staff_no, "unit": unit })),
    );
    Ok(id)
}

/// A correction; what is `None` stays. For fields that may be empty the inner `None` empties them.
#[derive(Debug, Clone, Default)]
pub struct PersonPatch {
    /// 姓名.
    pub name: Option<String>,
    /// 男, 女.
    pub sex: Option<Option<String>>,
    /// 在编.
    pub established: Option<bool>,
    /// Category.
    pub category: Option<String>,
    /// All posts from today on.
    pub posts: Option<Vec<String>>,
    /// Rank.
    pub rank: Option<Option<String>>,
    /// 入职日期.
    pub joined_on: Option<Date>,
    /// 初任培训结束日期.
    pub induction_ended_on: Option<Option<Date>>,
    /// Mobile number.
    pub phone: Option<Option<String>>,
}

/// Finds a person whom the editor may change, with the unit of today.
async fn editable(tx: &mut Tx, editor: &Editor, id: PersonId) -> Result<Placed, Problem> {
    let row = people::by_id(tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let unit = members::unit_of(tx, id, editor.today()).await?;
    if !editor.reaches_person(id, unit) {
        return Err(Problem::not_found());
    }
    Ok(Placed { person: row, unit })
}

/// Corrects a person. Every change is in the audit log with the value before and after (of the
/// phone only that it changed).
///
/// # Errors
/// 422 naming the field, 409 when somebody else changed the person since `version`.
pub async fn patch_person(
    tx: &mut Tx,
    editor: &Editor,
    id: PersonId,
    version: i64,
    patch: &PersonPatch,
) -> Result<(), Problem> {
    store::enter(tx).await?;
    let Placed { person: row, unit } = editable(tx, editor, id).await?;
    let before = PersonData {
        staff_no: row.staff_no,
        name: row.name,
        sex: row.sex,
        established: row.established,
        category: row.category,
        rank: row.rank,
        phone: row.phone,
        joined_on: row.joined_on,
        induction_ended_on: row.induction_ended_on,
    };
    let mut after = before.clone();
    if let Some(text) = &patch.name {
        after.name = name(text)?;
    }
    if let Some(value) = &patch.sex {
        after.sex = sex(value.as_deref())?;
    }
    if let Some(yes) = patch.established {
        after.established = yes;
    }
    if let Some(code) = &patch.category {
        after.category = category(code)?;
    }
    if let Some(value) = &patch.rank {
        after.rank = rank(value.as_deref())?;
    }
    if let Some(day) = patch.joined_on {
        after.joined_on = joined(day, editor.today())?;
    }
    if let Some(day) = patch.induction_ended_on {
        after.induction_ended_on = induction(day)?;
    }
    if let Some(value) = &patch.phone {
        after.phone = phone(value.as_deref())?;
    }
    if !people::update(tx, id, version, &after, editor.now).await? {
        return Err(Problem::stale());
    }
    let mut changes = difference(&before, &after);
    if let Some(wanted) = &patch.posts {
        let wanted = posts(wanted)?;
        let held = members::posts_on(tx, Some(&[id]), None).await?;
        let old = held.get(&id).cloned().unwrap_or_default();
        if old != wanted {
            changes.push(json!({ "field": "posts", "before": old, "after": wanted }));
            let today = editor.today();
            members::set_posts(tx, &[(id, wanted)], &held, today, |_| today).await?;
        }
    }
    let mut line = editor
        .audit("person.change", format!("person:{id}"))
        .detail(json!({ "changes": changes }));
    if let Some(unit) = unit {
        line = line.unit(unit);
    }
    tx.audit(line);
    Ok(())
}

fn difference(before: &PersonData, after: &PersonData) -> Vec<serde_json::Value> {
    let mut changes = Vec::new();
    let mut tell = |field: &str, old: serde_json::Value, new: serde_json::Value| {
        if old != new {
            changes.push(json!({ "field": field, "before": old, "after": new }));
        }
    };
    tell("name", json!(before.name), json!(after.name));
    tell("sex", json!(before.sex), json!(after.sex));
    tell(
        "established",
        json!(before.established),
        json!(after.established),
    );
    tell("category", json!(before.category), json!(after.category));
    tell("rank", json!(before.rank), json!(after.rank));
    tell("joined_on", json!(before.joined_on), json!(after.joined_on));
    tell(
        "induction_ended_on",
        json!(before.induction_ended_on),
        json!(after.induction_ended_on),
    );
    if before.phone != after.phone {
        changes.push(json!({ "field": "phone" }));
    }
    changes
}

/// Moves a person to another unit from a day on. Hours follow the person; who studies with whom is
/// decided by the day of the session (B-75).
///
/// # Errors
/// 422 for a unit or day that does not fit, 409 when he is there already.
pub async fn transfer_person(
    tx: &mut Tx,
    editor: &Editor,
    id: PersonId,
    unit: UnitId,
    from: Date,
) -> Result<(), Problem> {
    store::enter(tx).await?;
    let placed = editable(tx, editor, id).await?;
    plain_day("from", from)?;
    let target = units::by_id(tx, unit)
        .await?
        .filter(|row| editor.reaches(unit) && row.unit.kind.has_people())
        .ok_or_else(|| {
            Problem::field(
                "unit_id",
                "没有找到所选单位，或它不在您的管辖范围内；跨区调动由市局办理。",
            )
        })?;
    if from < target.opened_on || target.closed_on.is_some() {
        return Err(Problem::field(
            "from",
            format!("{}在这一天没有设立。", target.unit.name),
        ));
    }
    let history = members::of_person(tx, id).await?;
    let spans: Vec<Period> = history.iter().map(|member| member.period).collect();
    let step = continue_from(&spans, from).map_err(|error| {
        let (StepError::BeforeLast(day) | StepError::InsideEarlier(day)) = error;
        Problem::field(
            "from",
            format!(
                "{}已有一次单位变动，调动日期不能更早。",
                format_cn_plain(day)
            ),
        )
    })?;
    let present = history
        .iter()
        .find(|member| member.period.until.is_none())
        .map(|member| member.unit);
    if present == Some(unit) {
        return Err(Problem::conflict(
            "person.same_unit",
            format!("该人员已在{}。", target.unit.name),
        ));
    }
    apply_transfer(tx, id, unit, from, step).await?;
    tx.audit(
        editor
            .audit("person.transfer", format!("person:{id}"))
            .unit(unit)
            .detail(json!({
                "before": placed.unit, "after": unit, "from": from,
            })),
    );
    Ok(())
}

/// Writes a transfer as [`continue_from`] decided it.
pub(crate) async fn apply_transfer(
    tx: &mut Tx,
    id: PersonId,
    unit: UnitId,
    from: Date,
    step: Step,
) -> Result<(), Problem> {
    match step {
        Step::Begin => members::begin(tx, id, unit, from).await?,
        Step::Correct => members::correct(tx, id, from, unit).await?,
        Step::EndAndBegin => {
            members::end(tx, id, from).await?;
            members::begin(tx, id, unit, from).await?;
        }
    }
    Ok(())
}
