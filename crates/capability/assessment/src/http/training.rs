//! A person's ledger and his training file (B-94).

use chengzhi_authz::{Permission, need};
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, Month, PersonId, Quantity, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::person::{YearParams, build, visible_person, year_or_running};
use super::words::AssessmentOut;
use crate::store::{ledger, waivers};
use crate::usecase::assess::why_not;

/// Routes of entries and training files.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_person_entries))
        .routes(routes!(get_training_file))
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
        Some(("class", _)) => "培训班".to_owned(),
        Some(("exam", _)) => "考试".to_owned(),
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
