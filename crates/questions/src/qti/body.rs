//! The body of an item as text, interactions and sub-questions.

use crate::html::Flow;
use crate::media::Gallery;
use crate::model::Kind;
use crate::text::blanks_in;
use crate::xml::{Element, Node};

/// What a body, or the division of a sub-question, holds.
#[derive(Default)]
pub(super) struct Body<'a> {
    pub(super) stem: Flow,
    pub(super) interactions: Vec<Interaction<'a>>,
    pub(super) parts: Vec<Body<'a>>,
    pub(super) model: String,
    pub(super) explanation: String,
    /// The kind that our own files name.
    pub(super) kind: Option<Kind>,
    /// Origin: class and text.
    pub(super) origin: Vec<(String, String)>,
    /// An interaction that is none of ours.
    pub(super) foreign: Option<String>,
}

/// An interaction with the text between it and the one before.
pub(super) struct Interaction<'a> {
    pub(super) element: &'a Element,
    pub(super) prompt: String,
}

/// Where the pictures of an item come from.
pub(super) struct Pictures<'f> {
    pub(super) gallery: Gallery,
    pub(super) fetch: &'f mut dyn FnMut(&str) -> Option<Vec<u8>>,
}

impl Pictures<'_> {
    fn mark(&mut self, source: &str) -> String {
        if !source.starts_with("data:")
            && let Some(content) = (self.fetch)(source)
        {
            let name = self
                .gallery
                .add(&crate::media::percent_decoded(source), content);
            return crate::model::picture_mark(&name);
        }
        self.gallery.mark(source)
    }
}

fn has_class(element: &Element, class: &str) -> bool {
    element
        .attribute("class")
        .is_some_and(|classes| classes.split_whitespace().any(|c| c == class))
}

fn kind_of(element: &Element) -> Option<Kind> {
    Kind::ALL
        .into_iter()
        .find(|kind| has_class(element, kind.name()))
}

/// Reads an `itemBody` or the division of a sub-question.
pub(super) fn read<'a>(element: &'a Element, pictures: &mut Pictures<'_>) -> Body<'a> {
    let mut body = Body {
        kind: kind_of(element),
        ..Body::default()
    };
    inside(element, &mut body, pictures);
    body
}

fn inside<'a>(element: &'a Element, body: &mut Body<'a>, pictures: &mut Pictures<'_>) {
    for node in &element.children {
        match node {
            Node::Text(text) => body.stem.text(text),
            Node::Element(inner) => one(inner, body, pictures),
        }
    }
}

fn one<'a>(element: &'a Element, body: &mut Body<'a>, pictures: &mut Pictures<'_>) {
    match element.name.as_str() {
        "rubricBlock" => rubric(element, body, pictures),
        "div" if has_class(element, "part") => body.parts.push(read(element, pictures)),
        "textEntryInteraction" => {
            // The mark that stood in the stem; none where the answer follows the text.
            if !has_class(element, "after") {
                let label = element
                    .attribute("label")
                    .filter(|label| blanks_in(label) == 1);
                body.stem.raw(label.unwrap_or("____"));
            }
            body.interactions.push(Interaction {
                element,
                prompt: String::new(),
            });
        }
        "choiceInteraction" | "extendedTextInteraction" => {
            let prompt = element.child("prompt").map(|prompt| flat(prompt, pictures));
            body.interactions.push(Interaction {
                element,
                prompt: prompt.unwrap_or_default(),
            });
        }
        name if name.ends_with("Interaction") => {
            body.foreign
                .get_or_insert_with(|| name.chars().take(40).collect());
        }
        "feedbackBlock" | "feedbackInline" | "templateBlock" | "templateInline" => {}
        "img" | "object" => {
            let source = element
                .attribute("src")
                .or_else(|| element.attribute("data"));
            if let Some(source) = source {
                let mark = pictures.mark(source);
                body.stem.raw(&mark);
            }
        }
        name => {
            body.stem.edge(name, false);
            inside(element, body, pictures);
            body.stem.edge(name, true);
        }
    }
}

/// A rubric for authors holds the origin, one for scorers the model answer; any other is text.
fn rubric<'a>(element: &'a Element, body: &mut Body<'a>, pictures: &mut Pictures<'_>) {
    let view = element.attribute("view").unwrap_or_default();
    if view.contains("author") {
        for line in element.elements() {
            if let Some(class) = line.attribute("class") {
                body.origin.push((class.to_owned(), flat(line, pictures)));
            }
        }
    } else if view.contains("scorer") {
        let text = flat(element, pictures);
        if has_class(element, "explanation") {
            body.explanation = text;
        } else {
            body.model = text;
        }
    } else {
        body.stem.edge("div", false);
        inside(element, body, pictures);
        body.stem.edge("div", true);
    }
}

/// All text of an element, interactions and feedback left out.
pub(super) fn flat(element: &Element, pictures: &mut Pictures<'_>) -> String {
    let mut body = Body::default();
    inside(element, &mut body, pictures);
    body.stem.done()
}
