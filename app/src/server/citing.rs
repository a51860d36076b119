//! What rests on the articles that the question bank keeps.

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_bank::facade::{AllCiting, Citing, Effect, Touched};
use chengzhi_db::Tx;
use chengzhi_exams::facade as exams;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};

/// Everything that registered with the bank, one line each.
#[must_use]
pub fn all() -> AllCiting {
    Arc::new(vec![Arc::new(Courseware), Arc::new(Papers)])
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

/// Papers of exams that are not over. A quarantined question keeps them from being sealed; what is sealed is only named:
/// its key is corrected after the exam.
struct Papers;

#[async_trait]
impl Citing for Papers {
    async fn touched(&self, tx: &mut Tx, effect: &Effect) -> Result<Vec<Touched>, Problem> {
        let found = exams::papers_with(tx, &effect.versions).await?;
        Ok(found
            .into_iter()
            .map(|one| Touched {
                kind: "试卷".to_owned(),
                title: one.title,
                state: one.state,
                act: if one.open {
                    "重新组卷后才能封卷"
                } else {
                    ""
                }
                .to_owned(),
                link: format!("/exams/{}/papers", one.session),
            })
            .collect())
    }

    async fn quarantine(&self, _tx: &mut Tx, _ctx: &Ctx, _effect: &Effect) -> Result<(), Problem> {
        Ok(())
    }
}
