//! Looks ahead, so that a numbered line is taken for a question only where one follows.

use super::Piece;
use crate::word::labels::{Class, Label, inline_key, inline_options};

/// Tells of each beginning whether a question follows it: an option or a key before the next
/// beginning, or a first sub-question that has one.
pub(super) fn look_ahead(all: &mut [Piece<'_>]) {
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
