//! A test is planned, changed, called off.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, fields};
use chengzhi_kernel::{Date, PersonId, UnitId, dates};
use chengzhi_organisation::facade as organisation;
use chrono::Datelike as _;
use serde_json::json;

use super::access::{bureau, fresh, taken};
use super::people::add_people;
use super::policy::Rules;
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::state::State;
use crate::store::rounds::Test;
use crate::store::{filings, rounds};

/// A class as a test needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRef {
    /// Row id.
    pub id: i64,
    /// Bureau that holds it.
    pub unit_id: UnitId,
    /// Title.
    pub title: String,
    /// First and last day, once it has lessons.
    pub days: Option<(Date, Date)>,
    /// Where.
    pub place: String,
}

/// What classes tell: asked for by this capability, answered by whoever keeps them.
#[async_trait]
pub trait ClassBook: Send + Sync {
    /// Standing classes of a bureau and year, latest first.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn classes(&self, tx: &mut Tx, unit: UnitId, year: i32)
    -> Result<Vec<ClassRef>, Problem>;

    /// A standing class.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn class(&self, tx: &mut Tx, id: i64) -> Result<Option<ClassRef>, Problem>;

    /// Its trainees of the roster.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn trainees(&self, tx: &mut Tx, id: i64) -> Result<Vec<PersonId>, Problem>;
}

/// Where no class is asked for: tests held apart only.
#[derive(Debug, Clone, Copy)]
pub struct NoClasses;

#[async_trait]
impl ClassBook for NoClasses {
    async fn classes(&self, _: &mut Tx, _: UnitId, _: i32) -> Result<Vec<ClassRef>, Problem> {
        Ok(Vec::new())
    }

    async fn class(&self, _: &mut Tx, _: i64) -> Result<Option<ClassRef>, Problem> {
        Ok(None)
    }

    async fn trainees(&self, _: &mut Tx, _: i64) -> Result<Vec<PersonId>, Problem> {
        Ok(Vec::new())
    }
}

/// A test as sent.
#[derive(Debug, Clone)]
pub struct TestInput {
    /// Bureau.
    pub unit: UnitId,
    /// Title.
    pub title: String,
    /// Class that it belongs to; none when it is held apart.
    pub class: Option<i64>,
    /// Why it is held apart.
    pub reason: String,
    /// Day.
    pub on: Date,
    /// Where.
    pub place: String,
    /// Units whose people who owe the year's test are put on the list.
    pub units: Vec<i64>,
}

fn checked_day(on: Date, today: Date) -> Result<i32, Problem> {
    let year = on.year();
    if !(today.year() - 1..=today.year() + 1).contains(&year) {
        return Err(bad_field("on", "测试日期应在前后一年以内，请核对。"));
    }
    Ok(year)
}

/// Plans a test. One held apart is filed with its reason in the same step (B-33).
///
/// # Errors
/// 404 outside the scope; 409 when the rules forbid it or the class has one; 422 for a field.
pub async fn create(
    ctx: &Ctx,
    scope: &Scope,
    classes: &dyn ClassBook,
    input: TestInput,
) -> Result<i64, Problem> {
    let title = fields::required("title", "测试名称", &input.title, 60)?;
    let place = fields::required("place", "测试地点", &input.place, 60)?;
    let year = checked_day(input.on, ctx.today)?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let unit = bureau(ctx, &tree, scope, input.unit)?;
    let rules = Rules::load(&mut tx, &ctx.state, year).await?;
    let class = match input.class {
        None => None,
        Some(id) => Some(
            classes
                .class(&mut tx, id)
                .await?
                .filter(|class| class.unit_id == unit.id)
                .ok_or_else(|| bad_field("class_id", "没有这个培训班，请重新选择。"))?,
        ),
    };
    let reason = match &class {
        Some(_) => String::new(),
        None if !rules.fitness().separate_with_filing.value => {
            return Err(refused(Deny::new(
                "fitness.not_apart",
                "按规定体能测试应随集中培训进行，不能单独举办；请选择培训班。",
            )));
        }
        None => fields::required("reason", "单独举办的原因", &input.reason, 500)?,
    };
    if let Some((first, last)) = class.as_ref().and_then(|class| class.days)
        && !(first..=last).contains(&input.on)
    {
        return Err(bad_field(
            "on",
            format!(
                "测试应在培训班期间，即{}至{}。",
                dates::format_cn(first),
                dates::format_cn(last)
            ),
        ));
    }
    let mut test = Test {
        id: 0,
        unit_id: unit.id,
        year,
        title,
        separate: class.is_none(),
        class_id: class.as_ref().map(|class| class.id),
        reason,
        planned_on: input.on,
        place,
        state: if class.is_none() {
            State::Filed
        } else {
            State::Planned
        },
        standard: None,
        cancel_reason: None,
        held_at: None,
        results_in_at: None,
        results_in_by_name: None,
        version: 1,
        created_by_name: ctx.actor.name.clone(),
    };
    test.id = rounds::insert(&mut tx, &test, ctx.now)
        .await?
        .ok_or_else(|| {
            refused(Deny::new(
                "fitness.class_twice",
                "这个培训班已有体能测试，请打开原来的测试办理。",
            ))
        })?;
    if test.separate {
        let by = (ctx.actor.account_id, ctx.actor.name.as_str());
        filings::insert(&mut tx, &test, by, ctx.now).await?;
    }
    let mut listed = BTreeSet::new();
    if let Some(class) = &class {
        // People of other bureaus, and who has left since he enrolled, are not tested here.
        let trainees: BTreeSet<PersonId> = classes
            .trainees(&mut tx, class.id)
            .await?
            .into_iter()
            .collect();
        let on = ctx.today.min(test.planned_on);
        let own = organisation::people_in(&mut tx, &tree.subtree(unit.id), on).await?;
        listed.extend(
            own.iter()
                .filter(|person| person.in_service && trainees.contains(&person.id))
                .map(|person| person.id),
        );
    }
    let units: BTreeSet<i64> = input.units.into_iter().collect();
    add_people(&mut tx, ctx, &tree, &test, listed, &units).await?;
    tx.audit(
        ctx.audit("fitness.create", format!("fitness_test:{}", test.id))
            .unit(unit.id)
            .detail(
                json!({"title": test.title, "on": test.planned_on.to_string(),
                "class": test.class_id, "reason": test.reason}),
            ),
    );
    tx.commit().await?;
    Ok(test.id)
}

/// What may be changed before the first figure.
#[derive(Debug, Clone)]
pub struct TestChange {
    /// `version` as read.
    pub version: i64,
    /// Title.
    pub title: String,
    /// Why it is held apart.
    pub reason: String,
    /// Day.
    pub on: Date,
    /// Where.
    pub place: String,
}

/// Changes a test. One held apart is filed anew when reason, day or place change.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or once it began; 422 for a field.
pub async fn change(ctx: &Ctx, scope: &Scope, id: i64, input: TestChange) -> Result<(), Problem> {
    let title = fields::required("title", "测试名称", &input.title, 60)?;
    let place = fields::required("place", "测试地点", &input.place, 60)?;
    let year = checked_day(input.on, ctx.today)?;
    let mut tx = ctx.db().write().await?;
    let (mut test, _) = taken(&mut tx, ctx, scope, id).await?;
    fresh(&test, input.version)?;
    if !test.state.is_open() {
        return Err(refused(Deny::new(
            "fitness.state",
            format!("测试{}，不能再修改安排。", test.state.name()),
        )));
    }
    let reason = if test.separate {
        fields::required("reason", "单独举办的原因", &input.reason, 500)?
    } else {
        String::new()
    };
    let anew = test.separate
        && (test.reason != reason || test.planned_on != input.on || test.place != place);
    test.title = title;
    test.reason = reason;
    test.planned_on = input.on;
    test.place = place;
    test.year = year;
    rounds::put(&mut tx, &test).await?;
    if anew {
        let by = (ctx.actor.account_id, ctx.actor.name.as_str());
        filings::insert(&mut tx, &test, by, ctx.now).await?;
    }
    tx.audit(
        ctx.audit("fitness.change", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"on": test.planned_on.to_string(), "filed_anew": anew})),
    );
    tx.commit().await?;
    Ok(())
}

/// Calls a test off.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or once it began; 422 without a reason.
pub async fn cancel(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    reason: &str,
) -> Result<(), Problem> {
    let reason = fields::required("reason", "取消原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let (mut test, _) = taken(&mut tx, ctx, scope, id).await?;
    fresh(&test, version)?;
    if !test.state.is_open() {
        return Err(refused(Deny::new(
            "fitness.state",
            format!("测试{}，不能取消。", test.state.name()),
        )));
    }
    test.state = State::Cancelled;
    test.cancel_reason = Some(reason.clone());
    rounds::put(&mut tx, &test).await?;
    tx.audit(
        ctx.audit("fitness.cancel", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}
