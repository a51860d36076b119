//! Signing in and out, and who I am.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use chengzhi_authz::Permission;
use chengzhi_http::{AppState, ClientAddress, Json, Problem, ProblemBody, SameOrigin};
use chengzhi_kernel::{Clock as _, Date, Timestamp};
use chrono::Datelike as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::role::HeldRole;
use crate::domain::session::{cookie, cookie_removal, token_in};
use crate::service::Accounts;
use crate::usecase::authenticate::{Signed, token_of};
use crate::usecase::me::{signed_by_id, surroundings};
use crate::usecase::sign_in::OpenedSession;
use crate::usecase::{password, sign_in};

/// 登录
#[derive(Deserialize, ToSchema)]
pub struct SignInIn {
    /// 用户名（一般为工号）
    pub user_name: String,
    /// 密码
    pub password: String,
}

/// 用一次性口令启用账号
#[derive(Deserialize, ToSchema)]
pub struct ActivateIn {
    /// 用户名
    pub user_name: String,
    /// 一次性口令，大小写与横线不限
    pub one_time_code: String,
    /// 自己的密码
    pub new_password: String,
}

/// 修改密码
#[derive(Deserialize, ToSchema)]
pub struct ChangePasswordIn {
    /// 现在的密码
    pub old_password: String,
    /// 新密码
    pub new_password: String,
}

/// 适用的规则
#[derive(Debug, Serialize, ToSchema)]
pub struct MyPolicy {
    /// 规则包
    pub pack: String,
    /// 名称
    pub title: String,
    /// 适用年度
    pub year: i32,
    /// 沿用以前年度规则时的说明
    pub carried_over: Option<String>,
}

/// 当前登录人
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// 账号
    pub account_id: i64,
    /// 用户名
    pub user_name: String,
    /// 姓名
    pub name: String,
    /// 人员；管理员账号可能没有
    pub person_id: Option<i64>,
    /// 须先修改密码
    pub must_change_password: bool,
    /// 角色
    pub roles: Vec<HeldRole>,
    /// 权限
    pub permissions: Vec<Permission>,
    /// 权限中不限于本人的
    pub wide_permissions: Vec<Permission>,
    /// 首页单位
    pub home_unit_id: Option<i64>,
    /// 业务年度
    pub year: i32,
    /// 业务日期
    pub today: Date,
    /// 业务时间
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
    /// 演示城市
    pub demo: bool,
    /// 规则；本年度没有可用规则时为空
    pub policy: Option<MyPolicy>,
}

async fn me_of(state: &AppState, signed: Signed) -> Result<Me, Problem> {
    let around = surroundings(state, &signed).await?;
    let now = state.clock.now();
    let year = now.date().year();
    let policy = around.policy.map(|policy| MyPolicy {
        pack: policy.pack.id(),
        title: policy.pack.title.clone(),
        year,
        carried_over: policy.carried_over_text(),
    });
    // Every person is an officer of his own; who was given that role as well holds it once.
    let mut roles: Vec<HeldRole> = Vec::new();
    for role in around.roles.into_iter().map(HeldRole::from) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(Me {
        account_id: signed.account.id.get(),
        user_name: signed.account.user_name,
        name: signed.account.name,
        person_id: signed.account.person_id.map(|id| id.get()),
        must_change_password: signed.must_change,
        roles,
        permissions: signed.actor.permissions(),
        wide_permissions: signed.actor.wide_permissions(),
        home_unit_id: around.home_unit.map(|id| id.get()),
        year,
        today: now.date(),
        now,
        demo: state.demo,
        policy,
    })
}

/// Extractor: anybody with a session, also one who must change his password first.
pub struct AnySession(Signed);

impl FromRequestParts<AppState> for AnySession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        SameOrigin::from_request_parts(parts, state).await?;
        let Some(service) = parts.extensions.get::<Arc<Accounts>>().cloned() else {
            return Err(Problem::signed_out());
        };
        Ok(AnySession(service.signed(state, parts).await?))
    }
}

async fn opened(
    state: &AppState,
    service: &Accounts,
    session: OpenedSession,
) -> Result<impl IntoResponse + use<>, Problem> {
    let signed = signed_by_id(state, service, session.account_id).await?;
    let me = me_of(state, signed).await?;
    let line = cookie(&session.token, state.secure_cookies);
    Ok((AppendHeaders([(SET_COOKIE, line)]), Json(me)))
}

fn earlier(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(axum::http::header::COOKIE)?
        .to_str()
        .ok()
        .and_then(token_in)
}

/// 登录
#[utoipa::path(
    post, path = "/session", tag = "accounts", security(()), request_body = SignInIn,
    responses(
        (status = 200, description = "已登录，会话写入Cookie", body = Me),
        (status = 401, description = "用户名或密码不正确", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "账号已停用或须先启用", body = ProblemBody, content_type = "application/problem+json"),
        (status = 423, description = "已锁定", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "尝试过多", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn open_session(
    State(state): State<AppState>,
    Extension(service): Extension<Arc<Accounts>>,
    ClientAddress(address): ClientAddress,
    _ours: SameOrigin,
    headers: HeaderMap,
    Json(body): Json<SignInIn>,
) -> Result<impl IntoResponse, Problem> {
    let session = sign_in::sign_in(
        &state,
        &service,
        address,
        &body.user_name,
        body.password,
        earlier(&headers),
    )
    .await?;
    opened(&state, &service, session).await
}

/// 当前登录人
#[utoipa::path(
    get, path = "/session", tag = "accounts",
    responses(
        (status = 200, description = "当前登录人", body = Me),
        (status = 401, description = "未登录", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_session(
    State(state): State<AppState>,
    AnySession(signed): AnySession,
) -> Result<Json<Me>, Problem> {
    Ok(Json(me_of(&state, signed).await?))
}

/// 退出
#[utoipa::path(
    delete, path = "/session", tag = "accounts", security(()),
    responses((status = 204, description = "已退出；没有会话时也是"))
)]
pub async fn close_session(
    State(state): State<AppState>,
    _ours: SameOrigin,
    parts: Parts,
) -> Result<impl IntoResponse, Problem> {
    if let Some(token) = token_of(&parts) {
        sign_in::sign_out(&state, &token).await?;
    }
    let line = cookie_removal(state.secure_cookies);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, line)])))
}

/// 修改密码
#[utoipa::path(
    post, path = "/session/password", tag = "accounts", request_body = ChangePasswordIn,
    responses(
        (status = 200, description = "已修改，其他会话已结束", body = Me),
        (status = 401, description = "未登录", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "现在的密码不正确，或新密码不合要求", body = ProblemBody, content_type = "application/problem+json"),
        (status = 423, description = "已锁定", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn change_password(
    State(state): State<AppState>,
    Extension(service): Extension<Arc<Accounts>>,
    ClientAddress(address): ClientAddress,
    AnySession(signed): AnySession,
    Json(body): Json<ChangePasswordIn>,
) -> Result<impl IntoResponse, Problem> {
    let session = password::change(
        &state,
        &service,
        address,
        &signed.account,
        body.old_password,
        body.new_password,
    )
    .await?;
    opened(&state, &service, session).await
}

/// 用一次性口令启用账号
#[utoipa::path(
    post, path = "/session/activate", tag = "accounts", security(()), request_body = ActivateIn,
    responses(
        (status = 200, description = "已启用并登录", body = Me),
        (status = 422, description = "口令不正确、已使用或已过期，或新密码不合要求", body = ProblemBody, content_type = "application/problem+json"),
        (status = 423, description = "已锁定", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn activate_account(
    State(state): State<AppState>,
    Extension(service): Extension<Arc<Accounts>>,
    ClientAddress(address): ClientAddress,
    _ours: SameOrigin,
    headers: HeaderMap,
    Json(body): Json<ActivateIn>,
) -> Result<impl IntoResponse, Problem> {
    let session = password::activate(
        &state,
        &service,
        address,
        &body.user_name,
        &body.one_time_code,
        body.new_password,
        earlier(&headers),
    )
    .await?;
    opened(&state, &service, session).await
}
