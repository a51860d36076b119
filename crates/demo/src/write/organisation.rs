//! Units, people and what happened to them.

use anyhow::Context as _;
use chengzhi_kernel::Timestamp;
use chengzhi_organisation::domain::post::{post_name, rank_name};
use chengzhi_organisation::facade as organisation;
use chengzhi_organisation::usecase::Editor;
use chengzhi_organisation::usecase::people::{NewPerson, create_person, transfer_person};
use chengzhi_organisation::usecase::roster_import::{CommandLine, run};
use chengzhi_organisation::usecase::status::{NewStatus, record_status, revoke_status};
use chengzhi_organisation::usecase::units::{OpenUnit, open_unit};

use super::{MAKER, Writer, told};
use crate::plan::days;
use crate::plan::people::PersonPlan;

/// Something that happened to a person.
enum Happening {
    Joined,
    Moved(usize),
    Changed(usize),
    Revoked(usize),
}

fn posts(person: &PersonPlan) -> Vec<String> {
    let lasting: Vec<_> = person
        .posts
        .iter()
        .filter(|span| span.until.is_none())
        .collect();
    let held = if lasting.is_empty() {
        person.posts.last().into_iter().collect()
    } else {
        lasting
    };
    held.into_iter().map(|span| span.post.clone()).collect()
}

impl Writer<'_> {
    /// All units, parents first.
    pub(super) async fn make_units(&mut self) -> anyhow::Result<()> {
        let mut tx = self.state.db.write().await?;
        for plan in &self.city.units.units {
            let editor = Editor::command_line(MAKER, Timestamp::at(plan.opened_on, 9, 0));
            let parent = plan.parent.map(|index| self.unit(index)).transpose()?;
            let street = plan.street.map(|index| self.unit(index)).transpose()?;
            let new = OpenUnit {
                code: &plan.code,
                name: &plan.name,
                kind: plan.kind,
                trains: plan.trains && plan.kind == organisation::UnitKind::CityOffice,
                opened_on: plan.opened_on,
                parent,
                street,
            };
            let id = open_unit(&mut tx, &editor, &new)
                .await
                .map_err(told(&plan.name))?;
            self.units.push(id);
        }
        tx.commit().await?;
        Ok(())
    }

    /// Everybody who was there before the demo's years, by one roster as of their first day.
    pub(super) async fn make_people(&mut self) -> anyhow::Result<()> {
        let first = days::ymd(self.city.year - 1, 1, 1);
        let mut sheet = String::from(
            "工号,姓名,性别,区局,单位,在编,人员类别,岗位,职级,入职日期,初任培训结束日期,手机号\n",
        );
        for person in self
            .city
            .people
            .iter()
            .filter(|person| person.joined_on < first)
        {
            let unit = person.memberships.first().map_or(0, |span| span.unit);
            let plan = self.city.units.units.get(unit).context("单位不在计划中")?;
            let bureau = self
                .city
                .units
                .units
                .get(plan.bureau)
                .context("区局不在计划中")?;
            let held: Vec<&str> = posts(person)
                .iter()
                .filter_map(|post| post_name(post))
                .collect();
            let rank = person
                .rank
                .as_deref()
                .and_then(rank_name)
                .unwrap_or_default();
            let induction = person
                .induction_ended_on
                .map(|day| day.to_string())
                .unwrap_or_default();
            sheet.push_str(&format!(
                "{},{},{},{},{},{},{},{},{rank},{},{induction},\n",
                person.staff_no,
                person.name,
                if person.woman { "女" } else { "男" },
                bureau.code,
                plan.code,
                if person.established { "是" } else { "否" },
                person.category.name(),
                held.join("、"),
                person.joined_on,
            ));
        }
        let state = self.at(Timestamp::at(first, 8, 0));
        let outcome = run(
            &state,
            MAKER,
            sheet.as_bytes(),
            "名册.csv",
            Some(first),
            CommandLine::Commit,
        )
        .await
        .map_err(told("名册"))?;
        if outcome.committed.is_none() {
            let broken = outcome.lines.iter().find(|line| !line.faults.is_empty());
            anyhow::bail!(
                "名册未能导入：{:?}",
                broken.map(|line| (&line.staff_no, &line.faults))
            );
        }
        Ok(())
    }

    /// What happened since, in the order of its entry.
    pub(super) async fn live(&mut self) -> anyhow::Result<()> {
        let first = days::ymd(self.city.year - 1, 1, 1);
        let mut happenings: Vec<(Timestamp, usize, Happening)> = Vec::new();
        for (index, person) in self.city.people.iter().enumerate() {
            if person.joined_on >= first {
                happenings.push((
                    Timestamp::at(person.joined_on, 9, 0),
                    index,
                    Happening::Joined,
                ));
            }
            for (number, span) in person.memberships.iter().enumerate().skip(1) {
                happenings.push((
                    Timestamp::at(span.from, 9, 30),
                    index,
                    Happening::Moved(number),
                ));
            }
            for (number, event) in person.events.iter().enumerate() {
                happenings.push((event.recorded_at, index, Happening::Changed(number)));
                if let Some((at, _)) = &event.revoked {
                    happenings.push((*at, index, Happening::Revoked(number)));
                }
            }
        }
        happenings.sort_by_key(|(at, index, _)| (*at, *index));
        let mut tx = self.state.db.write().await?;
        let numbers: Vec<String> = self
            .city
            .people
            .iter()
            .map(|person| person.staff_no.clone())
            .collect();
        let mut known = organisation::people_by_staff_no(&mut tx, &numbers).await?;
        let mut events = std::collections::HashMap::new();
        for (at, index, happening) in &happenings {
            let person = self.city.people.get(*index).context("人员不在计划中")?;
            let editor = Editor::command_line(MAKER, *at);
            let failed = |problem| told(&format!("{}{}", person.staff_no, person.name))(problem);
            if matches!(happening, Happening::Joined) {
                let unit = self.unit(person.memberships.first().map_or(0, |span| span.unit))?;
                let new = NewPerson {
                    staff_no: person.staff_no.clone(),
                    name: person.name.clone(),
                    sex: Some(if person.woman { "女" } else { "男" }.to_owned()),
                    established: person.established,
                    category: Some(person.category.name().to_owned()),
                    posts: posts(person),
                    rank: person.rank.clone(),
                    joined_on: person.joined_on,
                    induction_ended_on: person.induction_ended_on,
                    phone: None,
                };
                let id = create_person(&mut tx, &editor, unit, &new)
                    .await
                    .map_err(failed)?;
                let found = organisation::person(&mut tx, id)
                    .await?
                    .context("刚建立的人员不见了")?;
                known.insert(person.staff_no.clone(), found);
                continue;
            }
            let id = known.get(&person.staff_no).context("人员尚未建立")?.id;
            match happening {
                Happening::Joined => {}
                Happening::Moved(number) => {
                    let span = person.memberships.get(*number).context("调动不在计划中")?;
                    let unit = self.unit(span.unit)?;
                    transfer_person(&mut tx, &editor, id, unit, span.from)
                        .await
                        .map_err(failed)?;
                }
                Happening::Changed(number) => {
                    let event = person.events.get(*number).context("变动不在计划中")?;
                    let new = NewStatus {
                        kind: event.change.kind,
                        effective_on: event.change.effective_on,
                        decided_on: Some(event.decided_on),
                        note: event.note.clone(),
                    };
                    let stored = record_status(&mut tx, &editor, id, &new)
                        .await
                        .map_err(failed)?;
                    events.insert((*index, *number), stored);
                }
                Happening::Revoked(number) => {
                    let event = person
                        .events
                        .get(*number)
                        .and_then(|event| event.revoked.as_ref());
                    let stored = events.get(&(*index, *number));
                    if let (Some((_, reason)), Some(stored)) = (event, stored) {
                        revoke_status(&mut tx, &editor, id, *stored, reason)
                            .await
                            .map_err(failed)?;
                    }
                }
            }
        }
        tx.commit().await?;
        self.people = self
            .city
            .people
            .iter()
            .map(|person| {
                known
                    .get(&person.staff_no)
                    .map(|found| found.id)
                    .context("人员尚未建立")
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(())
    }
}
