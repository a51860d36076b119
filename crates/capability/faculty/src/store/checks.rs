//! What must hold between the tables.

use chengzhi_db::{DbError, Tx, int_list, sql};

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break;
/// empty when all is well.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    const CHECKS: &[(&str, &str)] = &[
        (
            "在聘教员没有聘期",
            "select id from faculty_instructor where state = 'appointed'
               and (appointed_on is null or term_from is null or term_until is null or term_until < term_from)",
        ),
        (
            "需试讲的教员未试讲合格即在聘",
            "select i.id from faculty_instructor i
             where i.state = 'appointed' and i.kind not in ('office_head', 'external') and not exists
               (select 1 from faculty_trial t where t.instructor_id = i.id and t.passed = 1
                  and t.held_on <= i.appointed_on)",
        ),
        (
            "同一人在同一单位重复聘任",
            "select a.id from faculty_instructor a join faculty_instructor b
               on b.person_id = a.person_id and b.kind = a.kind and b.unit_id = a.unit_id and b.id > a.id
             where a.state in ('nominated', 'tried', 'appointed')
               and b.state in ('nominated', 'tried', 'appointed')",
        ),
        (
            "教员或场所同一时间被预订两次",
            "select a.id from faculty_booking a join faculty_booking b
               on b.id > a.id and a.from_at < b.until_at and b.from_at < a.until_at
                 and (a.instructor_id = b.instructor_id or a.place_id = b.place_id)",
        ),
        (
            "已接受的邀请没有预订",
            "select v.id from faculty_invitation v where v.state = 'accepted' and not exists
               (select 1 from faculty_booking b
                where b.owner = 'invitation:' || cast(v.id as text) and b.instructor_id = v.instructor_id
                  and b.from_at = v.starts_at and b.until_at = v.ends_at)",
        ),
        (
            "未接受的邀请占用了日程",
            "select v.id from faculty_invitation v where v.state <> 'accepted' and exists
               (select 1 from faculty_booking b where b.owner = 'invitation:' || cast(v.id as text))",
        ),
        (
            "在用基地没有合格的现场评分",
            "select p.id from faculty_place p where p.kind = 'base' and p.state = 'in_use' and not exists
               (select 1 from faculty_place_check k
                where k.place_id = p.id and k.kind = 'create' and k.passed = 1)",
        ),
        (
            "在用基地没有复检日期",
            "select id from faculty_place where kind = 'base' and state = 'in_use' and recheck_due is null",
        ),
        (
            "智慧教室等级没有市局确认",
            "select p.id from faculty_place p where p.grade is not null and not exists
               (select 1 from faculty_place_check k
                where k.place_id = p.id and k.kind = 'grade' and k.passed = 1)",
        ),
        (
            "在用课件没有启用日期",
            "select id from faculty_courseware where state = 'in_use' and in_use_from is null",
        ),
        (
            "入选的作品没有进入课程资源",
            "select id from faculty_submission where state = 'selected' and courseware_id is null",
        ),
        (
            "年度考核早于聘任",
            "select y.id from faculty_year y join faculty_instructor i on i.id = y.instructor_id
             where i.appointed_on is null or cast(y.year as text) < substr(i.appointed_on, 1, 4)",
        ),
    ];
    let mut broken = Vec::new();
    for (name, text) in CHECKS {
        let rows = tx.all(sql(*text)).await?;
        if rows.is_empty() {
            continue;
        }
        let mut ids = Vec::new();
        for row in rows.iter().take(5) {
            ids.push(row.get::<i64>("id")?);
        }
        broken.push(format!("{name}：{}处，如{}", rows.len(), int_list(ids)));
    }
    Ok(broken)
}
