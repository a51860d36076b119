//! One session with its rules and units, and who may see or change it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chengzhi_assessment::facade as assessment;
use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitTree};
use chengzhi_rules::policy::{Cited, Policy};

use crate::domain::attempts::{Policy as AttemptPolicy, Ruled};
use crate::domain::session::{Purpose, State, only_in};
use crate::store::rooms::{self, Staff};
use crate::store::sessions::{self, Session};

use super::refused;

/// A session with what every command looks at.
pub struct Case {
    /// The session.
    pub session: Session,
    /// Rules of its year.
    pub rules: Arc<Policy>,
    /// Units today.
    pub tree: UnitTree,
}

/// Rules of a year.
///
/// # Errors
/// 409 when no pack is old enough.
pub async fn rules_of(tx: &mut Tx, ctx: &Ctx, year: i32) -> Result<Arc<Policy>, Problem> {
    assessment::policy_of(tx, &ctx.state.policy, year)
        .await
        .map_err(|error| {
            tracing::warn!(year, error = %error, "no policy for the year");
            Problem::conflict(
                "policy.missing",
                format!("{year}年没有可用的规则，不能办理该年的考试。"),
            )
        })
}

fn bureaus(mut units: BTreeSet<i64>, tree: &UnitTree) -> BTreeSet<i64> {
    units.retain(|unit| {
        tree.unit(UnitId::from(*unit)).is_some_and(|unit| {
            matches!(
                unit.kind,
                UnitKind::DistrictBureau
                    | UnitKind::CityBureau
                    | UnitKind::SpecialUnit
                    | UnitKind::Corps
            )
        })
    });
    units
}

/// Bureaus for which the actor holds exams himself.
#[must_use]
pub fn holding_units(ctx: &Ctx, tree: &UnitTree) -> BTreeSet<i64> {
    let direct = organisation::direct_units(&ctx.actor, tree, Permission::ExamManage);
    bureaus(direct, tree)
}

/// Bureaus for which the actor reviews candidates and reports himself.
#[must_use]
pub fn reviewing_units(ctx: &Ctx, tree: &UnitTree) -> BTreeSet<i64> {
    let direct = organisation::direct_units(&ctx.actor, tree, Permission::ExamReview);
    bureaus(direct, tree)
}

/// Whether a bureau may hold exams for this purpose: the qualification exam is the city's (B-57).
#[must_use]
pub fn may_hold(tree: &UnitTree, unit: UnitId, purpose: Purpose) -> bool {
    let Some(unit) = tree.unit(unit) else {
        return false;
    };
    purpose != Purpose::Qualification || unit.kind == UnitKind::CityBureau
}

/// Units whose sessions a scope reads: its own, and the bureaus above them, in whose exams its people sit.
#[must_use]
pub fn reading_units(scope: &Scope, tree: &UnitTree) -> BTreeSet<i64> {
    let mut found = scope.units.clone();
    for unit in &scope.units {
        let above = tree.path(UnitId::from(*unit));
        found.extend(above.iter().map(|unit| unit.id.get()));
    }
    found
}

impl Case {
    async fn fill(tx: &mut Tx, ctx: &Ctx, session: Session) -> Result<Self, Problem> {
        Ok(Case {
            rules: rules_of(tx, ctx, session.year).await?,
            tree: organisation::tree(tx, ctx.today).await?,
            session,
        })
    }

    /// A session that was read, with the units of today.
    ///
    /// # Errors
    /// 409 without rules.
    pub async fn of(
        tx: &mut Tx,
        ctx: &Ctx,
        session: Session,
        tree: UnitTree,
    ) -> Result<Self, Problem> {
        Ok(Case {
            rules: rules_of(tx, ctx, session.year).await?,
            tree,
            session,
        })
    }

    /// Any session.
    ///
    /// # Errors
    /// 404 when it is not there; 409 without rules.
    pub async fn any(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        let session = sessions::by_id(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        Self::fill(tx, ctx, session).await
    }

    /// Any session, locked until the transaction ends.
    ///
    /// # Errors
    /// As [`Case::any`].
    pub async fn take_any(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        let session = sessions::take(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        Self::fill(tx, ctx, session).await
    }

    /// A session that the scope reads.
    ///
    /// # Errors
    /// 404 for others.
    pub async fn readable(tx: &mut Tx, ctx: &Ctx, scope: &Scope, id: i64) -> Result<Self, Problem> {
        let case = Self::any(tx, ctx, id).await?;
        let holder = case.session.unit.get();
        let drafts_of_others = case.session.state == State::Draft && !case.is_held_by(ctx);
        if drafts_of_others || !reading_units(scope, &case.tree).contains(&holder) {
            return Err(Problem::not_found());
        }
        Ok(case)
    }

    /// A session that the actor holds, for reading.
    ///
    /// # Errors
    /// 404 for others.
    pub async fn held(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        let case = Self::any(tx, ctx, id).await?;
        if case.is_held_by(ctx) {
            Ok(case)
        } else {
            Err(Problem::not_found())
        }
    }

    /// A session that the actor holds, locked until the transaction ends.
    ///
    /// # Errors
    /// 404 for others.
    pub async fn take(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<Self, Problem> {
        let case = Self::take_any(tx, ctx, id).await?;
        if case.is_held_by(ctx) {
            Ok(case)
        } else {
            Err(Problem::not_found())
        }
    }

    /// Whether the actor holds it.
    #[must_use]
    pub fn is_held_by(&self, ctx: &Ctx) -> bool {
        holding_units(ctx, &self.tree).contains(&self.session.unit.get())
    }

    /// Refuses what its state does not allow.
    ///
    /// # Errors
    /// 409.
    pub fn only_in(&self, allowed: &[State], act: &str) -> Result<(), Problem> {
        only_in(self.session.state, allowed, act).map_err(refused)
    }

    /// Refuses an old version.
    ///
    /// # Errors
    /// 409.
    pub fn fresh(&self, version: i64) -> Result<(), Problem> {
        if self.session.version == version {
            Ok(())
        } else {
            Err(Problem::stale())
        }
    }

    /// Stores the session as it is now.
    ///
    /// # Errors
    /// 409 when somebody was faster.
    pub async fn put(&mut self, tx: &mut Tx) -> Result<(), Problem> {
        let version = self.session.version;
        if !sessions::put(tx, &self.session, version).await? {
            return Err(Problem::stale());
        }
        self.session.version += 1;
        Ok(())
    }

    /// The duties of a session, and the rooms that the actor watches: all of them for its holder, for an invigilator
    /// without a room, and for nobody else.
    ///
    /// # Errors
    /// 404 for somebody without a duty; 500 from the engine.
    pub async fn watch(&self, tx: &mut Tx, ctx: &Ctx) -> Result<(Vec<Staff>, Watch), Problem> {
        let staff = rooms::staff(tx, self.session.id).await?;
        if self.is_held_by(ctx) {
            return Ok((staff, Watch::All));
        }
        let own =
            |one: &&Staff| one.kind == "invigilator" && Some(one.person) == ctx.actor.person_id;
        let mine: Vec<&Staff> = staff.iter().filter(own).collect();
        if mine.is_empty() {
            let districts: BTreeSet<i64> = reviewing_units(ctx, &self.tree);
            if districts.is_empty() {
                return Err(Problem::not_found());
            }
            return Ok((staff, Watch::Districts(districts)));
        }
        let watch = if mine.iter().any(|one| one.room.is_none()) {
            Watch::All
        } else {
            Watch::Rooms(mine.iter().filter_map(|one| one.room).collect())
        };
        Ok((staff, watch))
    }

    /// First instant too late for the district's report.
    #[must_use]
    pub fn report_due(&self) -> Timestamp {
        let days = i64::from(self.rules.exam.report_days());
        Timestamp::end_of_day(self.session.terms.closes.date()).plus_days(days)
    }

    /// First instant too late to object; none before publication.
    #[must_use]
    pub fn objection_due(&self) -> Option<Timestamp> {
        let days = i64::from(self.rules.exam.objection_days());
        let out = self.session.published_at?;
        Some(Timestamp::end_of_day(out.date()).plus_days(days))
    }

    /// Attempts, which one counts, and what is shown when: by the rules of its purpose.
    #[must_use]
    pub fn policy(&self) -> AttemptPolicy {
        let (exam, purpose) = (&self.rules.exam, self.session.purpose);
        let ruled = Ruled {
            attempts: exam.attempts(purpose.code()),
            counts: exam.counts(purpose.code()),
            next_form: exam.next_form(purpose.code()),
            after_hand_in: exam.after_hand_in(purpose.code()),
            review: exam.review(purpose.code()),
        };
        AttemptPolicy::of(purpose, ruled, self.session.attempts)
    }

    /// `exam_session:12`.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("exam_session:{}", self.session.id)
    }
}

/// Whom somebody watches on the day of the exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watch {
    /// Everybody.
    All,
    /// These rooms.
    Rooms(BTreeSet<i64>),
    /// The candidates of these bureaus.
    Districts(BTreeSet<i64>),
}

impl Watch {
    /// Whether it reaches somebody.
    #[must_use]
    pub fn sees(&self, room: Option<i64>, district: UnitId) -> bool {
        match self {
            Watch::All => true,
            Watch::Rooms(rooms) => room.is_some_and(|room| rooms.contains(&room)),
            Watch::Districts(districts) => districts.contains(&district.get()),
        }
    }
}

/// 依据 of a figure; a house figure when the pack has none.
#[must_use]
pub fn clause<T>(cited: Option<&Cited<T>>, row: &str, text: String) -> ClauseOut {
    ClauseOut {
        rule: cited.map_or_else(|| row.to_owned(), |cited| cited.row.clone()),
        clause: cited.map_or_else(|| "本系统设定".to_owned(), |cited| cited.clause.clone()),
        text,
    }
}
