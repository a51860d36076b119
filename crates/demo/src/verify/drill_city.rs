//! Films and exemptions: every planted mark is found where it is, and nothing else of weight.

use std::collections::HashMap;

use anyhow::anyhow;
use chengzhi_db::Tx;
use chengzhi_drill::facade::{self as drill, CheckState, CheckedFilm, Severity, SlotKey};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade as organisation;

use crate::films::Expected;
use crate::plan::City;
use crate::plan::films::FilmPlan;

/// Milliseconds by which a mark may lie beside its place.
const BESIDE: i64 = 2_000;
/// The same for a rest: ranks come to rest one after the other, its beginning is no instant.
const REST_BESIDE: i64 = 4_000;
/// Milliseconds by which a film's length may differ from what was drawn.
const LONGER: i64 = 500;

/// Checks the films of the city.
pub(super) async fn films(tx: &mut Tx, city: &City, stored: usize) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    if stored != city.films.len() {
        faults.push(format!(
            "训练影像应有{}段，实有{stored}段",
            city.films.len()
        ));
    }
    let ids: HashMap<String, UnitId> = organisation::units(tx, city.wish.today.date())
        .await?
        .into_iter()
        .map(|node| (node.unit.code, node.unit.id))
        .collect();
    for plan in &city.films {
        let unit = &city.units.units[plan.unit];
        let Some(id) = ids.get(&unit.code) else {
            faults.push(format!("训练影像的中队{}不存在", unit.name));
            continue;
        };
        let slot = SlotKey {
            unit: *id,
            month: plan.month,
            half: plan.half,
        };
        let found = drill::films_of(tx, slot)
            .await
            .map_err(|problem| anyhow!("{}", problem.detail()))?;
        let told = match found.as_slice() {
            [film] => of_film(film, plan),
            list => vec![format!("应有1段影像，实有{}段", list.len())],
        };
        faults.extend(told.into_iter().map(|fault| {
            format!(
                "{}{}{}：{fault}",
                unit.name,
                plan.month.label_cn(),
                plan.half.name()
            )
        }));
    }
    Ok(faults)
}

/// What is wrong with one film's check.
fn of_film(film: &CheckedFilm, plan: &FilmPlan) -> Vec<String> {
    if film.check != CheckState::Done {
        return vec![format!("影像没有预审完：{}", film.check.name())];
    }
    let mut faults = Vec::new();
    let drawn = i64::from(plan.scene.seconds) * 1_000;
    if film
        .duration_ms
        .is_none_or(|long| (long - drawn).abs() > LONGER)
    {
        faults.push(format!("影像长{:?}毫秒，应为{drawn}", film.duration_ms));
    }
    for wanted in plan.expected {
        if !film.marks.iter().any(|mark| is(mark, wanted)) {
            let near: Vec<String> = film
                .marks
                .iter()
                .filter(|mark| mark.kind == wanted.kind)
                .map(|mark| format!("{}毫秒“{}”", mark.at_ms, mark.text))
                .collect();
            faults.push(format!(
                "第{}秒应有标记{}（{}），实有：{}",
                wanted.at,
                wanted.kind,
                wanted.words,
                near.join("；")
            ));
        }
    }
    let planted = |mark: &drill::FilmMark| plan.expected.iter().any(|wanted| is(mark, wanted));
    let stray = film
        .marks
        .iter()
        .filter(|mark| mark.severity == Severity::Strong && !planted(mark));
    faults.extend(stray.map(|mark| format!("多出标记：{}毫秒“{}”", mark.at_ms, mark.text)));
    faults
}

fn is(mark: &drill::FilmMark, wanted: &Expected) -> bool {
    let beside = match wanted.kind {
        "low_motion" => REST_BESIDE,
        _ => BESIDE,
    };
    mark.kind == wanted.kind
        && (mark.at_ms - i64::from(wanted.at) * 1_000).abs() <= beside
        && mark.text.contains(wanted.words)
}

/// Every exemption is in the register as it was decided.
pub(super) async fn exemptions(tx: &mut Tx, city: &City) -> anyhow::Result<Vec<String>> {
    let stored = drill::exemption_counts(tx).await?;
    let mut wanted: HashMap<&str, usize> = HashMap::new();
    for plan in &city.exemptions {
        use crate::plan::exempt::Answer;
        let state = match plan.decision {
            None => drill::ExemptionState::Requested,
            Some((_, _, Answer::Refused(_))) => drill::ExemptionState::Refused,
            Some(_) => drill::ExemptionState::Approved,
        };
        *wanted.entry(state.code()).or_default() += 1;
    }
    Ok(drill::ExemptionState::ALL
        .into_iter()
        .filter_map(|state| {
            let should = wanted.get(state.code()).copied().unwrap_or(0);
            let is = stored.get(&state).copied().unwrap_or(0);
            // Whoever plays with the city adds to it.
            (is < should).then(|| format!("{}的免训应有{should}件，实有{is}件", state.name()))
        })
        .collect())
}
