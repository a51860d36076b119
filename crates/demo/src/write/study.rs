//! Tasks, photos, records and make-up sessions.

use chengzhi_authz::{Actor, Grant, Role, Scope, ScopeKind};
use chengzhi_files::{PhotoFacts, StoredFile, register};
use chengzhi_http::Ctx;
use chengzhi_kernel::{Timestamp, UnitId};
use chengzhi_organisation::domain::post::post_name;
use chengzhi_study::facade::{
    self as study, Attendee, BulkDecision, BulkRecord, BulkReport, BulkRound, BulkTask, Content,
    Doer, Makeup, MakeupInput, Outcome, PhotoRef,
};

use super::{Writer, told};
use crate::plan::slots::{SlotPlan, Verdict, Version};

impl Writer<'_> {
    /// Names the stored photos in the database and gives their hashes.
    pub(super) async fn name_photos(
        &self,
        stored: &[(StoredFile, PhotoFacts)],
    ) -> anyhow::Result<Vec<String>> {
        let mut tx = self.state.db.write().await?;
        for (file, facts) in stored {
            register(&mut tx, file, facts).await?;
        }
        tx.commit().await?;
        Ok(stored
            .iter()
            .map(|(file, _)| file.hash.as_str().to_owned())
            .collect())
    }

    fn content(&self, version: &Version, hashes: &[String]) -> anyhow::Result<Content> {
        let on = version.form.held_on;
        let mut attendance = Vec::with_capacity(version.marks.len());
        for mark in &version.marks {
            let person = &self.city.people[mark.person];
            let post = on.and_then(|day| person.post_on(day));
            attendance.push(Attendee {
                person_id: self.person(mark.person)?,
                staff_no: person.staff_no.clone(),
                name: person.name.clone(),
                post_name: post
                    .as_deref()
                    .and_then(post_name)
                    .unwrap_or_default()
                    .to_owned(),
                away: mark.away.map(str::to_owned),
                present: mark.present,
                absence_reason: mark.reason.clone(),
            });
        }
        let photos = version
            .photos
            .iter()
            .filter_map(|index| hashes.get(*index))
            .enumerate()
            .map(|(number, hash)| PhotoRef {
                hash: hash.clone(),
                name: format!("学习照片{}.jpg", number + 1),
            })
            .collect();
        Ok(Content {
            session: version.form.clone(),
            attendance,
            photos,
        })
    }

    /// Who acted, with the unit he belonged to at that time.
    fn doer_on(&self, person: usize, at: Timestamp) -> anyhow::Result<Doer> {
        let home = self.city.people[person].unit_on(at.date());
        Ok(Doer {
            home: home.map(|unit| self.unit(unit)).transpose()?,
            ..self.doer(person)?
        })
    }

    fn record(&self, slot: &SlotPlan, hashes: &[String]) -> anyhow::Result<BulkRecord> {
        let mut rounds = Vec::with_capacity(slot.rounds.len());
        for round in &slot.rounds {
            let decision = match &round.decision {
                None => None,
                Some(decision) => Some(BulkDecision {
                    outcome: match decision.verdict {
                        Verdict::Confirm => Outcome::Confirmed,
                        Verdict::Return => Outcome::Returned,
                        Verdict::Reject => Outcome::Rejected,
                    },
                    at: decision.at,
                    by: self.doer_on(decision.by, decision.at)?,
                    reason: decision.reason.clone(),
                    note: decision.note.clone(),
                }),
            };
            rounds.push(BulkRound {
                submitted_at: round.at,
                content: self.content(&round.version, hashes)?,
                decision,
            });
        }
        Ok(BulkRecord {
            unit: self.unit(slot.unit)?,
            month: slot.month,
            reviewer: self.unit(slot.reviewer)?,
            passed_up: slot.passed_up,
            started_at: slot.started_at,
            by: self.doer(slot.by)?,
            draft: slot
                .draft
                .as_ref()
                .map(|version| self.content(version, hashes))
                .transpose()?,
            rounds,
        })
    }

    /// Tasks, records, make-up sessions.
    pub(super) async fn write_study(&self, hashes: &[String]) -> anyhow::Result<BulkReport> {
        let mut tasks = Vec::with_capacity(self.city.tasks.len());
        for task in &self.city.tasks {
            tasks.push(BulkTask {
                month: task.month,
                topic: task.title.clone(),
                guidance: task.guidance.clone(),
                issued_at: task.at,
                by: self.doer(task.by)?,
            });
        }
        let records = self
            .city
            .slots
            .iter()
            .map(|slot| self.record(slot, hashes))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let mut tx = self.state.db.write().await?;
        study::bulk_tasks(&mut tx, &tasks)
            .await
            .map_err(told("学习任务"))?;
        let report = study::bulk_records(&mut tx, &self.state.calendar, &records)
            .await
            .map_err(told("学习记录"))?;
        tx.commit().await?;
        for makeup in &self.city.makeups {
            let input = MakeupInput {
                district: self.unit(makeup.bureau)?,
                makeup: Makeup {
                    for_month: makeup.month,
                    held_on: makeup.held_on,
                    minutes: makeup.minutes,
                },
                place: makeup.place.clone(),
                topic: makeup.topic.clone(),
                speaker: makeup.speaker.clone(),
                note: String::new(),
                people: makeup
                    .people
                    .iter()
                    .map(|person| self.person(*person))
                    .collect::<anyhow::Result<_>>()?,
            };
            let ctx = self.acting(makeup.by, makeup.at, input.district)?;
            let scope = self.everywhere();
            let what = format!("{}{}补训", makeup.month.label_cn(), makeup.place);
            study::add_makeup(&ctx, &scope, input)
                .await
                .map_err(told(&what))?;
        }
        Ok(report)
    }

    pub(super) fn everywhere(&self) -> Scope {
        Scope {
            units: self.units.iter().map(|unit| unit.get()).collect(),
            own: None,
        }
    }

    /// A person of a bureau at work at a moment of the past.
    pub(super) fn acting(&self, person: usize, at: Timestamp, unit: UnitId) -> anyhow::Result<Ctx> {
        self.acting_with(
            person,
            at,
            (Role::DistrictTraining, unit),
            self.everywhere(),
        )
    }

    /// Who reports for a squad, at a moment of the past.
    pub(super) fn reporting(
        &self,
        person: usize,
        at: Timestamp,
        squad: UnitId,
    ) -> anyhow::Result<(Ctx, Scope)> {
        let scope = Scope {
            units: [squad.get()].into(),
            own: None,
        };
        let role = (Role::SquadReporter, squad);
        Ok((self.acting_with(person, at, role, scope.clone())?, scope))
    }

    pub(super) fn acting_with(
        &self,
        person: usize,
        at: Timestamp,
        (role, unit): (Role, UnitId),
        reach: Scope,
    ) -> anyhow::Result<Ctx> {
        let doer = self.doer(person)?;
        let actor = Actor {
            account_id: doer.account,
            person_id: Some(self.person(person)?),
            name: doer.name,
            grants: vec![Grant {
                role,
                unit_id: unit,
                scope: match role {
                    Role::SquadReporter => ScopeKind::Unit,
                    _ => ScopeKind::Subtree,
                },
                units: std::sync::Arc::new(reach.units),
            }],
        };
        Ok(Ctx::new(self.at(at), actor))
    }
}
