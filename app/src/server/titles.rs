//! Chinese titles of the operations, for the API page. The handlers' comments are English, as all
//! code; the few that open in Chinese keep their own title.

use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;

const TITLES: &[(&str, &str)] = &[
    ("add_drill_contest", "登记队列会操"),
    ("add_drill_contest_photo", "上传会操照片"),
    ("add_drill_instructor", "选定队列教官"),
    ("add_drill_note", "填写审核意见"),
    ("add_study_makeup", "登记补训"),
    ("add_study_material", "上传学习材料"),
    ("add_study_photo", "上传学习照片"),
    ("approve_drill_exemption", "批准免训"),
    ("attach_drill_film", "上传训练影像"),
    ("change_person", "修改人员"),
    ("close_assessment_year", "年度结账"),
    ("close_unit", "撤销机构"),
    ("commit_ledger_import", "提交学时学分导入"),
    ("commit_roster_import", "提交名册导入"),
    ("confirm_drill_record", "训练审核通过"),
    ("confirm_study_record", "审核通过"),
    ("correct_study_record", "更正出勤"),
    ("create_ledger_import", "学时学分预演"),
    ("create_person", "新增人员"),
    ("create_policy_draft", "起草规则"),
    ("create_roster_import", "名册预演"),
    ("create_training_session", "登记集训班次"),
    ("delete_training_session", "删除集训班次"),
    ("detach_drill_film", "删除训练影像"),
    ("discard_ledger_import", "放弃学时学分导入"),
    ("discard_policy_draft", "放弃规则草案"),
    ("discard_roster_import", "放弃名册导入"),
    ("end_drill_exemption", "提前结束免训"),
    ("end_drill_instructor", "解除队列教官"),
    ("export_assessments", "导出考核名单"),
    ("export_drill", "导出年度训练情况"),
    ("export_study", "导出年度学习情况"),
    ("get_assessment_overview", "完成情况汇总"),
    ("get_broken_roster_rows", "下载名册有误的行"),
    ("get_deadline_strip", "工作日条"),
    ("get_drill_film", "训练影像播放链接"),
    ("get_drill_contest", "队列会操"),
    ("get_drill_contest_photo", "会操照片"),
    ("get_drill_contest_photo_thumb", "会操照片缩略图"),
    ("get_drill_grid", "训练半月历"),
    ("get_drill_month", "中队当月训练与还差事项"),
    ("get_drill_record", "训练记录"),
    ("get_drill_roster", "当日应训人员"),
    ("get_drill_stats", "训练统计"),
    ("get_ledger_import", "学时学分导入详情"),
    ("get_my_assessment", "本人年度考核"),
    ("get_own_drill", "本人训练情况"),
    ("get_person", "人员详情"),
    ("get_person_assessment", "人员年度考核"),
    ("get_policy", "年度规则"),
    ("get_roster_import", "名册导入详情"),
    ("get_roster_template", "下载名册模板"),
    ("get_study_grid", "学习月历"),
    ("get_study_material", "下载学习材料"),
    ("get_study_photo", "学习照片"),
    ("get_study_photo_thumb", "学习照片缩略图"),
    ("get_study_record", "学习记录"),
    ("get_study_roster", "当日应到人员"),
    ("get_study_sheet", "单位年度学习情况表"),
    ("get_study_stats", "学习统计"),
    ("get_today", "今日待办"),
    ("get_training_file", "培训档案"),
    ("get_unit", "机构详情"),
    ("ledger_template", "下载学时学分模板"),
    ("list_assessments", "考核名单"),
    ("list_drill_contests", "队列会操列表"),
    ("list_drill_exemptions", "免训登记"),
    ("list_drill_instructors", "队列教官名册"),
    ("list_drill_months", "各中队当月训练结果"),
    ("list_drill_records", "训练记录列表与待审队列"),
    ("list_drill_return_reasons", "训练退回原因"),
    ("list_late_updates", "逾期登记的身份变动"),
    ("list_ledger_imports", "学时学分导入列表"),
    ("list_organisation_words", "机构人员用语"),
    ("list_people", "人员列表"),
    ("list_person_entries", "人员学时学分明细"),
    ("list_policy_drafts", "规则草案列表"),
    ("list_roster_imports", "名册导入列表"),
    ("list_my_study", "本人全年学习情况"),
    ("list_study_makeup_candidates", "可补训人员"),
    ("list_study_makeups", "补训列表"),
    ("list_study_records", "学习记录列表与待审队列"),
    ("list_study_return_reasons", "退回原因"),
    ("list_study_tasks", "学习任务"),
    ("list_training_sessions", "集训班次"),
    ("list_units", "机构列表"),
    ("move_unit", "机构改隶"),
    ("open_drill_review", "开始审核训练"),
    ("open_study_review", "开始审核"),
    ("open_unit", "新设机构"),
    ("pass_up_drill_record", "训练转市局审核"),
    ("pass_up_study_record", "转市局审核"),
    ("publish_policy_draft", "发布规则"),
    ("record_status_event", "登记身份变动"),
    ("refuse_drill_exemption", "不批准免训"),
    ("reject_drill_record", "终退训练记录"),
    ("reject_study_record", "终退学习记录"),
    ("release_drill_review", "放弃审核训练"),
    ("release_study_review", "放弃审核"),
    ("remove_drill_contest", "删除队列会操"),
    ("remove_drill_contest_photo", "删除会操照片"),
    ("remove_drill_note", "删除审核意见"),
    ("remove_study_makeup_person", "撤销补训"),
    ("remove_study_material", "删除学习材料"),
    ("remove_study_photo", "删除学习照片"),
    ("request_drill_exemption", "申请免训"),
    ("return_drill_record", "退回训练记录"),
    ("return_study_record", "退回学习记录"),
    ("reverse_entry", "冲回学时学分"),
    ("reverse_ledger_import", "冲回整批学时学分"),
    ("revoke_status_event", "撤销身份变动"),
    ("revoke_waiver", "撤销考核指标减免"),
    ("save_drill_contest", "更改队列会操"),
    ("save_drill_record", "保存训练记录"),
    ("save_study_record", "保存学习记录"),
    ("save_study_task", "下发学习任务"),
    ("submit_drill_record", "报送训练记录"),
    ("submit_study_record", "报送学习记录"),
    ("transfer_person", "人员调动"),
    ("withdraw_drill_exemption", "撤回免训申请"),
    ("withdraw_drill_record", "撤回训练记录"),
    ("withdraw_study_record", "撤回学习记录"),
];

/// Gives every operation of the table its title; its comment becomes the description.
pub fn apply(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            give_title(operation);
        }
    }
}

fn give_title(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let Some((_, title)) = TITLES.iter().find(|(known, _)| *known == id) else {
        return;
    };
    let comment = operation.summary.replace((*title).to_owned());
    let parts: Vec<String> = comment
        .into_iter()
        .chain(operation.description.take())
        .collect();
    operation.description = (!parts.is_empty()).then(|| parts.join("\n\n"));
}
