//! What a class is put on paper with: notice, timetable, sign-in sheets, results, summary.

use std::collections::BTreeSet;

use chengzhi_db::Tx;
use chengzhi_documents::model::{
    Align, AttendanceRow, AttendanceSheet, ClassNotice, Lesson, NoticeFact, Period, ReportColumn,
    ScoreList, ScoreRow, TableReport, Timetable, TimetableDay,
};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Quantity, Timestamp};

use crate::domain::presence::Presence;
use crate::store::{evaluations, results};

use super::case::Case;
use super::presence;

fn clock(at: Timestamp) -> String {
    at.time().format("%H:%M").to_string()
}

/// `2024年6月3日（周一）至6月5日（周三）`.
fn days_text(case: &Case) -> Option<String> {
    let (first, last) = case.days()?;
    let from = chengzhi_kernel::format_cn(first);
    Some(if first == last {
        from
    } else {
        format!("{from}至{}", chengzhi_kernel::format_cn(last))
    })
}

fn title_of(case: &Case, course: i64) -> String {
    case.courses
        .iter()
        .find(|known| known.id == course)
        .map(|known| known.title.clone())
        .unwrap_or_default()
}

/// The notice of a class.
#[must_use]
pub(super) fn notice(ctx: &Ctx, case: &Case) -> ClassNotice {
    let class = &case.class;
    let mut facts = Vec::new();
    let mut fact = |heading: &str, text: String| {
        if !text.is_empty() {
            facts.push(NoticeFact {
                heading: heading.to_owned(),
                text,
            });
        }
    };
    fact("培训对象", class.audience.clone());
    let begins = case.lessons.first().map(|row| clock(row.lesson.span.from));
    if let (Some(days), Some(begins)) = (days_text(case), begins) {
        fact("培训时间", format!("{days}，首日{begins}开始。"));
    }
    fact("培训地点", class.place.clone());
    let courses: Vec<String> = case
        .courses
        .iter()
        .map(|course| format!("{}（{}学时）", course.title, course.hours))
        .collect();
    fact(
        "培训内容",
        if courses.is_empty() {
            class.content.clone()
        } else {
            format!("{}。", courses.join("；"))
        },
    );
    let mut asked = vec!["每课次扫描教室屏幕上的签到码签到".to_owned()];
    if class.sign_out {
        asked.push("下课签退".to_owned());
    }
    asked.push("因故不能参加的须事先在系统中请假".to_owned());
    if class.evaluates {
        asked.push("课程结束后在手机上评价".to_owned());
    }
    if class.has_exam {
        asked.push("培训结束参加考试".to_owned());
    }
    fact("有关要求", format!("{}。", asked.join("；")));
    let contact = [class.teacher_name.as_str(), class.phone.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("，");
    fact("联系人", contact);
    let intro = if class.reason.is_empty() {
        "按照年度教育培训计划，决定".to_owned()
    } else {
        format!("{}，决定", class.reason.trim_end_matches('。'))
    };
    ClassNotice {
        title: format!("关于举办{}的通知", case.full_title()),
        number: String::new(),
        addressees: "各有关单位".to_owned(),
        paragraphs: vec![format!(
            "{intro}举办{}。现将有关事项通知如下：",
            case.full_title()
        )],
        facts,
        closing: "特此通知。".to_owned(),
        enclosures: if case.lessons.is_empty() {
            Vec::new()
        } else {
            vec!["课程表".to_owned()]
        },
        issuer: case.tree.name(class.unit_id).to_owned(),
        date: ctx.today,
    }
}

/// A timetable as a week, or as a list where it does not fit one.
pub(super) enum Plan {
    /// Days beside each other.
    Week(Timetable),
    /// A line for each lesson.
    List(TableReport),
}

/// Periods of a day on one page.
const MOST_PERIODS: usize = 16;

/// The timetable of a class as it stands.
///
/// # Errors
/// 409 without lessons.
pub(super) fn timetable(ctx: &Ctx, case: &Case) -> Result<Plan, Problem> {
    if case.lessons.is_empty() {
        return Err(Problem::conflict(
            "class.no_lessons",
            "还没有排课，请先排好课表。",
        ));
    }
    Ok(week(ctx, case).map_or_else(|| Plan::List(list(ctx, case)), Plan::Week))
}

/// The clock times between which lessons are held on any day: the smallest pieces of a day that no lesson divides.
fn periods(case: &Case) -> Vec<(String, String)> {
    let spans: Vec<(String, String)> = case
        .lessons
        .iter()
        .map(|row| (clock(row.lesson.span.from), clock(row.lesson.span.until)))
        .collect();
    let edges: BTreeSet<&String> = spans
        .iter()
        .flat_map(|(from, until)| [from, until])
        .collect();
    let edges: Vec<&String> = edges.into_iter().collect();
    edges
        .windows(2)
        .filter_map(|pair| match pair {
            [from, until] => Some(((*from).clone(), (*until).clone())),
            _ => None,
        })
        .filter(|(from, until)| spans.iter().any(|span| span.0 <= *from && *until <= span.1))
        .collect()
}

fn week(ctx: &Ctx, case: &Case) -> Option<Timetable> {
    let periods = periods(case);
    if periods.len() > MOST_PERIODS {
        return None;
    }
    let mut days: Vec<TimetableDay> = Vec::new();
    for row in &case.lessons {
        let span = row.lesson.span;
        let (from, until) = (clock(span.from), clock(span.until));
        let first = periods.iter().position(|period| period.0 == from)?;
        let last = periods.iter().position(|period| period.1 == until)?;
        let lesson = Lesson {
            period: first,
            periods: (last + 1).checked_sub(first)?,
            course: title_of(case, row.lesson.course),
            instructor: row.instructor.clone(),
            room: row.place.clone(),
        };
        let date = span.from.date();
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => {
                let meets = |other: &Lesson| {
                    other.period < first + lesson.periods && first < other.period + other.periods
                };
                if day.lessons.iter().any(meets) {
                    return None;
                }
                day.lessons.push(lesson);
            }
            None => days.push(TimetableDay {
                date,
                lessons: vec![lesson],
            }),
        }
    }
    Some(Timetable {
        class: case.full_title(),
        issuer: case.tree.name(case.class.unit_id).to_owned(),
        periods: periods
            .into_iter()
            .enumerate()
            .map(|(index, (from, until))| Period {
                name: format!("第{}节", index + 1),
                time: format!("{from}–{until}"),
            })
            .collect(),
        days,
        notes: vec!["课程如有调整，以系统中最新课表为准。".to_owned()],
        made_on: ctx.today,
    })
}

fn list(ctx: &Ctx, case: &Case) -> TableReport {
    TableReport {
        title: format!("{}课程表", case.full_title()),
        subtitle: String::new(),
        introduction: Vec::new(),
        columns: vec![
            ReportColumn::fitting("日期", Align::Left),
            ReportColumn::fitting("时间", Align::Left),
            ReportColumn::sharing("课程", Align::Left, 3),
            ReportColumn::sharing("授课人", Align::Left, 2),
            ReportColumn::sharing("地点", Align::Left, 2),
        ],
        rows: case
            .lessons
            .iter()
            .map(|row| {
                let span = row.lesson.span;
                vec![
                    chengzhi_kernel::format_cn(span.from.date()),
                    format!("{}–{}", clock(span.from), clock(span.until)),
                    title_of(case, row.lesson.course),
                    row.instructor.clone(),
                    row.place.clone(),
                ]
            })
            .collect(),
        notes: vec!["课程如有调整，以系统中最新课表为准。".to_owned()],
        landscape: false,
        issuer: case.tree.name(case.class.unit_id).to_owned(),
        date: Some(ctx.today),
    }
}

/// The sign-in sheet of one lesson, from the table of presence.
#[must_use]
pub(super) fn sheet(case: &Case, table: &presence::Table, index: usize) -> Option<AttendanceSheet> {
    let row = case.lessons.get(index)?;
    let cells: Vec<_> = table
        .rows
        .iter()
        .filter_map(|(trainee, cells)| Some((trainee, cells.get(index)?)))
        .collect();
    let came = cells
        .iter()
        .filter(|(_, cell)| cell.presence.attended(false))
        .count();
    Some(AttendanceSheet {
        class: case.full_title(),
        session: title_of(case, row.lesson.course),
        start: row.lesson.span.from,
        end: row.lesson.span.until,
        place: row.place.clone(),
        teacher: case.class.teacher_name.clone(),
        counts: format!("应到{}人，实到{came}人", cells.len()),
        rows: cells
            .into_iter()
            .map(|(trainee, cell)| AttendanceRow {
                unit: trainee.unit_name.clone(),
                name: trainee.name.clone(),
                signed_in: cell.came,
                signed_out: cell.left,
                status: match cell.presence {
                    Presence::Open => String::new(),
                    _ => cell.presence.name(),
                },
                note: match (cell.by_teacher, cell.doubtful) {
                    (true, _) => "班主任补登".to_owned(),
                    (false, true) => "存疑待确认".to_owned(),
                    _ => String::new(),
                },
            })
            .collect(),
    })
}

/// The list of results.
///
/// # Errors
/// 409 for a class without exam; 500 from the engine.
pub(super) async fn scores(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<ScoreList, Problem> {
    if !case.class.has_exam {
        return Err(Problem::conflict("class.no_exam", "本班没有设考试。"));
    }
    let known = results::of_classes(tx, &[case.class.id]).await?;
    let table = presence::table(tx, ctx, case).await?;
    let line = case.class.pass_score.unwrap_or(super::results::USUAL_PASS);
    Ok(ScoreList {
        title: format!("{}成绩单", case.full_title()),
        subtitle: days_text(case).unwrap_or_default(),
        subjects: vec!["成绩".to_owned()],
        rows: table
            .rows
            .iter()
            .filter(|(trainee, _)| trainee.seat.sits())
            .map(|(trainee, _)| {
                let result = known.get(&trainee.id);
                ScoreRow {
                    unit: trainee.unit_name.clone(),
                    name: trainee.name.clone(),
                    number: trainee.staff_no.clone(),
                    scores: vec![result.and_then(|result| result.score)],
                    verdict: match result {
                        None => "未登记",
                        Some(result) if result.absent => "缺考",
                        Some(result) if result.passed => "合格",
                        Some(_) => "不合格",
                    }
                    .to_owned(),
                    note: result.map(|result| result.note.clone()).unwrap_or_default(),
                }
            })
            .collect(),
        notes: vec![format!("合格线{line}分。")],
        issuer: case.tree.name(case.class.unit_id).to_owned(),
        date: ctx.today,
    })
}

/// A share as `98.3%`; a dash of nothing.
fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let permille = (part * 2_000 + whole) / (2 * whole);
    format!("{}.{}%", permille / 10, permille % 10)
}

/// The summary report: the text, and a line of figures for each course.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn report(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    text: &str,
) -> Result<TableReport, Problem> {
    let table = presence::table(tx, ctx, case).await?;
    let answers = evaluations::of_classes(tx, &[case.class.id]).await?;
    let least = usize::try_from(case.rules.min_answers()).unwrap_or(usize::MAX);
    let rows =
        case.courses
            .iter()
            .map(|course| {
                let of_course: Vec<usize> = case
                    .lessons
                    .iter()
                    .enumerate()
                    .filter(|(_, row)| row.lesson.course == course.id)
                    .map(|(index, _)| index)
                    .collect();
                let cells = || {
                    table.rows.iter().flat_map(|(_, cells)| {
                        of_course.iter().filter_map(|index| cells.get(*index))
                    })
                };
                let came = cells().filter(|cell| cell.presence.attended(false)).count();
                let scores: Vec<&Vec<u32>> = answers
                    .iter()
                    .filter(|answer| answer.course_id == course.id)
                    .map(|answer| &answer.scores)
                    .collect();
                vec![
                    course.title.clone(),
                    course.hours.to_string(),
                    of_course.len().to_string(),
                    share(came, cells().count()),
                    if scores.len() >= least {
                        mean(&scores).to_string()
                    } else {
                        "—".to_owned()
                    },
                    scores.len().to_string(),
                ]
            })
            .collect();
    Ok(TableReport {
        title: format!("{}培训总结", case.full_title()),
        subtitle: days_text(case).unwrap_or_default(),
        introduction: text.lines().map(str::to_owned).collect(),
        columns: vec![
            ReportColumn::sharing("课程", Align::Left, 4),
            ReportColumn::fitting("学时", Align::Right),
            ReportColumn::fitting("课次", Align::Right),
            ReportColumn::fitting("到课率", Align::Right),
            ReportColumn::fitting("评价（5分）", Align::Right),
            ReportColumn::fitting("评价份数", Align::Right),
        ],
        rows,
        notes: vec![format!("评价满{least}份才显示。")],
        landscape: false,
        issuer: case.tree.name(case.class.unit_id).to_owned(),
        date: Some(ctx.today),
    })
}

/// Mean of all points, two places, half up.
fn mean(scores: &[&Vec<u32>]) -> Quantity {
    let all: Vec<i64> = scores
        .iter()
        .flat_map(|scores| scores.iter().map(|score| i64::from(*score)))
        .collect();
    let n = i64::try_from(all.len()).unwrap_or(i64::MAX).max(1);
    let sum: i64 = all.iter().sum();
    Quantity::from_thousandths((sum * 100 * 2 + n) / (2 * n) * 10)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_are_told_to_a_tenth_of_a_per_cent() {
        for (part, whole, said) in [
            (0, 0, "—"),
            (1, 3, "33.3%"),
            (2, 3, "66.7%"),
            (40, 40, "100.0%"),
        ] {
            assert_eq!(share(part, whole), said);
        }
    }
}
