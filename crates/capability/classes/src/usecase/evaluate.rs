//! Evaluation: by trainees without names, by a third party beside it (B-30).

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Quantity};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::phase::{Act, Phase};
use crate::store::evaluations::{self, Answer, Outside};
use crate::store::trainees;

use super::case::Case;
use super::ratings::{
    ClassEarlierOut, ClassThemeOut, by_question, earlier, enough, mean_of, themes,
};
use super::{bad_field, words};

/// The questions, each answered with 1 to 5.
pub const QUESTIONS: &[&str] = &[
    "课程内容贴合执法工作",
    "授课人讲解清楚、准备充分",
    "教学方式和案例有启发",
    "时间、场地和组织安排合理",
    "对本人履职有帮助",
];

/// Evaluates a course of the own class, once. The answer keeps no name.
///
/// # Errors
/// 404 when the actor is not on the list; 409 before the course is over or the second time; 422 for the answers.
pub async fn answer(
    ctx: &Ctx,
    id: i64,
    course: i64,
    scores: Vec<u32>,
    text: &str,
) -> Result<(), Problem> {
    let text = words::optional("text", "意见建议", text, 1_000)?;
    if scores.len() != QUESTIONS.len() || scores.iter().any(|score| !(1..=5).contains(score)) {
        return Err(bad_field("scores", "请为每一项选择1至5分。"));
    }
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let row = trainees::in_class(&mut tx, id, person)
        .await?
        .filter(|row| row.seat.sits())
        .ok_or_else(Problem::not_found)?;
    if !case.courses.iter().any(|known| known.id == course) {
        return Err(Problem::not_found());
    }
    let open = matches!(
        case.phase,
        Phase::Running | Phase::Ended | Phase::ClosingSubmitted | Phase::ReturnedForCompletion
    );
    let held = case
        .lessons
        .iter()
        .filter(|row| row.lesson.course == course)
        .map(|row| row.lesson.span.until)
        .max();
    if !case.class.evaluates || !open {
        return Err(Problem::conflict(
            "class.no_evaluation",
            "本班现在不收在线评价。",
        ));
    }
    if held.is_none_or(|until| ctx.now < until) {
        return Err(Problem::conflict(
            "class.course_open",
            "课程还没有结束，结束后再评价。",
        ));
    }
    if !evaluations::mark(&mut tx, row.id, course).await? {
        return Err(Problem::conflict(
            "class.evaluated",
            "您已经评价过这门课程，评价不能修改。",
        ));
    }
    let answer = Answer {
        class_id: id,
        course_id: course,
        scores,
        text,
        for_day: ctx.today,
    };
    evaluations::insert(&mut tx, &answer).await?;
    tx.commit().await?;
    Ok(())
}

/// Enters a third party's evaluation.
///
/// # Errors
/// 404 for classes of others; 409 for a class that cannot be recorded; 422 for a field.
pub async fn add_outside(
    ctx: &Ctx,
    id: i64,
    evaluator: &str,
    held_on: Date,
    score: Quantity,
    text: &str,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Record)?;
    let zero = Quantity::from_thousandths(0);
    if score < zero || score > Quantity::from_thousandths(100_000) {
        return Err(bad_field("score", "评分应在0至100之间。"));
    }
    let in_class = case
        .class
        .days()
        .is_some_and(|(first, last)| first <= held_on && held_on <= last);
    if held_on > ctx.today || !in_class {
        return Err(bad_field("held_on", "评价日期应在培训期间。"));
    }
    let row = Outside {
        evaluator: words::required("evaluator", "评价单位", evaluator, 100)?,
        held_on,
        score,
        text: words::optional("text", "评价意见", text, 2_000)?,
        entered_by_name: ctx.actor.name.clone(),
    };
    evaluations::insert_outside(&mut tx, id, &row, ctx.now).await?;
    tx.audit(
        ctx.audit("class.outside_evaluation", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"name": row.evaluator})),
    );
    tx.commit().await?;
    Ok(())
}

/// A question's mean.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassQuestionOut {
    /// Question.
    pub question: String,
    /// Mean of 1 to 5.
    #[schema(value_type = f64)]
    pub mean: Quantity,
}

/// A course's evaluation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassCourseEvaluationOut {
    /// Course.
    pub course_id: i64,
    /// Its title.
    pub title: String,
    /// Answers.
    pub answers: u32,
    /// Trainees asked.
    pub asked: u32,
    /// Why nothing is shown.
    pub hidden: Option<String>,
    /// Mean of all questions.
    #[schema(value_type = Option<f64>)]
    pub mean: Option<Quantity>,
    /// Question by question; empty while nothing is shown.
    pub questions: Vec<ClassQuestionOut>,
    /// Open answers in no order that says whose they are.
    pub texts: Vec<String>,
    /// The open answers by what they speak of; one may stand in several.
    pub themes: Vec<ClassThemeOut>,
}

/// A third party's evaluation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutsideEvaluationOut {
    /// Who looked.
    pub evaluator: String,
    /// When.
    pub held_on: Date,
    /// Points of 100.
    #[schema(value_type = f64)]
    pub score: Quantity,
    /// What he said.
    pub text: String,
    /// Who entered it.
    pub entered_by: String,
}

/// Evaluations of a class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassEvaluationsOut {
    /// Questions.
    pub questions: Vec<String>,
    /// Answers from which results are shown.
    pub min_answers: u32,
    /// Courses in order.
    pub courses: Vec<ClassCourseEvaluationOut>,
    /// Third party's.
    pub outside: Vec<ClassOutsideEvaluationOut>,
    /// All courses together, as far as enough have answered.
    #[schema(value_type = Option<f64>)]
    pub mean: Option<Quantity>,
    /// Earlier classes of the same, newest first.
    pub earlier: Vec<ClassEarlierOut>,
}

/// Evaluations of a class, as far as enough have answered.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn results(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassEvaluationsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let min = case.rules.min_answers();
    let list = trainees::of_classes(&mut tx, &[id]).await?;
    let asked =
        u32::try_from(list.iter().filter(|row| row.seat.sits()).count()).unwrap_or(u32::MAX);
    let mut of_course: BTreeMap<i64, Vec<Answer>> = BTreeMap::new();
    for answer in evaluations::of_classes(&mut tx, &[id]).await? {
        of_course.entry(answer.course_id).or_default().push(answer);
    }
    let outside = evaluations::outside(&mut tx, id).await?;
    let whole: Vec<Answer> = of_course.values().flatten().cloned().collect();
    let earlier = earlier(&mut tx, &case).await?;
    Ok(ClassEvaluationsOut {
        mean: enough(&whole, min).then(|| mean_of(&whole, None)),
        earlier,
        questions: QUESTIONS.iter().map(|text| (*text).to_owned()).collect(),
        min_answers: min,
        courses: case
            .courses
            .iter()
            .map(|course| {
                let answers = of_course.remove(&course.id).unwrap_or_default();
                course_out(course.id, &course.title, &answers, asked, min)
            })
            .collect(),
        outside: outside
            .into_iter()
            .map(|row| ClassOutsideEvaluationOut {
                evaluator: row.evaluator,
                held_on: row.held_on,
                score: row.score,
                text: row.text,
                entered_by: row.entered_by_name,
            })
            .collect(),
    })
}

fn course_out(
    id: i64,
    title: &str,
    answers: &[Answer],
    asked: u32,
    min: u32,
) -> ClassCourseEvaluationOut {
    let count = u32::try_from(answers.len()).unwrap_or(u32::MAX);
    let shown = count >= min;
    let texts: Vec<String> = answers
        .iter()
        .filter(|answer| shown && !answer.text.is_empty())
        .map(|answer| answer.text.clone())
        .collect();
    ClassCourseEvaluationOut {
        course_id: id,
        title: title.to_owned(),
        answers: count,
        asked,
        hidden: (!shown).then(|| format!("收到{count}份，满{min}份后显示结果。")),
        mean: shown.then(|| mean_of(answers, None)),
        questions: if shown {
            by_question(answers)
        } else {
            Vec::new()
        },
        themes: themes(&texts),
        texts,
    }
}
