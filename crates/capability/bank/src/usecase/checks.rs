//! What must hold between the bank's rows at any time.

use std::collections::HashMap;

use chengzhi_db::{Tx, digest};
use chengzhi_http::Problem;

use super::lawbook::LawBook;
use crate::domain::life::State;
use crate::store::versions;

/// Most sentences given.
const MOST: usize = 20;

/// Checks the bank. Gives one Chinese sentence for each break; empty when all is well.
///
/// # Errors
/// 500 from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    let mut faults = Vec::new();
    let rows = versions::all(tx, "v.state <> 'superseded'").await?;
    let book = LawBook::of(tx, rows.iter().map(|row| &row.content)).await?;
    let mut in_use: HashMap<i64, i64> = HashMap::new();
    for row in &rows {
        if row.state == State::InUse {
            *in_use.entry(row.question_id).or_default() += 1;
            // A quarantined one may cite words that are gone; one in use may not.
            let now = book.unchecked(&row.content);
            if now.is_none() != row.unchecked.is_none() {
                faults.push(format!(
                    "题目{}标为{}，核对结果为：{}",
                    row.id,
                    if row.unchecked.is_none() {
                        "已核"
                    } else {
                        "未核"
                    },
                    now.as_deref().unwrap_or("已核")
                ));
            }
        }
    }
    for (question, count) in in_use.into_iter().filter(|(_, count)| *count > 1) {
        faults.push(format!("题目{question}有{count}个在用版本"));
    }
    for (id, stored, content) in versions::digests(tx).await? {
        if digest(content.as_bytes()) != stored {
            faults.push(format!("题目{id}的内容与入库时不一致"));
        }
    }
    faults.truncate(MOST);
    Ok(faults)
}
