//! 外部学时导入: pages of the city and district offices.

use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{
    Allow, Ctx, FieldError, Json, Page, Path, Problem, ProblemBody, Query, upload_named,
};
use chengzhi_kernel::Timestamp;
use chengzhi_sheets::{Column, SheetData, Value};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::sheet::{Fault, OPTIONAL, REQUIRED};
use crate::store::imports::{self, ImportLine, ImportRow};
use crate::usecase::ledger_import::{self as usecase, Counts, ImportError, Importer};

/// Bytes of a ledger sheet.
const MAX_BYTES: usize = 40 * 1024 * 1024;

/// Routes of ledger imports.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(ledger_template))
        .routes(routes!(list_ledger_imports, create_ledger_import))
        .routes(routes!(get_ledger_import))
        .routes(routes!(commit_ledger_import))
        .routes(routes!(discard_ledger_import))
        .routes(routes!(reverse_ledger_import))
        .routes(routes!(broken_ledger_rows))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BYTES + 64 * 1024))
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Sheet(fault) => Problem::field("file", fault.to_string()),
            ImportError::NotFound => Problem::not_found(),
            ImportError::WrongState(_) => {
                Problem::conflict("ledger_import.state", error.to_string())
            }
            ImportError::HasBroken(_) => {
                Problem::conflict("ledger_import.broken_rows", error.to_string())
            }
            ImportError::YearClosed(_) => Problem::conflict("year.closed", error.to_string()),
            ImportError::NothingNew => {
                Problem::conflict("ledger_import.nothing_new", error.to_string())
            }
            ImportError::Db(error) => error.into(),
        }
    }
}

fn importer(ctx: &Ctx, scope: &chengzhi_authz::Scope) -> Importer {
    Importer {
        account: Some(ctx.actor.account_id),
        name: ctx.actor.name.clone(),
        units: scope.units.clone(),
        now: ctx.now,
    }
}

/// Numbers of an import.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct LedgerCountsOut {
    /// Rows with content.
    pub rows: i64,
    /// Rows without a fault.
    pub ok: i64,
    /// Rows with a fault.
    pub broken: i64,
    /// Rows that are or would be stored.
    pub new: i64,
    /// Rows known already.
    pub repeated: i64,
}

impl From<Counts> for LedgerCountsOut {
    fn from(c: Counts) -> Self {
        LedgerCountsOut {
            rows: c.rows,
            ok: c.ok,
            broken: c.broken,
            new: c.new,
            repeated: c.repeated,
        }
    }
}

/// One row with its verdict.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LedgerImportRowOut {
    /// Row of the sheet.
    pub row: u32,
    /// 工号.
    pub staff_no: String,
    /// Name, when known.
    pub name: String,
    /// new, repeated, broken.
    pub verdict: String,
    /// In words.
    pub verdict_name: String,
    /// What it says.
    pub detail: String,
    /// Faults by column.
    pub errors: Vec<FieldError>,
}

/// An import; rows are those of the page asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LedgerImportOut {
    /// Id.
    pub id: i64,
    /// As sent.
    pub file_name: String,
    /// dry_run, committed, discarded, reversed.
    pub state: String,
    /// In words.
    pub state_name: String,
    /// When sent.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When posted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub committed_at: Option<Timestamp>,
    /// When undone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reversed_at: Option<Timestamp>,
    /// Why undone.
    pub reverse_reason: Option<String>,
    /// Numbers.
    pub counts: LedgerCountsOut,
    /// Rows of the chosen verdict.
    pub rows_total: i64,
    /// Rows of this page.
    pub rows: Vec<LedgerImportRowOut>,
    /// True when it can be posted.
    pub can_commit: bool,
    /// What to do next.
    pub commit_hint: String,
}

fn row_out(line: ImportLine) -> LedgerImportRowOut {
    let faults: Vec<Fault> = serde_json::from_str(&line.faults).unwrap_or_default();
    let verdict_name = match line.verdict.as_str() {
        "new" => "可导入",
        "repeated" => "已有，不重复计",
        _ => "有误",
    };
    LedgerImportRowOut {
        row: line.line,
        staff_no: line.staff_no,
        name: line.name,
        verdict: line.verdict,
        verdict_name: verdict_name.to_owned(),
        detail: line.detail,
        errors: faults
            .into_iter()
            .map(|fault| FieldError {
                row: Some(line.line),
                field: Some(fault.field),
                message: fault.message,
            })
            .collect(),
    }
}

fn import_out(import: ImportRow, rows_total: i64, lines: Vec<ImportLine>) -> LedgerImportOut {
    let counts: Counts = serde_json::from_str(&import.counts).unwrap_or_default();
    let open = import.state == "dry_run";
    let commit_hint = match (open, counts.broken, counts.new) {
        (false, ..) => format!("这次导入{}。", usecase::state_name(&import.state)),
        (true, _, 0) => "没有可导入的行。".to_owned(),
        (true, 0, new) => format!("{new}行可导入，确认后入账。"),
        (true, broken, new) => {
            format!("{broken}行有误。改正后重新上传，或确认只导入无误的{new}行。")
        }
    };
    LedgerImportOut {
        id: import.id,
        file_name: import.file_name,
        state_name: usecase::state_name(&import.state).to_owned(),
        can_commit: open && counts.new > 0,
        state: import.state,
        created_at: import.created_at,
        created_by: import.created_by_name,
        committed_at: import.committed_at,
        reversed_at: import.reversed_at,
        reverse_reason: import.reverse_reason,
        counts: counts.into(),
        rows_total,
        rows: lines.into_iter().map(row_out).collect(),
        commit_hint,
    }
}

async fn show(
    ctx: &Ctx,
    who: &Importer,
    id: i64,
    verdict: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<LedgerImportOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let import = usecase::find(&mut tx, who, id).await?;
    let (total, lines) = imports::lines(&mut tx, id, verdict, limit, offset).await?;
    Ok(import_out(import, total, lines))
}

/// The sheet to fill in.
#[utoipa::path(get, path = "/ledger/template.xlsx", tag = "assessment",
    responses((status = 200, description = "xlsx", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn ledger_template(_allow: Allow<need::LedgerImport>) -> Result<Response, Problem> {
    let columns = REQUIRED
        .iter()
        .chain(OPTIONAL)
        .map(|title| Column::text(*title, 16))
        .collect();
    let notes = [
        "每行一条学时学分记录，第1行为表头，列的次序不限。",
        "工号、日期、类别、学时必填。日期如2024-03-05。",
        "类别填市局网训、区局集训或科队学习；其他类别照收，不计入60学时24学分。",
        "学分空白按0计。学时课程只记学时，不记学分。",
        "科队学习须填所属月份，如2024-05。",
        "编号由报送单位编制，同一人的编号不得重复；同一编号再次导入不会重复入账。",
        "课程、课程类型（学分课程或学时课程）用于市局网训，可空。",
    ];
    let sheet = SheetData {
        title: "学时学分".to_owned(),
        columns,
        rows: Vec::new(),
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
    };
    super::xlsx("学时学分导入模板.xlsx", &[sheet])
}

/// Filter of the list of imports.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportFilter {
    /// Only rows of this verdict.
    pub verdict: Option<String>,
    /// From 1.
    pub page: Option<i64>,
    /// Rows a page.
    pub size: Option<i64>,
}

/// The newest imports that the actor may see.
#[utoipa::path(get, path = "/ledger/imports", tag = "assessment",
    responses((status = 200, body = Page<LedgerImportOut>), (status = 403, body = ProblemBody)))]
pub async fn list_ledger_imports(
    allow: Allow<need::LedgerImport>,
) -> Result<Json<Page<LedgerImportOut>>, Problem> {
    let who = importer(&allow.ctx, &allow.scope);
    let mut tx = allow.ctx.db().read().await?;
    let rows: Vec<_> = imports::list(&mut tx)
        .await?
        .into_iter()
        .filter(|import| usecase::visible(import, &who))
        .map(|import| import_out(import, 0, Vec::new()))
        .collect();
    Ok(Json(Page {
        total: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        rows,
    }))
}

/// The form with the sheet.
#[derive(Debug, ToSchema)]
#[allow(dead_code)]
pub struct SheetForm {
    /// `.xlsx` or `.csv`.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// Reads a sheet and gives each row a verdict; nothing is posted yet.
#[utoipa::path(post, path = "/ledger/imports", tag = "assessment",
    request_body(content = SheetForm, content_type = "multipart/form-data"),
    responses((status = 201, body = LedgerImportOut), (status = 422, body = ProblemBody)))]
pub async fn create_ledger_import(
    allow: Allow<need::LedgerImport>,
    mut form: Multipart,
) -> Result<(StatusCode, Json<LedgerImportOut>), Problem> {
    let who = importer(&allow.ctx, &allow.scope);
    let upload = upload_named(&mut form, "file", MAX_BYTES).await?;
    let id = usecase::dry_run(allow.ctx.db(), &who, &upload.file_name, &upload.bytes).await?;
    Ok((
        StatusCode::CREATED,
        Json(show(&allow.ctx, &who, id, None, 100, 0).await?),
    ))
}

/// An import with a page of its rows, broken ones first.
#[utoipa::path(get, path = "/ledger/imports/{id}", tag = "assessment", params(("id" = i64, Path), ImportFilter),
    responses((status = 200, body = LedgerImportOut), (status = 404, body = ProblemBody)))]
pub async fn get_ledger_import(
    allow: Allow<need::LedgerImport>,
    Path(id): Path<i64>,
    Query(filter): Query<ImportFilter>,
) -> Result<Json<LedgerImportOut>, Problem> {
    let who = importer(&allow.ctx, &allow.scope);
    let paging = chengzhi_http::Paging {
        page: filter.page,
        size: filter.size,
    };
    let verdict = filter
        .verdict
        .as_deref()
        .filter(|v| ["new", "repeated", "broken"].contains(v));
    Ok(Json(
        show(
            &allow.ctx,
            &who,
            id,
            verdict,
            paging.limit(),
            paging.offset(),
        )
        .await?,
    ))
}

/// Whether rows with faults are left out.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub struct CommitImportIn {
    /// Post the good rows although others have faults.
    #[serde(default)]
    pub accept_broken: bool,
}

/// Posts the good rows in one transaction.
#[utoipa::path(post, path = "/ledger/imports/{id}/commit", tag = "assessment", params(("id" = i64, Path)),
    request_body = CommitImportIn,
    responses((status = 200, body = LedgerImportOut), (status = 409, body = ProblemBody)))]
pub async fn commit_ledger_import(
    allow: Allow<need::LedgerImport>,
    Path(id): Path<i64>,
    Json(body): Json<CommitImportIn>,
) -> Result<Json<LedgerImportOut>, Problem> {
    let who = importer(&allow.ctx, &allow.scope);
    usecase::commit(allow.ctx.db(), &who, id, body.accept_broken).await?;
    Ok(Json(show(&allow.ctx, &who, id, None, 100, 0).await?))
}

/// Gives up a dry run.
#[utoipa::path(post, path = "/ledger/imports/{id}/discard", tag = "assessment", params(("id" = i64, Path)),
    responses((status = 200, body = LedgerImportOut), (status = 409, body = ProblemBody)))]
pub async fn discard_ledger_import(
    allow: Allow<need::LedgerImport>,
    Path(id): Path<i64>,
) -> Result<Json<LedgerImportOut>, Problem> {
    let who = importer(&allow.ctx, &allow.scope);
    usecase::discard(allow.ctx.db(), &who, id).await?;
    Ok(Json(show(&allow.ctx, &who, id, None, 100, 0).await?))
}

/// A reason in words.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct ReasonIn {
    /// At least two characters.
    pub reason: String,
}

impl ReasonIn {
    /// The trimmed reason.
    ///
    /// # Errors
    /// 422 when it says nothing.
    pub fn text(&self) -> Result<&str, Problem> {
        let text = self.reason.trim();
        if text.chars().count() < 2 {
            return Err(Problem::field("reason", "请写明理由。"));
        }
        Ok(text)
    }
}

/// Undoes a whole import by reversing entries.
#[utoipa::path(post, path = "/ledger/imports/{id}/reverse", tag = "assessment", params(("id" = i64, Path)),
    request_body = ReasonIn,
    responses((status = 200, body = LedgerImportOut), (status = 409, body = ProblemBody)))]
pub async fn reverse_ledger_import(
    allow: Allow<need::LedgerImport>,
    Path(id): Path<i64>,
    Json(body): Json<ReasonIn>,
) -> Result<Json<LedgerImportOut>, Problem> {
    let who = importer(&allow.ctx, &allow.scope);
    usecase::reverse(allow.ctx.db(), &who, id, body.text()?).await?;
    Ok(Json(show(&allow.ctx, &who, id, None, 100, 0).await?))
}

/// The broken rows as sent, with a column 原因.
#[utoipa::path(get, path = "/ledger/imports/{id}/broken.xlsx", tag = "assessment", params(("id" = i64, Path)),
    responses((status = 200, description = "xlsx"), (status = 404, body = ProblemBody)))]
pub async fn broken_ledger_rows(
    allow: Allow<need::LedgerImport>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let who = importer(&allow.ctx, &allow.scope);
    let mut tx = allow.ctx.db().read().await?;
    usecase::find(&mut tx, &who, id).await?;
    let (_, lines) = imports::lines(&mut tx, id, Some("broken"), 1_000_000, 0).await?;
    let titles: Vec<&str> = REQUIRED.iter().chain(OPTIONAL).copied().collect();
    let mut columns: Vec<Column> = titles
        .iter()
        .map(|title| Column::text(*title, 14))
        .collect();
    columns.push(Column::number("原表行号", 10));
    columns.push(Column::text("原因", 60));
    let rows = lines
        .into_iter()
        .map(|line| {
            let cells: std::collections::BTreeMap<String, String> =
                serde_json::from_str(&line.payload).unwrap_or_default();
            let mut row: Vec<Value> = titles
                .iter()
                .map(|title| Value::text(cells.get(*title).cloned().unwrap_or_default()))
                .collect();
            row.push(Value::count(i64::from(line.line)));
            row.push(Value::text(line.detail));
            row
        })
        .collect();
    let sheet = SheetData {
        title: "有误的行".to_owned(),
        columns,
        rows,
        notes: Vec::new(),
    };
    super::xlsx("有误的行.xlsx", &[sheet])
}
