//! The page and the list at an archive's end.

use std::fmt::Write as _;

use chengzhi_kernel::Timestamp;
use serde_json::json;

use super::{INDEX, Listed, MANIFEST};

const STYLE: &str = "body{font:16px/1.6 \"Noto Sans CJK SC\",\"Microsoft YaHei\",\"PingFang SC\",sans-serif;\
max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #c4c4c4;padding:.4rem .6rem;text-align:left;\
vertical-align:top;overflow-wrap:anywhere}th{background:#f2f2f2}td.n{text-align:right;white-space:nowrap}\
code{font-size:.75rem;color:#555}";

/// The page: a table for each folder, a link to each file, no script and nothing from elsewhere.
pub(super) fn page(title: &str, made_at: Timestamp, entries: &[Listed]) -> String {
    let title = escape(title);
    let bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>归档时间：{}。共 {} 个文件，{}。</p>\n\
         <p>本页可脱离系统打开。每个文件的大小和 SHA-256 校验值另见 \
         <a href=\"{MANIFEST}\">{MANIFEST}</a>；校验值不同，说明文件在归档后被改动过。</p>\n",
        escape(&made_at.format_cn()),
        entries.len(),
        size(bytes),
    );
    let mut folders: Vec<&str> = Vec::new();
    for entry in entries {
        let folder = folder(&entry.path);
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    for folder_name in folders {
        if !folder_name.is_empty() {
            let _ = writeln!(page, "<h2>{}</h2>", escape(folder_name));
        }
        page.push_str(
            "<table>\n<thead><tr><th scope=\"col\">文件</th><th scope=\"col\">说明</th>\
             <th scope=\"col\">大小</th><th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n",
        );
        for entry in entries.iter().filter(|e| folder(&e.path) == folder_name) {
            let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
            let _ = writeln!(
                page,
                "<tr><td><a href=\"{}\">{}</a></td><td>{}</td><td class=\"n\">{}</td><td><code>{}</code></td></tr>",
                address(&entry.path),
                escape(name),
                escape(&entry.title),
                size(entry.bytes),
                entry.sha256,
            );
        }
        page.push_str("</tbody>\n</table>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// The list of all entries, the page included.
pub(super) fn manifest(title: &str, made_at: Timestamp, entries: &[Listed]) -> String {
    let list = json!({
        "format": 1,
        "title": title,
        "made_at": made_at,
        "index": INDEX,
        "entries": entries,
    });
    format!("{list:#}\n")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A relative address. It starts with `./`, so that nothing in a name can be taken for a scheme.
fn address(path: &str) -> String {
    let mut address = String::from("./");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

/// `1.5 MB`, in powers of 1024 as file managers show it.
fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)];
    for (unit, one) in UNITS {
        if bytes >= one {
            let tenths = bytes / (one / 10).max(1);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} 字节")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, written) in [
            (0, "0 字节"),
            (1023, "1023 字节"),
            (1024, "1.0 KB"),
            (1_572_864, "1.5 MB"),
            (3 << 30, "3.0 GB"),
        ] {
            assert_eq!(size(bytes), written);
        }
    }

    #[test]
    fn names_and_titles_are_text_and_not_markup() {
        let entry = Listed {
            path: "照片/a'b&c #1.jpg".to_owned(),
            bytes: 5,
            sha256: "00".to_owned(),
            media_type: "image/jpeg".to_owned(),
            title: "<script>alert(1)</script>".to_owned(),
        };
        let page = page("</title><script>", Timestamp::default(), &[entry]);
        assert!(!page.contains("<script"), "{page}");
        assert!(
            page.contains("href=\"./%E7%85%A7%E7%89%87/a%27b%26c%20%231.jpg\""),
            "{page}"
        );
        assert!(page.contains(">a&#39;b&amp;c #1.jpg</a>"), "{page}");
    }
}
