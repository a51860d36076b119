//! Standards: which one is valid where and when, entering and withdrawing a bureau's own.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, fields};
use chengzhi_kernel::{Date, UnitId, dates};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitTree};
use chengzhi_rules::fitness::{FitnessStandard, fitness_examples};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{bureau, managed};
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::amount::show;
use crate::store::rounds;
use crate::store::standards::{self, Own};

/// A standard with the name by which a test keeps it.
#[derive(Debug, Clone)]
pub struct Valid {
    /// `shipped:2021` or `own:3`.
    pub key: String,
    /// All of it.
    pub body: FitnessStandard,
    /// Bureau whose own it is.
    pub unit: Option<UnitId>,
}

impl Valid {
    fn shipped(body: &FitnessStandard) -> Self {
        Valid {
            key: format!("shipped:{}", body.code),
            body: body.clone(),
            unit: None,
        }
    }

    fn own(own: Own) -> Self {
        Valid {
            key: format!("own:{}", own.id),
            unit: Some(own.unit_id),
            body: own.body,
        }
    }
}

/// The standard valid for a bureau on a day: its own, else the city's, else the example.
///
/// # Errors
/// 409 when none is old enough.
pub async fn valid_on(
    tx: &mut Tx,
    tree: &UnitTree,
    unit: UnitId,
    on: Date,
) -> Result<Valid, Problem> {
    let city = tree
        .iter()
        .map(|node| &node.unit)
        .find(|unit| unit.kind == UnitKind::CityBureau)
        .map(|unit| unit.id);
    for holder in [Some(unit), city].into_iter().flatten() {
        if let Some(own) = standards::valid(tx, holder, on).await? {
            return Ok(Valid::own(own));
        }
    }
    fitness_examples()
        .iter()
        .rev()
        .find(|standard| standard.valid_from <= on)
        .map(Valid::shipped)
        .ok_or_else(|| {
            refused(Deny::new(
                "fitness.no_standard",
                format!("{}没有可用的体能测试标准，请先登记。", dates::format_cn(on)),
            ))
        })
}

/// The standard that a test has kept.
///
/// # Errors
/// 500 when it is gone, which the tables do not allow.
pub async fn kept(tx: &mut Tx, key: &str) -> Result<Option<Valid>, Problem> {
    let found = match key.split_once(':') {
        Some(("shipped", code)) => fitness_examples()
            .iter()
            .find(|standard| standard.code == code)
            .map(Valid::shipped),
        Some(("own", id)) => match id.parse() {
            Ok(id) => standards::by_id(tx, id).await?.map(Valid::own),
            Err(_) => None,
        },
        _ => None,
    };
    Ok(found)
}

/// The standard of a test: kept since its first figure, else the one valid on its day.
///
/// # Errors
/// 409 when none is old enough.
pub async fn of_test(tx: &mut Tx, tree: &UnitTree, test: &rounds::Test) -> Result<Valid, Problem> {
    if let Some(key) = &test.standard
        && let Some(found) = kept(tx, key).await?
    {
        return Ok(found);
    }
    valid_on(tx, tree, test.unit_id, test.planned_on).await
}

/// A limit as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessBandOut {
    /// `male`, `female`.
    pub sex: String,
    /// First age in full years.
    pub age_from: u32,
    /// Last age.
    pub age_to: u32,
    /// Thousandths of the measure.
    pub limit: i64,
    /// 13.4秒.
    pub limit_text: String,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessItemOut {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// `seconds`, `centimetres`, `times`.
    pub measure: String,
    /// 秒, 厘米, 次.
    pub measure_name: String,
    /// `lower`, `higher`.
    pub better: String,
    /// Attempts.
    pub attempts: u32,
    /// Smallest figure that can be true, thousandths.
    pub least: i64,
    /// Largest one.
    pub most: i64,
    /// Limits.
    pub bands: Vec<FitnessBandOut>,
}

/// A standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessStandardOut {
    /// `shipped:2021`, `own:3`.
    pub key: String,
    /// Row of a bureau's own.
    pub id: Option<i64>,
    /// Bureau; none for what ships.
    pub unit_id: Option<i64>,
    /// Its name.
    pub unit_name: String,
    /// Title.
    pub title: String,
    /// Where it is from.
    pub source: String,
    /// What one should know of it.
    pub note: String,
    /// Not official.
    pub example: bool,
    /// First day.
    pub valid_from: Date,
    /// Items.
    pub items: Vec<FitnessItemOut>,
    /// Used by a test.
    pub used: bool,
    /// Withdrawn, with the reason.
    pub withdrawn: Option<String>,
    /// `withdraw`.
    pub allowed: Vec<String>,
}

/// A standard as sent.
#[must_use]
pub fn standard_out(found: &Valid, unit_name: &str) -> FitnessStandardOut {
    let body = &found.body;
    let items = body.items.iter().map(|item| FitnessItemOut {
        code: item.code.clone(),
        name: item.name.clone(),
        measure: item.measure.code().to_owned(),
        measure_name: item.measure.name().to_owned(),
        better: item.better.code().to_owned(),
        attempts: item.attempts,
        least: item.least,
        most: item.most,
        bands: item
            .bands
            .iter()
            .map(|band| FitnessBandOut {
                sex: band.sex.code().to_owned(),
                age_from: band.age_from,
                age_to: band.age_to,
                limit: band.limit,
                limit_text: show(item.measure, band.limit),
            })
            .collect(),
    });
    FitnessStandardOut {
        key: found.key.clone(),
        id: found
            .key
            .strip_prefix("own:")
            .and_then(|id| id.parse().ok()),
        unit_id: found.unit.map(UnitId::get),
        unit_name: unit_name.to_owned(),
        title: body.title.clone(),
        source: body.source.clone(),
        note: body.note.clone(),
        example: body.example,
        valid_from: body.valid_from,
        items: items.collect(),
        used: false,
        withdrawn: None,
        allowed: Vec::new(),
    }
}

/// All standards that the caller's units may come under, newest first.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope) -> Result<Vec<FitnessStandardOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let around: std::collections::BTreeSet<i64> = scope
        .units
        .iter()
        .filter_map(|id| tree.district_of(UnitId::from(*id)))
        .map(UnitId::get)
        .chain(
            tree.iter()
                .filter(|node| node.unit.kind == UnitKind::CityBureau)
                .map(|node| node.unit.id.get()),
        )
        .collect();
    let managed = managed(ctx, &tree);
    let condition = format!("s.unit_id in {}", super::access::units_list(&around));
    let mut found = Vec::new();
    for own in standards::all(&mut tx, &condition).await? {
        let used = !rounds::all(
            &mut tx,
            &format!("t.standard = 'own:{}' and t.state <> 'cancelled'", own.id),
        )
        .await?
        .is_empty();
        let unit = own.unit_id;
        let withdrawn = own.withdraw_reason.clone();
        let mut out = standard_out(&Valid::own(own), tree.name(unit));
        out.used = used;
        if withdrawn.is_none() && !used && managed.contains(&unit.get()) {
            out.allowed.push("withdraw".to_owned());
        }
        out.withdrawn = withdrawn;
        found.push(out);
    }
    found.extend(
        fitness_examples()
            .iter()
            .rev()
            .map(|body| standard_out(&Valid::shipped(body), "系统附带")),
    );
    Ok(found)
}

/// Enters a bureau's own standard. What was tested before its first day keeps its verdicts.
///
/// # Errors
/// 404 outside the scope; 409 for a second one of the same day; 422 for a field.
pub async fn add(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    mut body: FitnessStandard,
) -> Result<i64, Problem> {
    body.title = fields::required("title", "标准名称", &body.title, 60)?;
    body.source = fields::required("source", "依据", &body.source, 200)?;
    body.note = fields::optional("note", "说明", &body.note, 300)?;
    body.code = String::new();
    for item in &mut body.items {
        item.name = item.name.trim().to_owned();
    }
    body.check()
        .map_err(|(field, text)| bad_field(field, text))?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let unit = bureau(ctx, &tree, scope, unit)?;
    let id = standards::insert(&mut tx, unit.id, &body, &ctx.actor.name, ctx.now)
        .await?
        .ok_or_else(|| {
            refused(Deny::new(
                "fitness.standard_twice",
                format!(
                    "{}已有{}起施行的标准，请另选施行日期，或者先撤回原标准。",
                    unit.name,
                    dates::format_cn(body.valid_from)
                ),
            ))
        })?;
    tx.audit(
        ctx.audit("fitness.standard_add", format!("fitness_standard:{id}"))
            .unit(unit.id)
            .detail(json!({"title": body.title, "valid_from": body.valid_from.to_string()})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Withdraws a standard that no test has used.
///
/// # Errors
/// 404 outside the scope; 409 when it is used or withdrawn.
pub async fn withdraw(ctx: &Ctx, scope: &Scope, id: i64, reason: &str) -> Result<(), Problem> {
    let reason = fields::required("reason", "撤回原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let own = standards::by_id(&mut tx, id)
        .await?
        .filter(|own| scope.has_unit(own.unit_id))
        .ok_or_else(Problem::not_found)?;
    bureau(ctx, &tree, scope, own.unit_id)?;
    let used = rounds::all(&mut tx, &format!("t.standard = 'own:{id}'")).await?;
    if let Some(test) = used.first() {
        return Err(refused(Deny::new(
            "fitness.standard_used",
            format!(
                "“{}”已按这一标准判定，不能撤回；请登记新的标准并写明施行日期。",
                test.title
            ),
        )));
    }
    let by = (ctx.actor.name.as_str(), reason.as_str());
    if !standards::withdraw(&mut tx, id, by, ctx.now).await? {
        return Err(refused(Deny::new(
            "fitness.standard_gone",
            "这一标准已经撤回。",
        )));
    }
    tx.audit(
        ctx.audit(
            "fitness.standard_withdraw",
            format!("fitness_standard:{id}"),
        )
        .unit(own.unit_id)
        .detail(json!({"reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}
