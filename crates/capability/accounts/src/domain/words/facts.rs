//! What a line of the audit log tells besides: its facts, as words.

use serde_json::Value;

use super::look;

/// Facts of a line.
pub(super) const FACTS: &[(&str, &str)] = &[
    ("address", "来源地址"),
    ("after", "现"),
    ("answer", "答复"),
    ("as_of", "名册日期"),
    ("at_ms", "影像位置（毫秒）"),
    ("attempt", "第几次"),
    ("awards", "记入人数"),
    ("batch", "期次"),
    ("before", "原"),
    ("changes", "改动"),
    ("code", "代码"),
    ("component", "组成"),
    ("counts", "数量"),
    ("decided_on", "决定日期"),
    ("digest", "文件校验"),
    ("effective_on", "生效日期"),
    ("entry", "记录"),
    ("event", "变动"),
    ("exempt", "免报"),
    ("fields", "字段"),
    ("file", "文件"),
    ("first_on", "首日"),
    ("film", "影像"),
    ("from", "自"),
    ("granted", "准假"),
    ("half", "第几个半月"),
    ("hand_ins", "报送次数"),
    ("held_on", "日期"),
    ("hash", "文件校验"),
    ("issued", "发证份数"),
    ("kind", "类别"),
    ("late", "逾期"),
    ("leavers_closed", "登记离开人数"),
    ("lesson", "课次"),
    ("line", "条块"),
    ("material", "材料"),
    ("minutes", "分钟"),
    ("missed", "逾期未报"),
    ("month", "月份"),
    ("name", "姓名"),
    ("names", "姓名"),
    ("on", "日期"),
    ("on_time", "按时"),
    ("opened_on", "设立日期"),
    ("outcome", "结果"),
    ("pack", "规则包"),
    ("parent", "上级"),
    ("pending", "待审"),
    ("people", "人数"),
    ("person", "人员"),
    ("photo", "照片"),
    ("present", "到场"),
    ("purpose", "用途"),
    ("reason", "原因"),
    ("records", "记录数"),
    ("received", "已收字节数"),
    ("reopened", "重新启用"),
    ("reversed", "冲回条数"),
    ("revoked", "撤证份数"),
    ("role", "角色"),
    ("round", "第几轮"),
    ("rows", "行数"),
    ("scan", "签到记录"),
    ("session", "训练"),
    ("size", "字节数"),
    ("staff_no", "工号"),
    ("stored", "写入条数"),
    ("street", "街镇"),
    ("teams", "队伍数"),
    ("title", "名称"),
    ("to", "至"),
    ("topic", "主题"),
    ("undone", "冲回条数"),
    ("unit", "单位"),
    ("user_name", "用户名"),
    ("version", "版本"),
    ("waiting", "候补人数"),
    ("waiver", "减免"),
    ("word", "人员类别"),
    ("year", "年度"),
];

/// Fields of a study record, as the fact `fields` lists them.
pub(super) const FIELDS: &[(&str, &str)] = &[
    ("attendance", "参加人员"),
    ("content", "学习内容"),
    ("film_place", "影像存放"),
    ("filmed", "全程摄像"),
    ("held_on", "学习日期"),
    ("minutes", "时长"),
    ("notes", "备注"),
    ("photos", "照片"),
    ("place", "地点"),
    ("speaker", "主讲人"),
    ("start_time", "开始时间"),
    ("topic", "学习主题"),
];

/// The facts of a line as words; facts that are not in the table keep their keys.
#[must_use]
pub fn detail_text(detail: &str) -> String {
    match serde_json::from_str::<Value>(detail) {
        Ok(Value::Object(facts)) => facts
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| {
                let words = if key == "fields" {
                    field_names(value)
                } else {
                    plain(value)
                };
                format!("{}：{words}", look(FACTS, key).unwrap_or(key))
            })
            .collect::<Vec<_>>()
            .join("；"),
        Ok(other) => plain(&other),
        Err(_) => detail.to_owned(),
    }
}

/// Each field once; `attendance:9` is one person's mark and reads as the list of attendance.
fn field_names(value: &Value) -> String {
    let Value::Array(items) = value else {
        return plain(value);
    };
    let mut names: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        let text = plain(item);
        let code = text.split_once(':').map_or(text.as_str(), |(code, _)| code);
        let name = look(FIELDS, code).unwrap_or(code).to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
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
