//! Headers of the tus protocol 1.0.0 (<https://tus.io/protocols/resumable-upload>).

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chengzhi_files::{CHECKSUMS, Checksum};
use chengzhi_http::Problem;

/// The only version there is.
pub(crate) const VERSION: &str = "1.0.0";
/// What we speak besides the core.
pub(crate) const EXTENSIONS: &str = "creation,checksum,expiration,termination";
/// Content type of a part.
pub(crate) const PART_TYPE: &str = "application/offset+octet-stream";
/// Longest `Upload-Metadata` taken.
const METADATA_LIMIT: usize = 4096;

/// `Tus-Checksum-Algorithm`.
pub(crate) fn checksum_names() -> String {
    CHECKSUMS.join(",")
}

/// A header as text; none when missing or not plain.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn bad(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, "上传请求有误", detail)
}

/// Refuses another version.
pub(crate) fn check_version(headers: &HeaderMap) -> Result<(), Problem> {
    if text(headers, "tus-resumable") == Some(VERSION) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "tus.version",
        "上传协议版本不对",
        "上传程序的版本不对，请刷新页面后重试（应为tus 1.0.0）。",
    ))
}

/// A header that is a count of bytes.
pub(crate) fn count(headers: &HeaderMap, name: &str) -> Result<u64, Problem> {
    text(headers, name)
        .filter(|value| !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| bad("tus.header", &format!("请求头{name}缺失或不是字节数。")))
}

/// `Upload-Length` of a creation; a length told later is not supported.
pub(crate) fn length(headers: &HeaderMap) -> Result<u64, Problem> {
    if headers.contains_key("upload-defer-length") {
        return Err(bad("tus.defer_length", "须在上传开始时说明文件大小。"));
    }
    count(headers, "upload-length")
}

/// Keys and values of `Upload-Metadata`: `key base64,key base64`; a value may be missing.
pub(crate) fn metadata(text: &str) -> Result<BTreeMap<String, String>, Problem> {
    let wrong = || bad("tus.metadata", "请求头Upload-Metadata的格式不对。");
    if text.len() > METADATA_LIMIT {
        return Err(bad("tus.metadata", "请求头Upload-Metadata过长。"));
    }
    let mut found = BTreeMap::new();
    for pair in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value.trim()).map_err(|_| wrong())?;
        let value = String::from_utf8(value).map_err(|_| wrong())?;
        if value.contains('\0') || found.insert(key.to_owned(), value).is_some() {
            return Err(wrong());
        }
    }
    Ok(found)
}

/// `Upload-Checksum` of a part: the algorithm, and the sum that must come out.
pub(crate) fn checksum(headers: &HeaderMap) -> Result<Option<(Checksum, Vec<u8>)>, Problem> {
    if !headers.contains_key("upload-checksum") {
        return Ok(None);
    }
    let wrong = || bad("tus.checksum", "请求头Upload-Checksum的格式不对。");
    let (name, sum) = text(headers, "upload-checksum")
        .and_then(|value| value.split_once(' '))
        .ok_or_else(wrong)?;
    let checksum = Checksum::named(name).ok_or_else(|| {
        bad(
            "tus.checksum_algorithm",
            "不支持这种校验方法，请用sha1或sha256。",
        )
    })?;
    let sum = STANDARD.decode(sum.trim()).map_err(|_| wrong())?;
    Ok(Some((checksum, sum)))
}

/// A file name from a sender: no folders, no control characters, at most 120 characters.
pub(crate) fn file_name(sent: Option<&String>) -> String {
    let name = sent.map_or("", |name| name.rsplit(['/', '\\']).next().unwrap_or(""));
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    match name.trim() {
        "" => "未命名".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn metadata_is_read_and_nonsense_refused() {
        let found = metadata("filename ZmlsbS5tcDQ=,purpose ZHJpbGwuZmlsbQ==,flag").unwrap();
        assert_eq!(found["filename"], "film.mp4");
        assert_eq!(found["purpose"], "drill.film");
        assert_eq!(found["flag"], "");
        for wrong in ["a !", "a YQ==,a YQ==", "a gICA", "a AA=="] {
            assert!(metadata(wrong).is_err(), "{wrong}");
        }
        assert!(metadata(&format!("a {}", "QUFB".repeat(2000))).is_err());
    }

    #[test]
    fn counts_are_plain_digits() {
        assert_eq!(
            count(&headers("upload-offset", "12"), "upload-offset").unwrap(),
            12
        );
        for wrong in ["", "-1", "+1", "1.0", "0x10", "99999999999999999999999"] {
            assert!(
                count(&headers("upload-offset", wrong), "upload-offset").is_err(),
                "{wrong}"
            );
        }
        assert!(count(&HeaderMap::new(), "upload-offset").is_err());
        assert!(length(&headers("upload-defer-length", "1")).is_err());
    }

    #[test]
    fn checksums_name_an_algorithm_and_a_sum() {
        assert!(checksum(&HeaderMap::new()).unwrap().is_none());
        let sent = headers("upload-checksum", "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
        let (mut sum, expected) = checksum(&sent).unwrap().unwrap();
        sum.update(b"abc");
        assert_eq!(sum.finish(), expected);
        for wrong in ["sha1", "md5 AAAA", "sha1 !!"] {
            assert!(
                checksum(&headers("upload-checksum", wrong)).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn file_names_lose_folders_and_control_characters() {
        let name = |text: &str| file_name(Some(&text.to_owned()));
        assert_eq!(name("C:\\a\\队列.mp4"), "队列.mp4");
        assert_eq!(name("../../etc/passwd"), "passwd");
        assert_eq!(name("a\u{7}b"), "ab");
        assert_eq!(name("  "), "未命名");
        assert_eq!(file_name(None), "未命名");
    }

    proptest! {
        #[test]
        fn whatever_a_header_holds_is_read_or_refused(text in "\\PC{0,200}") {
            let _ = metadata(&text);
            let _ = file_name(Some(&text));
            if let Ok(value) = text.parse() {
                let mut sent = HeaderMap::new();
                sent.insert("upload-checksum", value);
                let _ = checksum(&sent);
            }
        }
    }
}
