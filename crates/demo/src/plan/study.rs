//! Draws every unit's months: session, attendance, photos, hand-in, review.

use std::collections::BTreeMap;

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Month, Timestamp};
use chengzhi_organisation::facade::UnitKind;
use chengzhi_study::facade::{MonthWindow, Session};

use super::days;
use super::people::PersonPlan;
use super::slots::{DecisionPlan, RoundPlan, SlotPlan, Verdict, Version, marks, timing};
use super::status::office_hours;
use super::units::Units;
use crate::data::{Data, Habit, Quickness};
use crate::rng::Rng;

/// A photo of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoPlan {
    /// When the camera took it.
    pub taken_at: Timestamp,
    /// Whether the file says so.
    pub with_time: bool,
    /// Whether the file says where.
    pub with_place: bool,
    /// A reworked copy of another photo.
    pub copy_of: Option<usize>,
}

/// Draws stories.
pub struct Studio<'a> {
    /// Data.
    pub data: &'a Data,
    /// Units.
    pub units: &'a Units,
    /// People.
    pub people: &'a [PersonPlan],
    /// Seed.
    pub seed: u64,
    /// Now.
    pub today: Timestamp,
    /// Index of the city office that runs training.
    pub city_office: usize,
    /// Whoever belonged to a unit at some time, by unit.
    pub members: BTreeMap<usize, Vec<usize>>,
    /// All photos so far.
    pub photos: Vec<PhotoPlan>,
}

impl<'a> Studio<'a> {
    /// A studio over these people.
    #[must_use]
    pub fn new(
        data: &'a Data,
        units: &'a Units,
        people: &'a [PersonPlan],
        seed: u64,
        today: Timestamp,
    ) -> Self {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, person) in people.iter().enumerate() {
            for span in &person.memberships {
                let list = members.entry(span.unit).or_default();
                if list.last() != Some(&index) {
                    list.push(index);
                }
            }
        }
        let city_office = units
            .units
            .iter()
            .position(|unit| unit.trains && unit.kind == UnitKind::CityOffice)
            .unwrap_or(0);
        Studio {
            data,
            units,
            people,
            seed,
            today,
            city_office,
            members,
            photos: Vec::new(),
        }
    }

    /// Members of a unit on a day.
    #[must_use]
    pub fn members_on(&self, unit: usize, on: Date) -> Vec<usize> {
        self.members
            .get(&unit)
            .into_iter()
            .flatten()
            .copied()
            .filter(|person| self.people[*person].unit_on(on) == Some(unit))
            .collect()
    }

    /// At-post established members of a unit on a day.
    fn at_post(&self, unit: usize, on: Date) -> Vec<usize> {
        self.members_on(unit, on)
            .into_iter()
            .filter(|person| {
                self.people[*person].established && self.people[*person].at_post_on(on)
            })
            .collect()
    }

    /// Who reports for a unit: the first of its data officers, information officers, clerks.
    #[must_use]
    pub fn reporter(&self, unit: usize, on: Date) -> Option<usize> {
        const ORDER: [&str; 5] = [
            "data_officer",
            "info_officer",
            "squad_clerk",
            "section_deputy_head",
            "clerk",
        ];
        let here = self.at_post(unit, on);
        here.iter().copied().min_by_key(|person| {
            let rank = ORDER
                .iter()
                .position(|post| self.people[*person].holds(post, on))
                .unwrap_or(ORDER.len());
            (rank, *person)
        })
    }

    /// Who reviews for a reviewing unit: a clerk of the section that runs training, sometimes its
    /// head; for the city bureau itself one of its deputy directors.
    #[must_use]
    pub fn reviewer(&self, rng: &mut Rng, reviewing: usize, on: Date) -> Option<usize> {
        let section = if reviewing == self.city_office {
            reviewing
        } else if reviewing == 0 {
            self.units
                .units
                .iter()
                .position(|unit| unit.seated.is_some())?
        } else {
            self.units.bureau_of(reviewing).trains
        };
        let here = self.at_post(section, on);
        let holding = |posts: &[&str]| {
            here.iter().copied().find(|person| {
                posts
                    .iter()
                    .any(|post| self.people[*person].holds(post, on))
            })
        };
        if reviewing == 0 {
            return holding(&["bureau_deputy_director", "bureau_director"]);
        }
        let head = holding(&["section_head", "division_head"]);
        let clerk = holding(&["clerk"]);
        if rng.permille(200) {
            head.or(clerk)
        } else {
            clerk.or(head)
        }
    }

    /// Who reviews a unit, and whether that is the city standing in for the bureau.
    #[must_use]
    pub fn route(&self, unit: usize) -> (usize, bool) {
        let bureau = self.units.bureau_of(unit);
        if unit == self.city_office {
            (0, false)
        } else if !bureau.district {
            (self.city_office, false)
        } else if unit == bureau.trains {
            (self.city_office, true)
        } else {
            (bureau.unit, false)
        }
    }

    /// How a unit reports in a year. The city's offices set an example, because no bureau could make
    /// up for them.
    #[must_use]
    pub fn habit(&self, unit: usize, year: i32) -> &'a Habit {
        let list = &self.data.changes.habit;
        if self.units.units[unit].kind == UnitKind::CityOffice {
            return &list[0];
        }
        let mut rng = Rng::of(
            self.seed,
            "habit",
            &[unit as u64, year.unsigned_abs().into()],
        );
        &list[rng.weighted(list.iter().map(|habit| habit.units))]
    }

    /// How quickly a reviewing unit decides.
    fn quickness(&self, reviewing: usize) -> &'a Quickness {
        let review = &self.data.changes.review;
        let mut districts: Vec<usize> = self
            .units
            .bureaus
            .iter()
            .filter(|b| b.district)
            .map(|b| b.unit)
            .collect();
        Rng::of(self.seed, "quickness", &[]).shuffle(&mut districts);
        // The trial district is an ordinary one.
        let trial = self
            .units
            .by_code(&self.data.organisation.city.trial_district);
        districts.sort_by_key(|unit| Some(*unit) != trial);
        let usual = review.usual.districts as usize;
        match districts.iter().position(|unit| *unit == reviewing) {
            Some(place) if place < usual => &review.usual,
            Some(place) if place < usual + review.quick.districts as usize => &review.quick,
            Some(_) => &review.slow,
            None => &review.usual,
        }
    }

    /// The story of a unit's month up to today; none when nothing has been recorded.
    pub fn slot(&mut self, unit: usize, window: &MonthWindow) -> Option<SlotPlan> {
        let month = window.month;
        let numbers = [
            unit as u64,
            month.year().unsigned_abs().into(),
            month.month().into(),
        ];
        let mut rng = Rng::of(self.seed, "slot", &numbers);
        let habit = self.habit(unit, month.year());
        let timing = timing(&mut rng, habit, window)?;
        let by = self.reporter(unit, timing.held_on)?;
        if timing.started_at >= self.today {
            return None;
        }
        let (reviewer, passed_up) = self.route(unit);
        let mut slot = SlotPlan {
            unit,
            month,
            reviewer,
            passed_up,
            started_at: timing.started_at,
            by,
            draft: None,
            rounds: Vec::new(),
        };
        let version = self.version(&mut rng, unit, month, timing.held_on);
        match timing.submitted_at.filter(|at| *at < self.today) {
            Some(at) => self.review(&mut rng, &mut slot, habit, window, version, at),
            None => slot.draft = Some(unfinished(&mut rng, version)),
        }
        Some(slot)
    }

    /// Plays hand-in, review, return and resubmission.
    fn review(
        &mut self,
        rng: &mut Rng,
        slot: &mut SlotPlan,
        habit: &Habit,
        window: &MonthWindow,
        version: Version,
        submitted_at: Timestamp,
    ) {
        let mut at = submitted_at;
        let mut returns = usize::from(rng.permille(habit.returned));
        returns += usize::from(returns == 1 && rng.permille(120));
        // What stands in the end was mended; what came before lacked something.
        let mut versions = vec![(version, None)];
        for _ in 0..returns {
            let (later, _) = versions.last().cloned().unwrap_or_default();
            let (reason, note, earlier) = self.flawed(rng, slot.month, &later);
            versions.push((earlier, Some((reason, note))));
        }
        while let Some((version, flaw)) = versions.pop() {
            let decided = self.decided_at(rng, slot.reviewer, at);
            let by = self.reviewer(rng, slot.reviewer, decided.date());
            let mut round = RoundPlan {
                at,
                version,
                decision: None,
            };
            let Some(by) = by.filter(|by| decided < self.today && *by != slot.by) else {
                slot.rounds.push(round);
                return;
            };
            let locked = window.locked(decided);
            let (verdict, reason, note) = match flaw {
                Some((reason, note)) if !locked => (Verdict::Return, Some(reason), note),
                Some((reason, note)) if rng.permille(400) => (Verdict::Reject, Some(reason), note),
                _ => (Verdict::Confirm, None, None),
            };
            round.decision = Some(DecisionPlan {
                verdict,
                at: decided,
                by,
                reason,
                note,
            });
            slot.rounds.push(round);
            if verdict != Verdict::Return {
                return;
            }
            let wait = rng.range(1, 3);
            let mended = office_hours(rng, days::after_workdays(decided.date(), wait));
            if window.locked(mended) || mended >= self.today || rng.permille(30) {
                return;
            }
            at = mended;
        }
    }

    /// When a reviewing unit gets to something handed in at `at`.
    fn decided_at(&self, rng: &mut Rng, reviewing: usize, at: Timestamp) -> Timestamp {
        let (least, most) = self.quickness(reviewing).days;
        let day = days::after_workdays(at.date(), rng.range(least, most));
        let decided = office_hours(rng, days::workday_from(day));
        if decided > at.plus_minutes(20) {
            return decided;
        }
        let soon = at.plus_minutes(rng.range(25, 70));
        if soon < Timestamp::at(at.date(), 17, 30) && days::is_workday(at.date()) {
            soon
        } else {
            office_hours(rng, days::workday_from(plus_days(at.date(), 1)))
        }
    }

    /// A complete record of a session held on a day.
    pub fn version(&mut self, rng: &mut Rng, unit: usize, month: Month, held_on: Date) -> Version {
        let members = self.members_on(unit, held_on);
        let attendance = &self.data.changes.attendance;
        let kind = self.units.units[unit].kind;
        let present = if kind == UnitKind::CityOffice {
            1000
        } else {
            attendance.present
        };
        let marks = marks(
            rng,
            self.people,
            &members,
            held_on,
            present,
            &attendance.reasons,
        );
        let form = self.form(rng, unit, month, held_on);
        let count = 1 + rng.weighted([80, 16, 4].into_iter());
        let start = form
            .ends_at()
            .unwrap_or_else(|| Timestamp::at(held_on, 10, 0));
        let photos = (0..count)
            .map(|number| self.photo(rng, start.plus_minutes(-30 + 7 * number as i64)))
            .collect();
        Version {
            form,
            marks,
            photos,
        }
    }

    fn photo(&mut self, rng: &mut Rng, taken_at: Timestamp) -> usize {
        self.photos.push(PhotoPlan {
            taken_at: taken_at.plus_seconds(rng.range(0, 59)),
            with_time: rng.permille(600),
            with_place: rng.permille(60),
            copy_of: None,
        });
        self.photos.len() - 1
    }

    fn form(&self, rng: &mut Rng, unit: usize, month: Month, held_on: Date) -> Session {
        let places = &self.data.places;
        let plan = &self.units.units[unit];
        let list = match plan.kind {
            UnitKind::CityOffice => &places.places.city,
            UnitKind::Section => &places.places.section,
            _ if plan.place.is_empty() => &places.places.special,
            _ => &places.places.squad,
        };
        let of_squad = matches!(plan.kind, UnitKind::Squad | UnitKind::MobileSquad);
        let usable = |place: &&String| of_squad || !place.contains("中队");
        let kept: Vec<&String> = places.film.kept_at.iter().filter(usable).collect();
        let shape = &places.session;
        // Shorter sessions than the rules ask for cannot be handed in.
        let lengths: Vec<(u32, u32)> = shape
            .minutes
            .iter()
            .copied()
            .filter(|(minutes, _)| *minutes >= 40)
            .collect();
        let filmed = rng.permille(places.film.filmed_share);
        let topic = self
            .data
            .topics
            .topic
            .iter()
            .find(|topic| topic.month == month);
        Session {
            held_on: Some(held_on),
            start_time: Some(
                shape.starts[rng.weighted(shape.starts.iter().map(|s| s.1))]
                    .0
                    .clone(),
            ),
            minutes: Some(lengths[rng.weighted(lengths.iter().map(|m| m.1))].0),
            place: Some(list[rng.index(list.len())].replace("{unit}", &plan.place)),
            speaker: Some(self.speaker(rng, unit, held_on)),
            topic: Some(topic.map_or_else(
                || "城管执法业务学习".to_owned(),
                |topic| topic.title.clone(),
            )),
            content: topic.map(|topic| topic.guidance.clone()),
            filmed: Some(filmed),
            film_place: filmed.then(|| kept[rng.index(kept.len())].clone()),
            notes: rng
                .permille(600)
                .then(|| places.notes.list[rng.index(places.notes.list.len())].clone()),
        }
    }

    /// 中队长王伟, or a guest.
    fn speaker(&self, rng: &mut Rng, unit: usize, on: Date) -> String {
        let speakers = &self.data.places.speakers;
        if rng.permille(speakers.guest_share) {
            return speakers.guest[rng.index(speakers.guest.len())].clone();
        }
        const SPEAKING: [&str; 9] = [
            "squad_leader",
            "squad_instructor",
            "squad_deputy_leader",
            "legal_officer",
            "peer_instructor",
            "section_head",
            "section_deputy_head",
            "division_head",
            "division_deputy_head",
        ];
        let mut able: Vec<(usize, &str)> = Vec::new();
        for person in self.at_post(unit, on) {
            able.extend(
                SPEAKING
                    .iter()
                    .filter(|post| self.people[person].holds(post, on))
                    .map(|post| (person, *post)),
            );
        }
        if able.is_empty() {
            return speakers.guest[rng.index(speakers.guest.len())].clone();
        }
        let (person, post) = able[rng.index(able.len())];
        let word = chengzhi_organisation::domain::post::post_name(post).unwrap_or_default();
        format!("{word}{}", self.people[person].name)
    }

    /// The version before it was mended, with the reason why it came back.
    fn flawed(
        &mut self,
        rng: &mut Rng,
        month: Month,
        later: &Version,
    ) -> (String, Option<String>, Version) {
        let reasons: Vec<_> = self
            .data
            .reasons
            .reason
            .iter()
            // Too short cannot be handed in; repeated photos are planted where they are wanted.
            .filter(|reason| !matches!(reason.code.as_str(), "too_short" | "photo_repeated"))
            .collect();
        let code = reasons[rng.weighted(reasons.iter().map(|reason| reason.share))]
            .code
            .as_str();
        let mut earlier = later.clone();
        let form = &mut earlier.form;
        let taken_at = form.ends_at().unwrap_or(self.today).plus_minutes(-20);
        let mut note = None;
        match code {
            "photo_unclear" => {
                let blurred = self.photo(rng, taken_at);
                earlier.photos[0] = blurred;
            }
            "photo_missing_panorama" if earlier.photos.len() > 1 => {
                earlier.photos.pop();
            }
            "photo_headcount" | "attendance_wrong" => {
                if let Some(mark) = earlier
                    .marks
                    .iter_mut()
                    .find(|mark| !mark.present && mark.away.is_none())
                {
                    (mark.present, mark.reason) = (true, None);
                    note = Some("签到名单比照片中实际到场人数多1人。".to_owned());
                }
            }
            "off_topic" => {
                form.topic = Some("近期重点工作布置".to_owned());
                form.content = Some("传达近期工作要求，布置专项整治任务。".to_owned());
            }
            "no_speaker" => form.speaker = Some("本单位人员".to_owned()),
            "wrong_time" => form.start_time = Some("17:30".to_owned()),
            "film_unstated" => {
                form.filmed = Some(false);
                form.film_place = None;
            }
            _ => note = Some("备注中的补训安排没有写明时间，请补充。".to_owned()),
        }
        if earlier == *later {
            earlier.form.notes = Some(format!("{}学习情况。", month.label_cn()));
        }
        let code = if note.is_none() && code == "other" {
            "off_topic"
        } else {
            code
        };
        (code.to_owned(), note, earlier)
    }
}

/// A draft that lacks something, as drafts do.
fn unfinished(rng: &mut Rng, mut version: Version) -> Version {
    match rng.index(4) {
        0 => version.photos.clear(),
        1 => {
            version.form.filmed = None;
            version.form.film_place = None;
        }
        2 => {
            version.form.minutes = Some(35);
            version.form.notes = None;
        }
        _ => version.form.speaker = None,
    }
    version
}
