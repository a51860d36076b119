//! Accounts: one per role with a password that `make demo` prints, and those of everybody who
//! reports or reviews in the city's history.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use chengzhi_accounts::facade::{DemoAccount, hash_password, open_demo_account};
use chengzhi_authz::{Role, ScopeKind};
use chengzhi_db::Tx;
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade::UnitKind;
use chengzhi_study::facade::Doer;
use serde::{Deserialize, Serialize};

use super::{MAKER, Writer};
use crate::plan::stories;

/// The password of all accounts of the demo city.
pub const PASSWORD: &str = "Chengzhi-2024";

/// What `demo` prints and the browser tests use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoSignIn {
    /// Role code.
    pub role: String,
    /// Role in words.
    pub role_name: String,
    /// Unit.
    pub unit_name: String,
    /// Name.
    pub name: String,
    /// User name.
    pub user_name: String,
    /// Password.
    pub password: String,
}

/// An account to be opened for a role.
struct Wanted {
    role: Role,
    user_name: String,
    person: Option<usize>,
    unit: Option<usize>,
    reach: ScopeKind,
}

impl Writer<'_> {
    /// Opens all accounts and notes who acts in the history.
    pub(super) async fn open_accounts(&mut self) -> anyhow::Result<Vec<DemoSignIn>> {
        let hash = hash_password(self.service, PASSWORD).await?;
        let mut shown = Vec::new();
        let mut tx = self.state.db.write().await?;
        for wanted in self.wanted()? {
            shown.push(self.open_for_role(&mut tx, &wanted, &hash).await?);
        }
        let mut acting: BTreeMap<usize, Vec<(Role, Option<UnitId>, ScopeKind)>> = BTreeMap::new();
        for slot in &self.city.slots {
            let reporter = (
                Role::SquadReporter,
                Some(self.unit(slot.unit)?),
                ScopeKind::Unit,
            );
            acting.entry(slot.by).or_default().push(reporter);
            for decision in slot
                .rounds
                .iter()
                .filter_map(|round| round.decision.as_ref())
            {
                let city = slot.reviewer == self.city.city_office || slot.reviewer == 0;
                let right = if city {
                    (Role::CityTraining, None, ScopeKind::Subtree)
                } else {
                    (
                        Role::DistrictTraining,
                        Some(self.unit(slot.reviewer)?),
                        ScopeKind::Subtree,
                    )
                };
                acting.entry(decision.by).or_default().push(right);
            }
        }
        for makeup in &self.city.makeups {
            let right = (
                Role::DistrictTraining,
                Some(self.unit(makeup.bureau)?),
                ScopeKind::Subtree,
            );
            acting.entry(makeup.by).or_default().push(right);
        }
        for (unit, by, review) in self.drill_actors() {
            let right = if review {
                (Role::DistrictTraining, ScopeKind::Subtree)
            } else {
                (Role::SquadReporter, ScopeKind::Unit)
            };
            let grant = (right.0, Some(self.unit(unit)?), right.1);
            acting.entry(by).or_default().push(grant);
        }
        for task in &self.city.tasks {
            acting
                .entry(task.by)
                .or_default()
                .push((Role::CityTraining, None, ScopeKind::Subtree));
        }
        for (person, mut roles) in acting {
            if self.doers.contains_key(&person) {
                continue;
            }
            roles.sort_unstable_by_key(|(role, unit, _)| (*role, *unit));
            roles.dedup();
            let plan = &self.city.people[person];
            let account = DemoAccount {
                user_name: format!("u{}", plan.staff_no),
                name: plan.name.clone(),
                person_id: Some(self.person(person)?),
                roles,
                password_hash: hash.clone(),
            };
            self.open(&mut tx, &account, Some(person)).await?;
        }
        tx.commit().await?;
        Ok(shown)
    }

    /// Who reports and reviews films and exemptions: unit, person, and whether he reviews.
    fn drill_actors(&self) -> Vec<(usize, usize, bool)> {
        let mut found = Vec::new();
        for plan in &self.city.films {
            found.push((plan.unit, plan.by, false));
            let decided = plan.decision.as_ref();
            found.extend(decided.map(|decision| (plan.reviewer, decision.by, true)));
        }
        for plan in &self.city.exemptions {
            found.push((plan.unit, plan.by, false));
            let decided = plan.decision.as_ref();
            found.extend(decided.map(|(_, by, _)| (plan.bureau, *by, true)));
        }
        found
    }

    pub(super) async fn open(
        &mut self,
        tx: &mut Tx,
        account: &DemoAccount,
        person: Option<usize>,
    ) -> anyhow::Result<()> {
        let id = open_demo_account(tx, MAKER, account)
            .await?
            .with_context(|| format!("账号{}已存在", account.user_name))?;
        if let Some(person) = person {
            let plan = &self.city.people[person];
            let home = plan
                .unit_on(self.city.wish.today.date())
                .or(plan.memberships.last().map(|span| span.unit));
            let home = home.map(|unit| self.unit(unit)).transpose()?;
            self.doers.insert(
                person,
                Doer {
                    account: id,
                    name: plan.name.clone(),
                    home,
                },
            );
        }
        Ok(())
    }

    async fn open_for_role(
        &mut self,
        tx: &mut Tx,
        wanted: &Wanted,
        hash: &str,
    ) -> anyhow::Result<DemoSignIn> {
        let name = match wanted.person {
            Some(person) => self.city.people[person].name.clone(),
            None => wanted.role.name().to_owned(),
        };
        let unit = wanted.unit.map(|unit| self.unit(unit)).transpose()?;
        let account = DemoAccount {
            user_name: wanted.user_name.clone(),
            name: name.clone(),
            person_id: wanted
                .person
                .map(|person| self.person(person))
                .transpose()?,
            roles: vec![(wanted.role, unit, wanted.reach)],
            password_hash: hash.to_owned(),
        };
        self.open(tx, &account, wanted.person).await?;
        if let Some(person) = wanted.person {
            self.played.insert(wanted.role.code(), person);
        }
        Ok(DemoSignIn {
            role: wanted.role.code().to_owned(),
            role_name: wanted.role.name().to_owned(),
            unit_name: wanted.unit.map_or_else(
                || "全市".to_owned(),
                |unit| self.city.units.units[unit].name.clone(),
            ),
            name,
            user_name: wanted.user_name.clone(),
            password: PASSWORD.to_owned(),
        })
    }

    /// One account per role, in the trial district where a district is meant.
    fn wanted(&self) -> anyhow::Result<Vec<Wanted>> {
        let units = &self.city.units;
        let today = self.city.wish.today.date();
        let trial = &self.data.organisation.city.trial_district;
        let district = units.by_code(trial).context("没有演示用的区")?;
        let squad = units.by_code(stories::SQUAD).context("没有演示用的中队")?;
        let section = units
            .units
            .iter()
            .position(|unit| {
                unit.kind == UnitKind::Section
                    && unit.parent == Some(district)
                    && unit.name.contains("案件")
            })
            .context("没有演示用的科室")?;
        let serving = |unit: usize| {
            self.city
                .people
                .iter()
                .enumerate()
                .filter(move |(_, person)| {
                    person.established
                        && person.unit_on(today) == Some(unit)
                        && person.at_post_on(today)
                })
                .map(|(index, _)| index)
        };
        let reporter = self
            .city
            .slots
            .iter()
            .rev()
            .find(|slot| slot.unit == squad)
            .map(|slot| slot.by)
            .filter(|by| serving(squad).any(|person| person == *by))
            .context("演示中队没有填报人")?;
        let recent = |accept: &dyn Fn(usize) -> bool| {
            self.city
                .slots
                .iter()
                .rev()
                .filter(|slot| accept(slot.reviewer))
                .flat_map(|slot| slot.rounds.iter().rev())
                .filter_map(|round| round.decision.as_ref().map(|decision| decision.by))
                .find(|by| self.city.people[*by].at_post_on(today))
        };
        let reviewer = recent(&|unit| unit == district).context("演示区没有审核人")?;
        let office = self.city.city_office;
        let city = recent(&|unit| unit == office).context("市局没有审核人")?;
        let mut used = vec![reporter, reviewer, city];
        let mut pick = |unit: usize, post: &str| -> anyhow::Result<usize> {
            let holds = |person: usize| self.city.people[person].holds(post, today);
            let free: Vec<usize> = serving(unit)
                .filter(|person| !used.contains(person))
                .collect();
            let chosen = free
                .iter()
                .copied()
                .find(|person| holds(*person))
                .or_else(|| free.first().copied());
            let chosen = chosen.ok_or_else(|| anyhow!("{}没有可用的人", units.units[unit].name))?;
            used.push(chosen);
            Ok(chosen)
        };
        let head = pick(squad, "squad_leader")?;
        let teacher = pick(squad, "peer_instructor")?;
        let officer = pick(squad, "officer")?;
        let lead = pick(section, "section_head")?;
        let seat = units
            .units
            .iter()
            .position(|unit| unit.seated.is_some())
            .unwrap_or(office);
        let leader = pick(seat, "bureau_director")?;
        let wish = |role, user: &str, person, unit, reach| Wanted {
            role,
            user_name: user.to_owned(),
            person,
            unit,
            reach,
        };
        let whole = ScopeKind::Subtree;
        Ok(vec![
            wish(
                Role::Officer,
                "baoshan-officer",
                Some(officer),
                Some(squad),
                ScopeKind::Own,
            ),
            wish(
                Role::Instructor,
                "baoshan-instructor",
                Some(teacher),
                Some(squad),
                ScopeKind::Own,
            ),
            wish(
                Role::SquadReporter,
                "baoshan-reporter",
                Some(reporter),
                Some(squad),
                ScopeKind::Unit,
            ),
            wish(
                Role::SquadHead,
                "baoshan-head",
                Some(head),
                Some(squad),
                ScopeKind::Unit,
            ),
            wish(
                Role::SectionLead,
                "baoshan-section",
                Some(lead),
                Some(section),
                ScopeKind::Unit,
            ),
            wish(
                Role::DistrictTraining,
                "baoshan-training",
                Some(reviewer),
                Some(district),
                whole,
            ),
            wish(
                Role::CityTraining,
                "shiju-training",
                Some(city),
                None,
                whole,
            ),
            wish(Role::Leader, "shiju-leader", Some(leader), None, whole),
            wish(Role::SystemAdmin, "shiju-system", None, None, whole),
            wish(Role::SecurityAdmin, "shiju-security", None, None, whole),
            wish(Role::AuditAdmin, "shiju-audit", None, None, whole),
        ])
    }
}
