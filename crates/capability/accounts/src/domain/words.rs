//! Words of the audit log and of the background jobs, in Chinese.

use std::collections::HashMap;

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
    ("schema.migrate", "升级数据库"),
    ("unit.close", "撤销机构"),
    ("person.create", "新增人员"),
    ("person.change", "修改人员"),
    ("person.transfer", "人员调动"),
    ("person.status", "登记身份变动"),
    ("person.status_revoke", "撤销身份变动"),
    ("person.read", "查看人员"),
    ("roster.dry_run", "名册预演"),
    ("roster.commit", "名册导入"),
    ("roster.discard", "放弃名册导入"),
    ("ledger_import.dry_run", "学时学分预演"),
    ("ledger_import.commit", "学时学分导入"),
    ("ledger_import.discard", "放弃学时学分导入"),
    ("ledger_import.reverse", "冲回整批学时学分"),
    ("ledger.reverse", "冲回学时学分"),
    ("assessment.waive", "减免考核指标"),
    ("assessment.waive_revoke", "撤销考核指标减免"),
    ("year.close", "年度结账"),
    ("training_file.read", "查看培训档案"),
    ("training_session.create", "登记集训班次"),
    ("training_session.delete", "删除集训班次"),
    ("policy.draft", "起草规则"),
    ("policy.publish", "发布规则"),
    ("policy.discard", "放弃规则草案"),
    ("study.task", "下发学习任务"),
    ("study.task_material_add", "上传学习材料"),
    ("study.task_material_remove", "删除学习材料"),
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
    ("study.makeup", "登记补训"),
    ("study.makeup_remove", "撤销补训"),
    ("study.bulk", "批量写入学习记录"),
    ("drill.save", "保存训练记录"),
    ("drill.submit", "报送训练记录"),
    ("drill.withdraw", "撤回训练记录"),
    ("drill.film_add", "上传训练影像"),
    ("drill.film_remove", "删除训练影像"),
    ("drill.open_review", "开始审核训练"),
    ("drill.release", "放弃审核训练"),
    ("drill.pass_up", "训练转市局审核"),
    ("drill.confirm", "训练审核通过"),
    ("drill.return", "退回训练记录"),
    ("drill.reject", "终退训练记录"),
    ("drill.note_add", "填写训练审核意见"),
    ("drill.note_remove", "删除训练审核意见"),
    ("drill.lock", "训练到期锁定"),
    ("drill.exempt_request", "申请免训"),
    ("drill.exempt_approve", "批准免训"),
    ("drill.exempt_refuse", "不批准免训"),
    ("drill.exempt_withdraw", "撤回免训申请"),
    ("drill.exempt_end", "提前结束免训"),
    ("drill.instructor_add", "选定队列教官"),
    ("drill.instructor_end", "解除队列教官"),
    ("drill.contest_save", "登记队列会操"),
    ("drill.contest_remove", "删除队列会操"),
    ("drill.contest_photo_add", "上传会操照片"),
    ("drill.contest_photo_remove", "删除会操照片"),
    ("drill.bulk", "批量写入训练记录"),
    ("class.plan_create", "制定年度培训计划"),
    ("class.plan_change", "修改年度培训计划"),
    ("class.programme_save", "保存培训项目"),
    ("class.programme_remove", "删除培训项目"),
    ("class.create", "新建培训班"),
    ("class.change", "修改培训班"),
    ("class.courses", "保存课程设置"),
    ("class.lessons", "保存课表"),
    ("class.file", "报备培训班"),
    ("class.cancel", "取消培训班"),
    ("class.filing_answer", "答复报备"),
    ("class.enrol", "学员入班"),
    ("class.nominate", "推荐学员"),
    ("class.withdraw", "学员退班"),
    ("class.transfer", "学员转班"),
    ("class.remark", "登记纪律情况"),
    ("class.move_up", "候补转入班"),
    ("class.seats", "分配名额"),
    ("class.outsider_add", "登记外单位学员"),
    ("class.leave_ask", "申请请假"),
    ("class.leave_decide", "审批请假"),
    ("class.check_call", "发起课中抽查"),
    ("class.entry", "补登签到"),
    ("class.entry_photo", "上传补登照片"),
    ("class.scan_decide", "确认存疑签到"),
    ("class.outside_evaluation", "登记第三方评价"),
    ("class.results", "登记考核成绩"),
    ("class.exam", "培训班关联考试"),
    ("class.exam_results", "取用考试成绩"),
    ("exam.create", "新建考试"),
    ("exam.change", "修改考试"),
    ("exam.cancel", "取消考试"),
    ("exam.pass_mark", "设定分数线"),
    ("exam.range", "划定考试范围"),
    ("exam.range_follows", "考试范围随成绩更正"),
    ("exam.name", "个别指定考生"),
    ("exam.review", "审核考生"),
    ("exam.needs", "考生特别安排"),
    ("exam.rooms", "设置考场"),
    ("exam.duties", "安排监考阅卷"),
    ("exam.seats", "编排座位"),
    ("exam.papers", "组卷"),
    ("exam.seal", "封卷"),
    ("exam.attempt", "再次作答"),
    ("exam.belong", "考试关联培训班"),
    ("exam.conduct", "记录考生表现"),
    ("exam.conduct_withdraw", "撤回考生表现"),
    ("exam.absence", "登记缺考"),
    ("exam.exclude", "取消考生成绩"),
    ("exam.order", "暂停或继续计时"),
    ("exam.report", "反馈考试情况"),
    ("exam.collect", "收卷阅卷"),
    ("exam.mark", "评分"),
    ("exam.marking_reopen", "退回重评"),
    ("exam.marks_dry_run", "纸笔成绩预演"),
    ("exam.marks_import", "导入纸笔成绩"),
    ("exam.publish", "公布考试成绩"),
    ("exam.circular_read", "查看考试通报"),
    ("exam.object", "提出成绩异议"),
    ("exam.objection", "答复成绩异议"),
    ("exam.correction", "试算答案更正"),
    ("exam.correction_propose", "提交答案更正"),
    ("exam.correction_approve", "批准答案更正"),
    ("exam.correction_refuse", "不批准答案更正"),
    ("exam.correction_withdraw", "撤回答案更正"),
    ("exam.correction_retry", "重新试算答案更正"),
    ("exam.correction_apply", "更正成绩"),
    ("class.results_dry_run", "成绩预演"),
    ("class.award", "记入学时学分"),
    ("class.certificates", "发、撤结业证书"),
    ("class.calendar_renew", "更换课表订阅地址"),
    ("class.sample", "列为年度样本"),
    ("class.sample_remove", "取消年度样本"),
    ("class.group", "保存人员类别"),
    ("class.material_add", "上传结项材料"),
    ("class.material_remove", "删除结项材料"),
    ("class.closing_submit", "提交结项"),
    ("class.closing_return", "退回结项"),
    ("class.close", "结项"),
    ("class.summary", "撰写培训总结"),
    ("bank.save", "起草、修改题目"),
    ("bank.revise", "新建题目版本"),
    ("bank.propose", "题目提请审定"),
    ("bank.retire", "题目退出题库"),
    ("bank.review", "题目审核通过"),
    ("bank.send_back", "题目退回修改"),
    ("bank.put_in_use", "启用题目"),
    ("bank.quarantine", "题目停用待核"),
    ("bank.restore", "题目核对后恢复"),
    ("bank.field_add", "新增法律门类"),
    ("bank.import_begin", "题库导入预检"),
    ("bank.import_commit", "题库导入"),
    ("bank.import_discard", "放弃题库导入"),
    ("bank.export", "导出题库"),
    ("bank.load", "载入题库"),
    ("bank.law_enter", "录入法律新版本"),
    ("bank.law_apply", "法律新版本生效"),
    ("bank.law_discard", "作废法律新版本"),
    ("faculty.nominate", "推荐教员"),
    ("faculty.correct", "修改教员资料"),
    ("faculty.trial", "登记试讲"),
    ("faculty.appoint", "聘任教员"),
    ("faculty.refuse", "不予聘任"),
    ("faculty.withdraw", "撤回推荐"),
    ("faculty.assess", "教员年度考核"),
    ("faculty.renew", "续聘教员"),
    ("faculty.release", "解聘教员"),
    ("faculty.invite", "邀请授课"),
    ("faculty.invitation_withdraw", "撤回授课邀请"),
    ("faculty.invitation_answer", "答复授课邀请"),
    ("faculty.studio_save", "登记工作室"),
    ("faculty.group_save", "登记教研组"),
    ("faculty.mentor_add", "师徒结对"),
    ("faculty.mentor_end", "结束师徒结对"),
    ("faculty.place_save", "登记教学场所"),
    ("faculty.base_apply", "申请创建基地"),
    ("faculty.base_check", "基地现场评分"),
    ("faculty.place_withdraw", "撤销教学场所"),
    ("faculty.grade_ask", "智慧教室自评"),
    ("faculty.grade_confirm", "确认智慧教室等级"),
    ("faculty.courseware_save", "登记课件"),
    ("faculty.courseware_release", "启用课件"),
    ("faculty.courseware_next", "新建课件版本"),
    ("faculty.courseware_withdraw", "停用课件"),
    ("faculty.courseware_file", "上传课件文件"),
    ("faculty.call_open", "发布征集"),
    ("faculty.call_end", "结束征集"),
    ("faculty.contribute", "投稿"),
    ("faculty.judge", "评选打分"),
    ("faculty.select", "评选作品"),
    ("faculty.case_hand_out", "提供教学案例"),
    ("faculty.case_use", "登记案例使用"),
    ("faculty.sample_mark", "标记年度样本"),
    ("faculty.sample_unmark", "取消年度样本"),
    ("fitness.create", "安排体能测试"),
    ("fitness.change", "修改体能测试安排"),
    ("fitness.cancel", "取消体能测试"),
    ("fitness.answer", "答复体能测试报备"),
    ("fitness.list", "加入体能测试名单"),
    ("fitness.seat", "登记体能测试缺席"),
    ("fitness.mark", "登记体能成绩"),
    ("fitness.correct", "更正体能成绩"),
    ("fitness.sheet_read", "试读体能成绩表"),
    ("fitness.sheet_store", "导入体能成绩表"),
    ("fitness.results_in", "报送体能成绩"),
    ("fitness.export", "导出体能测试"),
    ("fitness.birth", "登记出生日期"),
    ("fitness.standard_add", "登记体能测试标准"),
    ("fitness.standard_withdraw", "撤回体能测试标准"),
    ("fitness.waiver_ask", "申请缓测、免测"),
    ("fitness.waiver_decide", "审批缓测、免测"),
    ("fitness.waiver_withdraw", "撤回缓测、免测申请"),
    ("upload.finish", "上传文件"),
    ("upload.refuse", "拒收文件"),
    ("upload.end", "取消上传"),
];

/// What an action was done to.
const SUBJECTS: &[(&str, &str)] = &[
    ("account", "账号"),
    ("until", "止"),
    ("user_name", "用户名"),
    ("unit", "机构"),
    ("person", "人员"),
    ("schema", "数据库"),
    ("study_record", "学习记录"),
    ("study_task", "学习任务"),
    ("study_month", "学习月份"),
    ("study_makeup", "补训"),
    ("drill_record", "训练记录"),
    ("drill_month", "训练月份"),
    ("drill_exemption", "免训"),
    ("drill_instructor", "队列教官"),
    ("drill_contest", "队列会操"),
    ("class", "培训班"),
    ("class_plan", "培训计划"),
    ("class_outsider", "外单位学员"),
    ("class_calendar", "课表订阅"),
    ("faculty_instructor", "教员"),
    ("faculty_invitation", "授课邀请"),
    ("faculty_studio", "工作室"),
    ("faculty_group", "教研组"),
    ("faculty_mentorship", "师徒"),
    ("faculty_place", "教学场所"),
    ("faculty_courseware", "课件"),
    ("faculty_call", "征集"),
    ("faculty_submission", "投稿"),
    ("faculty_case", "教学案例"),
    ("faculty_sample", "年度样本"),
    ("fitness_test", "体能测试"),
    ("fitness_year", "年度体能测试"),
    ("fitness_standard", "体能测试标准"),
    ("fitness_waiver", "缓测、免测"),
    ("import_plan", "名册导入"),
    ("ledger_import", "学时学分导入"),
    ("ledger_entry", "学时学分"),
    ("policy_draft", "规则草案"),
    ("policy", "规则"),
    ("year", "年度"),
    ("training_session", "集训班次"),
    ("upload", "上传"),
];

/// Facts of a line.
const FACTS: &[(&str, &str)] = &[
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
const FIELDS: &[(&str, &str)] = &[
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

/// Kinds of background jobs.
const JOBS: &[(&str, &str)] = &[
    ("uploads.sweep", "清理上传与到期文件"),
    ("uploads.orphans", "清理无主文件"),
    ("accounts.sweep", "停用离开人员的账号"),
    ("study.lock", "科队学习到期锁定"),
    ("drill.lock", "队列训练到期锁定"),
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
