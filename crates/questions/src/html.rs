//! The little HTML that question banks carry, to plain text and back. Tags are dropped, breaks
//! become line ends, pictures become marks.

use crate::model::pictures_in;
use crate::text::trim;

/// Elements that begin on a line of their own.
const BLOCKS: [&str; 16] = [
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "table",
    "pre",
    "blockquote",
    "section",
];

/// Whether a text holds at least one tag or reference of HTML.
pub(crate) fn has_tags(text: &str) -> bool {
    let tag = |rest: &str| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains('>')
    };
    text.split('<').skip(1).take(200).any(tag)
        || text.split('&').skip(1).take(200).any(|rest| {
            rest.split_once(';')
                .is_some_and(|(name, _)| named(name).is_some())
        })
}

/// The text of an HTML fragment. `picture` gives the mark for the source of an `img`; without one,
/// the picture is left out.
pub(crate) fn to_text(html: &str, picture: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut out = Flow::default();
    let mut rest = html;
    // Once no sign closes a tag any more, none is looked for again.
    let mut closable = true;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, tail) = rest.split_at(at);
        out.text(before);
        rest = tail;
        if let Some(tail) = rest.strip_prefix("<!--") {
            rest = tail
                .find("-->")
                .and_then(|end| tail.get(end + 3..))
                .unwrap_or_default();
        } else if let Some(tail) = rest.strip_prefix('<') {
            let inner = tail.strip_prefix('/').unwrap_or(tail);
            let end = if closable { tail.find('>') } else { None };
            closable = end.is_some();
            match end {
                Some(end) if inner.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                    out.tag(tail.get(..end).unwrap_or_default(), picture);
                    rest = tail.get(end + 1..).unwrap_or_default();
                }
                // A lone sign: a < b.
                _ => {
                    out.raw("<");
                    rest = tail;
                }
            }
        } else {
            let tail = rest.get(1..).unwrap_or_default();
            // No reference is longer than this.
            let end = tail.bytes().take(12).position(|b| b == b';');
            match end.and_then(|end| Some((named(tail.get(..end)?)?, tail.get(end + 1..)?))) {
                Some((c, tail)) => {
                    out.raw(c.encode_utf8(&mut [0; 4]));
                    rest = tail;
                }
                None => {
                    out.raw("&");
                    rest = tail;
                }
            }
        }
    }
    out.text(rest);
    out.done()
}

/// What `&name;` stands for.
fn named(name: &str) -> Option<char> {
    let known = match name {
        "nbsp" | "ensp" | "emsp" => ' ',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "middot" => '·',
        "times" => '×',
        "radic" => '√',
        "le" => '≤',
        "ge" => '≥',
        "deg" => '°',
        _ => {
            let mut buffer = [0; 4];
            let text = crate::xml::reference(name, &mut buffer).ok()?;
            let c = text.chars().next()?;
            if c == '\u{a0}' { ' ' } else { c }
        }
    };
    Some(known)
}

/// Text that is growing out of marked-up text.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    out: String,
    /// Line ends that come before the next text.
    breaks: usize,
    /// White space of the source that may become one space.
    gap: bool,
}

impl Flow {
    /// Text of the source: a run of white space with a line end in it is one space.
    pub(crate) fn text(&mut self, text: &str) {
        for c in text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c }) {
            if matches!(c, '\n' | '\r' | '\t') {
                self.gap = true;
            } else if self.gap && c == ' ' {
            } else {
                self.raw(c.encode_utf8(&mut [0; 4]));
            }
        }
    }

    /// Text as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        let fresh = self.breaks > 0 || self.out.is_empty();
        if self.breaks > 0 && !self.out.is_empty() {
            while self.out.ends_with(' ') {
                self.out.pop();
            }
            self.out.extend(std::iter::repeat_n('\n', self.breaks));
        }
        self.breaks = 0;
        if self.gap && !fresh && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
        self.gap = false;
        self.out.push_str(text);
    }

    fn tag(&mut self, tag: &str, picture: &mut dyn FnMut(&str) -> Option<String>) {
        let closing = tag.starts_with('/');
        let bare = tag.trim_start_matches('/');
        let name: String = bare
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if name == "img" && !closing {
            if let Some(mark) = source_of(bare).and_then(|source| picture(&source)) {
                self.raw(&mark);
            }
        } else {
            self.edge(&name, closing);
        }
    }

    /// The start or the end of an element.
    pub(crate) fn edge(&mut self, name: &str, closing: bool) {
        match name {
            "br" if !closing => self.breaks += 1,
            "td" | "th" if closing => self.gap = true,
            name if BLOCKS.contains(&name) => self.breaks = self.breaks.max(1),
            _ => {}
        }
    }

    pub(crate) fn done(self) -> String {
        trim(&self.out).to_owned()
    }
}

/// The `src` of an `img` tag.
fn source_of(tag: &str) -> Option<String> {
    let at = tag.find("src")?;
    let rest = tag
        .get(at + 3..)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next()?,
        _ => rest.split_whitespace().next()?,
    };
    Some(to_text(value, &mut |_| None))
}

/// Plain text as HTML: line ends become `<br/>`, marks of pictures become `img` with the source
/// that `address` gives.
pub(crate) fn from_text(text: &str, address: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    for name in pictures_in(text) {
        let mark = crate::model::picture_mark(name);
        let Some((before, after)) = rest.split_once(&mark) else {
            continue;
        };
        put(before, &mut out);
        out.push_str("<img src=\"");
        put(&address(name), &mut out);
        out.push_str("\" alt=\"");
        put(name, &mut out);
        out.push_str("\"/>");
        rest = after;
    }
    put(rest, &mut out);
    out
}

fn put(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => out.push_str("<br/>"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(html: &str) -> String {
        to_text(html, &mut |source| Some(format!("[{source}]")))
    }

    #[test]
    fn fragments_of_real_banks() {
        for (html, want) in [
            (
                "<p>当场处罚的<b>上限</b>是&nbsp;（&nbsp;&nbsp;）</p>",
                "当场处罚的上限是 （  ）",
            ),
            ("<p>一</p>\n<p>二</p>", "一\n二"),
            ("一<br>二<br/><br />三", "一\n二\n\n三"),
            (
                "a < b &amp;&lt;c&gt; &#20013;&#x4e2d; &unknown; &",
                "a < b &<c> 中中 &unknown; &",
            ),
            ("x\n   y", "x y"),
            ("看<img src=\"a&amp;b.png\" alt=\"\"/>图", "看[a&b.png]图"),
            ("<!-- 注 -->甲<script", "甲<script"),
            ("<ul><li>甲</li><li>乙</li></ul>", "甲\n乙"),
        ] {
            assert_eq!(plain(html), want, "{html}");
        }
        assert!(has_tags("<p>x</p>") && has_tags("a&nbsp;b") && !has_tags("a < b & c"));
    }

    proptest! {
        #[test]
        fn text_survives_html(text in "[一二 <>&;\"'a-c\n#/]{0,30}") {
            let text = trim(&text);
            // White space at the ends of lines is not kept.
            prop_assume!(!text.contains(" \n"));
            prop_assert_eq!(plain(&from_text(text, &|n| n.to_owned())), text);
        }

        #[test]
        fn nothing_makes_it_fail(text in "\\PC{0,60}") {
            plain(&text);
            has_tags(&text);
        }
    }
}
