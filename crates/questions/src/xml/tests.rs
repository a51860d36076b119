use super::*;

#[test]
fn a_tree_is_read_with_its_references() {
    let root =
        tree("<?xml version='1.0'?><!-- x --><a b='1&lt;2'>x&amp;y<c/>&#20013;<![CDATA[<z>]]></a>")
            .unwrap();
    assert_eq!(root.attribute("b"), Some("1<2"));
    assert_eq!(root.text(), "x&y中<z>");
    assert!(root.child("c").is_some());
    assert_eq!(root.walk().len(), 2);
}

#[test]
fn dangerous_and_broken_xml_is_refused() {
    let deep = "<a>".repeat(100);
    let wide = format!("<a>{}</a>", "<b/>".repeat(MAX_NODES + 1));
    for (text, want) in [
        (
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            XmlFault::DocType,
        ),
        ("<a>&x;</a>", XmlFault::Entity("x".into())),
        ("<a b='&x;'/>", XmlFault::Entity("?".into())),
        ("<a><b></a>", XmlFault::Malformed),
        ("<a>", XmlFault::Malformed),
        ("", XmlFault::Malformed),
        (deep.as_str(), XmlFault::Deep),
        (wide.as_str(), XmlFault::Large),
    ] {
        assert_eq!(tree(text), Err(want), "{}", &text[..text.len().min(40)]);
    }
    assert!(has_doctype("<?xml?>\n<!-- a --><!doctype html><a/>"));
    assert!(!has_doctype("<a><!DOCTYPE b></a>"));
}

#[test]
fn chunks_part_what_is_broken_from_what_is_not() {
    let unclosed = "<q><![CDATA[1</q><q><![CDATA[</q>2]]></q><q>3<!--</q><q>4</q>";
    let found: Vec<&str> = chunks(unclosed, "q").iter().map(|c| c.text).collect();
    assert_eq!(
        found,
        [
            "<q><![CDATA[1</q>",
            "<q><![CDATA[</q>2]]></q>",
            "<q>3<!--</q>",
            "<q>4</q>"
        ]
    );
    let text = "<quiz>\n<question>\n<a>1</question><questions/>\n<question x='1'>2\n<question>3<![CDATA[</question>]]></question>\n</quiz>";
    let found: Vec<(u32, &str)> = chunks(text, "question")
        .iter()
        .map(|c| (c.line, c.text))
        .collect();
    assert_eq!(
        found,
        [
            (2, "<question>\n<a>1</question>"),
            (4, "<question x='1'>2\n"),
            (5, "<question>3<![CDATA[</question>]]></question>"),
        ]
    );
}
