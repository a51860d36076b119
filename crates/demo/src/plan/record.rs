//! What a month's record holds: its session, the marks beside the names, its photos; and how it looked before it was
//! mended.

use chengzhi_kernel::{Date, Month, Timestamp};
use chengzhi_organisation::facade::UnitKind;
use chengzhi_study::facade::Session;

use super::slots::{Version, marks};
use super::studio::Studio;
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

impl Studio<'_> {
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
    pub(super) fn flawed(
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
