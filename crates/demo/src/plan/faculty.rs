//! Instructors, bases, rooms and courseware of the demo city: the trial district full, the others
//! thin.

use chengzhi_kernel::Date;
use chengzhi_organisation::facade::UnitKind;

use super::City;
use super::days;
use crate::rng::Rng;

/// Titles of courses with field and kind (domain facts J1).
pub const COURSES: &[(&str, &str, &str)] = &[
    ("行政处罚法要点与典型争议", "penalty", "video"),
    ("行政强制法程序", "coercion", "video"),
    ("新行政复议法与应诉", "litigation", "video"),
    ("违法建筑认定与拆除程序", "planning", "video"),
    ("住宅物业领域执法", "planning", "micro_video"),
    ("建筑垃圾全链条监管", "construction", "video"),
    ("噪声污染防治执法", "environment", "micro_video"),
    ("餐饮油烟与露天烧烤", "environment", "micro_video"),
    ("电动自行车停放充电执法", "roads", "micro_video"),
    ("燃气安全入户检查", "gas", "micro_video"),
    ("郊区水务（河道、排水）执法", "water", "video"),
    ("户外招牌与广告", "city_looks", "micro_handbook"),
    ("非机动车与共享单车治理", "roads", "micro_handbook"),
    ("生活垃圾分类执法", "city_looks", "micro_class"),
    ("询问笔录制作", "evidence", "micro_class"),
    ("现场勘验与电子数据取证", "evidence", "video"),
    ("执法记录仪使用与归档", "evidence", "smart_recording"),
    ("裁量基准适用", "discretion", "video"),
    ("说理式文书", "evidence", "typical_case"),
    ("非现场执法流程", "off_site", "video"),
];

/// Fields that instructors of the demo city teach, in turn.
pub const TEACHES: &[&[&str]] = &[
    &["penalty", "evidence"],
    &["planning", "coercion"],
    &["environment", "discretion"],
    &["gas", "construction"],
    &["off_site", "evidence"],
    &["litigation", "law_basics"],
    &["city_looks", "roads"],
    &["conduct"],
];

/// An instructor to be.
#[derive(Debug, Clone)]
pub struct TeacherPlan {
    /// `city`, `district`, `practice`, `part_time`, `office_head` or `drill`.
    pub kind: &'static str,
    /// Index of the unit that proposes.
    pub unit: usize,
    /// Index of the bureau that appoints.
    pub bureau: usize,
    /// Index of the person.
    pub person: usize,
    /// Day of trial lecture and appointment.
    pub on: Date,
    /// Points of the lecture, hundredths.
    pub score: i64,
    /// Codes of fields.
    pub fields: &'static [&'static str],
    /// Left waiting for his lecture.
    pub waiting: bool,
}

/// A base.
#[derive(Debug, Clone)]
pub struct BasePlan {
    /// Index of the bureau.
    pub bureau: usize,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// People.
    pub capacity: i64,
    /// Day of its score; none while it waits.
    pub scored: Option<Date>,
}

/// The stock.
#[derive(Debug, Clone, Default)]
pub struct FacultyPlan {
    /// Instructors, by day.
    pub teachers: Vec<TeacherPlan>,
    /// Bases.
    pub bases: Vec<BasePlan>,
    /// Index of the trial district.
    pub trial: usize,
}

/// A working day in the part `share` (permille) of the time from January of the year before to two
/// weeks ago.
fn day_at(city: &City, share: u64) -> Date {
    let first = days::ymd(city.year - 1, 1, 9);
    let last = city.wish.today.date() - chrono::Days::new(14);
    let span = last.signed_duration_since(first).num_days().max(1);
    let ahead = span.unsigned_abs() * share / 1_000;
    days::workday_from(first + chrono::Days::new(ahead)).min(last)
}

/// Established people of a unit who are at their post on the day and today, and joined early enough.
fn free(city: &City, unit: usize, on: Date, taken: &[usize]) -> Option<usize> {
    let today = city.wish.today.date();
    city.people.iter().enumerate().find_map(|(index, person)| {
        let fits = person.established
            && !taken.contains(&index)
            && [on, today]
                .into_iter()
                .all(|day| person.unit_on(day) == Some(unit) && person.at_post_on(day));
        fits.then_some(index)
    })
}

/// Makes the stock. `teacher` is the person behind the demo's instructor account.
#[must_use]
pub fn plan(city: &City, trial: usize, teacher: Option<usize>) -> FacultyPlan {
    let mut stock = FacultyPlan {
        trial,
        ..FacultyPlan::default()
    };
    let mut taken: Vec<usize> = teacher.into_iter().collect();
    let squads = |bureau: usize| -> Vec<usize> {
        let open = day_at(city, 0);
        (0..city.units.units.len())
            .filter(|unit| {
                let plan = &city.units.units[*unit];
                plan.kind == UnitKind::Squad
                    && plan.parent == Some(bureau)
                    && plan.opened_on <= open
            })
            .collect()
    };
    let districts: Vec<usize> = (0..city.units.units.len())
        .filter(|unit| city.units.units[*unit].kind == UnitKind::DistrictBureau)
        .collect();
    if let Some(person) = teacher
        && let Some(unit) = city.people[person].unit_on(city.wish.today.date())
    {
        let on = day_at(city, 930);
        if city.people[person].unit_on(on) == Some(unit) {
            stock.teachers.push(TeacherPlan {
                kind: "district",
                unit,
                bureau: trial,
                person,
                on,
                score: 9_120,
                fields: TEACHES[0],
                waiting: false,
            });
        }
    }
    for (index, bureau) in districts.iter().enumerate() {
        let squads = squads(*bureau);
        if squads.is_empty() {
            continue;
        }
        let mut rng = Rng::of(city.wish.seed, "faculty", &[*bureau as u64]);
        let of_trial = *bureau == trial;
        let kinds: &[&str] = if of_trial {
            &[
                "district",
                "district",
                "practice",
                "practice",
                "part_time",
                "part_time",
                "drill",
                "city",
                "city",
                "district",
                "part_time",
            ]
        } else {
            match index % 4 {
                0 => &["district", "district", "district", "practice", "city"],
                1 => &["district", "district", "part_time", "city"],
                2 => &["district", "practice", "practice", "city"],
                _ => &["district", "district", "district", "district", "city"],
            }
        };
        for (number, kind) in kinds.iter().enumerate() {
            let unit = squads[(number * 3 + index) % squads.len()];
            let on = day_at(city, 80 + 90 * number as u64 + rng.below(60));
            let Some(person) = free(city, unit, on, &taken) else {
                continue;
            };
            taken.push(person);
            stock.teachers.push(TeacherPlan {
                kind,
                unit,
                bureau: *bureau,
                person,
                on,
                score: 8_200 + rng.range(0, 1_400),
                fields: TEACHES[(number + index) % TEACHES.len()],
                waiting: of_trial && number + 2 >= kinds.len(),
            });
        }
        let bases = if of_trial { 3 } else { 1 + index % 3 };
        for number in 0..bases {
            let squad = &city.units.units[squads[number % squads.len()]];
            let what = ["燃气安全实训基地", "拆违执法教学基地", "非现场执法教学基地"][number % 3];
            // The trial district's first base is due for its recheck; its fourth waits for its score.
            let share = if of_trial && number == 0 {
                180
            } else {
                500 + rng.below(450)
            };
            stock.bases.push(BasePlan {
                bureau: *bureau,
                name: format!("{}{what}", squad.place),
                address: format!("{}路{}号", squad.place, rng.range(10, 900)),
                capacity: rng.range(4, 12) * 10,
                scored: Some(day_at(city, share)),
            });
        }
        if of_trial {
            stock.bases.push(BasePlan {
                bureau: *bureau,
                name: "法治文书实训基地".to_owned(),
                address: "友谊路12号".to_owned(),
                capacity: 60,
                scored: None,
            });
        }
    }
    // The city's own: people of its training office and other offices.
    for (number, unit) in (0..city.units.units.len())
        .filter(|unit| city.units.units[*unit].kind == UnitKind::CityOffice)
        .take(5)
        .enumerate()
    {
        let on = day_at(city, 300 + 100 * number as u64);
        if let Some(person) = free(city, unit, on, &taken) {
            taken.push(person);
            stock.teachers.push(TeacherPlan {
                kind: if number % 2 == 0 {
                    "office_head"
                } else {
                    "city"
                },
                unit,
                bureau: 0,
                person,
                on,
                score: 9_300,
                fields: TEACHES[number % TEACHES.len()],
                waiting: false,
            });
        }
    }
    stock
}
