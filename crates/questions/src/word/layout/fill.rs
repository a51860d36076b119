//! What a line gives to the question that is open: its stem, options, answer, explanation, origin.

use super::{Field, Layout, Piece};
use crate::draft::{Draft, kind_by_word};
use crate::model::{Kind, letter, letter_index};
use crate::text::{judgement, trim};
use crate::validate::Fault;
use crate::word::labels::{Class, Label, first_number, inline_key, inline_options, options_on};

impl Layout {
    /// The first line of a stem, with the options that may stand behind it.
    pub(super) fn stem(&mut self, stem: &str, piece: &Piece<'_>) {
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

    pub(super) fn options(&mut self, found: char, piece: &Piece<'_>, after: &[Piece<'_>]) {
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

    pub(super) fn label(&mut self, label: Label, rest: &str, piece: &Piece<'_>) {
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
            self.list = first_number(&rest).unwrap_or(0);
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

    pub(super) fn text(&mut self, piece: &Piece<'_>) {
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
    pub(super) fn append(&mut self, piece: &Piece<'_>) {
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
}

fn add_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// Without 答案：, the key may stand in the brackets of the stem.
pub(super) fn take_inline_key(draft: &mut Draft) {
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
