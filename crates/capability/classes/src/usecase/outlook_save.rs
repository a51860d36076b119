//! Making and changing a plan of several years.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade as organisation;
use serde_json::json;

use crate::domain::outlook::{Measure, check_years};
use crate::store::outlooks::{self, Outlook, Target};

use super::case::running_units;
use super::outlooks::is_city;
use super::{bad_field, words};

/// Most targets of a plan.
const MOST_TARGETS: usize = 60;

/// `class_outlook:12`.
pub(super) fn subject(id: i64) -> String {
    format!("class_outlook:{id}")
}

/// Makes a bureau's plan of several years.
///
/// # Errors
/// 404 outside the own bureaus; 409 when another one has some of its years; 422 for a field.
pub async fn create(
    ctx: &Ctx,
    unit: UnitId,
    (from, to): (i32, i32),
    title: &str,
    note: &str,
) -> Result<i64, Problem> {
    check_years(from, to).map_err(|text| bad_field("to_year", text))?;
    let title = words::required("title", "名称", title, 100)?;
    let note = words::optional("note", "说明", note, 2_000)?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    if !running_units(ctx, &tree).contains(&unit.get()) {
        return Err(Problem::not_found());
    }
    let twice = |known: &str| {
        Problem::conflict(
            "class.outlook_twice",
            format!(
                "{}已有“{known}”，规划期有重叠，请修改年份或者在原规划上修改。",
                tree.name(unit)
            ),
        )
    };
    if let Some(known) = outlooks::of_units(&mut tx, &[unit.get()].into())
        .await?
        .iter()
        .find(|known| known.from_year <= to && from <= known.to_year)
    {
        return Err(twice(&known.title));
    }
    let new = Outlook {
        id: 0,
        unit_id: unit,
        from_year: from,
        to_year: to,
        title,
        note,
        version: 1,
        created_by_name: ctx.actor.name.clone(),
    };
    let id = outlooks::insert(&mut tx, &new, ctx.now)
        .await?
        .ok_or_else(|| twice(&new.title))?;
    tx.audit(
        ctx.audit("class.outlook_create", subject(id))
            .unit(unit)
            .detail(json!({"title": new.title, "from": from, "to": to})),
    );
    tx.commit().await?;
    Ok(id)
}

/// A plan of the own bureau in the version that was read, locked until the transaction ends.
pub(super) async fn taken(
    tx: &mut Tx,
    ctx: &Ctx,
    id: i64,
    version: i64,
) -> Result<Outlook, Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let row = outlooks::take(tx, id)
        .await?
        .filter(|row| running_units(ctx, &tree).contains(&row.unit_id.get()))
        .ok_or_else(Problem::not_found)?;
    // Taking it has already counted the version up.
    if row.version == version + 1 {
        Ok(row)
    } else {
        Err(Problem::stale())
    }
}

/// A target as entered.
#[derive(Debug, Clone)]
pub struct TargetInput {
    /// Year.
    pub year: i32,
    /// Code of the measure.
    pub measure: String,
    /// Code of a kind; empty for all.
    pub kind: String,
    /// How much.
    pub goal: i64,
}

/// A plan as entered.
#[derive(Debug, Clone)]
pub struct OutlookInput {
    /// Version as read.
    pub version: i64,
    /// Title.
    pub title: String,
    /// Note.
    pub note: String,
    /// All targets.
    pub targets: Vec<TargetInput>,
}

/// Changes title and note of a plan and replaces its targets.
///
/// # Errors
/// 404 outside the own bureaus; 409 for an old version; 422 for a field.
pub async fn save(ctx: &Ctx, id: i64, input: OutlookInput) -> Result<(), Problem> {
    let title = words::required("title", "名称", &input.title, 100)?;
    let note = words::optional("note", "说明", &input.note, 2_000)?;
    if input.targets.len() > MOST_TARGETS {
        return Err(bad_field(
            "targets",
            format!("目标现有{}条，最多{MOST_TARGETS}条。", input.targets.len()),
        ));
    }
    let mut tx = ctx.db().write().await?;
    let row = taken(&mut tx, ctx, id, input.version).await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let city = is_city(&tree, row.unit_id);
    let mut targets: Vec<Target> = Vec::new();
    for (at, one) in input.targets.iter().enumerate() {
        let target = checked(&row, city, one)
            .map_err(|text| bad_field("targets", format!("第{}条目标：{text}", at + 1)))?;
        let key = |one: &Target| (one.year, one.measure, one.kind);
        if targets.iter().any(|known| key(known) == key(&target)) {
            return Err(bad_field(
                "targets",
                format!("第{}条目标与前面的重复，请删去一条。", at + 1),
            ));
        }
        targets.push(target);
    }
    outlooks::put(&mut tx, id, &title, &note).await?;
    outlooks::put_targets(&mut tx, id, &targets).await?;
    tx.audit(
        ctx.audit("class.outlook_save", subject(id))
            .unit(row.unit_id)
            .detail(json!({"title": title, "rows": targets.len()})),
    );
    tx.commit().await?;
    Ok(())
}

fn checked(row: &Outlook, city: bool, one: &TargetInput) -> Result<Target, String> {
    if !(row.from_year..=row.to_year).contains(&one.year) {
        return Err(format!(
            "年份应在{}至{}年之间。",
            row.from_year, row.to_year
        ));
    }
    if !(1..=1_000_000).contains(&one.goal) {
        return Err("目标数应为1至1000000的整数。".to_owned());
    }
    let measure = Measure::from_code(&one.measure)
        .filter(|measure| measure.is_for(city))
        .ok_or("请选择本单位可用的指标。")?;
    let kind = if one.kind.is_empty() {
        None
    } else if measure.is_of_classes() {
        Some(words::kind_of(&one.kind).map_err(|_| "请选择培训种类。")?)
    } else {
        return Err(format!("“{}”不分培训种类，请去掉种类。", measure.name()));
    };
    Ok(Target {
        year: one.year,
        measure,
        kind,
        goal: one.goal,
    })
}
