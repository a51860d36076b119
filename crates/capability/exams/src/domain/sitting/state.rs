//! Where a sitting stands, and what each request does to it.

use chengzhi_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::clock::{Clock, Pause};
use crate::domain::Deny;
use crate::domain::coded::{coded, step};

coded! {
    /// Where a sitting stands.
    pub enum State {
        /// Not begun.
        NotStarted = "not_started", "未开始";
        /// Going on.
        Running = "running", "进行中";
        /// Handed in by the candidate.
        HandedIn = "handed_in", "已交卷";
        /// Collected when time was up.
        Collected = "collected", "到时自动收卷";
        /// Taken out of the exam.
        Void = "void", "作废";
    }
}

coded! {
    /// What happens to it.
    pub enum Event {
        /// Begins.
        Start = "start", "开始作答";
        /// An answer arrives.
        Save = "save", "保存";
        /// An answer given in time arrives after the end.
        SaveLate = "save_late", "迟到保存";
        /// An invigilator stops the clock or lets it go on.
        Pause = "pause", "暂停或继续计时";
        /// Another device goes on.
        TakeOver = "take_over", "换设备";
        /// The candidate hands in.
        HandIn = "hand_in", "交卷";
        /// Time is up.
        TimeUp = "time_up", "到时";
        /// Taken out.
        Annul = "annul", "作废";
    }
}

/// All steps. Handing in twice, and being collected after handing in, change nothing.
pub const STEPS: &[(State, Event, State)] = &[
    (State::NotStarted, Event::Start, State::Running),
    (State::NotStarted, Event::Annul, State::Void),
    (State::Running, Event::Start, State::Running),
    (State::Running, Event::Save, State::Running),
    (State::Running, Event::TakeOver, State::Running),
    (State::Running, Event::Pause, State::Running),
    (State::Running, Event::HandIn, State::HandedIn),
    (State::Running, Event::TimeUp, State::Collected),
    (State::Running, Event::Annul, State::Void),
    (State::HandedIn, Event::HandIn, State::HandedIn),
    (State::HandedIn, Event::TimeUp, State::HandedIn),
    (State::HandedIn, Event::Annul, State::Void),
    (State::Collected, Event::HandIn, State::Collected),
    (State::Collected, Event::TimeUp, State::Collected),
    (State::Collected, Event::SaveLate, State::Collected),
    (State::Collected, Event::Annul, State::Void),
];

/// What the exam allows, in seconds and instants of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The doors open.
    pub opens: Timestamp,
    /// Last instant (exclusive) to begin.
    pub last_start: Timestamp,
    /// End of the window.
    pub closes: Timestamp,
    /// Length in seconds.
    pub duration: i64,
    /// For how many seconds after the end an answer that was on its way is still taken.
    pub margin: i64,
}

/// A sitting as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// As stored; see [`Sitting::state_at`] for the truth.
    pub stored: State,
    /// Runs from the start.
    pub clock: Option<Clock>,
    /// Extra time in seconds.
    pub extra: i64,
    /// Which device may save; a taken-over device holds an older number. Zero before the start.
    pub device: u32,
    /// Sequence number of the last stored answer.
    pub sequence: u64,
    /// That number when the device came in: what it may send again came after.
    pub since: u64,
    /// When it was handed in or collected.
    pub ended: Option<Timestamp>,
}

/// What a start gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// To be stored.
    pub sitting: Sitting,
    /// He had begun before: the same paper, the same clock.
    pub again: bool,
}

/// An answer that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Save {
    /// The device's number.
    pub device: u32,
    /// The client's sequence number: one more than the last acknowledged.
    pub sequence: u64,
    /// When the server had it.
    pub at: Timestamp,
}

/// What becomes of an answer that is not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// In time.
    InTime,
    /// After the end, within the margin: counts, and is marked.
    Late,
    /// Stored before: acknowledge again with the receipt of then.
    Repeat,
}

fn deny(code: &'static str, text: impl Into<String>) -> Deny {
    Deny::new(code, text)
}

/// The refusal of a device that another one has taken the place of.
#[must_use]
pub fn elsewhere() -> Deny {
    deny(
        "exams.other_device",
        "您已在另一台设备上作答。如要在这里继续，请点“在此设备继续”，已保存的答案不会丢失。",
    )
}

impl Sitting {
    /// Nobody has begun yet. `extra`: the person's extra time in seconds.
    #[must_use]
    pub const fn new(extra: i64) -> Self {
        Self {
            stored: State::NotStarted,
            clock: None,
            extra,
            device: 0,
            sequence: 0,
            since: 0,
            ended: None,
        }
    }

    /// Where it stands at `now`, whether or not a sweep has run.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        match (&self.clock, self.stored) {
            (Some(clock), State::Running) if clock.is_over(now) => State::Collected,
            (_, stored) => stored,
        }
    }

    fn step(&self, now: Timestamp, event: Event) -> Result<State, Deny> {
        let state = self.state_at(now);
        step(STEPS, state, event).ok_or_else(|| match state {
            State::NotStarted => deny("exams.not_started", "还没有开始作答，请先点“开始作答”。"),
            State::HandedIn => deny("exams.handed_in", "已交卷，不能再作答。"),
            State::Collected => deny(
                "exams.time_up",
                "考试时间已到，系统已按最后保存的答案收卷。",
            ),
            State::Void => deny("exams.void", "本次作答已作废，请联系监考人员。"),
            State::Running => deny("exams.running", "正在作答。"),
        })
    }

    /// Begins, or goes on: an exam opened twice is the same sitting with the same clock.
    ///
    /// # Errors
    /// [`Deny`] before the opening, after the last start, and once it is over.
    pub fn start(&self, now: Timestamp, terms: &Terms) -> Result<Started, Deny> {
        let state = self.step(now, Event::Start)?;
        if self.clock.is_some() {
            let sitting = self.clone();
            return Ok(Started {
                sitting,
                again: true,
            });
        }
        if now < terms.opens {
            let text = format!("考试于{}开始，请稍候。", terms.opens.format_cn());
            return Err(deny("exams.not_open", text));
        }
        if now >= terms.last_start.min(terms.closes) {
            let until = terms.last_start.min(terms.closes).format_cn();
            let text = format!("{until}起不能再进入考试，请联系监考人员。");
            return Err(deny("exams.too_late", text));
        }
        let clock = Clock {
            start: now,
            duration: terms.duration,
            extra: self.extra,
            window_end: terms.closes,
            pauses: Vec::new(),
        };
        let sitting = Self {
            stored: state,
            clock: Some(clock),
            device: 1,
            ..self.clone()
        };
        Ok(Started {
            sitting,
            again: false,
        })
    }

    /// Another device goes on; the one before may no longer save. The caller logs it.
    ///
    /// # Errors
    /// [`Deny`] unless it is running.
    pub fn take_over(&self, now: Timestamp) -> Result<Self, Deny> {
        let stored = self.step(now, Event::TakeOver)?;
        Ok(Self {
            stored,
            device: self.device + 1,
            since: self.sequence,
            ..self.clone()
        })
    }

    /// Stops the clock, by order of an invigilator.
    ///
    /// # Errors
    /// [`Deny`] unless it is running and the clock goes.
    pub fn pause(&self, now: Timestamp) -> Result<Self, Deny> {
        self.set_pause(now, false)
    }

    /// Lets the clock go on.
    ///
    /// # Errors
    /// [`Deny`] unless it stands.
    pub fn resume(&self, now: Timestamp) -> Result<Self, Deny> {
        self.set_pause(now, true)
    }

    fn set_pause(&self, now: Timestamp, stands: bool) -> Result<Self, Deny> {
        let stored = self.step(now, Event::Pause)?;
        let mut next = Self {
            stored,
            ..self.clone()
        };
        let clock = next.clock.as_mut();
        let pauses = clock.map(|clock| &mut clock.pauses);
        let open = |pauses: &&mut Vec<Pause>| pauses.last().is_some_and(|p| p.to.is_none());
        match pauses.filter(|pauses| open(pauses) == stands) {
            Some(pauses) if stands => {
                if let Some(last) = pauses.last_mut() {
                    last.to = Some(now.max(last.from));
                }
            }
            Some(pauses) => pauses.push(Pause {
                from: now,
                to: None,
            }),
            None if stands => return Err(deny("exams.not_paused", "计时没有暂停。")),
            None => return Err(deny("exams.paused", "计时已暂停。")),
        }
        Ok(next)
    }

    /// Takes an answer. Answers of one device come in order; one that was stored before is
    /// acknowledged again and changes nothing. What a device that was taken over still holds is
    /// refused, never acknowledged under a number that another device has used since.
    ///
    /// # Errors
    /// [`Deny`] when it is over (after the margin), when another device has taken over, or when an
    /// answer before this one is missing.
    pub fn save(&self, save: Save, terms: &Terms) -> Result<(Self, Kept), Deny> {
        let own = self.since < save.sequence && save.sequence <= self.sequence;
        if own && save.device == self.device {
            return Ok((self.clone(), Kept::Repeat));
        }
        let over = self.state_at(save.at) == State::Collected;
        let end = self.clock.as_ref().map(|clock| clock.end(save.at));
        let within = end.is_some_and(|end| save.at < end.plus_seconds(terms.margin.max(0)));
        let (event, kept) = if over && within {
            (Event::SaveLate, Kept::Late)
        } else {
            (Event::Save, Kept::InTime)
        };
        let stored = self.step(save.at, event)?;
        if save.device != self.device {
            return Err(elsewhere());
        }
        if save.sequence != self.sequence + 1 {
            let text = format!("第{}次保存尚未到达，请按顺序重发。", self.sequence + 1);
            return Err(deny("exams.gap", text));
        }
        Ok((
            Self {
                stored,
                sequence: save.sequence,
                ended: self.ended.or(end.filter(|_| over)),
                ..self.clone()
            },
            kept,
        ))
    }

    /// Hands in with the last saved state, from any device. Again: nothing changes.
    ///
    /// # Errors
    /// [`Deny`] before the start and when it is void.
    pub fn hand_in(&self, now: Timestamp) -> Result<Self, Deny> {
        let stored = self.step(now, Event::HandIn)?;
        Ok(self.ended_as(stored, now))
    }

    /// Collects when time is up; before that, and once it is over, nothing changes.
    #[must_use]
    pub fn sweep(&self, now: Timestamp) -> Self {
        match self.state_at(now) {
            State::Collected => self.ended_as(State::Collected, now),
            _ => self.clone(),
        }
    }

    /// Takes it out of the exam; answers stay stored.
    ///
    /// # Errors
    /// [`Deny`] when it is void already.
    pub fn annul(&self, now: Timestamp) -> Result<Self, Deny> {
        let stored = self.step(now, Event::Annul)?;
        Ok(self.ended_as(stored, now))
    }

    /// A sitting ends once: at the hand-in, or at the instant its time was up.
    fn ended_as(&self, stored: State, now: Timestamp) -> Self {
        let end = match (&self.clock, stored) {
            (Some(clock), State::Collected) => clock.end(now),
            _ => now,
        };
        Self {
            stored,
            ended: self.ended.or(Some(end)),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests;
