//! The register of instructors: lists, one's page, proposals and corrections.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Paging, Problem};
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_organisation::facade as organisation;
use serde_json::json;

use super::access::{Reach, city_bureau, doer, holds, is_bureau};
use super::instructor_out::{FacultyInstructorOut, FacultyInstructorsOut};
use super::policy::Rules;
use super::words::{FacultyWordOut, field_codes, line, optional};
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::fields;
use crate::domain::instructor::{Event, Kind, Level, State, Term, step};
use crate::store::instructors::{self, Instructor, Wanted};
use crate::store::{courseware, taught};

/// Which instructors.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// What is looked for.
    pub wanted: Wanted,
    /// A unit and everything below it.
    pub unit: Option<i64>,
}

/// Lists instructors.
///
/// # Errors
/// 404 for an unknown unit; 409 without rules; 500 from the engine.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    filter: &Filter,
    paging: Paging,
) -> Result<FacultyInstructorsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let year = super::words::year_of(None, ctx.now)?;
    let rules = Rules::load(&mut tx, &ctx.state, year).await?;
    let mut seen = format!("({})", reach.instructors());
    if let Some(units) = reach.narrowed(filter.unit)? {
        seen = format!("{seen} and (i.unit_id in {units} or i.home_unit_id in {units})");
    }
    let page = (paging.limit(), paging.offset());
    let (total, found) = instructors::list(&mut tx, &seen, &filter.wanted, page).await?;
    let own = instructors::all(&mut tx, &scope.unit_sql("i.unit_id")).await?;
    let count = |is: &dyn Fn(&Instructor) -> bool| {
        u32::try_from(own.iter().filter(|row| is(row)).count()).unwrap_or(u32::MAX)
    };
    let term = |row: &Instructor| term_of(ctx, &rules, row);
    Ok(FacultyInstructorsOut {
        total,
        serving: count(&|row| row.state == State::Appointed),
        ending: count(&|row| matches!(term(row), Some(Term::Ending | Term::Over))),
        waiting: count(&|row| matches!(row.state, State::Nominated | State::Tried)),
        rows: rows_out(&mut tx, ctx, &reach, &rules, found).await?,
    })
}

/// How his term stands; none when he does not serve.
#[must_use]
pub fn term_of(ctx: &Ctx, rules: &Rules, row: &Instructor) -> Option<Term> {
    if row.state != State::Appointed {
        return None;
    }
    let warn = rules.faculty().warn_days.value;
    Some(Term::of(row.term_from?, row.term_until?, ctx.today, warn))
}

/// Rows as sent.
///
/// # Errors
/// 500 from the engine.
pub async fn rows_out(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    rules: &Rules,
    found: Vec<Instructor>,
) -> Result<Vec<FacultyInstructorOut>, Problem> {
    let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
    let year = super::words::year_of(None, ctx.now)?;
    let sums = taught::sums(tx, &ids, year).await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let sum = sums.get(&row.id).copied().unwrap_or_default();
            row_out(ctx, reach, rules, row, (sum.minutes, sum.rating()))
        })
        .collect())
}

fn row_out(
    ctx: &Ctx,
    reach: &Reach,
    rules: &Rules,
    row: Instructor,
    (minutes, rating): (i64, Option<i64>),
) -> FacultyInstructorOut {
    let term = term_of(ctx, rules, &row);
    let own = row.person_id.is_some() && row.person_id == ctx.actor.person_id;
    let home = row.home_unit_id.map(|unit| reach.name(unit));
    let known = own || holds(ctx, Permission::FacultyManage, row.unit_id);
    FacultyInstructorOut {
        id: row.id,
        kind: row.kind.code().to_owned(),
        kind_name: row.kind.name().to_owned(),
        level: row.level.code().to_owned(),
        unit_id: row.unit_id.get(),
        unit_name: reach.name(row.unit_id),
        nominated_unit_id: row.nominated_unit_id.get(),
        nominated_unit_name: reach.name(row.nominated_unit_id),
        person_id: row.person_id.map(PersonId::get),
        staff_no: row.staff_no,
        name: row.name,
        organisation: home.unwrap_or(row.organisation),
        title: row.title,
        contact: known.then_some(row.contact),
        fields: row
            .fields
            .iter()
            .map(|code| FacultyWordOut::new(code, fields::name(code).unwrap_or_default()))
            .collect(),
        state_name: match term {
            Some(Term::Over) => "聘期已满".to_owned(),
            _ => row.state.name().to_owned(),
        },
        state: row.state.code().to_owned(),
        appointed_on: row.appointed_on,
        term_from: row.term_from,
        term_until: row.term_until,
        term: term.map(|term| {
            match term {
                Term::Coming => "coming",
                Term::Running => "running",
                Term::Ending => "ending",
                Term::Over => "over",
            }
            .to_owned()
        }),
        micro_video_missing: row.kind == Kind::PartTime
            && row.state == State::Appointed
            && row.micro_video_id.is_none(),
        minutes,
        rating,
        version: row.version,
    }
}

/// A proposal as sent.
#[derive(Debug, Clone)]
pub struct Nomination {
    /// As what.
    pub kind: Kind,
    /// Who proposes.
    pub unit: UnitId,
    /// The officer; none for a guest.
    pub person: Option<PersonId>,
    /// A guest's name.
    pub name: String,
    /// A guest's organisation.
    pub organisation: String,
    /// Post or title.
    pub title: String,
    /// How to reach him.
    pub contact: String,
    /// Codes of what he can teach.
    pub fields: Vec<String>,
    /// About him.
    pub intro: String,
    /// Why.
    pub reason: String,
}

/// Proposes an instructor. Gives the row.
///
/// # Errors
/// 404 outside the scope; 409 when he stands already; 422 for a field.
pub async fn nominate(ctx: &Ctx, scope: &Scope, input: Nomination) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let by = tree
        .unit(input.unit)
        .filter(|unit| scope.has_unit(unit.id))
        .ok_or_else(Problem::not_found)?
        .clone();
    let home_bureau = tree.district_of(by.id).and_then(|id| tree.unit(id));
    let appointing = match input.kind.level() {
        Some(Level::City) => city_bureau(&tree),
        _ => home_bureau,
    }
    .filter(|unit| is_bureau(unit))
    .ok_or_else(|| bad_field("unit_id", "这个单位没有上级区局，不能推荐。"))?
    .clone();
    let of_city = city_bureau(&tree).is_some_and(|city| city.id == appointing.id);
    if input.kind.level() == Some(Level::District) && of_city {
        return Err(bad_field(
            "kind",
            format!(
                "{}由区局聘任，请由区局或者其中队、科室推荐。",
                input.kind.name()
            ),
        ));
    }
    let mut row = Instructor {
        id: 0,
        kind: input.kind,
        level: if of_city {
            Level::City
        } else {
            Level::District
        },
        unit_id: appointing.id,
        nominated_unit_id: by.id,
        person_id: None,
        home_unit_id: None,
        staff_no: String::new(),
        name: String::new(),
        organisation: optional("organisation", "工作单位", &input.organisation, 100)?,
        title: optional("title", "职务", &input.title, 60)?,
        contact: optional("contact", "联系方式", &input.contact, 100)?,
        fields: field_codes(input.fields)?,
        intro: optional("intro", "简介", &input.intro, 1_000)?,
        reason: optional("reason", "推荐理由", &input.reason, 500)?,
        micro_video_id: None,
        state: State::Nominated,
        appointed_on: None,
        term_from: None,
        term_until: None,
        ended_on: None,
        end_reason: String::new(),
        recorded_by: ctx.actor.account_id,
        version: 1,
    };
    if row.fields.is_empty() {
        return Err(bad_field("fields", "请至少选择一个授课领域。"));
    }
    match (input.kind, input.person) {
        (Kind::External, _) => {
            row.name = line("name", "姓名", &input.name, 40)?;
            row.organisation = line("organisation", "工作单位", &input.organisation, 100)?;
        }
        (_, None) => return Err(bad_field("person_id", "请选择推荐的人员。")),
        (kind, Some(person)) => {
            let home = organisation::unit_of(&mut tx, person, ctx.today).await?;
            let home = home.filter(|unit| scope.has_unit(*unit));
            let found = organisation::person(&mut tx, person)
                .await?
                .filter(|_| home.is_some())
                .ok_or_else(|| bad_field("person_id", "这名人员不在本单位，请核对。"))?;
            if instructors::stands(&mut tx, found.id, kind, appointing.id).await? {
                return Err(refused(Deny::new(
                    "faculty.twice",
                    format!(
                        "{}已是{}或者正在推荐中，无需重复办理。",
                        found.name,
                        kind.name()
                    ),
                )));
            }
            row.person_id = Some(found.id);
            row.home_unit_id = home;
            row.staff_no = found.staff_no;
            row.name = found.name;
        }
    }
    let id = instructors::insert(&mut tx, &row, doer(ctx), ctx.now).await?;
    instructors::add_event(
        &mut tx,
        id,
        Event::Nominate,
        doer(ctx),
        ctx.now,
        &row.reason,
    )
    .await?;
    tx.audit(
        ctx.audit("faculty.nominate", format!("faculty_instructor:{id}"))
            .unit(by.id)
            .detail(json!({"kind": row.kind.code(), "name": row.name})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Particulars that may be corrected.
#[derive(Debug, Clone)]
pub struct Particulars {
    /// As read.
    pub version: i64,
    /// Post or title.
    pub title: String,
    /// How to reach him.
    pub contact: String,
    /// Codes of what he can teach.
    pub fields: Vec<String>,
    /// About him.
    pub intro: String,
    /// A version of a micro-video in use.
    pub micro_video: Option<i64>,
}

/// Corrects particulars.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or after the end; 422 for a field.
pub async fn correct(ctx: &Ctx, scope: &Scope, id: i64, input: Particulars) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, input.version).await?;
    row.state = step(row.state, Event::Correct).map_err(refused)?;
    row.title = optional("title", "职务", &input.title, 60)?;
    row.contact = optional("contact", "联系方式", &input.contact, 100)?;
    row.fields = field_codes(input.fields)?;
    row.intro = optional("intro", "简介", &input.intro, 1_000)?;
    row.micro_video_id = match input.micro_video {
        None => None,
        Some(video) => {
            let found = courseware::by_id(&mut tx, video)
                .await?
                .filter(|found| found.kind.is_video() && found.in_use_from.is_some());
            Some(
                found
                    .ok_or_else(|| bad_field("micro_video_id", "请选择课程资源中在用的视频。"))?
                    .id,
            )
        }
    };
    instructors::put(&mut tx, &row).await?;
    instructors::add_event(&mut tx, id, Event::Correct, doer(ctx), ctx.now, "").await?;
    tx.audit(
        ctx.audit("faculty.correct", format!("faculty_instructor:{id}"))
            .unit(row.unit_id),
    );
    tx.commit().await?;
    Ok(())
}

/// An instructor of the scope's bureaus for changing, at the version that was read.
///
/// # Errors
/// 404 outside the scope; 409 for an old version.
pub(super) async fn taken(
    tx: &mut Tx,
    scope: &Scope,
    id: i64,
    version: i64,
) -> Result<Instructor, Problem> {
    let row = instructors::take(tx, id)
        .await?
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.version == version {
        Ok(row)
    } else {
        Err(Problem::stale())
    }
}
