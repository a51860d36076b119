//! Use-case errors as problem documents.

use axum::http::StatusCode;
use chengzhi_http::{FieldError, Problem, Unknown};

use crate::hasher::HashError;
use crate::usecase::issue::IssueError;
use crate::usecase::open_accounts::MAX_AT_ONCE;
use crate::usecase::reach::ActError;
use crate::usecase::sign_in::SignInError;

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::BadCredentials => Problem::new(
                StatusCode::UNAUTHORIZED,
                "auth.bad_credentials",
                "登录失败",
                "用户名或密码不正确。连续5次不正确将锁定15分钟。",
            ),
            SignInError::BadOldPassword => Problem::field(
                "old_password",
                "现在的密码不正确。连续5次不正确将锁定15分钟。",
            ),
            SignInError::BadCode => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "auth.bad_code",
                "启用失败",
                "用户名或一次性口令不正确，或口令已使用。请核对，或向本单位管理员重新领取。",
            ),
            SignInError::CodeExpired => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "auth.code_expired",
                "口令已过期",
                "一次性口令的7天有效期已过，请向本单位管理员重新领取。",
            ),
            SignInError::CodeAsPassword => Problem::new(
                StatusCode::FORBIDDEN,
                "auth.activate",
                "请先启用账号",
                "您输入的是一次性口令。请用它启用账号并设置自己的密码。",
            ),
            SignInError::Locked(until) => Problem::new(
                StatusCode::LOCKED,
                "auth.locked",
                "账号已锁定",
                format!(
                    "连续多次不正确，已锁定至{}。请届时再试，或请系统管理员解锁。",
                    until.plus_seconds(59).format_cn()
                ),
            ),
            SignInError::Throttled(seconds) => Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "auth.too_many",
                "尝试过多",
                format!("此处登录失败过多，请{}分钟后再试。", (seconds + 59) / 60),
            ),
            SignInError::Closed => Problem::new(
                StatusCode::FORBIDDEN,
                "auth.closed",
                "账号已停用",
                "该账号已停用，如有疑问请联系本单位管理员。",
            ),
            SignInError::WeakPassword(sentences) => {
                let errors = sentences
                    .iter()
                    .map(|sentence| FieldError {
                        row: None,
                        field: Some("new_password".to_owned()),
                        message: (*sentence).to_owned(),
                    })
                    .collect();
                Problem::field("new_password", sentences.concat()).with_errors(errors)
            }
            SignInError::Stale => Problem::stale(),
            SignInError::Hash(HashError::Busy) => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "auth.busy",
                "登录人数过多",
                "现在登录的人较多，请稍后再试。",
            ),
            SignInError::Db(error) => error.into(),
            other @ (SignInError::Hash(_) | SignInError::Randomness(_)) => Unknown::log(&other),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Db(error) => error.into(),
            other @ IssueError::Randomness(_) => Unknown::log(&other),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        let refused = |code: &str, detail: &str| {
            Problem::new(StatusCode::FORBIDDEN, code, "没有权限", detail)
        };
        match error {
            ActError::NotFound => Problem::not_found(),
            ActError::Oneself => refused(
                "account.oneself",
                "不能对自己的账号进行此项操作，请由其他管理员办理；修改密码请到“修改密码”页面。",
            ),
            ActError::Administrator => refused(
                "account.administrator",
                "系统、安全、审计管理员的口令只能在服务器上重发：chengzhi admin reset。",
            ),
            ActError::ReachesFurther => refused(
                "account.reaches_further",
                "该账号的权限范围超出您的管理范围，请由上级管理员或系统管理员办理。",
            ),
            ActError::Left => {
                Problem::conflict("account.left", "该人员已离开，不能开通或重发口令。")
            }
            ActError::Closed => Problem::conflict("account.closed", "该账号已停用。"),
            ActError::HasAccount => Problem::conflict(
                "account.exists",
                "该人员已有账号；忘记密码请重发一次性口令。",
            ),
            ActError::NameTaken(name) => Problem::conflict(
                "account.name_taken",
                format!("用户名“{name}”已被其他账号占用，请先更改该人员的工号或停用占用的账号。"),
            ),
            ActError::TooMany(count) => Problem::invalid(
                "account.too_many",
                format!("共{count}人，一次最多为{MAX_AT_ONCE}人开通，请选择下级单位分批办理。"),
            ),
            ActError::Roles(sentences) => {
                let errors = sentences
                    .iter()
                    .map(|sentence| FieldError {
                        row: None,
                        field: Some("assignments".to_owned()),
                        message: sentence.clone(),
                    })
                    .collect();
                Problem::invalid("role.conflict", sentences.concat()).with_errors(errors)
            }
            ActError::Stale => Problem::stale(),
            ActError::Issue(error) => error.into(),
            ActError::Db(error) => error.into(),
        }
    }
}
