//! 规则, 制度体检, 试算: reading, checking, trying and publishing rules.

use chengzhi_authz::need;
use chengzhi_http::{Allow, FieldError, Json, Problem, ProblemBody, Query};
use chengzhi_kernel::Timestamp;
use chengzhi_rules::Policy;
use chengzhi_rules::pack::Value;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::person::{YearParams, year_or_running};
use crate::store::policies;
use crate::usecase::drafts::{self, DraftError};
use crate::usecase::policy_book::{pack_ids, policy_of};

/// Routes of rules.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_policy))
        .routes(routes!(check_policy))
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Rejected(errors) => {
                Problem::invalid("policy.rejected", "有参数的值不能使用，请逐项改正。").with_errors(
                    errors
                        .into_iter()
                        .map(|error| FieldError {
                            row: None,
                            field: Some(error.key),
                            message: error.message,
                        })
                        .collect(),
                )
            }
            DraftError::NotFound => Problem::not_found(),
            DraftError::NoChange => Problem::invalid("policy.no_change", error.to_string()),
            DraftError::Settled => Problem::conflict("policy.settled", error.to_string()),
            DraftError::YearClosed(_) | DraftError::YearRunning(_) => {
                Problem::conflict("year.state", error.to_string())
            }
            DraftError::Policy(error) => error.into(),
            DraftError::Db(error) => error.into(),
        }
    }
}

/// A rule with its value and clause.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleOut {
    /// Stable key.
    pub key: String,
    /// Name.
    pub title: String,
    /// Value in words.
    pub value_text: String,
    /// Value as typed into a draft.
    pub value_input: String,
    /// Unit.
    pub unit: Option<String>,
    /// Row of the requirements.
    pub row: String,
    /// Clause.
    pub clause: String,
    /// 必须, 目标, 推定 or 系统设定.
    pub force: String,
    /// What else the text could mean.
    pub note: Option<String>,
}

/// A case of personnel status with its rank (the precedence between rules).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatusRuleOut {
    /// Name.
    pub title: String,
    /// Position in the order; the same number is applied together.
    pub rank: u32,
    /// Ends the question.
    pub ends: bool,
    /// What it sets, in words.
    pub sets: String,
    /// Row of the requirements.
    pub row: String,
    /// Clause.
    pub clause: String,
}

/// A closed year keeps the rules it was judged by.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct YearClosedOut {
    /// Pack that it keeps.
    pub pack: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// The rules of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyOut {
    /// Pack.
    pub pack: String,
    /// Title.
    pub title: String,
    /// Notice it restates.
    pub source: String,
    /// Year.
    pub year: i32,
    /// 沿用2024年规则.
    pub carried_over: Option<String>,
    /// How the year was closed, if it was.
    pub closed: Option<YearClosedOut>,
    /// Rules by key.
    pub rules: Vec<RuleOut>,
    /// Cases of status in order.
    pub statuses: Vec<StatusRuleOut>,
    /// Packs of this installation.
    pub packs: Vec<String>,
}

fn force_name(force: &str) -> &'static str {
    match force {
        "M" => "必须",
        "T" => "目标",
        "D" => "推定",
        _ => "系统设定",
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A value as it is typed into a draft; reads back to the same value.
fn input_text(value: &Value) -> String {
    match value {
        Value::DayOfYear(month, day) => format!("{month:02}-{day:02}"),
        other => other.text_cn(),
    }
}

fn policy_out(
    policy: &Policy,
    packs: Vec<String>,
    closed: Option<policies::ClosedYear>,
) -> PolicyOut {
    PolicyOut {
        pack: policy.pack.id(),
        title: policy.pack.title.clone(),
        source: policy.pack.source.clone(),
        year: policy.year,
        carried_over: policy.carried_over_text(),
        closed: closed.map(|year| YearClosedOut {
            pack: year.pack,
            at: year.closed_at,
            by: year.closed_by_name,
        }),
        rules: policy
            .pack
            .rules
            .values()
            .map(|rule| RuleOut {
                key: rule.key.clone(),
                title: rule.title.clone(),
                value_text: rule.value.text_cn(),
                value_input: input_text(&rule.value),
                unit: some(&rule.unit),
                row: rule.row.clone(),
                clause: rule.clause.clone(),
                force: force_name(&rule.force).to_owned(),
                note: some(&rule.note),
            })
            .collect(),
        statuses: policy
            .pack
            .statuses
            .iter()
            .map(|status| StatusRuleOut {
                title: status.title.clone(),
                rank: status.rank,
                ends: status.ends,
                sets: status.sets.text_cn(),
                row: status.row.clone(),
                clause: status.clause.clone(),
            })
            .collect(),
        packs,
    }
}

/// The rules of a year with their clauses.
#[utoipa::path(get, path = "/policy", tag = "assessment", params(YearParams),
    responses((status = 200, body = PolicyOut), (status = 422, body = ProblemBody)))]
pub async fn get_policy(
    allow: Allow<need::PolicyRead>,
    Query(params): Query<YearParams>,
) -> Result<Json<PolicyOut>, Problem> {
    let year = year_or_running(params.year, &allow.ctx)?;
    let family = &allow.ctx.state.policy;
    let mut tx = allow.ctx.db().read().await?;
    let policy = policy_of(&mut tx, family, year).await?;
    let packs = pack_ids(&mut tx, family).await?;
    let closed = policies::closed_year(&mut tx, year).await?;
    Ok(Json(policy_out(&policy, packs, closed)))
}

/// A value to change.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
pub struct ChangeIn {
    /// Key of the rule.
    pub key: String,
    /// New value as text.
    pub value: String,
}

pub(super) fn pairs(changes: &[ChangeIn]) -> Vec<(String, String)> {
    changes
        .iter()
        .map(|change| (change.key.trim().to_owned(), change.value.trim().to_owned()))
        .collect()
}

/// What to check.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CheckIn {
    /// The running year unless said.
    pub year: Option<i32>,
    /// Changes to check with; none checks the rules as they are.
    #[serde(default)]
    pub changes: Vec<ChangeIn>,
}

/// A finding of the linter.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FindingOut {
    /// Stable code.
    pub code: String,
    /// Name.
    pub title: String,
    /// Keys of the rules concerned.
    pub rules: Vec<String>,
    /// Dates concerned.
    pub dates: Vec<String>,
    /// Hours between two dates that are too near.
    pub slack_hours: Option<i64>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub proposal: String,
}

/// Findings of the linter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckOut {
    /// Year checked.
    pub year: i32,
    /// Pack checked.
    pub pack: String,
    /// None when all is well.
    pub findings: Vec<FindingOut>,
}

pub(super) fn lint(policy: &Policy) -> Vec<FindingOut> {
    chengzhi_rules::lint::lint(policy, chengzhi_rules::calendar())
        .into_iter()
        .map(|finding| FindingOut {
            code: finding.code,
            title: finding.title,
            rules: finding.rules,
            dates: finding
                .dates
                .into_iter()
                .map(chengzhi_kernel::format_cn)
                .collect(),
            slack_hours: finding.slack_hours,
            message: finding.message,
            proposal: finding.proposal,
        })
        .collect()
}

/// 制度体检: looks for rules that cannot be kept or leave no time.
#[utoipa::path(post, path = "/policy/check", tag = "assessment", request_body = CheckIn,
    responses((status = 200, body = CheckOut), (status = 422, body = ProblemBody)))]
pub async fn check_policy(
    allow: Allow<need::PolicyWrite>,
    Json(body): Json<CheckIn>,
) -> Result<Json<CheckOut>, Problem> {
    let year = year_or_running(body.year, &allow.ctx)?;
    let mut tx = allow.ctx.db().read().await?;
    let (_, policy) = drafts::changed_policy(
        &mut tx,
        &allow.ctx.state.policy,
        year,
        &pairs(&body.changes),
    )
    .await?;
    Ok(Json(CheckOut {
        year,
        pack: policy.pack.id(),
        findings: lint(&policy),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_a_draft_can_change_reads_back_from_its_input_text() {
        let pack = Policy::for_year("baoshan", 2024).unwrap().pack;
        for rule in pack
            .rules
            .values()
            .filter(|rule| !matches!(rule.value, Value::Training(_)))
        {
            let text = input_text(&rule.value);
            let kind = chengzhi_rules::pack::schema::kind_of(&rule.key).unwrap();
            assert_eq!(
                Value::read_text(kind, &text),
                Ok(rule.value.clone()),
                "{}",
                rule.key
            );
        }
    }
}
