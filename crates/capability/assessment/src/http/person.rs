//! 考核: a person's page, his entries and his training file.

use std::collections::HashMap;

use chengzhi_authz::{Permission, Scope, need};
use chengzhi_db::Tx;
use chengzhi_http::{
    Allow, ClauseOut, Ctx, DueOut, Json, Path, Problem, ProblemBody, Query, SignedIn,
};
use chengzhi_kernel::{Date, Month, PersonId, Quantity, Timestamp};
use chengzhi_organisation::facade::{self as organisation, AssessmentPerson};
use chengzhi_rules::assess::{self, Assessment};
use chrono::Datelike as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::words::{
    AmountsOut, AssessedPersonOut, AssessmentOut, ComponentOut, FigureOut, MonthOut, PolicyRefOut,
    RiskOut, TraceStepOut, WaiverOut, result_code, result_name, state_code, state_name,
};
use crate::domain::Component;
use crate::domain::standing::{Standing, overall};
use crate::store::{ledger, waivers};
use crate::usecase::assess::{YearRules, people, standing_rows, why_not};
use crate::usecase::policy_book::PolicyError;

/// Routes of a person's assessment.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_my_assessment))
        .routes(routes!(get_person_assessment))
        .routes(routes!(list_person_entries))
        .routes(routes!(get_training_file))
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
async fn visible_person(
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
async fn build(
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
    let worst = standing
        .iter()
        .filter(|s| s.level == level)
        .map(|s| s.next_step.as_str())
        .collect::<Vec<_>>()
        .join("");
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
    let (cited, text) = match component {
        Component::Online => (
            &rules.policy.assessment.online_hours,
            "市局网训24学时12学分",
        ),
        Component::District => (
            &rules.policy.assessment.district_hours,
            "区局集训24学时12学分",
        ),
        Component::Squad | Component::Other => {
            (&rules.policy.assessment.squad_hours, "科队学习每月1学时")
        }
    };
    ClauseOut {
        rule: cited.row.clone(),
        clause: cited.clause.clone(),
        text: text.to_owned(),
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

/// An entry of the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryOut {
    /// Id.
    pub id: i64,
    /// Day earned.
    pub happened_on: Date,
    /// When recorded.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// online, district, squad, other.
    pub component: String,
    /// Category as written.
    pub component_name: String,
    /// Course.
    pub course_name: Option<String>,
    /// 学分课程 or 学时课程.
    pub course_kind: Option<String>,
    /// Hours.
    #[schema(value_type = f64)]
    pub hours: Quantity,
    /// Credits.
    #[schema(value_type = f64)]
    pub credits: Quantity,
    /// Month fulfilled.
    #[schema(value_type = Option<String>)]
    pub for_month: Option<Month>,
    /// Sender's number.
    pub external_no: Option<String>,
    /// `study:12`.
    pub source: String,
    /// In words.
    pub source_name: String,
    /// Entry undone by this one.
    pub reverses: Option<i64>,
    /// Entry that undid this one.
    pub reversed_by: Option<i64>,
    /// Why it was undone.
    pub reason: Option<String>,
    /// Counts towards the year.
    pub counts: bool,
    /// Why not.
    pub why_not: Option<String>,
}

fn source_name(source: &str) -> String {
    match source.split_once(':') {
        Some(("study", _)) => "科队学习记录".to_owned(),
        Some(("makeup", _)) => "区局补训".to_owned(),
        Some(("import", id)) => format!("第{id}次外部导入"),
        _ => source.to_owned(),
    }
}

fn entry_out(entry: ledger::EntryRow, year: i32) -> EntryOut {
    let why = why_not(&entry, year);
    EntryOut {
        id: entry.id,
        happened_on: entry.happened_on,
        recorded_at: entry.recorded_at,
        component: entry.component.code().to_owned(),
        component_name: entry.category,
        course_name: entry.course_name,
        course_kind: entry.course_kind.map(|kind| kind.name().to_owned()),
        hours: entry.hours,
        credits: entry.credits,
        for_month: entry.for_month,
        external_no: entry.external_no,
        source_name: source_name(&entry.source),
        source: entry.source,
        reverses: entry.reverses,
        reversed_by: entry.reversed_by,
        reason: entry.reason,
        counts: why.is_none(),
        why_not: why.map(str::to_owned),
    }
}

/// A list of entries.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntriesOut {
    /// Newest day first.
    pub rows: Vec<EntryOut>,
}

/// A person's ledger of a year.
#[utoipa::path(get, path = "/assessment/people/{id}/entries", tag = "assessment", params(("id" = i64, Path), YearParams),
    responses((status = 200, body = EntriesOut), (status = 404, body = ProblemBody)))]
pub async fn list_person_entries(
    allow: Allow<need::LedgerRead>,
    Path(id): Path<i64>,
    Query(params): Query<YearParams>,
) -> Result<Json<EntriesOut>, Problem> {
    let year = year_or_running(params.year, &allow.ctx)?;
    let mut tx = allow.ctx.db().read().await?;
    let person = visible_person(&mut tx, &allow.scope, year, id).await?;
    let rows = ledger::of_person(&mut tx, person.id, year).await?;
    Ok(Json(EntriesOut {
        rows: rows
            .into_iter()
            .map(|entry| entry_out(entry, year))
            .collect(),
    }))
}

/// For what a training file is read.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileParams {
    /// The running year unless said.
    pub year: Option<i32>,
    /// certificate, move, promotion, appraisal; one's own reading needs none (B-94).
    pub purpose: Option<String>,
}

/// Who read the file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReadingOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// For what.
    pub purpose: String,
}

/// A person's training file of a year, for reading and printing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingFileOut {
    /// 仅供参考.
    pub notice: String,
    /// For what it was opened now.
    pub purpose: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// The year.
    pub assessment: AssessmentOut,
    /// Its entries.
    pub entries: Vec<EntryOut>,
    /// Earlier readings, newest first; only for those who may read it in office.
    pub read_log: Vec<ReadingOut>,
}

fn purpose_name(code: &str) -> Option<&'static str> {
    match code {
        "certificate" => Some("执法证换发"),
        "move" => Some("岗位交流"),
        "promotion" => Some("职级晋升"),
        "appraisal" => Some("个人考核"),
        _ => None,
    }
}

/// Opens a training file (B-94): a reference only, and every reading is logged.
#[utoipa::path(get, path = "/training-file/{person_id}", tag = "assessment", params(("person_id" = i64, Path), FileParams),
    responses((status = 200, body = TrainingFileOut), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn get_training_file(
    allow: Allow<need::TrainingFileRead>,
    Path(person_id): Path<i64>,
    Query(params): Query<FileParams>,
) -> Result<Json<TrainingFileOut>, Problem> {
    let ctx = &allow.ctx;
    let year = year_or_running(params.year, ctx)?;
    let own = ctx.actor.person_id == Some(PersonId::from(person_id));
    let purpose = match params.purpose.as_deref().and_then(purpose_name) {
        Some(name) => name,
        None if own => "本人查阅",
        None => {
            return Err(Problem::field(
                "purpose",
                "请选择查阅用途：执法证换发、岗位交流、职级晋升或个人考核。",
            ));
        }
    };
    let mut tx = ctx.db().write().await?;
    let person = visible_person(&mut tx, &allow.scope, year, person_id).await?;
    let assessment = build(&mut tx, ctx, &person, year, None).await?;
    let entries = ledger::of_person(&mut tx, person.id, year).await?;
    waivers::log_reading(
        &mut tx,
        person.id,
        year,
        (ctx.actor.account_id, &ctx.actor.name),
        purpose,
        ctx.now,
    )
    .await?;
    let office = ctx
        .scope(Permission::TrainingFileRead)
        .is_ok_and(|scope| person.unit_id.is_some_and(|u| scope.has_unit(u)));
    let read_log = if office || own {
        waivers::readings(&mut tx, person.id).await?
    } else {
        Vec::new()
    };
    tx.audit(
        ctx.audit("training_file.read", format!("person:{}", person.id))
            .detail(serde_json::json!({ "year": year, "purpose": purpose })),
    );
    tx.commit().await?;
    Ok(Json(TrainingFileOut {
        notice: "仅供参考".to_owned(),
        purpose: purpose.to_owned(),
        made_at: ctx.now,
        assessment,
        entries: entries
            .into_iter()
            .map(|entry| entry_out(entry, year))
            .collect(),
        read_log: read_log
            .into_iter()
            .map(|row| ReadingOut {
                at: row.read_at,
                by: row.read_by_name,
                purpose: row.purpose,
            })
            .collect(),
    }))
}
