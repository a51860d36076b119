//! 考核: the list of people with their year, and its export.

use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Paging, Problem, ProblemBody, Query};
use chengzhi_kernel::{Quantity, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use chengzhi_sheets::{Column, SheetData, Value};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::overview::chosen_units;
use super::person::year_or_running;
use super::words::{result_code, result_name, state_code, state_name};
use crate::domain::standing::missing;
use crate::usecase::assess::{PersonYear, YearRules, of_units};

/// Routes of the list.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_assessments))
        .routes(routes!(export_assessments))
}

/// Filters of the list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// The running year unless said.
    pub year: Option<i32>,
    /// A unit and everything below it.
    pub unit: Option<i64>,
    /// met, not_met, none.
    pub result: Option<String>,
    /// full, partial, not_assessed.
    pub state: Option<String>,
    /// ok, watch, high, missed.
    pub risk: Option<String>,
    /// Part of a name or number.
    pub q: Option<String>,
    /// staff_no, name, unit, earned_hours, missing; a leading `-` turns it round.
    pub sort: Option<String>,
    /// From 1.
    pub page: Option<i64>,
    /// Rows a page.
    pub size: Option<i64>,
}

/// Earned of required.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EarnedOut {
    /// Owed.
    pub due: bool,
    /// Hours earned.
    #[schema(value_type = f64)]
    pub earned: Quantity,
    /// Hours owed.
    #[schema(value_type = f64)]
    pub required: Quantity,
    /// Credits earned.
    #[schema(value_type = f64)]
    pub earned_credits: Quantity,
    /// Credits owed.
    #[schema(value_type = f64)]
    pub required_credits: Quantity,
    /// Done.
    pub met: bool,
}

/// The three components of a row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EarnedComponentsOut {
    /// 市局网训.
    pub online: EarnedOut,
    /// 区局集训.
    pub district: EarnedOut,
    /// 科队学习.
    pub squad: EarnedOut,
}

/// A person in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssessmentRowOut {
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_name: String,
    /// District bureau.
    pub district_name: String,
    /// full, partial, not_assessed.
    pub state: String,
    /// In words.
    pub state_name: String,
    /// met, not_met.
    pub result: Option<String>,
    /// In words.
    pub result_name: String,
    /// Hours owed.
    #[schema(value_type = f64)]
    pub required_hours: Quantity,
    /// Hours earned towards them.
    #[schema(value_type = f64)]
    pub earned_hours: Quantity,
    /// Credits owed.
    #[schema(value_type = f64)]
    pub required_credits: Quantity,
    /// Credits earned towards them.
    #[schema(value_type = f64)]
    pub earned_credits: Quantity,
    /// What is missing, in words.
    pub missing: String,
    /// ok, watch, high, missed.
    pub risk: String,
    /// In words.
    pub risk_name: String,
    /// By component.
    pub components: EarnedComponentsOut,
}

fn part(result: &chengzhi_rules::assess::ComponentResult) -> EarnedOut {
    EarnedOut {
        due: result.due,
        earned: result.earned_hours,
        required: result.required_hours,
        earned_credits: result.earned_credits,
        required_credits: result.required_credits,
        met: result.met,
    }
}

fn missing_text(year: &PersonYear) -> String {
    let a = &year.assessment;
    let mut parts = Vec::new();
    for (name, result) in [("网训", &a.online), ("集训", &a.district)] {
        if result.due && !result.met {
            let (hours, credits) = missing(result);
            parts.push(format!(
                "{name}缺{}",
                crate::domain::standing::amounts(hours, credits)
            ));
        }
    }
    if !a.squad.missing.is_empty() {
        parts.push(format!("科队学习缺{}", a.squad.missing.text_cn()));
    }
    parts.join("；")
}

fn row_out(year: &PersonYear, tree: &UnitTree, year_over: bool) -> AssessmentRowOut {
    let a = &year.assessment;
    let squad = EarnedOut {
        due: a.squad.due,
        earned: a.squad.earned_hours,
        required: a.squad.required_hours,
        earned_credits: Quantity::ZERO,
        required_credits: Quantity::ZERO,
        met: a.squad.met,
    };
    let components = EarnedComponentsOut {
        online: part(&a.online),
        district: part(&a.district),
        squad,
    };
    let all = [&components.online, &components.district, &components.squad];
    let sum = |pick: fn(&EarnedOut) -> Quantity| {
        all.iter()
            .filter(|c| c.due)
            .map(|c| pick(c))
            .sum::<Quantity>()
    };
    let name = |id: Option<UnitId>| id.map(|id| tree.name(id).to_owned()).unwrap_or_default();
    AssessmentRowOut {
        person_id: year.person.id.get(),
        staff_no: year.person.staff_no.clone(),
        name: year.person.name.clone(),
        unit_name: name(year.person.unit_id),
        district_name: name(year.person.district_id),
        state: state_code(a.state).to_owned(),
        state_name: state_name(a.state).to_owned(),
        result: result_code(a.result).map(str::to_owned),
        result_name: result_name(a.result, year_over).to_owned(),
        required_hours: sum(|c| c.required),
        earned_hours: sum(|c| c.earned),
        required_credits: sum(|c| c.required_credits),
        earned_credits: sum(|c| c.earned_credits),
        missing: missing_text(year),
        risk: year.risk().code().to_owned(),
        risk_name: if a.result.is_none() {
            "不考核"
        } else {
            year.risk().name()
        }
        .to_owned(),
        components,
    }
}

/// The people that the filters leave, in the order asked for.
async fn filtered(
    allow: &Allow<need::AssessmentRead>,
    params: &ListParams,
) -> Result<(i32, Vec<AssessmentRowOut>), Problem> {
    let ctx = &allow.ctx;
    let year = year_or_running(params.year, ctx)?;
    let mut tx = ctx.db().read().await?;
    let rules = YearRules::load(&mut tx, &ctx.state.policy, year).await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let units = chosen_units(&tree, &allow.scope, params.unit)?;
    let people = of_units(&mut tx, &rules, &units, ctx.today, None).await?;
    let year_over = chrono::Datelike::year(&ctx.today) > year;
    let wanted = params.q.as_deref().map(str::trim).unwrap_or_default();
    let is = |filter: &Option<String>, value: &str| {
        filter.as_deref().is_none_or(|f| f.is_empty() || f == value)
    };
    let mut rows: Vec<AssessmentRowOut> = people
        .iter()
        .map(|person| row_out(person, &tree, year_over))
        .filter(|row| {
            is(&params.result, row.result.as_deref().unwrap_or("none"))
                && is(&params.state, &row.state)
                && is(&params.risk, &row.risk)
                && (wanted.is_empty() || row.name.contains(wanted) || row.staff_no.contains(wanted))
        })
        .collect();
    sort(&mut rows, params.sort.as_deref().unwrap_or("unit"));
    Ok((year, rows))
}

fn sort(rows: &mut [AssessmentRowOut], by: &str) {
    let (key, down) = by.strip_prefix('-').map_or((by, false), |key| (key, true));
    rows.sort_by(|a, b| {
        let main = match key {
            "name" => a.name.cmp(&b.name),
            "staff_no" => a.staff_no.cmp(&b.staff_no),
            "earned_hours" => a.earned_hours.cmp(&b.earned_hours),
            "missing" => {
                (a.required_hours - a.earned_hours).cmp(&(b.required_hours - b.earned_hours))
            }
            _ => (&a.district_name, &a.unit_name).cmp(&(&b.district_name, &b.unit_name)),
        };
        let main = if down { main.reverse() } else { main };
        main.then_with(|| a.staff_no.cmp(&b.staff_no))
    });
}

/// People with their year.
#[utoipa::path(get, path = "/assessment/list", tag = "assessment", params(ListParams),
    responses((status = 200, body = Page<AssessmentRowOut>), (status = 404, body = ProblemBody)))]
pub async fn list_assessments(
    allow: Allow<need::AssessmentRead>,
    Query(params): Query<ListParams>,
) -> Result<Json<Page<AssessmentRowOut>>, Problem> {
    let (_, rows) = filtered(&allow, &params).await?;
    let paging = Paging {
        page: params.page,
        size: params.size,
    };
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(paging.offset()).unwrap_or(0);
    let take = usize::try_from(paging.limit()).unwrap_or(50);
    Ok(Json(Page {
        total,
        rows: rows.into_iter().skip(skip).take(take).collect(),
    }))
}

/// The same list as a workbook.
#[utoipa::path(get, path = "/assessment/export.xlsx", tag = "assessment", params(ListParams),
    responses((status = 200, description = "xlsx"), (status = 404, body = ProblemBody)))]
pub async fn export_assessments(
    allow: Allow<need::AssessmentRead>,
    Query(params): Query<ListParams>,
) -> Result<Response, Problem> {
    let (year, rows) = filtered(&allow, &params).await?;
    let text = |title: &str, width| Column::text(title, width);
    let number = |title: &str| Column::number(title, 10);
    let columns = vec![
        text("工号", 12),
        text("姓名", 10),
        text("区局", 18),
        text("单位", 24),
        text("考核情形", 12),
        text("结果", 10),
        number("应修学时"),
        number("已得学时"),
        number("应修学分"),
        number("已得学分"),
        number("网训学时"),
        number("网训学分"),
        number("集训学时"),
        number("集训学分"),
        number("科队学时"),
        text("尚缺", 40),
        text("风险", 10),
    ];
    let hours = |q: Quantity| Value::number(q.thousandths());
    let data = rows
        .into_iter()
        .map(|row| {
            vec![
                Value::text(row.staff_no),
                Value::text(row.name),
                Value::text(row.district_name),
                Value::text(row.unit_name),
                Value::text(row.state_name),
                Value::text(row.result_name),
                hours(row.required_hours),
                hours(row.earned_hours),
                hours(row.required_credits),
                hours(row.earned_credits),
                hours(row.components.online.earned),
                hours(row.components.online.earned_credits),
                hours(row.components.district.earned),
                hours(row.components.district.earned_credits),
                hours(row.components.squad.earned),
                Value::text(row.missing),
                Value::text(row.risk_name),
            ]
        })
        .collect();
    let sheet = SheetData {
        title: format!("{year}年学时学分"),
        columns,
        rows: data,
        notes: Vec::new(),
    };
    super::xlsx(&format!("{year}年学时学分完成情况.xlsx"), &[sheet])
}
