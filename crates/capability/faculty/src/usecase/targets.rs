//! The year's targets against what there is (B-96…B-104), computed from rows.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Date, UnitId};
use chengzhi_organisation::facade::UnitTree;
use chengzhi_rules::policy::{Cited, FacultyTargets};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Reach, city_bureau, is_district};
use super::policy::{Rules, clause};
use super::words::year_of;
use crate::domain::target::{CityTarget, DistrictTarget, short};
use crate::store::counts;

/// A target with what there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacultyFigureOut {
    /// Stable code.
    pub code: String,
    /// Its word.
    pub name: String,
    /// What there is.
    pub have: u32,
    /// What is asked; none without a target.
    pub target: Option<u32>,
    /// How many are missing; none without a target.
    pub short: Option<u32>,
    /// 依据.
    pub clause: Option<ClauseOut>,
}

/// A district with its figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyDistrictYearOut {
    /// District.
    pub unit_id: i64,
    /// Name.
    pub unit_name: String,
    /// Figures in the order of the columns.
    pub figures: Vec<FacultyFigureOut>,
    /// True when anything is missing.
    pub short: bool,
}

/// A year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyTargetsOut {
    /// Year.
    pub year: i32,
    /// Counted up to this day.
    pub as_of: Date,
    /// Columns of districts: code, word, target, 依据; `have` is the sum.
    pub columns: Vec<FacultyFigureOut>,
    /// Districts in scope.
    pub districts: Vec<FacultyDistrictYearOut>,
    /// Districts in scope that are short of something.
    pub short_districts: u32,
    /// The city's figures; empty without the city in scope.
    pub city: Vec<FacultyFigureOut>,
}

/// The day up to which a year is counted: today, or its last day.
#[must_use]
pub fn as_of(year: i32, today: Date) -> Date {
    Date::from_ymd_opt(year, 12, 31).map_or(today, |last| last.min(today))
}

fn figure(code: &str, name: &str, have: u32, rule: Option<&Cited<u32>>) -> FacultyFigureOut {
    FacultyFigureOut {
        code: code.to_owned(),
        name: name.to_owned(),
        have,
        target: rule.map(|rule| rule.value),
        short: short(rule.map(|rule| rule.value), have),
        clause: rule.map(|rule| clause(rule, format!("{}不少于{}。", rule.title, rule.value))),
    }
}

/// Each district's figures of a year.
///
/// # Errors
/// 500 from the engine.
pub async fn of_districts(
    tx: &mut Tx,
    rules: &FacultyTargets,
    units: &[UnitId],
    year: i32,
    on: Date,
) -> Result<BTreeMap<UnitId, Vec<FacultyFigureOut>>, Problem> {
    let mut found: BTreeMap<UnitId, Vec<FacultyFigureOut>> = BTreeMap::new();
    for target in DistrictTarget::ALL {
        let have = counts::of_districts(tx, *target, year, on).await?;
        for unit in units {
            found.entry(*unit).or_default().push(figure(
                target.code(),
                target.name(),
                have.get(unit).copied().unwrap_or(0),
                target.rule(rules),
            ));
        }
    }
    Ok(found)
}

/// The city's figures of a year.
///
/// # Errors
/// 500 from the engine.
pub async fn of_city(
    tx: &mut Tx,
    rules: &FacultyTargets,
    tree: &UnitTree,
    year: i32,
    on: Date,
) -> Result<Vec<FacultyFigureOut>, Problem> {
    let Some(city) = city_bureau(tree).map(|unit| unit.id) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for target in CityTarget::ALL {
        let have = counts::of_city(tx, *target, city, year, on).await?;
        let rule = target.rule(rules);
        found.push(figure(target.code(), target.name(), have, rule));
    }
    Ok(found)
}

/// A year's targets.
///
/// # Errors
/// 409 without rules; 422 for the year.
pub async fn targets(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
) -> Result<FacultyTargetsOut, Problem> {
    let year = year_of(year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let rules = Rules::load(&mut tx, &ctx.state, year).await?;
    let on = as_of(year, ctx.today);
    let units: Vec<UnitId> = reach
        .tree
        .iter()
        .map(|node| &node.unit)
        .filter(|unit| {
            is_district(unit) && (scope.has_unit(unit.id) || reach.above.contains(&unit.id.get()))
        })
        .map(|unit| unit.id)
        .collect();
    let mut figures = of_districts(&mut tx, rules.targets(), &units, year, on).await?;
    let districts: Vec<FacultyDistrictYearOut> = units
        .iter()
        .map(|unit| {
            let figures = figures.remove(unit).unwrap_or_default();
            FacultyDistrictYearOut {
                unit_id: unit.get(),
                unit_name: reach.name(*unit),
                short: figures.iter().any(|figure| figure.short > Some(0)),
                figures,
            }
        })
        .collect();
    let columns = DistrictTarget::ALL
        .iter()
        .enumerate()
        .map(|(index, target)| {
            let have = districts
                .iter()
                .filter_map(|row| row.figures.get(index))
                .map(|figure| figure.have)
                .sum();
            let rule = target.rule(rules.targets());
            FacultyFigureOut {
                short: None,
                ..figure(target.code(), target.name(), have, rule)
            }
        })
        .collect();
    let whole = city_bureau(&reach.tree).is_some_and(|city| scope.has_unit(city.id));
    Ok(FacultyTargetsOut {
        year,
        as_of: on,
        columns,
        short_districts: u32::try_from(districts.iter().filter(|row| row.short).count())
            .unwrap_or(u32::MAX),
        districts,
        city: if whole {
            of_city(&mut tx, rules.targets(), &reach.tree, year, on).await?
        } else {
            Vec::new()
        },
    })
}
