//! Drill records of two years; those with films are made by hand, see [`super::films`].

use chengzhi_drill::facade::commands::{
    ContestInput, InstructorInput, TeamInput, name_instructor, save_contest,
};
use chengzhi_drill::facade::{
    self as drill, Attendee, BulkDecision, BulkRecord, BulkReport, BulkRound, Doer, Outcome,
    SlotKey,
};
use chengzhi_kernel::{Quantity, Timestamp};
use chengzhi_organisation::domain::post::post_name;
use chrono::Datelike as _;

use super::{Writer, told};
use crate::plan::drill::{DrillPlan, DrillRound};
use crate::plan::{exempt, films};

impl Writer<'_> {
    fn drill_doer(&self, person: usize, at: Timestamp) -> anyhow::Result<Doer> {
        let doer = self.doer(person)?;
        let home = self.city.people[person].unit_on(at.date());
        Ok(Doer {
            account: doer.account,
            name: doer.name,
            home: home.map(|unit| self.unit(unit)).transpose()?,
        })
    }

    fn drill_attendance(&self, round: &DrillRound) -> anyhow::Result<Vec<Attendee>> {
        let on = round.session.held_on;
        let exempt = |person: usize| {
            exempt::kind_on(&self.city.exemptions, person, on?, round.at).map(str::to_owned)
        };
        let mut rows = Vec::with_capacity(round.marks.len());
        for mark in &round.marks {
            let person = &self.city.people[mark.person];
            let post = on.and_then(|day| person.post_on(day));
            rows.push(Attendee {
                person_id: self.person(mark.person)?,
                staff_no: person.staff_no.clone(),
                name: person.name.clone(),
                post_name: post
                    .as_deref()
                    .and_then(post_name)
                    .unwrap_or_default()
                    .to_owned(),
                away: mark.away.map(str::to_owned),
                exempt: exempt(mark.person),
                present: mark.present,
                absence_reason: mark.reason.clone(),
            });
        }
        Ok(rows)
    }

    fn drill_record(&self, plan: &DrillPlan) -> anyhow::Result<BulkRecord> {
        let mut rounds = Vec::with_capacity(plan.rounds.len());
        for round in &plan.rounds {
            let decision = match &round.decision {
                None => None,
                Some(decision) => Some(BulkDecision {
                    outcome: match decision.returned {
                        Some(_) => Outcome::Returned,
                        None => Outcome::Confirmed,
                    },
                    at: decision.at,
                    by: self.drill_doer(decision.by, decision.at)?,
                    reason: decision.returned.map(str::to_owned),
                }),
            };
            rounds.push(BulkRound {
                at: round.at,
                session: round.session.clone(),
                attendance: self.drill_attendance(round)?,
                decision,
            });
        }
        Ok(BulkRecord {
            slot: SlotKey {
                unit: self.unit(plan.unit)?,
                month: plan.month,
                half: plan.half,
            },
            reviewer: self.unit(plan.reviewer)?,
            started_at: plan.started_at,
            by: self.drill_doer(plan.by, plan.started_at)?,
            rounds,
        })
    }

    /// Stores all drill records.
    pub(super) async fn write_drill(&self) -> anyhow::Result<BulkReport> {
        let filmed = films::slots(&self.city.films);
        let records = self
            .city
            .drill
            .iter()
            .filter(|plan| {
                !self.with_films || !filmed.contains(&(plan.unit, plan.month, plan.half.number()))
            })
            .map(|plan| self.drill_record(plan))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let mut tx = self.state.db.write().await?;
        let report = drill::bulk_records(&mut tx, &self.state, &records)
            .await
            .map_err(told("队列训练"))?;
        tx.commit().await?;
        self.write_contests().await?;
        Ok(report)
    }

    /// Drill reviews and instructors, entered by hand.
    async fn write_contests(&self) -> anyhow::Result<()> {
        let scope = self.everywhere();
        for plan in &self.city.instructors {
            let district = self.unit(plan.bureau)?;
            let ctx = self.acting(plan.by, plan.at, district)?;
            let input = InstructorInput {
                district,
                person: self.person(plan.person)?,
                from: plan.at.date(),
                note: String::new(),
            };
            name_instructor(&ctx, &scope, input)
                .await
                .map_err(told("队列教官"))?;
        }
        for plan in &self.city.contests {
            let unit = self.unit(plan.bureau)?;
            let ctx = self.acting(plan.by, plan.at, unit)?;
            let teams = plan
                .teams
                .iter()
                .map(|(squad, score)| {
                    Ok(TeamInput {
                        unit: self.unit(*squad)?,
                        score: Some(Quantity::from_thousandths(*score)),
                        award: String::new(),
                    })
                })
                .collect::<anyhow::Result<_>>()?;
            let input = ContestInput {
                version: 0,
                unit,
                title: format!("{}年全区队列会操", plan.held_on.year()),
                held_on: plan.held_on,
                place: "区体育中心".to_owned(),
                judges: vec!["区局领导".to_owned(), "队列教官".to_owned()],
                note: String::new(),
                teams,
            };
            save_contest(&ctx, &scope, None, input)
                .await
                .map_err(told("队列会操"))?;
        }
        Ok(())
    }
}
