//! The files of `demo/`, embedded and read.

use anyhow::Context as _;
use chengzhi_kernel::Month;
use serde::Deserialize;

/// Everything the city is made from.
#[derive(Debug, Clone)]
pub struct Data {
    /// `organisation.toml`.
    pub organisation: Organisation,
    /// `names.toml`.
    pub names: Names,
    /// `posts.toml`.
    pub posts: Posts,
    /// `changes.toml`.
    pub changes: Changes,
    /// `courses.toml`.
    pub courses: Courses,
    /// `places.toml`.
    pub places: Places,
    /// `study_topics.toml`.
    pub topics: Topics,
    /// `return_reasons.toml`.
    pub reasons: Reasons,
}

macro_rules! read {
    ($name:literal) => {
        toml::from_str(include_str!(concat!("../../../demo/", $name))).context($name)?
    };
}

impl Data {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// When one does not have its form; a test keeps that from being shipped.
    pub fn load() -> anyhow::Result<Self> {
        Ok(Data {
            organisation: read!("organisation.toml"),
            names: read!("names.toml"),
            posts: read!("posts.toml"),
            changes: read!("changes.toml"),
            courses: read!("courses.toml"),
            places: read!("places.toml"),
            topics: read!("study_topics.toml"),
            reasons: read!("return_reasons.toml"),
        })
    }
}

/// A list under a key.
#[derive(Debug, Clone, Deserialize)]
pub struct Listed<T> {
    /// The entries.
    pub list: Vec<T>,
}

/// Units.
#[derive(Debug, Clone, Deserialize)]
pub struct Organisation {
    /// Expected numbers.
    pub counts: Counts,
    /// City bureau.
    pub city: City,
    /// Special units.
    pub special: Vec<Special>,
    /// Sections by list name.
    pub sections: std::collections::BTreeMap<String, Vec<Office>>,
    /// Districts.
    pub district: Vec<District>,
}

/// Expected numbers.
#[derive(Debug, Clone, Deserialize)]
pub struct Counts {
    /// Districts.
    pub districts: usize,
    /// Streets and towns.
    pub divisions: usize,
}

/// The city bureau.
#[derive(Debug, Clone, Deserialize)]
pub struct City {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// User names begin with it.
    pub pinyin: String,
    /// Staff numbers begin with it.
    pub staff_prefix: String,
    /// Leaders.
    pub leaders: u32,
    /// The district of a city of one.
    pub trial_district: String,
    /// Offices.
    pub offices: Vec<Office>,
}

/// An office or section.
#[derive(Debug, Clone, Deserialize)]
pub struct Office {
    /// Code; of a district's section the part behind the dash.
    pub code: String,
    /// Name.
    pub name: String,
    /// People at the start.
    pub officers: u32,
    /// Runs training.
    #[serde(default)]
    pub trains: bool,
}

/// A special unit.
#[derive(Debug, Clone, Deserialize)]
pub struct Special {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// `corps`, `brigade`, `detachment`.
    pub kind: String,
    /// Staff numbers begin with it.
    pub staff_prefix: String,
    /// Leaders.
    pub leaders: u32,
    /// Offices.
    pub offices: Vec<Office>,
    /// Squads.
    pub squads: Vec<Office>,
}

/// A district.
#[derive(Debug, Clone, Deserialize)]
pub struct District {
    /// Code.
    pub code: String,
    /// 宝山区.
    pub name: String,
    /// Name of its bureau.
    pub bureau: String,
    /// 宝山区局.
    pub short: String,
    /// User names begin with it.
    pub pinyin: String,
    /// Staff numbers begin with it.
    pub staff_prefix: String,
    /// Name of its list of sections.
    pub sections: String,
    /// Leaders.
    pub leaders: u32,
    /// Mobile squads.
    pub mobile: Vec<Mobile>,
    /// Streets and towns.
    pub divisions: Vec<Division>,
}

/// A mobile squad.
#[derive(Debug, Clone, Deserialize)]
pub struct Mobile {
    /// People at the start.
    pub officers: u32,
}

/// A street or town.
#[derive(Debug, Clone, Deserialize)]
pub struct Division {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// People of its squad at the start.
    pub officers: u32,
}

/// Names.
#[derive(Debug, Clone, Deserialize)]
pub struct Names {
    /// Family names with weights.
    pub family: Vec<(String, u32)>,
    /// Given names by decade.
    pub given: Vec<Given>,
    /// Full names never drawn.
    pub never: Never,
}

/// Given names of some birth years.
#[derive(Debug, Clone, Deserialize)]
pub struct Given {
    /// First and last year.
    pub born: (i32, i32),
    /// Share with one character, per cent.
    pub single_percent: u32,
    /// Of men.
    pub men: GivenOf,
    /// Of women.
    pub women: GivenOf,
}

/// Given names by length.
#[derive(Debug, Clone, Deserialize)]
pub struct GivenOf {
    /// One character.
    pub single: Vec<String>,
    /// Two.
    pub double: Vec<String>,
}

/// See [`Names::never`].
#[derive(Debug, Clone, Deserialize)]
pub struct Never {
    /// Full names.
    pub full_names: Vec<String>,
}

/// Posts, ranks and shares.
#[derive(Debug, Clone, Deserialize)]
pub struct Posts {
    /// Leadership by kind of unit.
    pub leadership: Vec<Leadership>,
    /// 一长五员.
    pub key_posts: KeyPosts,
    /// Further posts of squads.
    pub other_posts: Listed<SharedPost>,
    /// Ranks.
    pub rank: Vec<Rank>,
    /// Staffing.
    pub staffing: Staffing,
    /// Categories.
    pub staff_category: Listed<ShareOf>,
    /// Sexes.
    pub sex: Sexes,
    /// Ages.
    pub age: Age,
}

/// Leadership posts of a kind of unit.
#[derive(Debug, Clone, Deserialize)]
pub struct Leadership {
    /// `bureau`, `section`, `division`, `squad`, `corps`, `detachment`, `brigade`.
    pub unit: String,
    /// Its posts.
    pub posts: Vec<LeadingPost>,
}

/// A leadership post.
#[derive(Debug, Clone, Deserialize)]
pub struct LeadingPost {
    /// Code.
    pub id: String,
    /// Holders in a unit.
    pub per_unit: u32,
    /// Smallest unit that has it.
    #[serde(default)]
    pub from_size: u32,
}

/// See [`Posts::key_posts`].
#[derive(Debug, Clone, Deserialize)]
pub struct KeyPosts {
    /// Below this size one person holds several.
    pub shared_below: u32,
    /// The posts.
    pub list: Vec<SharedPost>,
}

/// A post with one holder for so many people.
#[derive(Debug, Clone, Deserialize)]
pub struct SharedPost {
    /// Code.
    pub id: String,
    /// People served by one holder.
    pub one_for: u32,
}

/// A rank.
#[derive(Debug, Clone, Deserialize)]
pub struct Rank {
    /// Code.
    pub id: String,
    /// Share without a leadership post.
    pub share: u32,
    /// Share of leaders.
    pub leaders: u32,
}

/// See [`Posts::staffing`].
#[derive(Debug, Clone, Deserialize)]
pub struct Staffing {
    /// 在编, per thousand.
    pub established: u32,
}

/// A share of something.
#[derive(Debug, Clone, Deserialize)]
pub struct ShareOf {
    /// Code.
    pub id: String,
    /// Per thousand.
    pub share: u32,
}

/// Shares of the sexes.
#[derive(Debug, Clone, Deserialize)]
pub struct Sexes {
    /// Per thousand.
    pub women: u32,
}

/// Ages.
#[derive(Debug, Clone, Deserialize)]
pub struct Age {
    /// Birth years with shares, as of 2024.
    pub list: Vec<BornShare>,
    /// Youngest and oldest at joining.
    pub joined_at_age: (i32, i32),
    /// Day of the merger.
    pub merged_on: String,
    /// Share that came with it.
    pub merged_share: u32,
}

/// Birth years with their share.
#[derive(Debug, Clone, Deserialize)]
pub struct BornShare {
    /// First and last year.
    pub born: (i32, i32),
    /// Per thousand.
    pub share: u32,
}

/// What happens in a year.
#[derive(Debug, Clone, Deserialize)]
pub struct Changes {
    /// Status changes.
    pub status: StatusRates,
    /// New officers.
    pub joining: Joining,
    /// Transfers.
    pub transfers: Transfers,
    /// Quickness of entering changes.
    pub recording: Recording,
    /// Habits of units.
    pub habit: Vec<Habit>,
    /// Quickness of reviewers.
    pub review: Review,
    /// Attendance.
    pub attendance: Attendance,
    /// Online courses.
    pub online: OnlineShares,
    /// Closed training.
    pub district_training: DistrictShares,
}

/// Status changes.
#[derive(Debug, Clone, Deserialize)]
pub struct StatusRates {
    /// By kind.
    pub list: Vec<StatusRate>,
    /// Share of returns that fall into December.
    pub returns_in_december: u32,
}

/// How often a change happens.
#[derive(Debug, Clone, Deserialize)]
pub struct StatusRate {
    /// The word of the notice.
    pub event: String,
    /// Per thousand a year.
    pub rate: u32,
    /// Shortest and longest absence.
    pub months: Option<(i64, i64)>,
    /// Absences without a return, per thousand.
    #[serde(default)]
    pub open: u32,
    /// `women` only.
    pub sex: Option<String>,
}

/// New officers.
#[derive(Debug, Clone, Deserialize)]
pub struct Joining {
    /// Per thousand a year.
    pub rate: u32,
    /// Months with shares.
    pub months: Vec<MonthShare>,
    /// Shortest and longest induction.
    pub induction_weeks: (i64, i64),
}

/// A month with its share.
#[derive(Debug, Clone, Deserialize)]
pub struct MonthShare {
    /// 1–12.
    pub month: u32,
    /// Per thousand.
    pub share: u32,
}

/// Transfers per thousand a year.
#[derive(Debug, Clone, Deserialize)]
pub struct Transfers {
    /// Inside a bureau.
    pub between_squads: u32,
    /// Between bureaus.
    pub between_districts: u32,
}

/// Quickness of entering changes.
#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// Share in time.
    pub in_time: u32,
    /// Days from decision to entry.
    pub in_time_days: (i64, i64),
    /// Days of the late ones.
    pub late_days: (i64, i64),
}

/// How a unit reports.
#[derive(Debug, Clone, Deserialize)]
pub struct Habit {
    /// Name.
    pub id: String,
    /// Share of units.
    pub units: u32,
    /// Months handed in early.
    pub early: u32,
    /// On the last days.
    pub last_days: u32,
    /// Late.
    pub late: u32,
    /// Not at all.
    pub missed: u32,
    /// Of what was handed in, returned at first review.
    pub returned: u32,
}

/// Quickness of reviewers.
#[derive(Debug, Clone, Deserialize)]
pub struct Review {
    /// Quick ones.
    pub quick: Quickness,
    /// Usual ones.
    pub usual: Quickness,
    /// Slow ones.
    pub slow: Quickness,
}

/// Working days to a decision.
#[derive(Debug, Clone, Deserialize)]
pub struct Quickness {
    /// How many districts.
    pub districts: u32,
    /// Fewest and most.
    pub days: (i64, i64),
}

/// Attendance.
#[derive(Debug, Clone, Deserialize)]
pub struct Attendance {
    /// Present.
    pub present: u32,
    /// Of the absent, made up within weeks.
    pub makeup_of_absent: u32,
    /// Of what is open at the year's end, made up then.
    pub makeup_at_year_end: u32,
    /// Why people are absent.
    pub reasons: Vec<String>,
}

/// Online shares.
#[derive(Debug, Clone, Deserialize)]
pub struct OnlineShares {
    /// All done.
    pub complete: u32,
    /// Hours missing.
    pub hours_short: u32,
    /// Credits missing.
    pub credits_short: u32,
    /// Nothing done.
    pub nothing: u32,
}

/// Closed training.
#[derive(Debug, Clone, Deserialize)]
pub struct DistrictShares {
    /// Batches of a bureau.
    pub batches: (i64, i64),
    /// First and last day, `05-13`.
    pub window: (String, String),
    /// Days of a batch.
    pub days: usize,
    /// Attended all.
    pub attended: u32,
    /// Attended in part.
    pub partly: u32,
}

/// Courses.
#[derive(Debug, Clone, Deserialize)]
pub struct Courses {
    /// Online.
    pub online: OnlineCourses,
    /// Programmes of the closed training.
    pub district: Vec<Programme>,
}

/// Online courses.
#[derive(Debug, Clone, Deserialize)]
pub struct OnlineCourses {
    /// First day, `01-10`.
    pub open_from: String,
    /// The courses.
    pub course: Vec<OnlineCourse>,
}

/// An online course.
#[derive(Debug, Clone, Deserialize)]
pub struct OnlineCourse {
    /// Code.
    pub code: String,
    /// `credit` or `hour`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Hours.
    pub hours: String,
    /// Credits.
    pub credits: String,
}

/// A year's closed training.
#[derive(Debug, Clone, Deserialize)]
pub struct Programme {
    /// Year.
    pub year: i32,
    /// Courses.
    pub courses: Vec<TrainingCourse>,
}

/// A course of it.
#[derive(Debug, Clone, Deserialize)]
pub struct TrainingCourse {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Hours.
    pub hours: String,
    /// Credits.
    pub credits: String,
}

/// Where study is held.
#[derive(Debug, Clone, Deserialize)]
pub struct Places {
    /// By kind of unit.
    pub places: PlacesOf,
    /// Speakers.
    pub speakers: Speakers,
    /// Films.
    pub film: Film,
    /// Length and begin.
    pub session: SessionShape,
    /// Notes.
    pub notes: Listed<String>,
}

/// Places by kind of unit.
#[derive(Debug, Clone, Deserialize)]
pub struct PlacesOf {
    /// Squads.
    pub squad: Vec<String>,
    /// Sections.
    pub section: Vec<String>,
    /// City offices.
    pub city: Vec<String>,
    /// Special units.
    pub special: Vec<String>,
}

/// Speakers.
#[derive(Debug, Clone, Deserialize)]
pub struct Speakers {
    /// From outside the unit.
    pub guest: Vec<String>,
    /// Per thousand sessions.
    pub guest_share: u32,
}

/// Films.
#[derive(Debug, Clone, Deserialize)]
pub struct Film {
    /// Per thousand sessions.
    pub filmed_share: u32,
    /// Where they are kept.
    pub kept_at: Vec<String>,
}

/// Length and begin of sessions.
#[derive(Debug, Clone, Deserialize)]
pub struct SessionShape {
    /// Minutes with weights.
    pub minutes: Vec<(u32, u32)>,
    /// Begins with weights.
    pub starts: Vec<(String, u32)>,
}

/// The city's tasks.
#[derive(Debug, Clone, Deserialize)]
pub struct Topics {
    /// Day of the month before on which a task is issued.
    pub issued_day: u32,
    /// Months whose task came late.
    pub late_issue: Vec<Month>,
    /// The tasks.
    pub topic: Vec<Topic>,
}

/// A task.
#[derive(Debug, Clone, Deserialize)]
pub struct Topic {
    /// Month.
    pub month: Month,
    /// Title.
    pub title: String,
    /// Guidance.
    pub guidance: String,
}

/// Return reasons.
#[derive(Debug, Clone, Deserialize)]
pub struct Reasons {
    /// The reasons.
    pub reason: Vec<Reason>,
}

/// A return reason.
#[derive(Debug, Clone, Deserialize)]
pub struct Reason {
    /// Code.
    pub code: String,
    /// What to do.
    pub mend: String,
    /// Per thousand returns.
    pub share: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read_and_hold_what_they_promise() {
        let data = Data::load().unwrap();
        let organisation = &data.organisation;
        assert_eq!(organisation.district.len(), organisation.counts.districts);
        let divisions: usize = organisation
            .district
            .iter()
            .map(|d| d.divisions.len())
            .sum();
        assert_eq!(divisions, organisation.counts.divisions);
        for district in &organisation.district {
            assert!(
                organisation.sections.contains_key(&district.sections),
                "{}",
                district.name
            );
        }
        let habits: u32 = data.changes.habit.iter().map(|h| h.units).sum();
        assert_eq!(habits, 1000);
        for habit in &data.changes.habit {
            assert_eq!(
                habit.early + habit.last_days + habit.late + habit.missed,
                1000,
                "{}",
                habit.id
            );
        }
        let quick = &data.changes.review;
        let reviewers = quick.quick.districts + quick.usual.districts + quick.slow.districts;
        assert_eq!(reviewers as usize, organisation.counts.districts);
    }
}
