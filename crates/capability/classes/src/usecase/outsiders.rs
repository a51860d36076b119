//! People from outside the bureau (B-85): a record of their own.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::store::outsiders::{self, Outsider};

use super::case::{running_units, sections};
use super::{bad_field, words};

/// A person from outside.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutsiderOut {
    /// Row id.
    pub id: i64,
    /// Bureau that keeps the record.
    pub unit_id: i64,
    /// Name.
    pub name: String,
    /// Whose he is.
    pub organisation: String,
    /// Title.
    pub title: String,
    /// Telephone.
    pub phone: String,
    /// Classes he was in.
    pub classes: u32,
}

/// People from outside of the bureaus whose classes the actor runs.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx) -> Result<Vec<ClassOutsiderOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let units = own_units(ctx, &organisation::tree(&mut tx, ctx.today).await?);
    let rows = outsiders::outsiders(
        &mut tx,
        &format!("o.unit_id in {}", chengzhi_db::int_list(units)),
    )
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ClassOutsiderOut {
            id: row.id,
            unit_id: row.unit_id.get(),
            name: row.name,
            organisation: row.organisation,
            title: row.title,
            phone: row.phone,
            classes: row.classes,
        })
        .collect())
}

fn own_units(ctx: &Ctx, tree: &organisation::UnitTree) -> Vec<i64> {
    let mut units = running_units(ctx, tree);
    units.extend(sections(ctx, tree).into_iter().map(|(bureau, _)| bureau));
    units.into_iter().collect()
}

/// What is told of a person from outside.
#[derive(Debug, Clone, Default)]
pub struct OutsiderInput {
    /// Name.
    pub name: String,
    /// Whose he is.
    pub organisation: String,
    /// Title.
    pub title: String,
    /// Telephone.
    pub phone: String,
}

/// Enters a person from outside. Gives his id.
///
/// # Errors
/// 404 outside the own bureaus; 409 for the same name and organisation; 422 for a field.
pub async fn add(ctx: &Ctx, unit: UnitId, input: &OutsiderInput) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    if !own_units(ctx, &tree).contains(&unit.get()) {
        return Err(Problem::not_found());
    }
    let row = checked(&mut tx, 0, unit, input).await?;
    let id = outsiders::insert_outsider(&mut tx, &row, ctx.now).await?;
    tx.audit(
        ctx.audit("class.outsider_add", format!("class_outsider:{id}"))
            .unit(unit)
            .detail(json!({"name": row.name})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Corrects a record; lists of classes that are not archived show the new name.
///
/// # Errors
/// 404 outside the own bureaus; 409 for the same name and organisation; 422 for a field.
pub async fn change(ctx: &Ctx, id: i64, input: &OutsiderInput) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let before = own(&mut tx, ctx, id).await?;
    let row = checked(&mut tx, id, before.unit_id, input).await?;
    outsiders::put_outsider(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("class.outsider_change", format!("class_outsider:{id}"))
            .unit(row.unit_id)
            .detail(
                json!({"before": before.name, "name": row.name, "organisation": row.organisation}),
            ),
    );
    tx.commit().await?;
    Ok(())
}

/// Removes a record that is in no class.
///
/// # Errors
/// 404 outside the own bureaus; 409 once he is or was on a list.
pub async fn remove(ctx: &Ctx, id: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let row = own(&mut tx, ctx, id).await?;
    if outsiders::is_used(&mut tx, id).await? {
        return Err(Problem::conflict(
            "class.outsider_used",
            format!(
                "{}已有参训记录，记录要留存，不能删除；信息有误请修改。",
                row.name
            ),
        ));
    }
    outsiders::remove_outsider(&mut tx, id).await?;
    tx.audit(
        ctx.audit("class.outsider_remove", format!("class_outsider:{id}"))
            .unit(row.unit_id)
            .detail(json!({"name": row.name, "organisation": row.organisation})),
    );
    tx.commit().await?;
    Ok(())
}

/// A record of the own bureaus.
async fn own(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Outsider, Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let own = own_units(ctx, &tree);
    outsiders::outsiders(tx, &format!("o.id = {id}"))
        .await?
        .pop()
        .filter(|row| own.contains(&row.unit_id.get()))
        .ok_or_else(Problem::not_found)
}

async fn checked(
    tx: &mut Tx,
    id: i64,
    unit: UnitId,
    input: &OutsiderInput,
) -> Result<Outsider, Problem> {
    let row = Outsider {
        id,
        unit_id: unit,
        name: words::required("name", "姓名", &input.name, 40)?,
        organisation: words::required("organisation", "单位", &input.organisation, 100)?,
        title: words::optional("title", "职务", &input.title, 60)?,
        phone: words::optional("phone", "联系电话", &input.phone, 40)?,
        classes: 0,
    };
    if !is_phone(&row.phone) {
        return Err(bad_field(
            "phone",
            "请填写电话号码，如13800000000或021-56780000转8001；没有可不填。",
        ));
    }
    if outsiders::is_known(tx, &row).await? {
        return Err(Problem::conflict(
            "class.outsider_twice",
            format!(
                "“{}”的{}已经登记，不必重复登记；确系同名的另一人，请在姓名后注明。",
                row.organisation, row.name
            ),
        ));
    }
    Ok(row)
}

/// Nothing, or a number with 5 to 20 digits and the usual signs between them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.is_empty()
        || ((5..=20).contains(&digits)
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || "+-－—() （）转".contains(c)))
}
