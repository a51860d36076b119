//! Classes: made from a programme or free, changed while they may be.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, Quantity, UnitId};
use chengzhi_organisation::facade as organisation;
use serde_json::json;

use crate::domain::kind::Kind;
use crate::domain::phase::{Act, Stored};
use crate::store::classes::{self, Class};
use crate::store::plans;

use super::case::{Case, runs};
use super::{bad_field, seats, words};

/// A class as entered.
#[derive(Debug, Clone, Default)]
pub struct ClassInput {
    /// Title.
    pub title: String,
    /// For whom.
    pub audience: String,
    /// Codes of posts.
    pub audience_posts: Vec<String>,
    /// What is taught.
    pub content: String,
    /// Responsible section.
    pub section: String,
    /// How it is held.
    pub form: String,
    /// Partner bodies.
    pub partners: String,
    /// Why it is held apart (B-33).
    pub reason: String,
    /// Where.
    pub place: String,
    /// 班主任 in the roster.
    pub teacher: Option<PersonId>,
    /// 班主任 by name, when he is not in the roster.
    pub teacher_name: String,
    /// Telephone.
    pub phone: String,
    /// Seats.
    pub capacity: Option<u32>,
    /// Has an exam.
    pub has_exam: bool,
    /// Asks for evaluation.
    pub evaluates: bool,
    /// Asks for sign-out.
    pub sign_out: bool,
    /// Closes with a summary.
    pub wants_summary: bool,
    /// Points from which the exam is passed.
    pub pass_score: Option<Quantity>,
}

/// Where a new class comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Bureau.
    pub unit: UnitId,
    /// Year.
    pub year: i32,
    /// Kind; that of the programme when there is one.
    pub kind: String,
    /// Programme of the plan.
    pub programme: Option<i64>,
}

/// Makes a class as the next batch. Gives its id.
///
/// # Errors
/// 404 outside the own bureaus; 422 for a field.
pub async fn create(ctx: &Ctx, origin: Origin, mut input: ClassInput) -> Result<i64, Problem> {
    let year = words::year_of(Some(origin.year), ctx.now)?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let mut kind = Kind::from_code(&origin.kind);
    let mut unit = origin.unit;
    if let Some(id) = origin.programme {
        let programme = plans::programme_by_id(&mut tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        let plan = plans::by_id(&mut tx, programme.plan_id)
            .await?
            .filter(|plan| plan.unit_id == origin.unit && plan.year == year)
            .ok_or_else(Problem::not_found)?;
        unit = plan.unit_id;
        kind = Some(programme.kind);
        let or = |given: &mut String, planned: String| {
            if given.trim().is_empty() {
                *given = planned;
            }
        };
        or(&mut input.title, programme.title);
        or(&mut input.audience, programme.audience);
        or(&mut input.content, programme.content);
        or(&mut input.section, programme.section);
        if input.audience_posts.is_empty() {
            input.audience_posts = programme.audience_posts;
        }
    }
    let kind = kind.ok_or_else(|| bad_field("kind", "请选择培训班种类。"))?;
    if tree.unit(unit).is_none() || !runs(ctx, &tree, unit, kind, input.section.trim()) {
        return Err(Problem::not_found());
    }
    let mut class = Class {
        id: 0,
        unit_id: unit,
        year,
        kind,
        programme_id: origin.programme,
        batch: 1,
        title: String::new(),
        audience: String::new(),
        audience_posts: Vec::new(),
        content: String::new(),
        section: String::new(),
        form: String::new(),
        partners: String::new(),
        reason: String::new(),
        place: String::new(),
        teacher_id: None,
        teacher_name: String::new(),
        phone: String::new(),
        capacity: None,
        has_exam: false,
        evaluates: false,
        sign_out: false,
        wants_summary: false,
        summary: None,
        pass_score: None,
        state: Stored::Draft,
        first_on: None,
        last_on: None,
        calendar_seq: 0,
        session_id: None,
        version: 1,
    };
    fill(&mut tx, &mut class, input).await?;
    class.batch = classes::next_batch(&mut tx, &class).await?;
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    let id = classes::insert(&mut tx, &class, by, ctx.now).await?;
    words::note_event(&mut tx, ctx, id, "created", None).await?;
    tx.audit(
        ctx.audit("class.create", format!("class:{id}"))
            .unit(unit)
            .detail(json!({"title": class.title, "kind": kind.code(), "batch": class.batch})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Changes what a class is; kind, bureau and batch stay.
///
/// # Errors
/// 404 for classes of others; 409 for an old version or a class that is over; 422 for a field.
pub async fn change(ctx: &Ctx, id: i64, version: i64, input: ClassInput) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.may(Act::Edit)?;
    let before = case.class.clone();
    fill(&mut tx, &mut case.class, input).await?;
    let (kind, unit) = (case.class.kind, case.class.unit_id);
    // A section cannot hand its training to another one.
    if !runs(ctx, &case.tree, unit, kind, &case.class.section) {
        return Err(bad_field("section", "责任科室应为您所在的科室。"));
    }
    classes::put(&mut tx, &case.class).await?;
    seats::move_up(&mut tx, ctx, &case).await?;
    let changed = told(&before) != told(&case.class);
    super::filing::tell_change(&mut tx, ctx, &mut case, changed).await?;
    tx.audit(
        ctx.audit("class.change", case.subject())
            .unit(unit)
            .detail(json!({"title": case.class.title})),
    );
    tx.commit().await?;
    Ok(())
}

/// What of a class's own fields the upper level was told.
fn told(class: &Class) -> [String; 4] {
    [
        class.title.clone(),
        class.place.clone(),
        class.teacher_name.clone(),
        class.form.clone(),
    ]
}

async fn fill(tx: &mut Tx, class: &mut Class, input: ClassInput) -> Result<(), Problem> {
    class.title = words::required("title", "名称", &input.title, 100)?;
    class.audience = words::required("audience", "培训对象", &input.audience, 200)?;
    class.audience_posts = words::known_posts("audience_posts", input.audience_posts)?;
    class.content = words::optional("content", "培训内容", &input.content, 4_000)?;
    class.section = words::optional("section", "责任科室", &input.section, 60)?;
    class.form = words::optional("form", "培训方式", &input.form, 60)?;
    class.partners = words::optional("partners", "合作单位", &input.partners, 200)?;
    class.reason = words::optional("reason", "单独举办的理由", &input.reason, 500)?;
    class.place = words::optional("place", "地点", &input.place, 100)?;
    class.phone = words::optional("phone", "联系电话", &input.phone, 40)?;
    match input.teacher {
        Some(id) => {
            let person = organisation::person(tx, id)
                .await?
                .ok_or_else(|| bad_field("teacher_id", "没有找到这位班主任，请重新选择。"))?;
            class.teacher_id = Some(person.id);
            class.teacher_name = person.name;
        }
        None => {
            class.teacher_id = None;
            class.teacher_name =
                words::optional("teacher_name", "班主任姓名", &input.teacher_name, 40)?;
        }
    }
    if input
        .capacity
        .is_some_and(|seats| seats == 0 || seats > 5_000)
    {
        return Err(bad_field("capacity", "名额应在1至5000之间；不限请留空。"));
    }
    class.capacity = input.capacity;
    class.has_exam = input.has_exam;
    class.evaluates = input.evaluates;
    class.sign_out = input.sign_out;
    class.wants_summary = input.wants_summary;
    let most = Quantity::from_thousandths(1_000_000);
    if input
        .pass_score
        .is_some_and(|score| score < Quantity::from_thousandths(0) || score > most)
    {
        return Err(bad_field("pass_score", "及格分应在0至1000之间。"));
    }
    class.pass_score = input.pass_score.filter(|_| input.has_exam);
    Ok(())
}
