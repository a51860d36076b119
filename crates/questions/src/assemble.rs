//! Cases in formats that know only a row of questions: a text that opens the case, and the
//! sub-questions behind it, told apart by tags.

use crate::format::Item;
use crate::model::{Kind, Part, Question};
use crate::validate::Fault;

/// What a question of the row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    #[default]
    Alone,
    /// Opens a case.
    Case,
    /// Belongs to the case before it.
    Part,
}

/// A question as its format understood it.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) line: u32,
    pub(crate) role: Role,
    /// `None` when the kind cannot be known; then `question.kind` means nothing.
    pub(crate) kind: Option<Kind>,
    pub(crate) question: Question,
    pub(crate) faults: Vec<Fault>,
}

impl Raw {
    /// A raw question without kind, to be filled in.
    pub(crate) fn new(line: u32) -> Self {
        Self {
            line,
            role: Role::Alone,
            kind: None,
            question: Question::new(Kind::ShortAnswer, ""),
            faults: Vec::new(),
        }
    }

    pub(crate) fn set(&mut self, kind: Kind) {
        self.kind = Some(kind);
        self.question.kind = kind;
    }

    fn judge(self) -> Item {
        Item::judge(self.line, self.kind, self.question, self.faults)
    }

    /// Takes a sub-question in, with its faults and pictures.
    pub(crate) fn adopt(&mut self, part: Raw) {
        let number = self.question.parts.len() + 1;
        let mut faults = part.faults;
        if part.kind.is_none() && faults.is_empty() {
            faults.push(Fault::KindUnknown);
        }
        self.faults
            .extend(faults.into_iter().map(|fault| Fault::InPart {
                number,
                fault: Box::new(fault),
            }));
        for picture in &part.question.pictures {
            if !self.question.pictures.contains(picture) {
                self.question.pictures.push(picture.clone());
            }
        }
        self.question.parts.push(Part::from(part.question));
    }
}

/// Puts sub-questions into their cases and judges everything.
pub(crate) fn assemble(raws: Vec<Raw>) -> Vec<Item> {
    let mut items = Vec::with_capacity(raws.len());
    let mut case: Option<Raw> = None;
    for raw in raws {
        match (raw.role, &mut case) {
            (Role::Part, Some(open)) => open.adopt(raw),
            (Role::Case, _) => items.extend(case.replace(raw).map(Raw::judge)),
            (Role::Alone | Role::Part, _) => {
                items.extend(case.take().map(Raw::judge));
                items.push(raw.judge());
            }
        }
    }
    items.extend(case.map(Raw::judge));
    items
}
