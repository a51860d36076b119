//! 考核: a person's page, his entries and his training file.

use std::collections::HashMap;

use chengzhi_authz::{Scope, need};
use chengzhi_db::Tx;
use chengzhi_http::{
    Allow, ClauseOut, Ctx, DueOut, Json, Path, Problem, ProblemBody, Query, SignedIn,
};
use chengzhi_kernel::{Date, PersonId, Quantity, Timestamp};
use chengzhi_organisation::facade::{self as organisation, AssessmentPerson};
use chengzhi_rules::assess::{self, Assessment};
use chrono::Datelike as _;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::words::{
    AmountsOut, AssessedPersonOut, AssessmentOut, ComponentOut, FigureOut, MonthOut, PolicyRefOut,
    RiskOut, TraceStepOut, WaiverOut, result_code, result_name, state_code, state_name,
};
use crate::domain::Component;
use crate::domain::standing::{self, Standing, overall, summary};
use crate::store::{ledger, waivers};
use crate::usecase::assess::{YearRules, people, standing_rows};
use crate::usecase::policy_book::PolicyError;

/// Routes of a person's assessment.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_my_assessment))
        .routes(routes!(get_person_assessment))
}

impl From<PolicyError> for Problem {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Pack(_) => {
                Problem::invalid("policy.none", format!("这一年没有可用的规则：{error}"))
            }
            PolicyError::Db(error) => error.into(),
        }
    }
}

/// Which year, seen from which day.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct YearParams {
    /// The running year unless said.
    pub year: Option<i32>,
    /// Leaves out what was recorded or happened after this day.
    pub as_of: Option<Date>,
}

/// The year asked for, within sense.
///
/// # Errors
/// 422 outside 2000–2100.
pub fn year_or_running(year: Option<i32>, ctx: &Ctx) -> Result<i32, Problem> {
    let year = year.unwrap_or_else(|| ctx.today.year());
    if (2000..=2100).contains(&year) {
        Ok(year)
    } else {
        Err(Problem::field("year", "年度应在2000至2100之间。"))
    }
}

/// The person's facts if the scope reaches him.
pub(super) async fn visible_person(
    tx: &mut Tx,
    scope: &Scope,
    year: i32,
    id: i64,
) -> Result<AssessmentPerson, Problem> {
    let found = people(tx, year, &[PersonId::from(id)])
        .await?
        .into_iter()
        .next()
        .ok_or_else(Problem::not_found)?;
    if scope.has_person(found.id, found.unit_id) {
        Ok(found)
    } else {
        Err(Problem::not_found())
    }
}

/// One's own year.
#[utoipa::path(get, path = "/assessment/me", tag = "assessment", params(YearParams),
    responses((status = 200, body = AssessmentOut), (status = 404, body = ProblemBody)))]
pub async fn get_my_assessment(
    SignedIn(ctx): SignedIn,
    Query(params): Query<YearParams>,
) -> Result<Json<AssessmentOut>, Problem> {
    let year = year_or_running(params.year, &ctx)?;
    let Some(me) = ctx.actor.person_id else {
        return Err(Problem::not_found());
    };
    let mut tx = ctx.db().read().await?;
    let scope = Scope {
        units: std::collections::BTreeSet::new(),
        own: Some(me),
    };
    let person = visible_person(&mut tx, &scope, year, me.get()).await?;
    Ok(Json(
        build(&mut tx, &ctx, &person, year, params.as_of).await?,
    ))
}

/// A person's year.
#[utoipa::path(get, path = "/assessment/people/{id}", tag = "assessment", params(("id" = i64, Path), YearParams),
    responses((status = 200, body = AssessmentOut), (status = 404, body = ProblemBody)))]
pub async fn get_person_assessment(
    allow: Allow<need::AssessmentRead>,
    Path(id): Path<i64>,
    Query(params): Query<YearParams>,
) -> Result<Json<AssessmentOut>, Problem> {
    let year = year_or_running(params.year, &allow.ctx)?;
    let mut tx = allow.ctx.db().read().await?;
    let person = visible_person(&mut tx, &allow.scope, year, id).await?;
    Ok(Json(
        build(&mut tx, &allow.ctx, &person, year, params.as_of).await?,
    ))
}

/// Everything that a person's page shows.
pub(super) async fn build(
    tx: &mut Tx,
    ctx: &Ctx,
    person: &AssessmentPerson,
    year: i32,
    as_of: Option<Date>,
) -> Result<AssessmentOut, Problem> {
    let rules = YearRules::load(tx, &ctx.state.policy, year).await?;
    let mut entries = ledger::of_person(tx, person.id, year).await?;
    if let Some(day) = as_of {
        let end = Timestamp::end_of_day(day);
        entries.retain(|entry| entry.recorded_at < end);
        for entry in &mut entries {
            // Seen from that day, a reversal that came later had not happened.
            if entry.reversed_at.is_some_and(|at| at >= end) {
                entry.reversed_by = None;
            }
        }
    }
    let assessment = rules.judge(person, &standing_rows(&entries), as_of);
    let standing = rules.standing(person, &assessment, ctx.today);
    let lines = assess::explain(rules.compiled(), &assessment, rules.waivers_of(person.id));
    let (own, general): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| line.component.is_some());
    let mut by_component: HashMap<assess::Component, Vec<TraceStepOut>> = HashMap::new();
    for line in own {
        if let Some(component) = line.component {
            by_component.entry(component).or_default().push(line.into());
        }
    }
    let reasons: Vec<ClauseOut> =
        assess::reasons(rules.compiled(), &assessment, rules.waivers_of(person.id))
            .into_iter()
            .map(|reason| ClauseOut {
                rule: reason.rule,
                clause: reason.clause,
                text: reason.text,
            })
            .collect();
    let [online, district, squad] = &standing;
    let components = vec![
        component_out(
            ctx,
            &rules,
            online,
            part_of(&assessment.online),
            by_component.remove(&assess::Component::Online),
            Vec::new(),
        ),
        component_out(
            ctx,
            &rules,
            district,
            part_of(&assessment.district),
            by_component.remove(&assess::Component::District),
            Vec::new(),
        ),
        component_out(
            ctx,
            &rules,
            squad,
            squad_part(&assessment),
            by_component.remove(&assess::Component::Squad),
            months_out(&rules, &assessment),
        ),
    ];
    let level = overall(&standing);
    let worst = summary(&standing);
    Ok(AssessmentOut {
        person: person_out(tx, person, ctx.today).await?,
        year,
        as_of,
        policy: PolicyRefOut::of(&rules.policy),
        state: state_code(assessment.state).to_owned(),
        state_name: state_name(assessment.state).to_owned(),
        result: result_code(assessment.result).map(str::to_owned),
        result_name: result_name(assessment.result, ctx.today.year() > year).to_owned(),
        year_closed: rules.closed,
        required: totals(&rules, &assessment, true),
        earned: totals(&rules, &assessment, false),
        components,
        reasons,
        explain: general.into_iter().map(TraceStepOut::from).collect(),
        targets: waivers::open(tx, year, Some(&[person.id]))
            .await?
            .into_iter()
            .map(waiver_out)
            .collect(),
        risk: RiskOut {
            level: level.code().to_owned(),
            text: if assessment.result.is_none() {
                "不考核。".to_owned()
            } else {
                worst
            },
        },
    })
}

async fn person_out(
    tx: &mut Tx,
    person: &AssessmentPerson,
    today: Date,
) -> Result<AssessedPersonOut, Problem> {
    let name_of =
        async |tx: &mut Tx, id: Option<chengzhi_kernel::UnitId>| -> Result<String, Problem> {
            match id {
                Some(id) => Ok(organisation::unit(tx, id)
                    .await?
                    .map(|unit| unit.name)
                    .unwrap_or_default()),
                None => Ok(String::new()),
            }
        };
    let _ = today;
    Ok(AssessedPersonOut {
        id: person.id.get(),
        staff_no: person.staff_no.clone(),
        name: person.name.clone(),
        unit_name: name_of(tx, person.unit_id).await?,
        district_name: name_of(tx, person.district_id).await?,
    })
}

pub(super) fn waiver_out(row: waivers::WaiverRow) -> WaiverOut {
    WaiverOut {
        id: row.id,
        component: row.component.code().to_owned(),
        component_name: row.component.name().to_owned(),
        reason: row.reason,
        by: row.decided_by_name,
        at: row.decided_at,
    }
}

/// Required and earned of one component, whichever kind.
struct Part {
    due: bool,
    required: (Quantity, Quantity),
    earned: (Quantity, Quantity),
    met: bool,
}

fn part_of(result: &assess::ComponentResult) -> Part {
    Part {
        due: result.due,
        required: (result.required_hours, result.required_credits),
        earned: (result.earned_hours, result.earned_credits),
        met: result.met,
    }
}

fn squad_part(assessment: &Assessment) -> Part {
    let squad = &assessment.squad;
    Part {
        due: squad.due,
        required: (squad.required_hours, Quantity::ZERO),
        earned: (squad.earned_hours, Quantity::ZERO),
        met: squad.met,
    }
}

fn component_out(
    ctx: &Ctx,
    rules: &YearRules,
    standing: &Standing,
    part: Part,
    explain: Option<Vec<TraceStepOut>>,
    months: Vec<MonthOut>,
) -> ComponentOut {
    let short = |required: Quantity, earned: Quantity| {
        Quantity::from_thousandths((required.thousandths() - earned.thousandths()).max(0))
    };
    let clause = component_clause(rules, standing.component);
    ComponentOut {
        key: standing.component.code().to_owned(),
        name: standing.component.name().to_owned(),
        due: part.due,
        required_hours: part.required.0,
        required_credits: part.required.1,
        earned_hours: part.earned.0,
        earned_credits: part.earned.1,
        missing_hours: short(part.required.0, part.earned.0),
        missing_credits: short(part.required.1, part.earned.1),
        met: part.met,
        risk: standing.level.code().to_owned(),
        by: standing.by.filter(|_| !part.met).map(|day| {
            DueOut::new(
                Timestamp::end_of_day(day),
                ctx.now,
                &ctx.state.calendar,
                clause,
            )
        }),
        next_step: standing.next_step.clone(),
        explain: explain.unwrap_or_default(),
        months,
    }
}

fn component_clause(rules: &YearRules, component: Component) -> ClauseOut {
    let basis = standing::basis(&rules.policy, component);
    ClauseOut {
        rule: basis.row,
        clause: basis.clause,
        text: basis.text,
    }
}

fn months_out(rules: &YearRules, assessment: &Assessment) -> Vec<MonthOut> {
    assess::months(rules.compiled(), assessment)
        .into_iter()
        .map(|line| MonthOut {
            month: line.month,
            due: line.due,
            fulfilled: line.fulfilled,
            why: line.why,
        })
        .collect()
}

/// Sums over the components that are owed, with the clauses of the yearly totals.
fn totals(rules: &YearRules, assessment: &Assessment, required: bool) -> AmountsOut {
    let parts = [
        part_of(&assessment.online),
        part_of(&assessment.district),
        squad_part(assessment),
    ];
    let pick = |part: &Part| if required { part.required } else { part.earned };
    let sum = |index: fn((Quantity, Quantity)) -> Quantity| {
        parts
            .iter()
            .filter(|part| part.due)
            .map(|part| index(pick(part)))
            .sum::<Quantity>()
    };
    let a = &rules.policy.assessment;
    let clause = |cited: &chengzhi_rules::Cited<Quantity>, unit: &str| {
        vec![ClauseOut {
            rule: cited.row.clone(),
            clause: cited.clause.clone(),
            text: format!("{}{}{unit}；只计当年考核的部分", cited.title, cited.value),
        }]
    };
    AmountsOut {
        hours: FigureOut {
            value: sum(|pair| pair.0),
            clause: clause(&a.total_hours, "学时"),
        },
        credits: FigureOut {
            value: sum(|pair| pair.1),
            clause: clause(&a.total_credits, "学分"),
        },
    }
}
