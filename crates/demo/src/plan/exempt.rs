//! Exemptions from drill (免训): who asked, for whom, what was decided. A few in the trial district
//! with every outcome, one in each of some others.

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade::UnitKind;

use super::days;
use super::status::office_hours;
use super::stories::{SECOND_SQUAD, SQUAD};
use super::studio::Studio;
use crate::rng::Rng;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Granted.
    Granted,
    /// Granted, and cut short when the person was fit again: the last day, and when that was entered.
    CutShort(Date, Timestamp),
    /// Not granted, with the reason.
    Refused(&'static str),
}

/// An exemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionPlan {
    /// Index of the squad.
    pub unit: usize,
    /// Index of the bureau that decides.
    pub bureau: usize,
    /// Index of the person.
    pub person: usize,
    /// 大病, 不适合训练.
    pub kind: &'static str,
    /// First day.
    pub from: Date,
    /// Last day as asked for.
    pub to: Date,
    /// Proof and circumstances.
    pub note: &'static str,
    /// Asked for.
    pub at: Timestamp,
    /// Index of the person who asked.
    pub by: usize,
    /// Decided: when, by whom, how; none while it waits.
    pub decision: Option<(Timestamp, usize, Answer)>,
}

impl ExemptionPlan {
    /// Whether a roster read at `now` shows it for a day.
    #[must_use]
    pub fn covers(&self, day: Date, now: Timestamp) -> bool {
        let Some((at, _, answer)) = &self.decision else {
            return false;
        };
        let to = match answer {
            Answer::Granted => self.to,
            Answer::CutShort(last, entered) if *entered <= now => *last,
            Answer::CutShort(..) => self.to,
            Answer::Refused(_) => return false,
        };
        *at <= now && (self.from..=to).contains(&day)
    }
}

/// The kind of the exemption that a roster read at `now` shows for a person and day.
#[must_use]
pub fn kind_on(
    list: &[ExemptionPlan],
    person: usize,
    day: Date,
    now: Timestamp,
) -> Option<&'static str> {
    list.iter()
        .find(|plan| plan.person == person && plan.covers(day, now))
        .map(|plan| plan.kind)
}

/// What happens in the end.
#[derive(Debug, Clone, Copy)]
enum End {
    Granted,
    /// So many days after it began.
    CutShort(i64),
    Refused(&'static str),
    Waits,
}

/// One story: first and last day as days before and after today.
struct Story {
    kind: &'static str,
    from: i64,
    to: i64,
    note: &'static str,
    end: End,
}

const STORIES: [Story; 5] = [
    Story {
        kind: "大病",
        from: -74,
        to: 107,
        note: "甲状腺恶性肿瘤术后，已返岗从事内勤，每月复查；附出院小结、诊断证明。",
        end: End::Granted,
    },
    Story {
        kind: "不适合训练",
        from: -38,
        to: 143,
        note: "左膝前交叉韧带重建术后，医嘱半年内不宜跑步、久站；附区中心医院诊断证明。",
        end: End::Granted,
    },
    Story {
        kind: "不适合训练",
        from: -21,
        to: 39,
        note: "值夜班较多，申请免训。",
        end: End::Refused("值班不属于免训情形，请调整班次参训；确有伤病的，附诊断证明重新申请。"),
    },
    Story {
        kind: "不适合训练",
        from: -3,
        to: 26,
        note: "腰椎间盘突出急性发作，医嘱休养一个月；附诊断证明、磁共振报告。",
        end: End::Waits,
    },
    Story {
        kind: "不适合训练",
        from: -160,
        to: -70,
        note: "右踝骨折，石膏固定；附急诊病历和X光片。",
        end: End::CutShort(62),
    },
];

/// The story of the squad whose accounts are shown: long over, so that its rosters are whole.
const OVER: Story = Story {
    kind: "不适合训练",
    from: -262,
    to: -173,
    note: "腹腔镜胆囊切除术后，医嘱三个月内避免剧烈运动；附出院小结。",
    end: End::Granted,
};

/// Districts beside the trial one that have an exemption.
const OTHERS: usize = 4;

/// Draws all exemptions.
#[must_use]
pub fn plan(studio: &Studio<'_>, trial: Option<usize>) -> Vec<ExemptionPlan> {
    let mut found = Vec::new();
    let squads = |bureau: usize| {
        (0..studio.units.units.len()).filter(move |unit| {
            let plan = &studio.units.units[*unit];
            plan.kind == UnitKind::Squad
                && ![SQUAD, SECOND_SQUAD].contains(&plan.code.as_str())
                && studio.units.bureau_of(*unit).unit == bureau
        })
    };
    if let Some(bureau) = trial {
        for (unit, story) in squads(bureau).zip(&STORIES) {
            found.extend(draw(studio, unit, story));
        }
        let own = studio.units.by_code(SQUAD);
        found.extend(own.and_then(|unit| draw(studio, unit, &OVER)));
    }
    let others = studio
        .units
        .bureaus
        .iter()
        .filter(|bureau| bureau.district && Some(bureau.unit) != trial);
    for (bureau, story) in others.zip(&STORIES).take(OTHERS) {
        found.extend(
            squads(bureau.unit)
                .nth(1)
                .and_then(|unit| draw(studio, unit, story)),
        );
    }
    found.sort_by_key(|plan| (plan.at, plan.unit));
    found
}

fn draw(studio: &Studio<'_>, unit: usize, story: &Story) -> Option<ExemptionPlan> {
    let mut rng = Rng::of(studio.seed, "exemption", &[unit as u64]);
    let today = studio.today.date();
    let from = plus_days(today, story.from);
    let at = office_hours(&mut rng, working_before(from, 1));
    let by = studio.reporter(unit, at.date())?;
    // Somebody of the ranks who is at work all the while, and asks for himself through another.
    let here: Vec<usize> = studio
        .members_on(unit, from)
        .into_iter()
        .filter(|person| {
            let plan = &studio.people[*person];
            *person != by
                && plan.established
                && plan.unit_on(today) == Some(unit)
                && plan.unit_on(at.date()) == Some(unit)
                && !plan.holds("squad_leader", from)
                && [from, at.date(), today]
                    .iter()
                    .all(|day| plan.at_post_on(*day))
        })
        .collect();
    let person = here.get(rng.index(here.len())).copied()?;
    let bureau = studio.units.bureau_of(unit).unit;
    let day = days::workday_from(plus_days(at.date(), 1));
    let when = office_hours(&mut rng, day);
    let decided = |rng: &mut Rng, answer| Some((when, studio.reviewer(rng, bureau, day)?, answer));
    let decision = match story.end {
        End::Waits => None,
        End::Granted => decided(&mut rng, Answer::Granted),
        End::Refused(why) => decided(&mut rng, Answer::Refused(why)),
        End::CutShort(after) => {
            let last = plus_days(from, after);
            let entered = office_hours(&mut rng, days::workday_from(plus_days(last, -1)));
            decided(&mut rng, Answer::CutShort(last, entered))
        }
    };
    (at < studio.today && when < studio.today).then_some(ExemptionPlan {
        unit,
        bureau,
        person,
        kind: story.kind,
        from,
        to: plus_days(today, story.to),
        note: story.note,
        at,
        by,
        decision,
    })
}

/// The `count`th working day before a day.
fn working_before(day: Date, count: u32) -> Date {
    let mut day = day;
    for _ in 0..count {
        day = plus_days(day, -1);
        while !days::is_workday(day) {
            day = plus_days(day, -1);
        }
    }
    day
}
