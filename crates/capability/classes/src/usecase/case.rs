//! One class with everything a command looks at, and who may see or change it.

use std::collections::BTreeSet;

use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitTree};

use crate::domain::kind::Kind;
use crate::domain::phase::{Act, Phase, may};
use crate::domain::timetable::{Course, Lesson, Span, days};
use crate::store::classes::{self, Class};
use crate::store::lessons::{self, LessonRow};
use crate::store::{plans, trainees};

use super::policy::YearRules;
use super::refused;

/// A class with courses, lessons, rules and where it stands today.
pub struct Case {
    /// The class.
    pub class: Class,
    /// Its courses.
    pub courses: Vec<Course>,
    /// Its lessons in time.
    pub lessons: Vec<LessonRow>,
    /// Rules of its year.
    pub rules: YearRules,
    /// Units today.
    pub tree: UnitTree,
    /// Where it stands.
    pub phase: Phase,
}

/// Units whose classes a scope reads: its own, and the bureaus above them, whose classes its people attend.
#[must_use]
pub fn reading_units(scope: &Scope, tree: &UnitTree) -> BTreeSet<i64> {
    let mut found = scope.units.clone();
    for unit in &scope.units {
        found.extend(
            tree.path(UnitId::from(*unit))
                .iter()
                .map(|above| above.id.get()),
        );
    }
    found
}

/// Bureaus whose classes the actor runs himself. The city reads a district's classes but does not hold them; a section
/// runs none but the special trainings of [`runs`].
#[must_use]
pub fn running_units(ctx: &Ctx, tree: &UnitTree) -> BTreeSet<i64> {
    let mut actor = ctx.actor.clone();
    actor.grants.retain(|grant| grant.role != Role::SectionLead);
    let mut found = organisation::direct_units(&actor, tree, Permission::ClassManage);
    found.retain(|unit| {
        tree.unit(UnitId::from(*unit)).is_some_and(|unit| {
            matches!(
                unit.kind,
                UnitKind::DistrictBureau
                    | UnitKind::CityBureau
                    | UnitKind::SpecialUnit
                    | UnitKind::Corps
            )
        })
    });
    found
}

/// Sections that the actor leads, with the bureau they belong to.
#[must_use]
pub fn sections(ctx: &Ctx, tree: &UnitTree) -> Vec<(i64, String)> {
    ctx.actor
        .grants
        .iter()
        .filter(|grant| grant.role == Role::SectionLead)
        .filter_map(|grant| {
            let bureau = tree.district_of(grant.unit_id)?;
            Some((bureau.get(), tree.name(grant.unit_id).to_owned()))
        })
        .collect()
}

/// Whether the actor runs classes of this bureau, kind and section: a section only special trainings of its own.
#[must_use]
pub fn runs(ctx: &Ctx, tree: &UnitTree, unit: UnitId, kind: Kind, section: &str) -> bool {
    if running_units(ctx, tree).contains(&unit.get()) {
        return true;
    }
    kind == Kind::Special
        && !section.is_empty()
        && sections(ctx, tree)
            .iter()
            .any(|(bureau, name)| *bureau == unit.get() && name.contains(section))
}

impl Case {
    async fn fill(tx: &mut Tx, ctx: &Ctx, class: Class, tree: UnitTree) -> Result<Self, Problem> {
        let plan = plans::of_unit(tx, class.unit_id, class.year).await?;
        let pack = plan.map(|plan| plan.pack);
        let rules = YearRules::load(tx, &ctx.state, class.year, pack.as_deref()).await?;
        let phase = Phase::of(class.state, class.days(), ctx.today);
        Ok(Case {
            courses: lessons::courses(tx, class.id).await?,
            lessons: lessons::lessons(tx, &[class.id], false).await?,
            class,
            rules,
            tree,
            phase,
        })
    }

    /// A class that the actor may read: by scope, as class teacher or instructor, or as trainee.
    ///
    /// # Errors
    /// 404 for others; 409 without rules; 500 from the engine.
    pub async fn readable(tx: &mut Tx, ctx: &Ctx, scope: &Scope, id: i64) -> Result<Self, Problem> {
        let class = classes::by_id(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        let tree = organisation::tree(tx, ctx.today).await?;
        let by_scope = reading_units(scope, &tree).contains(&class.unit_id.get());
        if !by_scope && !teaches(tx, ctx, &class).await? {
            return Err(Problem::not_found());
        }
        Self::fill(tx, ctx, class, tree).await
    }

    /// A class that the actor runs, for reading.
    ///
    /// # Errors
    /// 404 for others; 409 without rules; 500 from the engine.
    pub async fn run_by(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        let class = classes::by_id(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        Self::checked(tx, ctx, class).await
    }

    /// A class that the actor runs, locked until the transaction ends.
    ///
    /// # Errors
    /// 404 for others; 409 without rules; 500 from the engine.
    pub async fn take(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        let class = classes::take(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        Self::checked(tx, ctx, class).await
    }

    async fn checked(tx: &mut Tx, ctx: &Ctx, class: Class) -> Result<Self, Problem> {
        let tree = organisation::tree(tx, ctx.today).await?;
        if !runs(ctx, &tree, class.unit_id, class.kind, &class.section) {
            return Err(Problem::not_found());
        }
        Self::fill(tx, ctx, class, tree).await
    }

    /// Any class, for a command that has its own right to it.
    ///
    /// # Errors
    /// 404 when it is not there; 409 without rules; 500 from the engine.
    pub async fn any(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        let class = classes::by_id(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        let tree = organisation::tree(tx, ctx.today).await?;
        Self::fill(tx, ctx, class, tree).await
    }

    /// Any class, locked until the transaction ends.
    ///
    /// # Errors
    /// As [`Case::any`].
    pub async fn take_any(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        classes::take(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        Self::any(tx, ctx, id).await
    }

    /// Refuses what the phase does not allow.
    ///
    /// # Errors
    /// 409 with the reason.
    pub fn may(&self, act: Act) -> Result<(), Problem> {
        may(self.phase, act).map_err(refused)
    }

    /// Refuses an old version.
    ///
    /// # Errors
    /// 409.
    pub fn fresh(&self, version: i64) -> Result<(), Problem> {
        if self.class.version == version {
            Ok(())
        } else {
            Err(Problem::stale())
        }
    }

    /// Whether the actor runs it.
    #[must_use]
    pub fn is_run_by(&self, ctx: &Ctx) -> bool {
        let class = &self.class;
        runs(ctx, &self.tree, class.unit_id, class.kind, &class.section)
    }

    /// The lessons as the arithmetic knows them.
    #[must_use]
    pub fn plain_lessons(&self) -> Vec<Lesson> {
        self.lessons.iter().map(|row| row.lesson.clone()).collect()
    }

    /// A lesson of it.
    ///
    /// # Errors
    /// 404.
    pub fn lesson(&self, id: i64) -> Result<&LessonRow, Problem> {
        self.lessons
            .iter()
            .find(|row| row.lesson.id == id)
            .ok_or_else(Problem::not_found)
    }

    /// From the first lesson's beginning to the last one's end.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        Some(Span {
            from: self.lessons.iter().map(|row| row.lesson.span.from).min()?,
            until: self.lessons.iter().map(|row| row.lesson.span.until).max()?,
        })
    }

    /// First and last day of the lessons.
    #[must_use]
    pub fn days(&self) -> Option<(Date, Date)> {
        days(&self.plain_lessons())
    }

    /// Title with the batch: 集中培训（第2期）.
    #[must_use]
    pub fn full_title(&self) -> String {
        full_title(&self.class)
    }

    /// `class:12`.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("class:{}", self.class.id)
    }
}

/// Title with the batch.
#[must_use]
pub fn full_title(class: &Class) -> String {
    format!("{}（第{}期）", class.title, class.batch)
}

/// Whether the actor is class teacher, teaches in it by the register of instructors, or is on its list.
async fn teaches(tx: &mut Tx, ctx: &Ctx, class: &Class) -> Result<bool, Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(false);
    };
    if class.teacher_id == Some(person) || trainees::in_class(tx, class.id, person).await?.is_some()
    {
        return Ok(true);
    }
    let rows = faculty::instructors_of(tx, person).await?;
    let taught = classes::taught_by(tx, person, &rows, class.year).await?;
    Ok(taught.contains(&class.id))
}
