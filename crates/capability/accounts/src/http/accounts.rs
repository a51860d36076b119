//! Administration of accounts.

use axum::http::StatusCode;
use chengzhi_authz::{Role, ScopeKind, need};
use chengzhi_http::{Allow, Ctx, Json, Page, Paging, Path, Problem, ProblemBody, Query, SignedIn};
use chengzhi_kernel::{AccountId, PersonId, Timestamp, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::role::HeldRole;
use crate::domain::account::AccountState;
use crate::domain::roles::Assignment;
use crate::usecase::list_accounts::{self, Listed, Order, SEEING};
use crate::usecase::open_accounts::{OpenFor, Slip};
use crate::usecase::{administer, open_accounts, set_roles};

/// 账号
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountOut {
    /// 账号
    pub id: i64,
    /// 用户名
    pub user_name: String,
    /// 姓名
    pub name: String,
    /// 人员
    pub person_id: Option<i64>,
    /// 所在单位
    pub unit_id: Option<i64>,
    /// 所在单位名称
    pub unit_name: String,
    /// 状态：pending、active、locked、closed
    pub state: String,
    /// 状态名称
    pub state_name: String,
    /// 锁定至
    #[schema(value_type = Option<String>, format = DateTime)]
    pub locked_until: Option<Timestamp>,
    /// 最近登录
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_sign_in: Option<Timestamp>,
    /// 人员已离开，停用后不能重新启用
    pub left: bool,
    /// 授予的角色；人员对本人数据的权限自动具有，不在其中
    pub roles: Vec<HeldRole>,
    /// 版本
    pub version: i64,
}

impl From<Listed> for AccountOut {
    fn from(listed: Listed) -> Self {
        let account = listed.account;
        AccountOut {
            id: account.id.get(),
            user_name: account.user_name,
            name: account.name,
            person_id: account.person_id.map(|id| id.get()),
            unit_id: listed.unit_id.map(|id| id.get()),
            unit_name: listed.unit_name,
            state: listed.state.code().to_owned(),
            state_name: listed.state.name().to_owned(),
            locked_until: account
                .locked_until
                .filter(|_| listed.state == AccountState::Locked),
            last_sign_in: account.last_sign_in_at,
            left: listed.left,
            roles: listed.roles.into_iter().map(HeldRole::from).collect(),
            version: account.version,
        }
    }
}

/// 一次性口令条，只显示这一次
#[derive(Debug, Serialize, ToSchema)]
pub struct SlipOut {
    /// 用户名
    pub user_name: String,
    /// 姓名
    pub name: String,
    /// 单位
    pub unit_name: String,
    /// 一次性口令
    pub one_time_code: String,
    /// 有效期至
    #[schema(value_type = String, format = DateTime)]
    pub valid_until: Timestamp,
}

impl From<Slip> for SlipOut {
    fn from(slip: Slip) -> Self {
        SlipOut {
            user_name: slip.user_name,
            name: slip.name,
            unit_name: slip.unit_name,
            one_time_code: slip.issued.code,
            valid_until: slip.issued.valid_until,
        }
    }
}

/// 账号列表的条件
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// 单位（含下级）
    pub unit: Option<i64>,
    /// 用户名或姓名的一部分
    pub q: Option<String>,
    /// 状态：pending、active、locked、closed
    pub state: Option<String>,
    /// 排序：user_name、name、unit_name、state、last_sign_in，前加-为倒序
    pub sort: Option<String>,
    /// 第几页
    #[param(minimum = 1)]
    pub page: Option<i64>,
    /// 每页行数
    #[param(minimum = 1, maximum = 500)]
    pub size: Option<i64>,
}

/// 开通账号：为一人，或为一个单位（含下级）所有在职而无账号的人员
#[derive(Debug, Deserialize, ToSchema)]
pub struct OpenAccountsIn {
    /// 人员
    pub person_id: Option<i64>,
    /// 单位
    pub unit_id: Option<i64>,
}

/// 停用原因
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CloseAccountIn {
    /// 原因
    pub reason: Option<String>,
}

/// 一项角色
#[derive(Debug, Deserialize, ToSchema)]
pub struct AssignmentIn {
    /// 角色
    pub role: Role,
    /// 单位；系统、安全、审计管理员可不填
    pub unit_id: Option<i64>,
    /// 范围
    pub scope: ScopeKind,
}

/// 账号的全部角色
#[derive(Debug, Deserialize, ToSchema)]
pub struct SetRolesIn {
    /// 角色
    pub assignments: Vec<AssignmentIn>,
    /// 所依据的账号版本；给出时用于防止覆盖他人的修改
    pub version: Option<i64>,
}

fn may_see(ctx: &Ctx) -> Result<(), Problem> {
    if SEEING.iter().any(|permission| ctx.actor.may(*permission)) {
        return Ok(());
    }
    Err(Problem::forbidden())
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// 账号列表
#[utoipa::path(
    get, path = "/accounts", tag = "accounts", params(AccountQuery),
    responses(
        (status = 200, description = "权限范围内的账号", body = Page<AccountOut>),
        (status = 403, description = "没有权限", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_accounts(
    SignedIn(ctx): SignedIn,
    Query(query): Query<AccountQuery>,
) -> Result<Json<Page<AccountOut>>, Problem> {
    may_see(&ctx)?;
    let state = match given(query.state) {
        None => None,
        Some(code) => Some(
            AccountState::ALL
                .into_iter()
                .find(|state| state.code() == code)
                .ok_or_else(|| Problem::field("state", "没有这种状态。"))?,
        ),
    };
    let sort = match given(query.sort) {
        None => Order::default(),
        Some(text) => {
            Order::parse(&text).ok_or_else(|| Problem::field("sort", "不能按此列排序。"))?
        }
    };
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    let wanted = list_accounts::Wanted {
        unit: query.unit.map(UnitId::from),
        text: given(query.q),
        state,
        sort,
        limit: paging.limit(),
        offset: paging.offset(),
    };
    let (total, rows) = list_accounts::list_accounts(&ctx, &wanted).await?;
    Ok(Json(Page {
        total,
        rows: rows.into_iter().map(AccountOut::from).collect(),
    }))
}

/// 开通账号
#[utoipa::path(
    post, path = "/accounts", tag = "accounts", request_body = OpenAccountsIn,
    responses(
        (status = 200, description = "一次性口令，只返回这一次", body = Vec<SlipOut>),
        (status = 404, description = "人员或单位不在权限范围内", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "已有账号或人员已离开", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn open_accounts(
    allow: Allow<need::AccountReset>,
    Json(body): Json<OpenAccountsIn>,
) -> Result<Json<Vec<SlipOut>>, Problem> {
    let whom = match (body.person_id, body.unit_id) {
        (Some(person), None) => OpenFor::Person(PersonId::from(person)),
        (None, Some(unit)) => OpenFor::Unit(UnitId::from(unit)),
        _ => return Err(Problem::field("unit_id", "请选择一名人员，或一个单位。")),
    };
    let slips = open_accounts::open_accounts(&allow.ctx, whom).await?;
    Ok(Json(slips.into_iter().map(SlipOut::from).collect()))
}

/// 重发一次性口令
#[utoipa::path(
    post, path = "/accounts/{id}/reset", tag = "accounts", params(("id" = i64, Path, description = "账号")),
    responses(
        (status = 200, description = "一次性口令，只返回这一次；原密码与会话作废", body = SlipOut),
        (status = 403, description = "不能重置此账号", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "不在权限范围内", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn reset_account(
    allow: Allow<need::AccountReset>,
    Path(id): Path<i64>,
) -> Result<Json<SlipOut>, Problem> {
    let slip = administer::reset_account(&allow.ctx, AccountId::from(id)).await?;
    Ok(Json(slip.into()))
}

/// 解锁账号
#[utoipa::path(
    post, path = "/accounts/{id}/unlock", tag = "accounts", params(("id" = i64, Path, description = "账号")),
    responses(
        (status = 204, description = "已解锁；没有锁定时也是"),
        (status = 404, description = "不在权限范围内", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn unlock_account(
    allow: Allow<need::AccountManage>,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    administer::unlock_account(&allow.ctx, AccountId::from(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 停用账号
#[utoipa::path(
    post, path = "/accounts/{id}/close", tag = "accounts", params(("id" = i64, Path, description = "账号")),
    request_body = CloseAccountIn,
    responses(
        (status = 204, description = "已停用"),
        (status = 404, description = "不在权限范围内", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "已经停用", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn close_account(
    allow: Allow<need::AccountManage>,
    Path(id): Path<i64>,
    Json(body): Json<CloseAccountIn>,
) -> Result<StatusCode, Problem> {
    let reason = given(body.reason).unwrap_or_else(|| "管理员停用".to_owned());
    if reason.chars().count() > 200 {
        return Err(Problem::field("reason", "原因不超过200字。"));
    }
    administer::close_account(&allow.ctx, AccountId::from(id), &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 设置角色
#[utoipa::path(
    put, path = "/accounts/{id}/roles", tag = "accounts", params(("id" = i64, Path, description = "账号")),
    request_body = SetRolesIn,
    responses(
        (status = 200, description = "已设置", body = AccountOut),
        (status = 403, description = "没有权限或是本人账号", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有此账号", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "角色不能同时具有", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn set_account_roles(
    allow: Allow<need::RoleGrant>,
    Path(id): Path<i64>,
    Json(body): Json<SetRolesIn>,
) -> Result<Json<AccountOut>, Problem> {
    let id = AccountId::from(id);
    // The officer's role over his own data comes by itself; pages may send it back.
    let wanted: Vec<Assignment> = body
        .assignments
        .iter()
        .filter(|one| !(one.role == Role::Officer && one.scope == ScopeKind::Own))
        .map(|one| Assignment {
            role: one.role,
            unit_id: one.unit_id.map(UnitId::from),
            scope: one.scope,
        })
        .collect();
    set_roles::set_roles(&allow.ctx, id, &wanted, body.version).await?;
    let listed = list_accounts::one_account(&allow.ctx, id).await?;
    Ok(Json(listed.into()))
}
