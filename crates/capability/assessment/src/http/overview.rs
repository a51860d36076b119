//! 考核: completion by district, squad and person, and its export.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::need;
use chengzhi_http::{Allow, ClauseOut, Json, Problem, ProblemBody, Query};
use chengzhi_kernel::{Month, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitTree};
use chengzhi_rules::assess::{Outcome, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::person::year_or_running;
use super::words::PolicyRefOut;
use crate::domain::standing::RiskLevel;
use crate::usecase::assess::{PersonYear, YearRules, of_units};

/// Routes of completion.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new().routes(routes!(get_assessment_overview))
}

/// Which year and unit.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OverviewParams {
    /// The running year unless said.
    pub year: Option<i32>,
    /// The top of what the actor reaches unless said.
    pub unit: Option<i64>,
    /// `was`: units as they stood at the end of the year; `is` (unless said): as they stand today.
    #[param(inline)]
    pub basis: Option<Basis>,
}

/// Which state of the units a year is rolled up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// 当时.
    Was,
    /// 现在.
    Is,
}

/// People by component.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ComponentsMetOut {
    /// Owe online training.
    pub online_due: i64,
    /// Of these, done.
    pub online_met: i64,
    /// Owe the closed training.
    pub district_due: i64,
    /// Of these, done.
    pub district_met: i64,
    /// Owe study.
    pub squad_due: i64,
    /// Of these, done.
    pub squad_met: i64,
}

/// Completion of some people.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct CompletionOut {
    /// On the roster in the year.
    pub people: i64,
    /// Owe anything: the denominator (B-74).
    pub assessed: i64,
    /// Of these, owe everything.
    pub full: i64,
    /// Of these, owe a part.
    pub partial: i64,
    /// Owe nothing.
    pub not_assessed: i64,
    /// Assessed and met.
    pub met: i64,
    /// Assessed and not met.
    pub not_met: i64,
    /// Met of assessed in thousandths; none without anybody assessed.
    pub rate_permille: Option<i64>,
    /// At risk (high or missed).
    pub at_risk: i64,
    /// By component.
    pub components: ComponentsMetOut,
}

impl CompletionOut {
    fn add(&mut self, year: &PersonYear) {
        self.people += 1;
        match year.assessment.state {
            State::Full => self.full += 1,
            State::Partial => self.partial += 1,
            State::NotAssessed => {
                self.not_assessed += 1;
                return;
            }
        }
        self.assessed += 1;
        match year.assessment.result {
            Some(Outcome::Met) => self.met += 1,
            _ => self.not_met += 1,
        }
        self.at_risk += i64::from(year.risk() >= RiskLevel::High);
        let a = &year.assessment;
        let c = &mut self.components;
        for (due, met, due_count, met_count) in [
            (
                a.online.due,
                a.online.met,
                &mut c.online_due,
                &mut c.online_met,
            ),
            (
                a.district.due,
                a.district.met,
                &mut c.district_due,
                &mut c.district_met,
            ),
            (a.squad.due, a.squad.met, &mut c.squad_due, &mut c.squad_met),
        ] {
            *due_count += i64::from(due);
            *met_count += i64::from(due && met);
        }
    }

    fn finished(mut self) -> Self {
        self.rate_permille = (self.assessed > 0).then(|| self.met * 1000 / self.assessed);
        self
    }
}

/// A unit below with its completion.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverviewChildOut {
    /// Unit.
    pub unit_id: i64,
    /// Name.
    pub unit_name: String,
    /// Kind.
    pub kind: String,
    /// Units below it.
    pub has_children: bool,
    /// Figures.
    #[serde(flatten)]
    pub completion: CompletionOut,
}

/// A unit by id and name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitNameOut {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// Completion of a unit and of the units below it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverviewOut {
    /// Year.
    pub year: i32,
    /// Rules.
    pub policy: PolicyRefOut,
    /// The unit; none when several tops are shown.
    pub unit: Option<UnitNameOut>,
    /// The way down to it.
    pub path: Vec<UnitNameOut>,
    /// What the denominator is (B-74).
    pub denominator: ClauseOut,
    /// All people.
    pub totals: CompletionOut,
    /// By unit below; the unit's own people, if any, stand under its own name.
    pub children: Vec<OverviewChildOut>,
}

/// Units chosen by a filter, within the scope. Without a filter: everything in scope.
pub(super) fn chosen_units(
    tree: &UnitTree,
    scope: &chengzhi_authz::Scope,
    unit: Option<i64>,
) -> Result<BTreeSet<i64>, Problem> {
    match unit {
        None => Ok(scope.units.clone()),
        Some(id) if scope.units.contains(&id) => {
            Ok(scope.within(&tree.subtree(UnitId::from(id))).units)
        }
        Some(_) => Err(Problem::not_found()),
    }
}

/// The one unit in scope that stands above all others, if there is one.
fn top_of(tree: &UnitTree, scope: &chengzhi_authz::Scope) -> Option<UnitId> {
    let mut tops = scope.units.iter().filter(|id| {
        let parent = tree.parent(UnitId::from(**id));
        !parent.is_some_and(|parent| scope.units.contains(&parent.get()))
            && tree
                .unit(UnitId::from(**id))
                .is_some_and(|unit| unit.kind != UnitKind::Street)
    });
    let first = tops.next().copied()?;
    tops.next().is_none().then(|| UnitId::from(first))
}

/// Completion by unit, with the right denominators.
#[utoipa::path(get, path = "/assessment/overview", tag = "assessment", params(OverviewParams),
    responses((status = 200, body = OverviewOut), (status = 404, body = ProblemBody)))]
pub async fn get_assessment_overview(
    allow: Allow<need::AssessmentRead>,
    Query(params): Query<OverviewParams>,
) -> Result<Json<OverviewOut>, Problem> {
    let ctx = &allow.ctx;
    let year = year_or_running(params.year, ctx)?;
    if allow.scope.units.is_empty() {
        return Err(Problem::not_found());
    }
    let mut tx = ctx.db().read().await?;
    let rules = YearRules::load(&mut tx, &ctx.state.policy, year).await?;
    let tree_day = match (params.basis, Month::new(year, 12)) {
        (Some(Basis::Was), Some(december)) => december.last_day().min(ctx.today),
        _ => ctx.today,
    };
    let tree = organisation::tree(&mut tx, tree_day).await?;
    let units = chosen_units(&tree, &allow.scope, params.unit)?;
    let people = of_units(&mut tx, &rules, &units, ctx.today, None).await?;
    let top = params
        .unit
        .map(UnitId::from)
        .or_else(|| top_of(&tree, &allow.scope));
    let mut totals = CompletionOut::default();
    let mut by_child: BTreeMap<i64, CompletionOut> = BTreeMap::new();
    for person in &people {
        totals.add(person);
        if let Some(unit) = person.person.unit_id {
            by_child
                .entry(child_towards(&tree, top, unit).get())
                .or_default()
                .add(person);
        }
    }
    let name = |id: UnitId| UnitNameOut {
        id: id.get(),
        name: tree.name(id).to_owned(),
    };
    let mut children: Vec<OverviewChildOut> = by_child
        .into_iter()
        .filter_map(|(id, completion)| {
            let id = UnitId::from(id);
            let unit = tree.unit(id)?;
            Some(OverviewChildOut {
                unit_id: id.get(),
                unit_name: if Some(id) == top {
                    format!("{}本级", unit.name)
                } else {
                    unit.name.clone()
                },
                kind: unit.kind.code().to_owned(),
                has_children: Some(id) != top
                    && tree.children(id).iter().any(|c| units.contains(c)),
                completion: completion.finished(),
            })
        })
        .collect();
    // Division codes give the order everybody knows; the unit's own people come first.
    let code = |child: &OverviewChildOut| {
        tree.unit(UnitId::from(child.unit_id))
            .map(|unit| unit.code.clone())
    };
    children.sort_by_key(code);
    let mut path = Vec::new();
    let mut at = top;
    while let Some(id) = at.filter(|id| allow.scope.has_unit(*id)) {
        path.push(name(id));
        at = tree.parent(id);
    }
    path.reverse();
    Ok(Json(OverviewOut {
        year,
        policy: PolicyRefOut::of(&rules.policy),
        unit: top.map(name),
        path,
        denominator: ClauseOut {
            rule: "B-74".to_owned(),
            clause: rules.policy.assessment.total_hours.clause.clone(),
            text: "完成率＝达标人数÷应考核人数。应考核人数只含当年须考核全部或部分学时的在编人员，不考核的不计入分母。".to_owned(),
        },
        totals: totals.finished(),
        children,
    }))
}

/// The unit directly below `top` on the way to `unit`; `unit` itself without a common top.
fn child_towards(tree: &UnitTree, top: Option<UnitId>, unit: UnitId) -> UnitId {
    let Some(top) = top else { return unit };
    let mut at = unit;
    while let Some(parent) = tree.parent(at) {
        if at == top || parent == top {
            return at;
        }
        at = parent;
    }
    at
}
