//! People from outside the bureau (B-85): a record of their own.

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::store::trainees::{self, Outsider};

use super::case::{running_units, sections};
use super::words;

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
    let rows = trainees::outsiders(
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

/// Enters a person from outside. Gives his id.
///
/// # Errors
/// 404 outside the own bureaus; 422 for a field.
pub async fn add(
    ctx: &Ctx,
    unit: UnitId,
    [name, body, title, phone]: [&str; 4],
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    if !own_units(ctx, &tree).contains(&unit.get()) {
        return Err(Problem::not_found());
    }
    let row = Outsider {
        id: 0,
        unit_id: unit,
        name: words::required("name", "姓名", name, 40)?,
        organisation: words::required("organisation", "单位", body, 100)?,
        title: words::optional("title", "职务", title, 60)?,
        phone: words::optional("phone", "联系电话", phone, 40)?,
        classes: 0,
    };
    let id = trainees::insert_outsider(&mut tx, &row, ctx.now).await?;
    tx.audit(
        ctx.audit("class.outsider_add", format!("class_outsider:{id}"))
            .unit(unit)
            .detail(json!({"name": row.name})),
    );
    tx.commit().await?;
    Ok(id)
}
