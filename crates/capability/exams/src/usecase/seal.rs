//! Sealing: forms and candidates are fixed before the doors open, so that a start is one small update.

use chengzhi_db::{Tx, digest};
use chengzhi_http::{Problem, Unknown};

use crate::domain::form::Form;
use crate::domain::shuffle;
use crate::store::attempts::{self, NewAttempt};
use crate::store::exams::{self, NewExam};

/// Somebody who is to sit, with the number of his form (from 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitter {
    /// Place of his form in the list.
    pub form: usize,
    /// Who; its own `form` is not read.
    pub who: NewAttempt,
}

/// Makes an exam with these forms and candidates and seals it.
///
/// # Errors
/// 422 for an exam without forms or questions, or somebody named twice or with a form that is not there; 500 from
/// the engine.
pub async fn make(
    tx: &mut Tx,
    new: NewExam<'_>,
    forms: &[Form],
    sitters: Vec<Sitter>,
) -> Result<i64, Problem> {
    let wrong = |text: &str| Problem::invalid("exams.seal", text);
    if forms.is_empty() || forms.iter().any(|form| form.questions.is_empty()) {
        return Err(wrong("试卷没有试题，不能封卷。"));
    }
    if !shuffle::knows(new.order_version) {
        return Err(wrong("试题排序规则的版本不受支持，不能封卷。"));
    }
    let exam = exams::insert(tx, new).await?;
    let mut ids = Vec::with_capacity(forms.len());
    for (number, form) in (1..).zip(forms) {
        let content = serde_json::to_string(form).map_err(|error| Unknown::log(&error))?;
        let digest = digest(content.as_bytes());
        ids.push(exams::insert_form(tx, exam, number, &content, &digest).await?);
    }
    let mut list = Vec::with_capacity(sitters.len());
    for sitter in sitters {
        let form = ids
            .get(sitter.form)
            .copied()
            .ok_or_else(|| wrong("考生所用的试卷不存在，不能封卷。"))?;
        list.push(NewAttempt { form, ..sitter.who });
    }
    attempts::insert_all(tx, exam, &list)
        .await
        .map_err(|error| {
            if error.is_unique_violation() {
                wrong("有考生在名单中出现两次，不能封卷。")
            } else {
                error.into()
            }
        })?;
    exams::seal(tx, exam).await?;
    Ok(exam)
}
