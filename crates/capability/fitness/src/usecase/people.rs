//! Who is on the list of a test.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, fields};
use chengzhi_kernel::{Date, PersonId};
use chengzhi_organisation::facade::{self as organisation, PersonRow, UnitTree};
use chengzhi_rules::fitness::Sex;
use chrono::Datelike as _;
use serde_json::json;

use super::access::taken;
use super::marks::rejudge;
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::state::{Seat, State};
use crate::domain::verdict::Outcome;
use crate::domain::waiver::WaiverState;
use crate::store::entries::Entry;
use crate::store::rounds::Test;
use crate::store::{births, entries, marks, rounds, waivers};

/// Puts people on a test's list: those given, and those of the units who owe the year's test and have
/// no exemption or deferral. Gives how many came on it.
///
/// # Errors
/// 422 for a unit or person that is not the bureau's.
pub async fn add_people(
    tx: &mut Tx,
    ctx: &Ctx,
    tree: &UnitTree,
    test: &Test,
    given: BTreeSet<PersonId>,
    units: &BTreeSet<i64>,
) -> Result<u64, Problem> {
    let below = tree.subtree(test.unit_id);
    if !units.is_subset(&below) {
        return Err(bad_field("units", "有单位不属于本局，请重新选择。"));
    }
    let on = ctx.today.min(test.planned_on);
    let everybody = organisation::people_in(tx, &below, on).await?;
    let chosen: BTreeSet<i64> = units
        .iter()
        .flat_map(|unit| tree.subtree((*unit).into()))
        .collect();
    let waived: BTreeSet<PersonId> = waivers::all(
        tx,
        &format!("w.year = {} and w.state = 'approved'", test.year),
    )
    .await?
    .into_iter()
    .map(|row| row.person_id)
    .collect();
    let passed: BTreeSet<PersonId> = entries::of_year(
        tx,
        test.year,
        "e.outcome in ('passed', 'failed', 'unknown')",
    )
    .await?
    .into_iter()
    .map(|part| part.entry.person_id)
    .collect();
    let mut rows = Vec::new();
    let mut found = BTreeSet::new();
    for person in &everybody {
        let asked = given.contains(&person.id) && person.in_service;
        let owes = chosen.contains(&person.unit_id.get())
            && person.enforcement
            && person.in_service
            && !waived.contains(&person.id)
            && !passed.contains(&person.id);
        if asked {
            found.insert(person.id);
        }
        if asked || owes {
            rows.push(entry_of(test.id, person));
        }
    }
    if let Some(missing) = given.difference(&found).next() {
        let name = organisation::person(tx, *missing)
            .await?
            .map_or_else(|| "这名人员".to_owned(), |person| person.name);
        return Err(bad_field(
            "people",
            format!("{name}不是本局在职人员，请核对。"),
        ));
    }
    Ok(entries::add(tx, &rows, &ctx.actor.name, ctx.now).await?)
}

fn entry_of(test: i64, person: &PersonRow) -> Entry {
    Entry {
        id: 0,
        test_id: test,
        person_id: person.id,
        unit_id: person.unit_id,
        staff_no: person.staff_no.clone(),
        name: person.name.clone(),
        sex: person.sex.as_deref().and_then(Sex::from_code),
        seat: Seat::Listed,
        reason: String::new(),
        outcome: Outcome::None,
    }
}

/// Puts people and units on the list.
///
/// # Errors
/// 404 outside the scope; 409 once results are in; 422 for people of others.
pub async fn add(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    people: Vec<i64>,
    units: Vec<i64>,
) -> Result<u64, Problem> {
    if people.len() > 2_000 || units.len() > 500 {
        return Err(bad_field("people", "一次最多加入2000人，请分次办理。"));
    }
    let mut tx = ctx.db().write().await?;
    let (test, tree) = taken(&mut tx, ctx, scope, id).await?;
    open_list(&test)?;
    let given = people.into_iter().map(PersonId::from).collect();
    let units = units.into_iter().collect();
    let added = add_people(&mut tx, ctx, &tree, &test, given, &units).await?;
    tx.audit(
        ctx.audit("fitness.list", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"added": added})),
    );
    tx.commit().await?;
    Ok(added)
}

fn open_list(test: &Test) -> Result<(), Problem> {
    if test.state.takes_marks() {
        return Ok(());
    }
    Err(refused(Deny::new(
        "fitness.state",
        format!("测试{}，名单不能再变动。", test.state.name()),
    )))
}

/// Says that somebody did not come, is off the list, or is on it after all.
///
/// # Errors
/// 404 outside the scope; 409 when he has figures or results are in; 422 without a reason.
pub async fn set_seat(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    entry: i64,
    seat: Seat,
    reason: &str,
) -> Result<(), Problem> {
    let reason = match seat {
        Seat::Listed => String::new(),
        Seat::Absent => fields::required("reason", "缺席原因", reason, 100)?,
        Seat::Removed => fields::required("reason", "移出原因", reason, 100)?,
    };
    let mut tx = ctx.db().write().await?;
    let (test, _) = taken(&mut tx, ctx, scope, id).await?;
    open_list(&test)?;
    let row = entries::by_id(&mut tx, entry)
        .await?
        .filter(|row| row.test_id == id)
        .ok_or_else(Problem::not_found)?;
    let has = marks::of_entries(&mut tx, &[entry])
        .await?
        .remove(&entry)
        .is_some_and(|all| all.iter().any(marks::Mark::stands));
    if has && seat != Seat::Listed {
        return Err(refused(Deny::new(
            "fitness.has_marks",
            format!("{}已有成绩；确属误录的，请先作废成绩并写明原因。", row.name),
        )));
    }
    entries::put_seat(&mut tx, entry, seat, &reason).await?;
    tx.audit(
        ctx.audit("fitness.seat", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"person": row.person_id.get(), "state": seat.code(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}

/// Enters when somebody was born, and judges anew what his age decides.
///
/// # Errors
/// 404 for people outside the scope; 422 for a day that cannot be true.
pub async fn set_birth(
    ctx: &Ctx,
    scope: &Scope,
    person: PersonId,
    born: Date,
) -> Result<(), Problem> {
    check_birth(born, ctx.today).map_err(|text| bad_field("born_on", text))?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let unit = organisation::unit_of(&mut tx, person, ctx.today)
        .await?
        .filter(|unit| scope.has_unit(*unit))
        .ok_or_else(Problem::not_found)?;
    if !super::access::managed(ctx, &tree).iter().any(|id| {
        tree.district_of(unit)
            .is_some_and(|bureau| bureau.get() == *id)
    }) {
        return Err(Problem::not_found());
    }
    store_births(&mut tx, ctx, &BTreeMap::from([(person, born)])).await?;
    tx.audit(
        ctx.audit("fitness.birth", format!("person:{person}"))
            .unit(unit)
            .detail(json!({})),
    );
    tx.commit().await?;
    Ok(())
}

/// A birthday of somebody who serves.
///
/// # Errors
/// A Chinese sentence.
pub fn check_birth(born: Date, today: Date) -> Result<(), &'static str> {
    if (16..=80).contains(&(today.year() - born.year())) {
        Ok(())
    } else {
        Err("出生日期不合常理，请核对。")
    }
}

/// Stores birthdays and judges anew.
///
/// # Errors
/// 500 from the engine.
pub async fn store_births(
    tx: &mut Tx,
    ctx: &Ctx,
    all: &BTreeMap<PersonId, Date>,
) -> Result<(), Problem> {
    let people: Vec<PersonId> = all.keys().copied().collect();
    let known = births::of(tx, &people).await?;
    let mut changed = Vec::new();
    for (person, born) in all {
        if known.get(person) != Some(born) {
            births::put(tx, *person, *born, &ctx.actor.name, ctx.now).await?;
            changed.push(person.get());
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let list = chengzhi_db::int_list(changed);
    let condition = format!("e.person_id in {list} and e.outcome <> 'none'");
    let mut by_test: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
    for row in entries::all(tx, &condition).await? {
        by_test.entry(row.test_id).or_default().push(row);
    }
    for (test, rows) in by_test {
        if let Some(test) = rounds::by_id(tx, test)
            .await?
            .filter(|test| test.state != State::Cancelled)
        {
            rejudge(tx, ctx, &test, &rows).await?;
        }
    }
    Ok(())
}

/// Words of approved waivers of a year by person.
///
/// # Errors
/// 500 from the engine.
pub async fn waivers_of(
    tx: &mut Tx,
    year: i32,
) -> Result<BTreeMap<PersonId, waivers::Waiver>, Problem> {
    Ok(
        waivers::all(tx, &format!("w.year = {year} and w.state = 'approved'"))
            .await?
            .into_iter()
            .filter(|row| row.state == WaiverState::Approved)
            .map(|row| (row.person_id, row))
            .collect(),
    )
}
