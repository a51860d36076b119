//! 名册导入: template, dry run, commit, broken rows as a sheet.

use axum::extract::{DefaultBodyLimit, Multipart};
use axum::http::StatusCode;
use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{
    Allow, AppState, Ctx, FieldError, Json, Page, Paging, Path, Problem, ProblemBody, Query,
    Unknown, XLSX, download, upload_named,
};
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_sheets::{Column, MAX_ROWS, SheetData, Value, write_xlsx};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::person::Category;
use crate::domain::post::{POSTS, RANKS};
use crate::domain::roster::{COLUMNS, Fault, Verdict};
use crate::store::imports::{self, PlanLine, PlanRow};
use crate::usecase::Editor;
use crate::usecase::roster_import::{self as usecase, LeaverDecision, MAX_BYTES, RosterCounts};

/// Routes of roster imports.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_roster_template))
        .routes(routes!(list_roster_imports, create_roster_import))
        .routes(routes!(get_roster_import))
        .routes(routes!(commit_roster_import))
        .routes(routes!(discard_roster_import))
        .routes(routes!(get_broken_roster_rows))
        .layer(DefaultBodyLimit::max(MAX_BYTES + 64 * 1024))
}

/// One row with its verdict.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RosterRowOut {
    /// Row of the sheet, the header being 1; none for somebody who is missing in it.
    pub row: Option<i64>,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// `joiner`, `transfer`, `change`, `unchanged`, `broken` or `leaver`.
    pub verdict: String,
    /// In Chinese.
    pub verdict_name: String,
    /// What it does, or what is wrong.
    pub detail: String,
    /// All faults, by column.
    pub errors: Vec<FieldError>,
}

/// A roster import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RosterImportOut {
    /// Row id.
    pub id: i64,
    /// Name on the sender's disk.
    pub file_name: String,
    /// `dry_run`, `committed` or `discarded`.
    pub state: String,
    /// In Chinese.
    pub state_name: String,
    /// The day on which the roster is true.
    pub as_of: Date,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it was written.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub committed_at: Option<Timestamp>,
    /// Counts by verdict.
    pub counts: RosterCounts,
    /// Rows of the chosen verdict.
    pub rows_total: i64,
    /// Rows of this page.
    pub rows: Vec<RosterRowOut>,
    /// True while it can be written.
    pub can_commit: bool,
    /// What would happen, and what to do.
    pub commit_hint: String,
}

fn row_out(line: PlanLine) -> RosterRowOut {
    let faults: Vec<Fault> = serde_json::from_str(&line.faults).unwrap_or_default();
    let row = line.line.and_then(|line| u32::try_from(line).ok());
    RosterRowOut {
        row: line.line,
        staff_no: line.staff_no,
        name: line.name,
        verdict_name: Verdict::parse(&line.verdict)
            .map(Verdict::name)
            .unwrap_or_default()
            .to_owned(),
        verdict: line.verdict,
        detail: line.detail,
        errors: faults
            .into_iter()
            .map(|fault| FieldError {
                row,
                field: Some(fault.field),
                message: fault.message,
            })
            .collect(),
    }
}

fn import_out(plan: PlanRow, rows_total: i64, lines: Vec<PlanLine>) -> RosterImportOut {
    let counts: RosterCounts = serde_json::from_str(&plan.counts).unwrap_or_default();
    RosterImportOut {
        id: plan.id,
        file_name: plan.file_name,
        state_name: match plan.state.as_str() {
            "committed" => "已导入",
            "discarded" => "已作废",
            _ => "预演",
        }
        .to_owned(),
        can_commit: plan.state == "dry_run" && counts.ok > 0,
        commit_hint: usecase::commit_hint(&plan.state, plan.as_of, &counts),
        state: plan.state,
        as_of: plan.as_of,
        created_at: plan.created_at,
        created_by: plan.created_by_name,
        committed_at: plan.committed_at,
        counts,
        rows_total,
        rows: lines.into_iter().map(row_out).collect(),
    }
}

async fn show(
    ctx: &Ctx,
    editor: &Editor,
    id: i64,
    verdict: Option<Verdict>,
    paging: Paging,
) -> Result<RosterImportOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let plan = usecase::show(&mut tx, editor, id).await?;
    let (total, lines) = imports::line_page(
        &mut tx,
        id,
        verdict.map(Verdict::code),
        paging.limit(),
        paging.offset(),
    )
    .await?;
    Ok(import_out(plan, total, lines))
}

const FIRST_PAGE: Paging = Paging {
    page: None,
    size: None,
};

fn xlsx(file_name: &str, sheets: &[SheetData]) -> Result<Response, Problem> {
    let content = write_xlsx(sheets).map_err(|error| Unknown::log(&error))?;
    Ok(download(file_name, XLSX, content))
}

fn columns() -> Vec<Column> {
    let width = |name: &str| match name {
        "单位" | "初任培训结束日期" | "人员类别" => 20,
        "区局" | "岗位" | "职级" => 16,
        "姓名" | "性别" | "在编" => 8,
        _ => 13,
    };
    COLUMNS
        .iter()
        .map(|name| Column::text(*name, width(name)))
        .collect()
}

/// Downloads the sheet to fill in, with its explanation on the second sheet.
#[utoipa::path(get, path = "/roster/template.xlsx", tag = "organisation",
    responses((status = 200, description = "xlsx", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 403, body = ProblemBody)))]
pub async fn get_roster_template(_allow: Allow<need::RosterImport>) -> Result<Response, Problem> {
    let list = |words: &[(&str, &str)]| {
        words
            .iter()
            .map(|(_, word)| *word)
            .collect::<Vec<_>>()
            .join("、")
    };
    let categories: Vec<&str> = Category::ALL
        .iter()
        .map(|category| category.name())
        .collect();
    let notes = vec![
        "每人一行，第1行是表头，不要改动表头文字；列的先后不限，多余的列不读。".to_owned(),
        "工号、姓名、单位、在编、入职日期必填；其他列留空，则系统里原有的内容不变。".to_owned(),
        "工号：字母、数字和“-”“_”“.”，最多32位；同一工号在表中只能出现一次。".to_owned(),
        "区局：全称或简称均可，如“宝山区局”；单位名称在全市唯一的可以不填。".to_owned(),
        "单位：中队、科室、处室的名称；局领导填区局名称。".to_owned(),
        "在编：是、否。性别：男、女。".to_owned(),
        format!("人员类别：{}。", categories.join("、")),
        format!(
            "岗位：{}；兼任的用顿号分开，如“班组长、法制员”。",
            list(POSTS)
        ),
        format!("职级：{}。", list(RANKS)),
        "日期：2024-03-05、2024/3/5、20240305、2024年3月5日均可。".to_owned(),
        "手机号：11位数字，页面上只显示前三位和后四位。".to_owned(),
        format!("一次最多{MAX_ROWS}行。也可上传UTF-8或GB18030编码的.csv文件。"),
        "上传后先预演，逐行给出结果，确认后才写入；表中没有的人员只列出，不会删除。".to_owned(),
    ];
    let sheet = SheetData {
        title: "人员名册".to_owned(),
        columns: columns(),
        rows: Vec::new(),
        notes,
    };
    xlsx("人员名册模板.xlsx", &[sheet])
}

/// Lists the actor's own imports, newest first, without their rows.
#[utoipa::path(get, path = "/roster/imports", tag = "organisation", params(Paging),
    responses((status = 200, body = Page<RosterImportOut>), (status = 403, body = ProblemBody)))]
pub async fn list_roster_imports(
    allow: Allow<need::RosterImport>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<RosterImportOut>>, Problem> {
    let mut tx = allow.ctx.db().read().await?;
    let account = allow.ctx.actor.account_id;
    let (total, rows) = imports::page_of(&mut tx, account, paging.limit(), paging.offset()).await?;
    Ok(Json(Page {
        total,
        rows: rows
            .into_iter()
            .map(|plan| import_out(plan, 0, Vec::new()))
            .collect(),
    }))
}

/// The form with the roster.
#[derive(Debug, ToSchema)]
#[allow(dead_code)]
pub struct RosterForm {
    /// `.xlsx` or `.csv`.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// Which day the roster is true on.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// Transfers and new posts begin on this day; today unless said.
    pub as_of: Option<Date>,
}

/// Reads a roster and gives each row its verdict; nothing is written yet.
#[utoipa::path(post, path = "/roster/imports", tag = "organisation", params(AsOf),
    request_body(content = RosterForm, content_type = "multipart/form-data"),
    responses((status = 201, body = RosterImportOut), (status = 403, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn create_roster_import(
    allow: Allow<need::RosterImport>,
    Query(query): Query<AsOf>,
    mut form: Multipart,
) -> Result<(StatusCode, Json<RosterImportOut>), Problem> {
    let editor = Editor::of(&allow.ctx, allow.scope);
    let upload = upload_named(&mut form, "file", MAX_BYTES).await?;
    let content = upload.bytes.clone();
    // Unpacking a workbook takes a moment of one core: off the threads that answer requests.
    let read = tokio::task::spawn_blocking(move || {
        (usecase::read_sheet(&content), chengzhi_db::digest(&content))
    });
    let (sent, digest) = read.await.map_err(|error| Unknown::log(&error))?;
    let as_of = query.as_of.unwrap_or(allow.ctx.today);
    let name: String = upload
        .file_name
        .chars()
        .filter(|c| !c.is_control())
        .take(120)
        .collect();
    let id = usecase::dry_run(allow.ctx.db(), &editor, &name, &digest, &sent?, as_of).await?;
    Ok((
        StatusCode::CREATED,
        Json(show(&allow.ctx, &editor, id, None, FIRST_PAGE).await?),
    ))
}

/// Which rows of an import.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowsQuery {
    /// Only rows with this verdict.
    pub verdict: Option<String>,
    /// From 1.
    pub page: Option<i64>,
    /// Rows a page, at most 500.
    pub size: Option<i64>,
}

/// Shows an import with a page of its rows.
#[utoipa::path(get, path = "/roster/imports/{id}", tag = "organisation", params(("id" = i64, Path), RowsQuery),
    responses((status = 200, body = RosterImportOut), (status = 404, body = ProblemBody)))]
pub async fn get_roster_import(
    allow: Allow<need::RosterImport>,
    Path(id): Path<i64>,
    Query(query): Query<RowsQuery>,
) -> Result<Json<RosterImportOut>, Problem> {
    let editor = Editor::of(&allow.ctx, allow.scope);
    let verdict = match query.verdict.as_deref().unwrap_or_default() {
        "" | "all" => None,
        code => Some(
            Verdict::parse(code).ok_or_else(|| Problem::field("verdict", "没有这一种结果。"))?,
        ),
    };
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    Ok(Json(show(&allow.ctx, &editor, id, verdict, paging).await?))
}

/// How an import is written.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct CommitRosterIn {
    /// True: leave broken rows out. False: write only when no row is broken.
    #[serde(default)]
    pub accept_broken: bool,
    /// What becomes of people missing in the roster. Who is not named here is kept as he is.
    #[serde(default)]
    pub leavers: Vec<LeaverDecision>,
}

/// Writes an import in one transaction, if every verdict is still the one that was shown.
#[utoipa::path(post, path = "/roster/imports/{id}/commit", tag = "organisation", params(("id" = i64, Path)),
    request_body = CommitRosterIn,
    responses((status = 200, body = RosterImportOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn commit_roster_import(
    allow: Allow<need::RosterImport>,
    Path(id): Path<i64>,
    Json(body): Json<CommitRosterIn>,
) -> Result<Json<RosterImportOut>, Problem> {
    let editor = Editor::of(&allow.ctx, allow.scope);
    usecase::commit(
        allow.ctx.db(),
        &editor,
        id,
        body.accept_broken,
        &body.leavers,
    )
    .await?;
    Ok(Json(show(&allow.ctx, &editor, id, None, FIRST_PAGE).await?))
}

/// Throws an import away before it is written.
#[utoipa::path(post, path = "/roster/imports/{id}/discard", tag = "organisation", params(("id" = i64, Path)),
    responses((status = 200, body = RosterImportOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn discard_roster_import(
    allow: Allow<need::RosterImport>,
    Path(id): Path<i64>,
) -> Result<Json<RosterImportOut>, Problem> {
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    usecase::discard(&mut tx, &editor, id).await?;
    tx.commit().await?;
    Ok(Json(show(&allow.ctx, &editor, id, None, FIRST_PAGE).await?))
}

/// A spreadsheet cell holds 32,767 characters.
fn cut(text: String) -> String {
    if text.len() > 30_000 {
        text.chars().take(10_000).collect()
    } else {
        text
    }
}

/// Downloads the broken rows as they were sent, with the reasons: to be mended and sent again.
#[utoipa::path(get, path = "/roster/imports/{id}/broken.xlsx", tag = "organisation", params(("id" = i64, Path)),
    responses((status = 200, description = "xlsx", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 404, body = ProblemBody)))]
pub async fn get_broken_roster_rows(
    allow: Allow<need::RosterImport>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().read().await?;
    usecase::show(&mut tx, &editor, id).await?;
    let most = i64::try_from(MAX_ROWS).unwrap_or(i64::MAX);
    let (_, lines) = imports::line_page(&mut tx, id, Some(Verdict::Broken.code()), most, 0).await?;
    let mut columns = columns();
    columns.push(Column::text("原因", 60));
    columns.push(Column::number("原行号", 8));
    let rows = lines
        .into_iter()
        .map(|line| {
            let mut cells: Vec<String> = serde_json::from_str(&line.cells).unwrap_or_default();
            cells.resize(COLUMNS.len(), String::new());
            let mut row: Vec<Value> = cells
                .into_iter()
                .map(|text| Value::text(cut(text)))
                .collect();
            row.push(Value::text(line.detail));
            row.push(line.line.map_or(Value::Empty, Value::count));
            row
        })
        .collect();
    let sheet = SheetData {
        title: "有误的行".to_owned(),
        columns,
        rows,
        notes: vec!["按“原因”改正后，把这份表重新上传即可；“原因”和“原行号”两列不读。".to_owned()],
    };
    xlsx("有误的行.xlsx", &[sheet])
}
