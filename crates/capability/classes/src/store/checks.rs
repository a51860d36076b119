//! What must hold between the tables.

use chengzhi_db::{DbError, Tx, sql};

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break; empty when all is
/// well.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    const CHECKS: &[(&str, &str)] = &[
        (
            "培训班已报备但没有报备记录",
            "select c.id from class c where c.state not in ('draft', 'cancelled') and c.kind in ('closed', 'fitness')
               and not exists (select 1 from class_filing f where f.class_id = c.id and f.what = 'filed')",
        ),
        (
            "结项待审的培训班没有未决的结项材料",
            "select c.id from class c where c.state = 'closing_submitted' and not exists
               (select 1 from class_closing k where k.class_id = c.id and k.outcome is null)",
        ),
        (
            "不在结项审核中的培训班有未决的结项材料",
            "select c.id from class c join class_closing k on k.class_id = c.id
             where k.outcome is null and c.state <> 'closing_submitted'",
        ),
        (
            "培训班入班人数超过容量",
            "select c.id from class c where c.capacity is not null and c.capacity <
               (select count(*) from class_trainee t where t.class_id = c.id and t.seat in ('enrolled', 'leave_asked'))",
        ),
        (
            "签到记录的课次和学员不在同一培训班",
            "select s.id from class_scan s join class_lesson l on l.id = s.lesson_id
             join class_trainee t on t.id = s.trainee_id where t.class_id <> l.class_id",
        ),
        (
            "评价人次与评价份数不符",
            "select c.id from class c where
               (select count(*) from class_evaluation e where e.class_id = c.id and e.course_id is not null) <>
               (select count(*) from class_evaluated d join class_trainee t on t.id = d.trainee_id
                where t.class_id = c.id)",
        ),
        (
            "培训班起止日期与课次不符",
            "select c.id from class c where c.first_on is null and exists
               (select 1 from class_lesson l where l.class_id = c.id and l.removed_at is null)",
        ),
        (
            "已采纳的培训需求不在本局当年的计划项目中",
            "select r.id from class_request r join class_programme g on g.id = r.programme_id
             join class_plan p on p.id = g.plan_id where p.unit_id <> r.bureau_id or p.year <> r.year",
        ),
        (
            "已采纳的培训需求不在本局当年的培训班中",
            "select r.id from class_request r join class_course k on k.id = r.course_id
             join class c on c.id = k.class_id where c.unit_id <> r.bureau_id or c.year <> r.year",
        ),
        (
            "征集中的培训需求没有提出人的一票",
            "select r.id from class_request r where r.state = 'open' and not exists
               (select 1 from class_request_vote v where v.request_id = r.id and v.account_id = r.asked_by)",
        ),
        (
            "培训需求并入了已不再办理的需求",
            "select r.id from class_request r join class_request o on o.id = r.merged_into
             where o.state in ('merged', 'withdrawn') or o.bureau_id <> r.bureau_id",
        ),
    ];
    let mut found = Vec::new();
    for (text, query) in CHECKS {
        let ids: Vec<i64> = tx
            .all(sql(*query))
            .await?
            .iter()
            .map(|row| row.get("id"))
            .collect::<Result<_, _>>()?;
        if !ids.is_empty() {
            let shown: Vec<String> = ids.iter().take(10).map(i64::to_string).collect();
            found.push(format!("{text}：{}（编号{}）", ids.len(), shown.join("、")));
        }
    }
    Ok(found)
}
