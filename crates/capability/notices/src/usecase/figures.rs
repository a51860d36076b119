//! Five figures with the way down to names, for those who look after several units.

use chengzhi_assessment::facade::{self as assessment, Summary};
use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, Quantity};
use chengzhi_study::facade as study;
use chrono::Datelike as _;

/// A figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Stable key.
    pub key: &'static str,
    /// Name.
    pub label: &'static str,
    /// Value; rates in percent with one decimal; none on an empty base.
    pub value: Option<Quantity>,
    /// `%` for rates, else the word behind the number.
    pub unit: Option<&'static str>,
    /// What it is made of.
    pub hint: Option<String>,
    /// The way down.
    pub link: Option<String>,
    /// By month.
    pub trend: Option<Vec<Quantity>>,
}

/// Completion of the units that the actor looks after; none for those who look after nobody.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn summary(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Summary>, Problem> {
    match ctx.actor.scope(Permission::AssessmentRead) {
        Some(scope) if !scope.units.is_empty() => {
            let year = ctx.today.year();
            let found =
                assessment::summary(tx, &ctx.state.policy, year, &scope.units, ctx.today).await?;
            Ok(Some(found))
        }
        _ => Ok(None),
    }
}

/// The figures of the actor's units; none for those who look after fewer than two.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn figures(ctx: &Ctx, summary: &Summary) -> Result<Vec<Figure>, Problem> {
    let several = ctx
        .actor
        .scope(Permission::AssessmentRead)
        .is_some_and(|scope| scope.units.len() > 1);
    if !several {
        return Ok(Vec::new());
    }
    let year = ctx.today.year();
    let study = match ctx.actor.scope(Permission::StudyRead) {
        Some(reach) => study::queries::statistics(ctx, &reach, year, None).await?,
        None => return Ok(Vec::new()),
    };
    let reviewed: u32 = study.reviewer.iter().map(|own| own.reviewed).sum();
    let reviewed_in_time: u32 = study.reviewer.iter().map(|own| own.on_time).sum();
    let totals = &study.totals;
    // The running month would make every line dive at its end.
    let this = Month::of(ctx.today);
    let over: Vec<_> = study
        .by_month
        .iter()
        .filter(|month| month.month < this)
        .collect();
    let overview = || Some("/assessment/overview".to_owned());
    let stats = || Some("/study/stats".to_owned());
    // Before its end a year can hardly be met; what tells is who keeps pace with it.
    let mut figures = vec![Figure {
        key: "on_track",
        label: "学时学分进度正常率",
        value: summary.on_track_permille().map(percent),
        unit: Some("%"),
        hint: Some(format!(
            "进度正常{}人，应考核{}人；已全年达标{}人",
            summary.on_track, summary.assessed, summary.met
        )),
        link: overview(),
        trend: None,
    }];
    figures.push(Figure {
        key: "at_risk",
        label: "有不达标风险",
        value: Some(Quantity::whole(summary.at_risk)),
        unit: Some("人"),
        hint: Some(format!("应考核{}人", summary.assessed)),
        link: Some("/assessment/list?risk=high".to_owned()),
        trend: None,
    });
    figures.push(Figure {
        key: "study_on_time",
        label: "科队学习按时报送率",
        value: totals.on_time_rate,
        unit: Some("%"),
        hint: Some(match totals.on_time_rate {
            Some(_) => format!("按时{}期，应报{}期", totals.on_time, totals.due),
            None => "尚无应报记录".to_owned(),
        }),
        link: stats(),
        trend: Some(
            over.iter()
                .filter_map(|month| month.figures.on_time_rate)
                .collect(),
        ),
    });
    figures.push(Figure {
        key: "review_on_time",
        label: "按时审核率",
        value: rate(reviewed_in_time, reviewed),
        unit: Some("%"),
        hint: Some(if reviewed > 0 {
            format!("按时审核{reviewed_in_time}期，已审核{reviewed}期")
        } else {
            "尚无应审记录".to_owned()
        }),
        link: stats(),
        trend: None,
    });
    figures.push(Figure {
        key: "missed",
        label: "逾期未报",
        value: Some(Quantity::whole(i64::from(totals.missed))),
        unit: Some("期"),
        hint: Some(format!("待审{}期", totals.pending)),
        link: Some("/study".to_owned()),
        trend: Some(
            over.iter()
                .map(|month| Quantity::whole(i64::from(month.figures.missed)))
                .collect(),
        ),
    });
    Ok(figures)
}

fn rate(done: u32, of: u32) -> Option<Quantity> {
    (of > 0).then(|| percent(i64::from(done) * 1000 / i64::from(of)))
}

/// Thousandths of a whole as percent with one decimal.
fn percent(permille: i64) -> Quantity {
    Quantity::from_thousandths(permille * 100)
}
