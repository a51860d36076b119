//! What is read without signing in, by whoever has an address that nobody can guess: a certificate's page, a calendar.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chengzhi_documents::ical::MEDIA_TYPE;
use chengzhi_http::{AppState, Problem};
use chengzhi_kernel::dates::format_cn_plain;

use super::papers::unkept;
use crate::usecase::certificates::{Checked, check};
use crate::usecase::feed;

const HTML: &str = "text/html; charset=utf-8";

/// Routes beside the API: `/check/{code}` and `/calendar/{code}.ics`.
pub fn public_router() -> Router<AppState> {
    Router::new()
        .route("/check/{code}", get(check_certificate))
        .route("/calendar/{name}", get(read_calendar))
}

async fn check_certificate(
    State(state): State<AppState>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = state.db.read().await?;
    let found = check(&mut tx, &code).await?;
    drop(tx);
    Ok(match found {
        Some(row) => unkept(HTML, page(&shown(&row))),
        None => (StatusCode::NOT_FOUND, unkept(HTML, page(&unknown()))).into_response(),
    })
}

async fn read_calendar(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let code = name.strip_suffix(".ics").ok_or_else(Problem::not_found)?;
    let mut tx = state.db.read().await?;
    let text = feed::read(&mut tx, code, state.clock.now()).await?;
    drop(tx);
    let text = text.ok_or_else(Problem::not_found)?;
    Ok(unkept(MEDIA_TYPE, text))
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

fn shown(row: &Checked) -> String {
    let (from, to) = row.days;
    let days = if from == to {
        format_cn_plain(from)
    } else {
        format!("{}至{}", format_cn_plain(from), format_cn_plain(to))
    };
    let credits = if row.credits > chengzhi_kernel::Quantity::from_thousandths(0) {
        format!("，{}学分", row.credits)
    } else {
        String::new()
    };
    let verdict = if row.valid {
        "<p class=\"verdict good\">证书有效</p>"
    } else {
        "<p class=\"verdict bad\">证书已撤销</p>"
    };
    let facts = [
        ("姓名", row.name.clone()),
        ("培训班", row.class_title.clone()),
        ("培训时间", days),
        ("学时学分", format!("{}学时{credits}", row.hours)),
        ("证书编号", row.number.clone()),
        ("发证单位", row.issuer.clone()),
        ("发证日期", format_cn_plain(row.issued_on)),
    ];
    let rows: String = facts
        .iter()
        .map(|(name, text)| format!("<dt>{name}</dt><dd>{}</dd>", escape(text)))
        .collect();
    format!("{verdict}<dl>{rows}</dl>")
}

fn unknown() -> String {
    "<p class=\"verdict bad\">没有查到这张证书</p>\
     <p>请核对二维码是否完整，或与发证单位联系。</p>"
        .to_owned()
}

fn page(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>结业证书核验</title><style>\
         body{{margin:0;background:#f3f5f8;color:#1d2733;font:16px/1.6 system-ui,\"PingFang SC\",\"Microsoft YaHei\",sans-serif}}\
         main{{max-width:30rem;margin:0 auto;padding:1.5rem 1rem}}\
         section{{background:#fff;border:1px solid #d9dfe7;border-radius:8px;padding:1.25rem}}\
         h1{{font-size:1.25rem;margin:0 0 1rem}}\
         .verdict{{font-weight:600;padding:.5rem .75rem;border-radius:6px;margin:0 0 1rem}}\
         .good{{background:#e6f4ea;color:#14532d}}.bad{{background:#fdecea;color:#7f1d1d}}\
         dl{{display:grid;grid-template-columns:5.5rem 1fr;gap:.5rem .75rem;margin:0}}\
         dt{{color:#55616f}}dd{{margin:0;overflow-wrap:anywhere}}p{{margin:0}}\
         </style></head><body><main><h1>结业证书核验</h1><section>{body}</section></main></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chengzhi_kernel::Date;

    #[test]
    fn what_people_typed_is_text_on_the_page() {
        let day = Date::from_ymd_opt(2024, 6, 3).unwrap();
        let row = Checked {
            name: "<b>*</b>".to_owned(),
            class_title: "\"集训\"&".to_owned(),
            issuer: "东区局".to_owned(),
            days: (day, day),
            hours: "24".parse().unwrap(),
            credits: "0".parse().unwrap(),
            number: "培证〔2024〕第000001号".to_owned(),
            issued_on: day,
            valid: false,
        };
        let text = shown(&row);
        assert!(text.contains("&lt;b&gt;*&lt;/b&gt;") && !text.contains("<b>"));
        assert!(text.contains("&quot;集训&quot;&amp;"));
        assert!(text.contains("证书已撤销") && text.contains("<dd>24学时</dd>"));
    }
}
