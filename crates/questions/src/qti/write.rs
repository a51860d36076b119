//! Writing one item.

use std::fmt::Write as _;

use crate::html::from_text;
use crate::media::percent_encoded;
use crate::model::{Answer, Kind, Question, letter, letter_index};
use crate::text::blank_places;
use crate::xml::escaped;

/// The item as XML; its identifier is [`IDENTIFIER`], to be replaced once.
pub(super) fn item(question: &Question) -> Result<String, String> {
    let mut made = Made::default();
    made.origin(question);
    one(question, &mut made)?;
    for part in &question.parts {
        let _ = writeln!(made.body, "<div class=\"part {}\">", part.kind.name());
        one(&Question::from(part.clone()), &mut made)?;
        if !part.explanation.is_empty() {
            made.rubric(" class=\"explanation\"", &part.explanation);
        }
        made.body.push_str("</div>\n");
    }
    let title: String = question
        .stem
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let title: String = title.chars().take(40).collect();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<assessmentItem xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p2\" \
         identifier=\"{IDENTIFIER}\" title=\"{}\" adaptive=\"false\" timeDependent=\"false\">\n{}\
         <outcomeDeclaration identifier=\"SCORE\" cardinality=\"single\" baseType=\"float\"/>\n",
        escaped(&title),
        made.declarations
    );
    if !question.explanation.is_empty() {
        out.push_str("<outcomeDeclaration identifier=\"FEEDBACK\" cardinality=\"single\" baseType=\"identifier\"/>\n");
    }
    let _ = writeln!(
        out,
        "<itemBody class=\"{}\">\n{}</itemBody>",
        question.kind.name(),
        made.body
    );
    if made.count == 1 && made.template {
        out.push_str("<responseProcessing template=\"http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct\"/>\n");
    }
    if !question.explanation.is_empty() {
        let _ = writeln!(
            out,
            "<modalFeedback outcomeIdentifier=\"FEEDBACK\" identifier=\"EXPLANATION\" showHide=\"show\"><p>{}</p></modalFeedback>",
            html(&question.explanation)
        );
    }
    out.push_str("</assessmentItem>\n");
    Ok(out)
}

/// Stands for the identifier of an item until its place in the package is known.
pub(super) const IDENTIFIER: &str = "QTI-ITEM";

fn html(text: &str) -> String {
    from_text(text, &percent_encoded)
}

#[derive(Default)]
struct Made {
    declarations: String,
    body: String,
    count: usize,
    /// Whether comparing with the declared key is all the marking there is.
    template: bool,
}

impl Made {
    /// Declares a response and gives its identifier.
    fn declare(&mut self, cardinality: &str, base: &str, inner: &str) -> String {
        self.count += 1;
        let name = if self.count == 1 {
            "RESPONSE".to_owned()
        } else {
            format!("RESPONSE_{}", self.count)
        };
        let _ = writeln!(
            self.declarations,
            "<responseDeclaration identifier=\"{name}\" cardinality=\"{cardinality}\" baseType=\"{base}\">{inner}</responseDeclaration>"
        );
        name
    }

    fn rubric(&mut self, class: &str, text: &str) {
        let _ = writeln!(
            self.body,
            "<rubricBlock view=\"scorer\"{class}><p>{}</p></rubricBlock>",
            html(text)
        );
    }

    fn origin(&mut self, question: &Question) {
        let mut lines = String::new();
        let mut put = |class: &str, text: &str| {
            if !text.is_empty() {
                let _ = write!(lines, "<p class=\"{class}\">{}</p>", html(text));
            }
        };
        put("field-of-law", &question.field_of_law);
        put("topic", &question.topic);
        if let Some(level) = question.difficulty {
            put("difficulty", &level.to_string());
        }
        if let Some(source) = &question.source {
            put("law", &source.law);
            put("article", &source.article);
            put("version", &source.version);
        }
        put("author", &question.author);
        if !lines.is_empty() {
            let _ = writeln!(
                self.body,
                "<rubricBlock view=\"author\">{lines}</rubricBlock>"
            );
        }
    }
}

fn values(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let values: String = texts
        .into_iter()
        .map(|text| format!("<value>{}</value>", escaped(text.as_ref())))
        .collect();
    format!("<correctResponse>{values}</correctResponse>")
}

fn one(question: &Question, made: &mut Made) -> Result<(), String> {
    if let Answer::Blanks(blanks) = &question.answer {
        return fill_in(question, blanks, made);
    }
    let _ = writeln!(made.body, "<p>{}</p>", html(&question.stem));
    match &question.answer {
        Answer::Options(letters) => {
            let many = question.kind == Kind::Multiple;
            let key = values(letters.iter().map(char::to_string));
            let name = made.declare(if many { "multiple" } else { "single" }, "identifier", &key);
            made.template = true;
            let most = if many { 0 } else { 1 };
            let _ = writeln!(
                made.body,
                "<choiceInteraction responseIdentifier=\"{name}\" shuffle=\"true\" maxChoices=\"{most}\">"
            );
            for (index, option) in question.options.iter().enumerate() {
                if index >= 26 || letter_index(letter(index)) != Some(index) {
                    return Err("选项过多".to_owned());
                }
                let _ = writeln!(
                    made.body,
                    "<simpleChoice identifier=\"{}\">{}</simpleChoice>",
                    letter(index),
                    html(option)
                );
            }
            made.body.push_str("</choiceInteraction>\n");
        }
        Answer::TrueFalse(right) => {
            let name = made.declare("single", "identifier", &values([right.to_string()]));
            made.template = true;
            let _ = writeln!(
                made.body,
                "<choiceInteraction responseIdentifier=\"{name}\" shuffle=\"false\" maxChoices=\"1\">\n\
                 <simpleChoice identifier=\"true\">正确</simpleChoice>\n\
                 <simpleChoice identifier=\"false\">错误</simpleChoice>\n</choiceInteraction>"
            );
        }
        Answer::None if question.kind == Kind::Case => {}
        Answer::None | Answer::Text(_) | Answer::Blanks(_) => {
            let name = made.declare("single", "string", "");
            let _ = writeln!(
                made.body,
                "<extendedTextInteraction responseIdentifier=\"{name}\"/>"
            );
            if let Answer::Text(model) = &question.answer {
                made.rubric("", model);
            }
        }
    }
    Ok(())
}

fn fill_in(question: &Question, blanks: &[Vec<String>], made: &mut Made) -> Result<(), String> {
    let mut gaps = Vec::new();
    for accepted in blanks {
        let mut inner = values(accepted.first());
        inner.push_str("<mapping defaultValue=\"0\">");
        for text in accepted {
            let _ = write!(
                inner,
                "<mapEntry mapKey=\"{}\" mappedValue=\"1\"/>",
                escaped(text)
            );
        }
        inner.push_str("</mapping>");
        gaps.push(made.declare("single", "string", &inner));
    }
    let stem = &question.stem;
    let places = blank_places(stem);
    let mut out = String::from("<p>");
    let mut done = 0;
    if places.len() == gaps.len() {
        for ((start, end), name) in places.into_iter().zip(&gaps) {
            out.push_str(&html(stem.get(done..start).unwrap_or_default()));
            let _ = write!(
                out,
                "<textEntryInteraction responseIdentifier=\"{name}\" label=\"{}\"/>",
                escaped(stem.get(start..end).unwrap_or_default())
            );
            done = end;
        }
        out.push_str(&html(stem.get(done..).unwrap_or_default()));
        out.push_str("</p>\n");
    } else if let (true, [name]) = (places.is_empty(), gaps.as_slice()) {
        let _ = writeln!(
            out,
            "{}</p>\n<p><textEntryInteraction responseIdentifier=\"{name}\" class=\"after\"/></p>",
            html(stem)
        );
    } else {
        return Err("空的个数与题干不符".to_owned());
    }
    made.body.push_str(&out);
    Ok(())
}
