//! XML of strangers as small trees: no document type, no entities but the five, bounded depth and
//! size. And the way out: text escaped for XML.

use quick_xml::escape::{escape, resolve_xml_entity};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use thiserror::Error;

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 64;
/// Most elements and attributes of one tree.
const MAX_NODES: usize = 100_000;

/// Why a piece of XML cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XmlFault {
    /// A document type declaration: the door for entities.
    #[error("XML中含有DOCTYPE声明，为安全起见不予读取，请删去后重试")]
    DocType,
    /// An entity that only a document type could define.
    #[error("XML中含有未定义的实体“&{0};”，不予读取")]
    Entity(String),
    /// Tags that do not fit or are cut off.
    #[error("XML写法有误，标签不配对或不完整")]
    Malformed,
    /// Too deep.
    #[error("XML嵌套超过{MAX_DEPTH}层，不予读取")]
    Deep,
    /// Too many elements.
    #[error("XML元素过多，不予读取")]
    Large,
}

/// A piece of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// An element by its local name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

impl Element {
    /// The value of an attribute, by local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// The children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// Every element below this one, itself included, in document order.
    pub(crate) fn walk(&self) -> Vec<&Element> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(next) = open.pop() {
            found.push(next);
            let below: Vec<&Element> = next.elements().collect();
            open.extend(below.into_iter().rev());
        }
        found
    }

    /// All text below, as it stands.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        collect(self, &mut out);
        out
    }
}

fn collect(element: &Element, out: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(inner) => collect(inner, out),
        }
    }
}

/// Reads one tree; what stands around the root element is ignored.
pub(crate) fn tree(text: &str) -> Result<Element, XmlFault> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut nodes = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| XmlFault::Malformed)?;
        match event {
            Event::Start(start) => {
                let element = element(&start)?;
                nodes += 1 + element.attributes.len();
                open.push(element);
                if open.len() > MAX_DEPTH {
                    return Err(XmlFault::Deep);
                }
            }
            Event::Empty(start) => {
                let element = element(&start)?;
                nodes += 1 + element.attributes.len();
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(element)),
                    None => return Ok(element),
                }
            }
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(XmlFault::Malformed);
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(done)),
                    None => return Ok(done),
                }
            }
            Event::Text(text) => push(&mut open, &text.xml10_content()),
            Event::CData(text) => push(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => {
                let name = name.into_inner();
                let mut buffer = [0; 4];
                let value = reference(&name, &mut buffer)?;
                push(&mut open, value);
            }
            Event::DocType(_) => return Err(XmlFault::DocType),
            Event::Eof => return Err(XmlFault::Malformed),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
        if nodes > MAX_NODES {
            return Err(XmlFault::Large);
        }
    }
}

/// What `&name;` stands for: a character by number or one of the five entities of XML itself.
pub(crate) fn reference<'a>(name: &str, buffer: &'a mut [u8; 4]) -> Result<&'a str, XmlFault> {
    let number = name
        .strip_prefix('#')
        .map(|digits| match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        });
    let value = match number {
        Some(code) => code.ok().and_then(char::from_u32),
        None => resolve_xml_entity(name).and_then(|text| text.chars().next()),
    };
    match value {
        Some(c) => Ok(c.encode_utf8(buffer)),
        None => Err(XmlFault::Entity(name.chars().take(40).collect())),
    }
}

fn push(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else {
        return;
    };
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, XmlFault> {
    let mut element = Element {
        name: start.local_name().as_ref().to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| XmlFault::Malformed)?;
        element.attributes.push((
            attribute.key.local_name().as_ref().to_owned(),
            attribute_value(&attribute)?,
        ));
    }
    Ok(element)
}

/// The value of an attribute with its references resolved.
pub(crate) fn attribute_value(
    attribute: &quick_xml::events::attributes::Attribute<'_>,
) -> Result<String, XmlFault> {
    attribute
        .normalized_value(XmlVersion::Implicit1_0)
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| XmlFault::Entity("?".to_owned()))
}

/// The value of the attribute of a local name, as streaming readers need it.
pub(crate) fn attribute_of(start: &BytesStart<'_>, name: &str) -> Option<String> {
    start
        .attributes()
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| attribute_value(&attribute).ok())
}

/// Whether the text declares a document type before its first element.
pub(crate) fn has_doctype(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        rest = rest.get(at..).unwrap_or_default();
        if rest
            .get(..9)
            .is_some_and(|head| head.eq_ignore_ascii_case("<!doctype"))
        {
            return true;
        }
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            "?>"
        } else {
            return false;
        };
        match memchr::memmem::find(rest.as_bytes(), end.as_bytes()) {
            Some(at) => rest = rest.get(at + end.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    false
}

/// A piece of a larger file: one element and what it holds, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk<'a> {
    /// Line of its first character, from 1.
    pub(crate) line: u32,
    pub(crate) text: &'a str,
}

/// Where a mark comes next; a search never begins again before the last find, so that many unclosed
/// marks cost no more than one.
struct Next {
    needle: &'static str,
    found: Option<usize>,
}

impl Next {
    fn new(needle: &'static str) -> Self {
        Self {
            needle,
            found: None,
        }
    }

    /// The first place at or behind `at`; `usize::MAX` when there is none. Calls come in ascending order.
    fn from(&mut self, bytes: &[u8], at: usize) -> usize {
        match self.found {
            Some(found) if found >= at => found,
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                let found = memchr::memmem::find(rest, self.needle.as_bytes())
                    .map_or(usize::MAX, |length| at + length);
                self.found = Some(found);
                found
            }
        }
    }
}

/// Cuts a file into the elements of one name without parsing it, so that a broken one does not
/// spoil the next: an element ends with its end tag, or where the next of that name begins.
pub(crate) fn chunks<'a>(text: &'a str, name: &str) -> Vec<Chunk<'a>> {
    let open = format!("<{name}");
    let close = format!("</{name}");
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut sections = [
        (Next::new("<!--"), Next::new("-->")),
        (Next::new("<![CDATA["), Next::new("]]>")),
    ];
    let (mut at, mut line, mut counted) = (0_usize, 1_u32, 0_usize);
    let mut start: Option<usize> = None;
    let mut give = |from: usize, to: usize| {
        let newlines = memchr::memchr_iter(b'\n', bytes.get(counted..from).unwrap_or_default());
        line = line.saturating_add(u32::try_from(newlines.count()).unwrap_or(u32::MAX));
        counted = from;
        if let Some(text) = text.get(from..to) {
            found.push(Chunk { line, text });
        }
    };
    while let Some(next) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        at += next;
        let rest = bytes.get(at..).unwrap_or_default();
        // What looks like a tag inside a comment or CDATA is text. One that is never closed, or
        // closed only behind the next one's start, counts as none: only its element is broken.
        let mut skipped = false;
        for (opening, closing) in &mut sections {
            if rest.starts_with(opening.needle.as_bytes()) {
                let end = closing.from(bytes, at);
                if end < opening.from(bytes, at + 1) {
                    at = end + closing.needle.len();
                    skipped = true;
                }
                break;
            }
        }
        if skipped {
            continue;
        }
        let named = |tag: &str| {
            rest.starts_with(tag.as_bytes())
                && rest
                    .get(tag.len())
                    .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        };
        if named(&open) {
            if let Some(from) = start.take() {
                give(from, at);
            }
            start = Some(at);
            at += open.len();
        } else if named(&close) {
            let end = memchr::memchr(b'>', rest).map_or(bytes.len(), |length| at + length + 1);
            if let Some(from) = start.take() {
                give(from, end);
            }
            at = end;
        } else {
            at += 1;
        }
    }
    if let Some(from) = start {
        give(from, text.len());
    }
    found
}

/// A text for the inside of an element or an attribute.
pub(crate) fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    escape(text)
}

#[cfg(test)]
mod tests;
