//! Words of the audit log and of the background jobs, in Chinese.

use serde_json::Value;

/// Actions that the capabilities write to the audit log.
const ACTIONS: &[(&str, &str)] = &[
    ("session.open", "登录"),
    ("session.close", "退出"),
    ("session.fail", "登录失败"),
    ("session.lock", "登录失败并锁定"),
    ("password.change", "修改密码"),
    ("account.open", "开通账号"),
    ("account.activate", "启用账号"),
    ("account.reset", "重发一次性口令"),
    ("account.unlock", "解锁账号"),
    ("account.close", "停用账号"),
    ("role.set", "设置角色"),
    ("unit.open", "新设机构"),
    ("unit.move", "机构改隶"),
    ("unit.rename", "机构更名"),
    ("unit.close", "撤销机构"),
    ("person.create", "新增人员"),
    ("person.update", "修改人员"),
    ("person.change", "修改人员"),
    ("person.transfer", "人员调动"),
    ("person.event", "登记身份变动"),
    ("person.event_revoke", "撤销身份变动"),
    ("status.record", "登记身份变动"),
    ("status.revoke", "撤销身份变动"),
    ("roster.dry_run", "名册试导"),
    ("roster.import", "名册导入"),
    ("roster.commit", "名册导入"),
    ("roster.discard", "放弃名册导入"),
    ("roster_import.dry_run", "名册试导"),
    ("roster_import.commit", "名册导入"),
    ("roster_import.discard", "放弃名册导入"),
    ("ledger_import.dry_run", "学时学分试导"),
    ("ledger_import.commit", "学时学分导入"),
    ("ledger_import.discard", "放弃学时学分导入"),
    ("ledger_import.reverse", "冲回整批学时学分"),
    ("ledger.reverse", "冲回学时学分"),
    ("assessment.waive", "设置考核指标减免"),
    ("assessment.waiver_revoke", "撤销考核指标减免"),
    ("waiver.revoke", "撤销考核指标减免"),
    ("year.close", "年度封存"),
    ("training_file.read", "查看培训档案"),
    ("training_session.create", "登记集训班次"),
    ("training_session.delete", "删除集训班次"),
    ("policy.draft", "起草规则"),
    ("policy.publish", "发布规则"),
    ("policy.discard", "放弃规则草案"),
    ("study.task", "下发学习任务"),
    ("study.save", "保存学习记录"),
    ("study.submit", "报送学习记录"),
    ("study.withdraw", "撤回学习记录"),
    ("study.open_review", "开始审核"),
    ("study.release", "放弃审核"),
    ("study.pass_up", "转市局审核"),
    ("study.confirm", "审核通过"),
    ("study.return", "退回学习记录"),
    ("study.reject", "终退学习记录"),
    ("study.correct", "更正出勤"),
    ("study.photo_add", "上传照片"),
    ("study.photo_remove", "删除照片"),
    ("study.lock", "到期锁定"),
    ("study.makeup", "登记补学"),
];

/// What an action was done to.
const SUBJECTS: &[(&str, &str)] = &[
    ("account", "账号"),
    ("user_name", "用户名"),
    ("unit", "机构"),
    ("person", "人员"),
    ("study_record", "学习记录"),
    ("study_task", "学习任务"),
    ("makeup", "补学"),
    ("roster_import", "名册导入"),
    ("ledger_import", "学时学分导入"),
    ("ledger_entry", "学时学分"),
    ("waiver", "指标减免"),
    ("policy_draft", "规则草案"),
    ("policy", "规则"),
    ("training_file", "培训档案"),
    ("training_session", "集训班次"),
];

/// Facts of a line.
const FACTS: &[(&str, &str)] = &[
    ("address", "来源地址"),
    ("attempt", "第几次"),
    ("user_name", "用户名"),
    ("name", "姓名"),
    ("unit", "单位"),
    ("role", "角色"),
    ("reason", "原因"),
    ("reason_code", "原因"),
    ("reopened", "重新启用"),
    ("before", "原"),
    ("after", "现"),
    ("year", "年度"),
    ("month", "月份"),
    ("from", "自"),
    ("to", "至"),
    ("on", "日期"),
    ("kind", "类别"),
    ("effective_on", "生效日期"),
    ("decided_on", "决定日期"),
    ("purpose", "用途"),
    ("note", "说明"),
    ("file", "文件"),
    ("file_name", "文件"),
    ("rows", "行数"),
    ("code", "代码"),
    ("title", "标题"),
    ("topic", "主题"),
    ("round", "第几轮"),
    ("round_no", "第几轮"),
    ("component", "组成"),
    ("line", "条块"),
    ("parent", "上级"),
    ("hash", "文件校验"),
    ("state", "状态"),
    ("present", "到场"),
    ("people", "人数"),
    ("attended", "到场人数"),
];

/// Kinds of background jobs.
const JOBS: &[(&str, &str)] = &[
    ("accounts.sweep", "停用离开人员的账号"),
    ("study.lock", "科队学习到期锁定"),
    ("study.lock_sweep", "科队学习到期锁定"),
    ("notices.sweep", "待办提醒"),
];

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

/// What was acted on: `account:5` is 账号 5.
#[must_use]
pub fn subject_text(subject: &str) -> String {
    match subject.split_once(':') {
        Some((kind, id)) => format!("{} {id}", look(SUBJECTS, kind).unwrap_or(kind)),
        None => subject.to_owned(),
    }
}

/// The facts of a line as words; facts that are not in the table keep their keys.
#[must_use]
pub fn detail_text(detail: &str) -> String {
    match serde_json::from_str::<Value>(detail) {
        Ok(Value::Object(facts)) => facts
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| format!("{}：{}", look(FACTS, key).unwrap_or(key), plain(value)))
            .collect::<Vec<_>>()
            .join("；"),
        Ok(other) => plain(&other),
        Err(_) => detail.to_owned(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}

/// A kind of job in Chinese; one that is not in the table keeps its code.
#[must_use]
pub fn job_name(kind: &str) -> &str {
    look(JOBS, kind).unwrap_or(kind)
}

/// The state of a job in Chinese.
#[must_use]
pub fn job_state_name(state: &str) -> &'static str {
    match state {
        "queued" => "等待",
        "running" => "执行中",
        "done" => "完成",
        _ => "失败",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_as_sentences() {
        assert_eq!(action_name("session.open"), "登录");
        assert_eq!(subject_text("account:5"), "账号 5");
        assert_eq!(
            detail_text(r#"{"address":"10.0.0.1","attempt":2,"note":null,"reopened":true}"#),
            "来源地址：10.0.0.1；第几次：2；重新启用：是"
        );
        assert_eq!(detail_text(""), "");
    }

    #[test]
    fn an_action_is_found_by_its_chinese_name() {
        assert_eq!(actions_like("退出"), vec!["session.close"]);
        assert!(actions_like("登录").contains(&"session.lock"));
        assert!(actions_like("没有这种事项").is_empty());
    }

    #[test]
    fn no_word_stands_twice_for_one_code() {
        for table in [ACTIONS, SUBJECTS, FACTS, JOBS] {
            let mut codes: Vec<&str> = table.iter().map(|(code, _)| *code).collect();
            codes.sort_unstable();
            let all = codes.len();
            codes.dedup();
            assert_eq!(codes.len(), all);
        }
    }
}
