//! The register of drill instructors (队列教官, B-56), kept by each district.

use chengzhi_authz::{Permission, Scope};
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Date, Month, PersonId, UnitId, format_cn};
use chengzhi_organisation::facade::{self as organisation, UnitKind};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::Deny;
use crate::store::instructors::{self, Instructor};

use super::policy::YearRules;
use super::{bad_field, refused, words};

/// A drill instructor as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillInstructorOut {
    /// Row.
    pub id: i64,
    /// District that named him.
    pub district_id: i64,
    /// Its name.
    pub district_name: String,
    /// Person.
    pub person_id: i64,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day, if ended.
    pub to: Option<Date>,
    /// Note.
    pub note: String,
    /// Serves today.
    pub serving: bool,
    /// Whether the caller may end it.
    pub may_end: bool,
}

/// The register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillInstructorsOut {
    /// 依据.
    pub clause: ClauseOut,
    /// Districts in scope that have nobody today.
    pub districts_without: Vec<String>,
    /// Serving ones first.
    pub rows: Vec<DrillInstructorOut>,
}

/// Kinds of units that name instructors: districts, and what stands beside them.
#[must_use]
pub fn names_instructors(kind: UnitKind) -> bool {
    matches!(
        kind,
        UnitKind::DistrictBureau | UnitKind::SpecialUnit | UnitKind::Corps
    )
}

/// Lists instructors. A squad sees those of the bureau it is counted with.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    unit: Option<i64>,
) -> Result<DrillInstructorsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let mut scope = organisation::narrow(scope, &tree, unit)?;
    let above: Vec<i64> = scope
        .units
        .iter()
        .filter_map(|id| tree.district_of(UnitId::from(*id)))
        .map(UnitId::get)
        .collect();
    scope.units.extend(above);
    let rules = YearRules::load(&mut tx, &ctx.state, Month::of(ctx.today).year()).await?;
    let writes = ctx.actor.scope(Permission::DrillContest);
    let rows = instructors::list(&mut tx, &scope.unit_sql("i.district_id")).await?;
    let with = instructors::districts_on(&mut tx, ctx.today).await?;
    let (asked, clause) = rules.instructors();
    let districts_without = tree
        .iter()
        .map(|node| &node.unit)
        .filter(|unit| asked && unit.kind == UnitKind::DistrictBureau && scope.has_unit(unit.id))
        .filter(|unit| !with.contains(&unit.id))
        .map(|unit| unit.name.clone())
        .collect();
    Ok(DrillInstructorsOut {
        clause,
        districts_without,
        rows: rows
            .into_iter()
            .map(|row| DrillInstructorOut {
                id: row.id,
                district_id: row.district_id.get(),
                district_name: tree.name(row.district_id).to_owned(),
                person_id: row.person_id.get(),
                serving: row.from <= ctx.today && row.to.is_none_or(|to| to >= ctx.today),
                may_end: row.to.is_none()
                    && writes
                        .as_ref()
                        .is_some_and(|scope| scope.has_unit(row.district_id)),
                staff_no: row.staff_no,
                name: row.name,
                from: row.from,
                to: row.to,
                note: row.note,
            })
            .collect(),
    })
}

/// A designation as sent.
#[derive(Debug, Clone)]
pub struct InstructorInput {
    /// District.
    pub district: UnitId,
    /// Person.
    pub person: PersonId,
    /// First day.
    pub from: Date,
    /// Note.
    pub note: String,
}

/// Names an officer of the district as drill instructor.
///
/// # Errors
/// 404 outside the scope; 409 when he serves already; 422 for a field.
pub async fn name(ctx: &Ctx, scope: &Scope, input: InstructorInput) -> Result<(), Problem> {
    let note = words::optional("note", "备注", &input.note, 300)?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let district = tree
        .unit(input.district)
        .filter(|unit| scope.has_unit(unit.id))
        .ok_or_else(Problem::not_found)?;
    if !names_instructors(district.kind) {
        return Err(bad_field(
            "district_id",
            "队列教官由区局（直属单位、总队）选定。",
        ));
    }
    let home = organisation::unit_of(&mut tx, input.person, ctx.today).await?;
    let of_district = home.is_some_and(|unit| tree.subtree(district.id).contains(&unit.get()));
    let person = organisation::person(&mut tx, input.person)
        .await?
        .filter(|_| of_district)
        .ok_or_else(|| bad_field("person_id", "这名人员不属于本区局，请核对。"))?;
    if instructors::serves(&mut tx, district.id, person.id, input.from).await? {
        return Err(refused(Deny::new(
            "drill.instructor_twice",
            format!("{}已是队列教官，无需重复登记。", person.name),
        )));
    }
    let new = Instructor {
        id: 0,
        district_id: district.id,
        person_id: person.id,
        staff_no: person.staff_no,
        name: person.name,
        from: input.from,
        to: None,
        note,
    };
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    let id = instructors::insert(&mut tx, &new, by, ctx.now).await?;
    tx.audit(
        ctx.audit("drill.instructor_add", format!("drill_instructor:{id}"))
            .unit(district.id)
            .detail(json!({"person": person.id.get(), "from": input.from.to_string()})),
    );
    tx.commit().await?;
    Ok(())
}

/// Ends a designation.
///
/// # Errors
/// 404 outside the scope; 409 when it has ended; 422 for a day before it began.
pub async fn end(ctx: &Ctx, scope: &Scope, id: i64, to: Date) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let row = instructors::by_id(&mut tx, id)
        .await?
        .filter(|row| scope.has_unit(row.district_id))
        .ok_or_else(Problem::not_found)?;
    if row.to.is_some() {
        return Err(refused(Deny::new(
            "drill.instructor_ended",
            "这名教官已经解除，无需再次办理。",
        )));
    }
    if to < row.from {
        return Err(bad_field(
            "to",
            format!("解除日期不能早于选定日期{}。", format_cn(row.from)),
        ));
    }
    instructors::end(&mut tx, id, to).await?;
    tx.audit(
        ctx.audit("drill.instructor_end", format!("drill_instructor:{id}"))
            .unit(row.district_id)
            .detail(json!({"person": row.person_id.get(), "to": to.to_string()})),
    );
    tx.commit().await?;
    Ok(())
}
