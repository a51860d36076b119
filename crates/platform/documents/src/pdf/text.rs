//! People's texts on their way into a template.

use serde_json::Value;

/// Letters in a row after which a line may be broken. Typst breaks lines between words only, and
/// an address or a pasted number without spaces would run over the edge of its cell.
const LONG_RUN: usize = 20;

/// A place where a line may be broken, without a mark.
const BREAK: char = '\u{200b}';

/// Cleans every text of the data, see [`clean_text`].
pub(super) fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = clean_text(text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Line ends become `\n`; control characters and marks that turn the direction of writing go,
/// which could make a printed name or number read differently from what is stored; very long
/// words get places to break.
fn clean_text(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut run = 0;
    for c in text.replace("\r\n", "\n").chars() {
        let c = match c {
            '\r' => '\n',
            '\t' | '\u{2028}' | '\u{2029}' => ' ',
            c if hidden(c) => continue,
            c => c,
        };
        let joined = c.is_ascii_graphic();
        if joined && run == LONG_RUN {
            clean.push(BREAK);
            run = 0;
        }
        run = if joined { run + 1 } else { 0 };
        clean.push(c);
    }
    clean
}

fn hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_cleaned_wherever_they_stand() {
        let mut value = json!({ "a": ["一\r\n二\t三\u{0}", 7], "b": { "c": "\u{202e}321" } });
        clean(&mut value);
        assert_eq!(value, json!({ "a": ["一\n二 三", 7], "b": { "c": "321" } }));
    }

    #[test]
    fn long_words_get_places_to_break_and_nothing_else_changes() {
        assert_eq!(
            clean_text("short words stay as they are, all of them"),
            "short words stay as they are, all of them"
        );
        let long = "x".repeat(45);
        let clean = clean_text(&long);
        assert_eq!(clean.chars().filter(|&c| c == BREAK).count(), 2);
        assert_eq!(clean.replace(BREAK, ""), long);
    }
}
