//! What rests on the articles that the question bank keeps.

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_bank::facade::{AllCiting, Citing, Effect, Touched};
use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};

/// Everything that registered with the bank, one line each.
#[must_use]
pub fn all() -> AllCiting {
    Arc::new(vec![Arc::new(Courseware)])
}

/// Courseware names its articles; what rests on a changed one goes out of use.
struct Courseware;

#[async_trait]
impl Citing for Courseware {
    async fn touched(&self, tx: &mut Tx, effect: &Effect) -> Result<Vec<Touched>, Problem> {
        let found = faculty::courseware_citing(tx, &effect.law, &effect.articles).await?;
        Ok(found
            .into_iter()
            .map(|row| Touched {
                kind: "课件".to_owned(),
                title: row.title,
                state: row.state,
                act: "停用".to_owned(),
                link: format!("/faculty/courseware/{}", row.id),
            })
            .collect())
    }

    async fn quarantine(&self, tx: &mut Tx, ctx: &Ctx, effect: &Effect) -> Result<(), Problem> {
        let articles = (effect.law.as_str(), effect.articles.as_slice());
        faculty::withdraw_citing(tx, ctx, articles, &effect.reason).await
    }
}
