//! The rules of a year as the test needs them.

use std::sync::Arc;

use chengzhi_assessment::facade as assessment;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, ClauseOut, Problem};
use chengzhi_rules::policy::{Cited, FitnessRules, Policy};

/// The rules of one year.
#[derive(Clone)]
pub struct Rules(Arc<Policy>);

impl Rules {
    /// The rules of `year` in this installation's pack family.
    ///
    /// # Errors
    /// 409 when no pack is old enough; 500 from the engine.
    pub async fn load(tx: &mut Tx, state: &AppState, year: i32) -> Result<Self, Problem> {
        assessment::policy_of(tx, &state.policy, year)
            .await
            .map(Rules)
            .map_err(|error| {
                tracing::warn!(year, error = %error, "no policy for the year");
                Problem::conflict(
                    "policy.missing",
                    format!("{year}年没有可用的规则，不能办理该年的体能测试。"),
                )
            })
    }

    /// Rules of the test.
    #[must_use]
    pub fn fitness(&self) -> &FitnessRules {
        &self.0.fitness
    }

    /// 依据 of the yearly test (B-32).
    #[must_use]
    pub fn yearly(&self) -> ClauseOut {
        let rule = &self.fitness().per_year;
        clause(
            rule,
            format!(
                "行政执法类公务员每年参加体能测试不少于{}次；成绩作为职级晋升的参考因素。",
                rule.value
            ),
        )
    }

    /// 依据 of a test held apart (B-33).
    #[must_use]
    pub fn apart(&self) -> ClauseOut {
        clause(
            &self.fitness().separate_with_filing,
            "体能测试原则上作为集中培训的科目；确有特殊情况的，经报备可以单独举办。",
        )
    }
}

fn clause<T>(cited: &Cited<T>, text: impl Into<String>) -> ClauseOut {
    ClauseOut {
        rule: cited.row.clone(),
        clause: cited.clause.clone(),
        text: text.into(),
    }
}
