//! Courseware that rests on articles of a law, when that law changes.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::courseware::CoursewareState;
use crate::store::courseware::{self, Courseware};

/// Courseware as other capabilities name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitingCourseware {
    /// Row.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Word of its state.
    pub state: String,
}

/// `第三十三条第一款` rests on `第三十三条`, `第三十三条之一` does not.
fn within(cited: &str, article: &str) -> bool {
    cited
        .trim()
        .strip_prefix(article)
        .is_some_and(|rest| !rest.starts_with('之'))
}

fn bare(law: &str) -> &str {
    let law = law.trim().trim_matches(['《', '》']);
    law.strip_prefix("中华人民共和国").unwrap_or(law)
}

async fn resting(tx: &mut Tx, law: &str, articles: &[String]) -> Result<Vec<Courseware>, Problem> {
    let rows = courseware::all(tx, "c.state = 'in_use'").await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let laws = courseware::laws(tx, &ids).await?;
    Ok(rows
        .into_iter()
        .filter(|row| {
            laws.iter().any(|(id, cited)| {
                *id == row.id
                    && bare(&cited.law) == bare(law)
                    && articles
                        .iter()
                        .any(|article| within(&cited.article, article))
            })
        })
        .collect())
}

/// Courseware in use that rests on one of these articles.
///
/// # Errors
/// 500 from the engine.
pub async fn courseware_citing(
    tx: &mut Tx,
    law: &str,
    articles: &[String],
) -> Result<Vec<CitingCourseware>, Problem> {
    Ok(resting(tx, law, articles)
        .await?
        .into_iter()
        .map(|row| CitingCourseware {
            id: row.id,
            title: row.title,
            state: row.state.name().to_owned(),
        })
        .collect())
}

/// Takes courseware in use that rests on one of these articles out of use, with the reason; a next
/// version can be begun from it.
///
/// # Errors
/// 500 from the engine.
pub async fn withdraw_citing(
    tx: &mut Tx,
    ctx: &Ctx,
    (law, articles): (&str, &[String]),
    reason: &str,
) -> Result<(), Problem> {
    for found in resting(tx, law, articles).await? {
        let Some(mut row) = courseware::take(tx, found.id).await? else {
            continue;
        };
        if row.state != CoursewareState::InUse {
            continue;
        }
        row.state = CoursewareState::Withdrawn;
        row.ended_on = Some(ctx.today);
        row.end_reason = reason.to_owned();
        courseware::put(tx, &row).await?;
        tx.audit(
            ctx.audit(
                "faculty.courseware_withdraw",
                format!("faculty_courseware:{}", row.id),
            )
            .unit(row.unit_id)
            .detail(json!({"reason": reason})),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn an_article_is_met_by_its_paragraphs_but_not_by_its_neighbours() {
        for (cited, met) in [
            ("第三十三条", true),
            ("第三十三条第一款", true),
            ("第三十三条之一", false),
            ("第三条", false),
            ("", false),
        ] {
            assert_eq!(within(cited, "第三十三条"), met, "{cited}");
        }
    }
}
