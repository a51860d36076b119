//! Why a body or a query could not be read, in Chinese.
//!
//! Parsers speak English and of lines of JSON. People are told which row, what to fill in, and the field goes to the page
//! apart, as with every other problem.

use crate::Problem;

/// The problem for what a parser said: `sessions[0].minutes: invalid value: integer …, expected u32 at line 1 column 47`.
pub(crate) fn unread(code: &str, said: &str) -> Problem {
    let (path, message) = split(said);
    let (name, sentence) = sentence(message);
    let field = match (path, name) {
        ("", Some(name)) => name.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    };
    let mut problem = Problem::invalid(code, format!("{}{sentence}", place(&field)));
    if !field.is_empty() {
        problem = problem.at(&field);
    }
    problem
}

/// The path before the message, without which parser wrote it where.
fn split(said: &str) -> (&str, &str) {
    let said = said
        .rfind(" at line ")
        .map_or(said, |at| &said[..at])
        .trim();
    match said.split_once(": ") {
        Some((path, message)) if is_path(path) => (path, message),
        _ => ("", said),
    }
}

fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '-');
    !text.is_empty() && text.chars().all(plain)
}

/// The rows of a path: `rooms[1].closed[0]` is the first of the second.
fn place(field: &str) -> String {
    let rows: Vec<String> = field
        .split('[')
        .skip(1)
        .filter_map(|rest| rest.split_once(']')?.0.parse::<u32>().ok())
        .map(|index| format!("第{}项", index + 1))
        .collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!("{}：", rows.join("的"))
    }
}

/// The field that is named in the message itself, and what to do.
fn sentence(message: &str) -> (Option<&str>, String) {
    let quoted = || message.split('`').nth(1);
    let is_chinese = message
        .chars()
        .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if is_chinese {
        let end = if message.ends_with('。') { "" } else { "。" };
        return (None, format!("{message}{end}"));
    }
    let expected = message.rsplit_once("expected ").map(|(_, what)| what);
    let text = if message.starts_with("missing field") {
        return (quoted(), "缺少必填的内容，请补充后再提交。".to_owned());
    } else if message.starts_with("unknown variant") {
        "不是可以选择的值，请重新选择。"
    } else if message.starts_with("unknown field") {
        return (quoted(), "有不认识的内容，请刷新页面后再试。".to_owned());
    } else if message.starts_with("duplicate field") {
        return (
            quoted(),
            "同一项内容重复提交，请刷新页面后再试。".to_owned(),
        );
    } else if let Some(expected) = expected {
        by_kind(expected)
    } else if message.contains("digit") || message.contains("number too") {
        "应填写整数，且不能过大或过小。"
    } else if message.contains("float") {
        "应填写数字。"
    } else if message.contains("out of range") || message.contains("input") {
        "日期或时间不对，请按2024-11-18的格式填写。"
    } else if message.contains("true") {
        "应选择“是”或“否”。"
    } else {
        "填写的内容格式不对，请检查后重新填写。"
    };
    (None, text.to_owned())
}

fn by_kind(expected: &str) -> &'static str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "应填写不小于0的整数，且不能过大。",
        "i8" | "i16" | "i32" | "i64" | "isize" => "应填写整数，且不能过大或过小。",
        "f32" | "f64" => "应填写数字。",
        "a boolean" => "应选择“是”或“否”。",
        "a string" | "a borrowed string" | "string or map" => "应填写文字。",
        "a sequence" => "应填写一组内容。",
        _ if expected.contains("date") || expected.contains("time") => {
            "日期或时间不对，请按2024-11-18的格式填写。"
        }
        _ => "填写的内容格式不对，请检查后重新填写。",
    }
}

#[cfg(test)]
mod tests {
    use chengzhi_kernel::Date;
    use serde::Deserialize;

    use super::unread;
    use crate::Problem;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Room {
        rows: u32,
        closed: Vec<u8>,
        on: Date,
        kind: Kind,
        name: String,
        open: bool,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Site,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Rooms {
        rooms: Vec<Room>,
    }

    /// As axum reads a body: with the path of what could not be read.
    async fn read(rooms: &str) -> Problem {
        use axum::extract::FromRequest as _;
        let request = axum::http::Request::post("/")
            .header("content-type", "application/json")
            .body(axum::body::Body::from(format!("{{\"rooms\": {rooms}}}")))
            .unwrap();
        crate::Json::<Rooms>::from_request(request, &())
            .await
            .unwrap_err()
    }

    #[tokio::test]
    async fn what_a_body_lacks_is_told_in_chinese_with_its_field() {
        let room = |change: &str| {
            let mut fields: Vec<(&str, String)> = vec![
                ("rows", "3".to_owned()),
                ("closed", "[]".to_owned()),
                ("on", "\"2024-11-18\"".to_owned()),
                ("kind", "\"site\"".to_owned()),
                ("name", "\"一\"".to_owned()),
                ("open", "true".to_owned()),
            ];
            let (name, value) = change.split_once('=').unwrap();
            fields.retain(|(field, _)| *field != name);
            let mut list: Vec<String> = fields
                .iter()
                .map(|(field, value)| format!("\"{field}\": {value}"))
                .collect();
            if !value.is_empty() {
                list.push(format!("\"{name}\": {value}"));
            }
            format!("[{{{}}}]", list.join(","))
        };
        for (change, field, detail) in [
            (
                "rows=-5",
                "rooms[0].rows",
                "第1项：应填写不小于0的整数，且不能过大。",
            ),
            (
                "rows=1.5",
                "rooms[0].rows",
                "第1项：应填写不小于0的整数，且不能过大。",
            ),
            (
                "rows=99999999999",
                "rooms[0].rows",
                "第1项：应填写不小于0的整数，且不能过大。",
            ),
            (
                "rows=\"\"",
                "rooms[0].rows",
                "第1项：应填写不小于0的整数，且不能过大。",
            ),
            (
                "rows=",
                "rooms[0].rows",
                "第1项：缺少必填的内容，请补充后再提交。",
            ),
            (
                "closed=[1,null]",
                "rooms[0].closed[1]",
                "第1项的第2项：应填写不小于0的整数，且不能过大。",
            ),
            (
                "on=\"2024-13-45\"",
                "rooms[0].on",
                "第1项：日期或时间不对，请按2024-11-18的格式填写。",
            ),
            (
                "on=\"\"",
                "rooms[0].on",
                "第1项：日期或时间不对，请按2024-11-18的格式填写。",
            ),
            (
                "on=7",
                "rooms[0].on",
                "第1项：日期或时间不对，请按2024-11-18的格式填写。",
            ),
            (
                "kind=\"moon\"",
                "rooms[0].kind",
                "第1项：不是可以选择的值，请重新选择。",
            ),
            ("name=7", "rooms[0].name", "第1项：应填写文字。"),
            ("open=\"x\"", "rooms[0].open", "第1项：应选择“是”或“否”。"),
        ] {
            let problem = read(&room(change)).await;
            assert_eq!(problem.detail(), detail, "{change}");
            assert_eq!(problem.at_field(), Some(field), "{change}");
        }
        let whole = read("7").await;
        assert_eq!(whole.at_field(), Some("rooms"));
    }

    #[test]
    fn queries_and_chinese_causes_are_told_too() {
        for (said, field, detail) in [
            (
                "year: invalid digit found in string",
                Some("year"),
                "应填写整数，且不能过大或过小。",
            ),
            (
                "on: input is out of range",
                Some("on"),
                "日期或时间不对，请按2024-11-18的格式填写。",
            ),
            (
                "missing field `kind`",
                Some("kind"),
                "缺少必填的内容，请补充后再提交。",
            ),
            (
                "open: provided string was not `true` or `false`",
                Some("open"),
                "应选择“是”或“否”。",
            ),
            (
                "无法识别的时间：x at line 1 column 345",
                None,
                "无法识别的时间：x。",
            ),
            (
                "terms.opens: 无法识别的时间：x at line 1 column 345",
                Some("terms.opens"),
                "无法识别的时间：x。",
            ),
            (
                "something else",
                None,
                "填写的内容格式不对，请检查后重新填写。",
            ),
        ] {
            let problem = unread("invalid.query", said);
            assert_eq!(problem.detail(), detail, "{said}");
            assert_eq!(problem.at_field(), field, "{said}");
        }
    }
}
