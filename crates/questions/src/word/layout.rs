//! Lines to questions.

use std::collections::HashMap;

use super::document::Line;
use super::key;
use super::labels::{
    Class, Label, classify, inline_key, inline_options, kind_mark, options_on, pieces,
};
use crate::draft::{Draft, kind_by_word};
use crate::model::{Kind, letter, letter_index};
use crate::text::{judgement, trim};
use crate::validate::Fault;

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

/// Tells of each beginning whether a question follows it: an option or a key before the next
/// beginning, or a first sub-question that has one.
fn look_ahead(all: &mut [Piece<'_>]) {
    let (mut own, mut any, mut part) = (false, false, None);
    for piece in all.iter_mut().rev() {
        match piece.class {
            // 答案 on a line of its own may begin the key of all questions; the last has one then.
            Class::Option(_) | Class::Label(Label::Answer, _) | Class::Key => {
                piece.body = true;
                (own, any) = (true, true);
            }
            Class::Number(_, rest) => {
                piece.body = own
                    || (any && part == Some(1))
                    || has_key(rest)
                    || inline_options(rest).is_some();
                (own, any, part) = (false, false, None);
            }
            Class::Part(number, rest) => {
                piece.body = own || has_key(rest) || inline_options(rest).is_some();
                any |= piece.body;
                (own, part) = (false, Some(number));
            }
            Class::CaseTitle(_) => {
                piece.body = true;
                (own, any, part) = (false, false, None);
            }
            Class::Heading(_) => (own, any, part) = (false, false, None),
            Class::Text => piece.body = own || has_key(piece.text),
            Class::Label(..) | Class::Blank => piece.body = own,
        }
    }
}

fn has_key(text: &str) -> bool {
    inline_key(text, true).is_some() || inline_key(text, false).is_some()
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

    /// The first line of a stem, with the options that may stand behind it.
    fn stem(&mut self, stem: &str, piece: &Piece<'_>) {
        self.field = Field::Stem;
        self.list = 0;
        self.keep_media(piece);
        let cut = inline_options(stem);
        let (stem, options) = stem.split_at(cut.unwrap_or(stem.len()));
        if let Some(draft) = self.current() {
            trim(stem).clone_into(&mut draft.stem);
            for (_, text) in options_on(options, 'A', &|_| false) {
                draft.options.push(text.to_owned());
            }
        }
        if cut.is_some() {
            self.field = Field::Options;
        }
    }

    fn options(&mut self, found: char, piece: &Piece<'_>, after: &[Piece<'_>]) {
        let expected = self.current().map(|draft| letter(draft.options.len()));
        let fits = matches!(self.field, Field::Stem | Field::Options)
            && expected.is_some_and(|expected| found == expected || found > 'A');
        if !fits {
            // Options without a number before them: the stem has none.
            return self.text(piece);
        }
        self.keep_media(piece);
        // A letter that begins a later line of this question is text when it stands in this line.
        let taken = |c: char| {
            after
                .iter()
                .take_while(|next| {
                    matches!(next.class, Class::Option(_) | Class::Blank | Class::Text)
                })
                .take(60)
                .any(|next| next.class == Class::Option(c))
        };
        let own = options_on(piece.text, found, &taken);
        if let Some(draft) = self.current() {
            for (letter_here, text) in own {
                let expected = letter(draft.options.len());
                if letter_here != expected
                    && !draft
                        .faults
                        .iter()
                        .any(|f| matches!(f, Fault::OptionsOutOfOrder { .. }))
                {
                    draft.faults.push(Fault::OptionsOutOfOrder {
                        expected,
                        found: letter_here,
                    });
                }
                if letter_index(letter_here).is_some() {
                    draft.options.push(text.to_owned());
                }
            }
        }
        self.field = Field::Options;
    }

    fn label(&mut self, label: Label, rest: &str, piece: &Piece<'_>) {
        if self.open.is_none() {
            // A key without a question must not vanish.
            if label != Label::Answer {
                return;
            }
            let number = self.last + 1;
            self.begin(number, "", piece);
        }
        self.keep_media(piece);
        let rest = rest.to_owned();
        if let Label::Answer | Label::Explanation = label {
            self.list = super::labels::first_number(&rest).unwrap_or(0);
            self.field = if label == Label::Answer {
                Field::Answer
            } else {
                Field::Explanation
            };
            let Some(draft) = self.current() else { return };
            if label == Label::Answer {
                let answer = draft.answer.get_or_insert_default();
                add_line(answer, &rest);
            } else {
                add_line(&mut draft.explanation, &rest);
            }
            return;
        }
        self.field = Field::Origin;
        let Some(open) = &mut self.open else { return };
        let draft = &mut open.draft;
        match label {
            Label::Citation => draft.citation = rest,
            Label::Difficulty => draft.difficulty = rest,
            Label::Topic => draft.topic = rest,
            Label::Field => draft.field_of_law = rest,
            Label::Author => draft.author = rest,
            Label::Kind => match kind_by_word(&rest) {
                Some(kind) => draft.kind = Some(kind),
                None => draft.faults.push(Fault::KindForeign(rest)),
            },
            Label::Answer | Label::Explanation => {}
        }
    }

    fn text(&mut self, piece: &Piece<'_>) {
        let ended = matches!(
            self.field,
            Field::Answer | Field::Explanation | Field::Origin
        );
        if self.open.is_none() {
            // Titles and instructions above the first question are none.
            if piece.body && !self.numbered {
                self.begin(self.last + 1, trim(piece.text), piece);
            }
        } else if ended && !self.numbered && piece.body {
            self.begin(self.last + 1, trim(piece.text), piece);
        } else {
            self.append(piece);
        }
    }

    /// The line goes on with what is before it.
    fn append(&mut self, piece: &Piece<'_>) {
        self.keep_media(piece);
        let field = self.field;
        let Some(draft) = self.current() else { return };
        let text = trim(piece.text);
        match field {
            Field::Stem => {
                let cut = inline_options(text);
                let (stem, options) = text.split_at(cut.unwrap_or(text.len()));
                add_line(&mut draft.stem, trim(stem));
                for (_, text) in options_on(options, 'A', &|_| false) {
                    draft.options.push(text.to_owned());
                }
            }
            Field::Options => match draft.options.last_mut() {
                Some(option) => add_line(option, text),
                None => add_line(&mut draft.stem, text),
            },
            Field::Answer => add_line(draft.answer.get_or_insert_default(), text),
            Field::Explanation | Field::Origin => add_line(&mut draft.explanation, text),
        }
        if field == Field::Origin {
            self.field = Field::Explanation;
        }
    }

    fn keep_media(&mut self, piece: &Piece<'_>) {
        if let Some(open) = &mut self.open {
            for media in &piece.line.media {
                if !open.media.contains(media) {
                    open.media.push(media.clone());
                }
            }
        }
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

fn add_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// Without 答案：, the key may stand in the brackets of the stem.
fn take_inline_key(draft: &mut Draft) {
    if draft.answer.is_some() || !draft.parts.is_empty() {
        return;
    }
    let kinds = [Kind::Single, Kind::Multiple];
    let choice = !draft.options.is_empty() || draft.kind.is_some_and(|kind| kinds.contains(&kind));
    let judged = matches!(draft.kind, None | Some(Kind::TrueFalse));
    if !choice && !judged {
        return;
    }
    if let Some((key, stem)) = inline_key(&draft.stem, choice) {
        // A true/false mark behind the sentence belongs to no blank.
        draft.stem = if !choice && judgement(&key).is_some() {
            let bare = stem.trim_end_matches(['。', '.']);
            match bare
                .strip_suffix("（\u{3000}）")
                .or_else(|| bare.strip_suffix("(\u{3000})"))
            {
                Some(head) => format!(
                    "{}{}",
                    trim(head),
                    stem.get(bare.len()..).unwrap_or_default()
                ),
                None => stem,
            }
        } else {
            stem
        };
        draft.answer = Some(key);
    }
}
