//! Lines to questions.

mod ahead;
mod fill;

use std::collections::HashMap;

use super::document::Line;
use super::key;
use super::labels::{Class, Label, classify, kind_mark, pieces};
use crate::draft::Draft;
use crate::model::Kind;
use ahead::look_ahead;
use fill::take_inline_key;

/// Sections in which a number of a key at the end is looked for.
const MOST_SECTIONS: usize = 50;

/// A question with the pictures that its lines mark.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    pub(super) draft: Draft,
    pub(super) media: Vec<(String, String)>,
    /// Its number and the kind of its section, by which a key at the end finds it.
    number: usize,
    section: Option<Kind>,
    /// It began with 案例一, so that plain numbers below are sub-questions.
    titled: bool,
    /// Its sub-questions have plain numbers.
    plain: bool,
}

/// What the last line went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Field {
    #[default]
    Stem,
    Options,
    Answer,
    Explanation,
    /// A line of the origin, which has no second line.
    Origin,
}

/// A piece of a line and what it begins with.
struct Piece<'a> {
    line: &'a Line,
    text: &'a str,
    class: Class<'a>,
    /// An option or a key comes before the next number.
    body: bool,
}

/// Reads the questions of a document.
pub(super) fn questions(lines: &[Line]) -> Vec<Sketch> {
    let mut all: Vec<Piece<'_>> = Vec::new();
    for line in lines {
        for text in pieces(&line.text) {
            all.push(Piece {
                line,
                text,
                class: classify(text),
                body: false,
            });
        }
    }
    look_ahead(&mut all);
    let numbered = all
        .iter()
        .any(|piece| piece.body && matches!(piece.class, Class::Number(..) | Class::CaseTitle(_)));
    let mut layout = Layout {
        numbered,
        ..Layout::default()
    };
    for (index, piece) in all.iter().enumerate() {
        layout.take(piece, all.get(index + 1..).unwrap_or_default());
    }
    layout.finish()
}

#[derive(Default)]
struct Layout {
    /// Questions carry numbers, so that a line without one goes on with what is before it.
    numbered: bool,
    section: Option<Kind>,
    last: usize,
    /// Number of the last entry of a list inside an answer.
    list: usize,
    open: Option<Sketch>,
    field: Field,
    done: Vec<Sketch>,
    /// The questions by number, once the keys at the end have begun.
    keys: Option<HashMap<usize, Vec<usize>>>,
}

impl Layout {
    fn take(&mut self, piece: &Piece<'_>, after: &[Piece<'_>]) {
        if self.keys.is_some() && !matches!(piece.class, Class::Heading(_)) {
            return self.give_keys(piece.text);
        }
        match piece.class {
            Class::Blank => {}
            Class::Heading(kind) => {
                self.close();
                self.section = kind;
                self.last = 0;
            }
            Class::Key if self.key_follows(after) => {
                self.close();
                let mut keys: HashMap<usize, Vec<usize>> = HashMap::new();
                for (place, sketch) in self.done.iter().enumerate() {
                    keys.entry(sketch.number).or_default().push(place);
                }
                self.keys = Some(keys);
                self.section = None;
            }
            // 答案 on a line of its own, the text below it.
            Class::Key => self.label(Label::Answer, "", piece),
            Class::CaseTitle(rest) => {
                self.begin(self.last + 1, rest, piece);
                if let Some(open) = &mut self.open {
                    open.draft.kind = Some(Kind::Case);
                    open.titled = true;
                }
            }
            Class::Number(number, rest) => self.number(number, rest, piece),
            Class::Part(number, rest) => self.part(number, rest, piece),
            Class::Option(found) => self.options(found, piece, after),
            Class::Label(label, rest) => self.label(label, rest, piece),
            Class::Text => self.text(piece),
        }
    }

    /// Keys stand together when the next line with content is one of them.
    fn key_follows(&self, after: &[Piece<'_>]) -> bool {
        (self.open.is_some() || !self.done.is_empty())
            && after
                .iter()
                .find(|piece| !matches!(piece.class, Class::Blank | Class::Heading(_)))
                .is_some_and(|piece| !key::entries(piece.text).is_empty())
    }

    fn give_keys(&mut self, line: &str) {
        let keys = self.keys.as_ref();
        for (number, text) in key::entries(line) {
            let places = keys
                .and_then(|keys| keys.get(&number))
                .into_iter()
                .flatten();
            for place in places.take(MOST_SECTIONS) {
                if let Some(sketch) = self.done.get_mut(*place)
                    && sketch.draft.answer.is_none()
                    && (self.section.is_none() || sketch.section == self.section)
                {
                    sketch.draft.answer = Some(text);
                    break;
                }
            }
        }
    }

    /// The question, or the sub-question, that lines go to.
    fn current(&mut self) -> Option<&mut Draft> {
        let draft = &mut self.open.as_mut()?.draft;
        if draft.parts.is_empty() {
            Some(draft)
        } else {
            draft.parts.last_mut()
        }
    }

    fn is_case(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| open.draft.kind == Some(Kind::Case) || !open.draft.parts.is_empty())
    }

    fn parts(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.draft.parts.len())
    }

    fn number(&mut self, number: usize, rest: &str, piece: &Piece<'_>) {
        let titled = self.open.as_ref().is_some_and(|open| open.titled);
        let in_list = matches!(self.field, Field::Answer | Field::Explanation)
            && number == self.list + 1
            && self.list > 0
            && !piece.body;
        // Plain numbers count sub-questions where the first of them did.
        let counts = match self.parts() {
            0 => titled || number != self.last + 1,
            _ => self.open.as_ref().is_some_and(|open| open.plain),
        };
        if self.is_case() && !in_list && number == self.parts() + 1 && counts {
            if let Some(open) = &mut self.open {
                open.plain = true;
            }
            return self.begin_part(rest, piece);
        }
        let starts = self.open.is_none()
            || piece.body
            || match self.field {
                Field::Stem => number > self.last,
                Field::Options | Field::Origin => true,
                Field::Answer | Field::Explanation => {
                    number != 1 && number != self.list + 1 && number > self.last
                }
            };
        if starts {
            self.begin(number, rest, piece);
        } else {
            self.list = number;
            self.append(piece);
        }
    }

    fn part(&mut self, number: usize, rest: &str, piece: &Piece<'_>) {
        let fresh = self.open.is_none();
        // Where no kind is said, a numbered line with a key of its own makes a case.
        let becomes = self.is_case()
            || (self.field == Field::Stem
                && self
                    .open
                    .as_ref()
                    .is_some_and(|open| open.draft.kind.is_none())
                && piece.body
                && number == 1);
        let in_answer = matches!(self.field, Field::Answer | Field::Explanation) && !piece.body;
        if becomes && number == self.parts() + 1 && !in_answer {
            self.begin_part(rest, piece);
        } else if fresh || (!self.is_case() && piece.body && self.field != Field::Stem) {
            self.begin(number, rest, piece);
        } else {
            self.append(piece);
        }
    }

    fn begin(&mut self, number: usize, rest: &str, piece: &Piece<'_>) {
        self.close();
        let (kind, stem) = kind_mark(rest);
        self.open = Some(Sketch {
            draft: Draft {
                line: piece.line.number,
                kind: kind.or(self.section),
                ..Draft::default()
            },
            number,
            section: self.section,
            ..Sketch::default()
        });
        self.last = number;
        self.stem(stem, piece);
    }

    fn begin_part(&mut self, rest: &str, piece: &Piece<'_>) {
        let (kind, stem) = kind_mark(rest);
        if let Some(open) = &mut self.open {
            open.draft.kind = Some(Kind::Case);
            open.draft.parts.push(Draft {
                line: piece.line.number,
                kind,
                ..Draft::default()
            });
        }
        self.stem(stem, piece);
    }

    fn close(&mut self) {
        if let Some(mut sketch) = self.open.take() {
            let draft = &mut sketch.draft;
            take_inline_key(draft);
            draft.parts.iter_mut().for_each(take_inline_key);
            self.done.push(sketch);
        }
        self.field = Field::Stem;
        self.list = 0;
    }

    fn finish(mut self) -> Vec<Sketch> {
        self.close();
        self.done
    }
}
