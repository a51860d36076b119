//! What happened in the years of plans, counted once for all plans on a page.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Quantity, UnitId};
use chrono::Datelike as _;

use crate::domain::outlook::Measure;
use crate::domain::phase::Phase;
use crate::store::classes::{self, Class};
use crate::store::outlooks::{self, Target};
use crate::store::plans::{self, Plan};

/// What drill tells: asked for by plans of several years, answered by whoever keeps its reviews.
#[async_trait]
pub trait DrillBook: Send + Sync {
    /// Drill reviews that each bureau held in a year, up to a day.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn reviews(
        &self,
        tx: &mut Tx,
        year: i32,
        until: Date,
    ) -> Result<HashMap<UnitId, u32>, Problem>;
}

/// The drill book as handlers get it.
pub type Drills = Arc<dyn DrillBook>;

/// A year of some bureaus.
struct YearFigures {
    plans: Vec<Plan>,
    programmes: BTreeMap<i64, BTreeSet<i64>>,
    held: Vec<Class>,
    faculty: BTreeMap<&'static str, HashMap<UnitId, u32>>,
    drills: HashMap<UnitId, u32>,
}

/// The years of some bureaus' plans.
pub(super) struct Figures {
    years: BTreeMap<i32, YearFigures>,
    sizes: BTreeMap<i64, i64>,
    hours: BTreeMap<i64, i64>,
}

/// What a year of a bureau was.
pub(super) struct PlanFigures<'a> {
    /// Its yearly plan.
    pub(super) plan: Option<&'a Plan>,
    /// Programmes of the plan.
    pub(super) programmes: usize,
    /// Of these, those with a class that is over.
    pub(super) held: usize,
    /// Classes of the year that are over.
    pub(super) classes: usize,
    /// Hours of their courses.
    pub(super) hours: Quantity,
}

impl Figures {
    /// Counts what these bureaus have of each year. Years to come have plans only.
    ///
    /// # Errors
    /// 500 from the engine.
    pub(super) async fn of(
        tx: &mut Tx,
        ctx: &Ctx,
        drills: &dyn DrillBook,
        units: &BTreeSet<i64>,
        years: BTreeSet<i32>,
    ) -> Result<Self, Problem> {
        let units: Vec<i64> = units.iter().copied().collect();
        let mut found = BTreeMap::new();
        let mut ids = Vec::new();
        for year in years {
            let plans = plans::of_year(tx, year, &units).await?;
            let plan_ids: Vec<i64> = plans.iter().map(|plan| plan.id).collect();
            let mut programmes: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
            for row in plans::programmes(tx, &plan_ids).await? {
                programmes.entry(row.plan_id).or_default().insert(row.id);
            }
            let mut figures = YearFigures {
                plans,
                programmes,
                held: Vec::new(),
                faculty: BTreeMap::new(),
                drills: HashMap::new(),
            };
            if year <= ctx.today.year() {
                let all = classes::of_year(tx, year, &units).await?;
                figures.held = all.into_iter().filter(|class| over(ctx, class)).collect();
                figures.faculty = faculty::counts_of_year(tx, ctx.today, year).await?;
                figures.drills = drills.reviews(tx, year, ctx.today).await?;
            }
            ids.extend(figures.held.iter().map(|class| class.id));
            found.insert(year, figures);
        }
        Ok(Figures {
            years: found,
            sizes: outlooks::sizes(tx, &ids).await?,
            hours: outlooks::hours(tx, &ids).await?,
        })
    }

    /// Classes of a bureau that are over, of these years.
    pub(super) fn held(&self, unit: UnitId, from: i32, to: i32) -> impl Iterator<Item = &Class> {
        self.years
            .range(from..=to)
            .flat_map(|(_, year)| &year.held)
            .filter(move |class| class.unit_id == unit)
    }

    fn hours_of(&self, class: &Class) -> i64 {
        self.hours.get(&class.id).copied().unwrap_or(0)
    }

    /// The yearly plan of a bureau and what was held.
    pub(super) fn plan(&self, unit: UnitId, year: i32) -> PlanFigures<'_> {
        let plan = self
            .years
            .get(&year)
            .and_then(|figures| figures.plans.iter().find(|plan| plan.unit_id == unit));
        let of_plan = plan
            .and_then(|plan| self.years.get(&year)?.programmes.get(&plan.id))
            .cloned()
            .unwrap_or_default();
        let held: Vec<&Class> = self.held(unit, year, year).collect();
        let programmes: BTreeSet<i64> = held.iter().filter_map(|one| one.programme_id).collect();
        PlanFigures {
            plan,
            programmes: of_plan.len(),
            held: of_plan.intersection(&programmes).count(),
            classes: held.len(),
            hours: Quantity::from_thousandths(held.iter().map(|one| self.hours_of(one)).sum()),
        }
    }

    /// What a bureau has of a target.
    pub(super) fn done(&self, unit: UnitId, target: &Target) -> i64 {
        let held = self
            .held(unit, target.year, target.year)
            .filter(|class| target.kind.is_none_or(|kind| class.kind == kind));
        let counted = |found: Option<&HashMap<UnitId, u32>>| {
            found
                .and_then(|found| found.get(&unit))
                .map_or(0, |n| i64::from(*n))
        };
        let year = self.years.get(&target.year);
        match target.measure {
            Measure::Classes => i64::try_from(held.count()).unwrap_or(i64::MAX),
            Measure::Trained => held
                .map(|class| self.sizes.get(&class.id).copied().unwrap_or(0))
                .sum(),
            Measure::Hours => held.map(|class| self.hours_of(class)).sum::<i64>() / 1_000,
            Measure::DrillReviews => counted(year.map(|year| &year.drills)),
            of_register => counted(year.and_then(|year| year.faculty.get(of_register.code()))),
        }
    }
}

/// Whether a class is over.
pub(super) fn over(ctx: &Ctx, class: &Class) -> bool {
    Phase::of(class.state, class.days(), ctx.today).is_over()
}
