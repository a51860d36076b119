//! Words of the audit log and of the background jobs, in Chinese.

mod actions;
mod facts;
mod jobs;

use std::collections::HashMap;

pub use facts::detail_text;
pub use jobs::{job_name, job_state_name};

use actions::{ACTIONS, SUBJECTS};

fn look<'a>(table: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    table
        .iter()
        .find(|(known, _)| *known == key)
        .map(|(_, word)| *word)
}

/// An action in Chinese; one that is not in the table keeps its code.
#[must_use]
pub fn action_name(action: &str) -> &str {
    look(ACTIONS, action).unwrap_or(action)
}

/// Codes of the actions whose Chinese name or code contains the text.
#[must_use]
pub fn actions_like(text: &str) -> Vec<&'static str> {
    ACTIONS
        .iter()
        .filter(|(code, name)| name.contains(text) || code.contains(text))
        .map(|(code, _)| *code)
        .collect()
}

/// The account that a line is about: 5 for `account:5`.
#[must_use]
pub fn account_of(subject: &str) -> Option<i64> {
    subject.strip_prefix("account:")?.parse().ok()
}

/// What was acted on: `account:5` is 账号 陈卫平（5）, or 账号 5 where the name is not known.
#[must_use]
pub fn subject_text(subject: &str, names: &HashMap<i64, String>) -> String {
    if let Some((id, name)) = account_of(subject).and_then(|id| names.get_key_value(&id)) {
        return format!("账号 {name}（{id}）");
    }
    match subject.split_once(':') {
        Some((kind, id)) => format!("{} {id}", look(SUBJECTS, kind).unwrap_or(kind)),
        None => subject.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::facts::{FACTS, FIELDS};
    use super::jobs::JOBS;
    use super::*;

    #[test]
    fn lines_read_as_sentences() {
        assert_eq!(action_name("session.open"), "登录");
        let names = HashMap::from([(5, "陈卫平".to_owned())]);
        assert_eq!(subject_text("account:5", &names), "账号 陈卫平（5）");
        assert_eq!(subject_text("account:6", &names), "账号 6");
        assert_eq!(
            detail_text(r#"{"address":"10.0.0.1","attempt":2,"note":null,"reopened":true}"#),
            "来源地址：10.0.0.1；第几次：2；重新启用：是"
        );
        assert_eq!(detail_text(""), "");
        assert_eq!(
            detail_text(r#"{"fields":["held_on","attendance:9","attendance:10"],"version":2}"#),
            "字段：学习日期、参加人员；版本：2"
        );
    }

    #[test]
    fn an_action_is_found_by_its_chinese_name() {
        assert!(actions_like("退出").contains(&"session.close"));
        assert_eq!(actions_like("退出题库"), vec!["bank.retire"]);
        assert!(actions_like("登录").contains(&"session.lock"));
        assert!(actions_like("没有这种事项").is_empty());
    }

    #[test]
    fn no_word_stands_twice_for_one_code() {
        for table in [ACTIONS, SUBJECTS, FACTS, FIELDS, JOBS] {
            let mut codes: Vec<&str> = table.iter().map(|(code, _)| *code).collect();
            codes.sort_unstable();
            let all = codes.len();
            codes.dedup();
            assert_eq!(codes.len(), all);
        }
    }
}
