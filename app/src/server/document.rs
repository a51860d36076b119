//! The OpenAPI document and its page.

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Head of the document; the operations come from the capabilities' routers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "城执接口",
        description = "城管执法队伍教育培训与考核系统的接口。\n\n\
            先用 POST /api/v1/session 登录，会话写在 Cookie 中；所有更改类请求须带请求头 X-Chengzhi: 1。\n\
            错误以 RFC 9457 的 problem+json 返回：code 稳定可判断，detail 为可直接显示的中文说明。\n\
            日期写作 2024-11-20，月份写作 2024-11，时间为带 +08:00 的 RFC 3339；学时、学分为 JSON 数字。\n\
            超出权限范围的内容按不存在处理（404）。",
        license(name = "MulanPSL-2.0", identifier = "MulanPSL-2.0")
    ),
    servers((url = "/", description = "本系统")),
    security(("session" = [])),
    tags(
        (name = "accounts", description = "登录、账号、角色、审计"),
        (name = "organisation", description = "机构、人员、名册"),
        (name = "assessment", description = "学时学分与年度考核"),
        (name = "study", description = "科队学习"),
        (name = "drill", description = "队列训练"),
        (name = "faculty", description = "师资、基地、课程资源"),
        (name = "fitness", description = "体能测试"),
        (name = "bank", description = "题库、法律法规"),
        (name = "exams", description = "考试"),
        (name = "classes", description = "培训班"),
        (name = "notices", description = "今日待办"),
        (name = "uploads", description = "断点续传（tus 1.0.0）、播放、存储空间"),
    )
)]
struct Head;

/// The head with the session cookie described.
#[must_use]
pub fn head() -> utoipa::openapi::OpenApi {
    let mut document = Head::openapi();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "chengzhi_session",
        "登录后由服务器写入",
    )));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("session", cookie);
    document
}

/// The document as committed and served: pretty JSON with a line end.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn text(document: &utoipa::openapi::OpenApi) -> anyhow::Result<String> {
    Ok(document.to_pretty_json()? + "\n")
}

/// The page that shows the document, from files inside the binary. Only reading requests can be
/// tried on it: changing ones need a header of our own pages.
#[must_use]
pub fn page() -> SwaggerUi {
    let config = Config::from("/api/openapi.json")
        .supported_submit_methods(["get"])
        .default_models_expand_depth(0)
        .doc_expansion("none")
        .filter(true)
        .validator_url("none");
    SwaggerUi::new("/api/docs").config(config)
}
