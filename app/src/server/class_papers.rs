//! What fitness tests add to the archive of a class.

use async_trait::async_trait;
use chengzhi_classes::facade::{Appendices, Appendix};
use chengzhi_fitness::facade as fitness;
use chengzhi_http::{Ctx, Problem, XLSX};

/// Results of the fitness test of a class.
pub struct FitnessResults;

#[async_trait]
impl Appendices for FitnessResults {
    async fn of_class(&self, ctx: &Ctx, class: i64) -> Result<Vec<Appendix>, Problem> {
        let found = fitness::results_book_of_class(ctx, class).await?;
        let paper = found.map(|(name, bytes)| Appendix {
            path: format!("体能测试/{}", chengzhi_documents::archive::safe_name(&name)),
            mime: XLSX,
            title: "体能测试成绩".to_owned(),
            bytes,
        });
        Ok(paper.into_iter().collect())
    }
}
