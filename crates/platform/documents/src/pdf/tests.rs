use std::sync::LazyLock;

use serde_json::json;
use typst::layout::{Abs, Frame, FrameItem, Point, Transform};

use super::*;
use crate::model::{AdmissionTicket, Certificate, ExamPaper, PaperPicture};

#[path = "../../tests/samples/mod.rs"]
mod samples;

use samples::made_at;

static TYPESETTER: LazyLock<Typesetter> = LazyLock::new(|| Typesetter::new(FontSource::System));

/// Fields that steer a template, and those that hold what this crate wrote itself: dates, times,
/// numbers.
const OWN: [&str; 15] = [
    "marksigns",
    "align",
    "kind",
    "photo",
    "date",
    "made_on",
    "time",
    "days",
    "signed_in",
    "signed_out",
    "hours",
    "credits",
    "label",
    "labels",
    "marks",
];

/// A document all of whose texts are replaced by one.
struct Filled<'a> {
    document: &'a dyn Document,
    text: &'a str,
}

impl Filled<'_> {
    fn fill(&self, value: &mut Value) {
        match value {
            Value::String(text) if !text.is_empty() => *text = self.text.to_owned(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Object(fields) => fields
                .iter_mut()
                .filter(|(name, _)| !OWN.contains(&name.as_str()))
                .for_each(|(_, item)| self.fill(item)),
            _ => {}
        }
    }
}

impl Document for Filled<'_> {
    fn template(&self) -> &'static str {
        self.document.template()
    }

    fn name(&self) -> &'static str {
        self.document.name()
    }

    fn data(&self) -> Result<Value, DocumentError> {
        let mut data = self.document.data()?;
        self.fill(&mut data);
        Ok(data)
    }

    fn pictures(&self) -> Result<Vec<Picture>, DocumentError> {
        self.document.pictures()
    }
}

/// One of each document, small.
fn all() -> Vec<Box<dyn Document>> {
    vec![
        Box::new(samples::class_notice()),
        Box::new(samples::timetable()),
        Box::new(samples::attendance_sheet(4)),
        Box::new(samples::certificate()),
        Box::new(samples::admission_ticket()),
        Box::new(samples::exam_paper(true)),
        Box::new(samples::answer_sheet()),
        Box::new(samples::score_list(4)),
        Box::new(samples::circular()),
    ]
}

/// Collects the texts of a frame with where they begin and end on the page.
fn collect(frame: &Frame, outer: Transform, found: &mut Vec<(String, [Point; 2])>) {
    for (at, item) in frame.items() {
        let here = outer.pre_concat(Transform::translate(at.x, at.y));
        match item {
            FrameItem::Group(group) => {
                collect(&group.frame, here.pre_concat(group.transform), found);
            }
            FrameItem::Text(text) => {
                let end = Point::new(text.width(), Abs::zero());
                let ends = [Point::zero().transform(here), end.transform(here)];
                found.push((text.text.to_string(), ends));
            }
            _ => {}
        }
    }
}

/// The texts of each page, without the places where lines may break.
fn page_texts(document: &PagedDocument) -> Vec<String> {
    document
        .pages()
        .iter()
        .map(|page| {
            let mut found = Vec::new();
            collect(&page.frame, Transform::identity(), &mut found);
            found
                .into_iter()
                .map(|(text, _)| text.replace('\u{200b}', ""))
                .collect()
        })
        .collect()
}

/// Texts that come closer to an edge of the paper than 5 mm.
fn off_paper(document: &PagedDocument) -> Vec<String> {
    let edge = Abs::mm(5.0);
    let mut off = Vec::new();
    for (number, page) in (1..).zip(document.pages()) {
        let size = page.frame.size();
        let mut found = Vec::new();
        collect(&page.frame, Transform::identity(), &mut found);
        let outside =
            |p: &Point| p.x < edge || p.x > size.x - edge || p.y < edge || p.y > size.y - edge;
        for (text, ends) in found {
            if let Some(point) = ends.iter().find(|p| outside(p)) {
                off.push(format!("page {number}: {text} at {point:?}"));
            }
        }
    }
    off
}

fn laid_out(document: &dyn Document) -> PagedDocument {
    TYPESETTER.lay_out(document).unwrap()
}

#[test]
fn every_document_prints_its_content_on_the_paper() {
    let texts = [
        ("培训通知", "宝城管执培〔2024〕12号"),
        ("课程表", "11月18日（周一）"),
        ("签到表", "08:10"),
        ("结业证书", "二〇二四年十一月二十五日"),
        ("准考证", "11月20日（周三）13:30–15:30"),
        ("试卷", "（本大题"),
        ("答题纸", "座位号"),
        ("成绩单", "310113202411000001"),
        ("表格文书", "11月20日（周三）"),
    ];
    for (document, (name, text)) in all().iter().zip(texts) {
        assert_eq!(document.name(), name);
        let paged = laid_out(&**document);
        assert_eq!(off_paper(&paged), Vec::<String>::new(), "{name}");
        let text = if name == "试卷" {
            "满分：102分"
        } else {
            text
        };
        let pages = page_texts(&paged).concat().replace(' ', "");
        assert!(pages.contains(text), "{name} without {text}");
    }
}

#[test]
fn texts_are_printed_as_they_are_and_never_read_as_markup() {
    let hostile = "#import \"@preview/x:1.0.0\": * #panic() $x^2$ *b* _i_ `c` = h <l> @r \\ ] } [ { // c /* ~ -- ' #{1+1}";
    for document in all() {
        let filled = Filled {
            document: &*document,
            text: hostile,
        };
        let printed = page_texts(&laid_out(&filled)).concat();
        // Spaces at the ends of lines are not printed.
        let bare = |text: &str| text.replace(' ', "");
        assert!(
            bare(&printed).contains(&bare(hostile)),
            "{}: {printed}",
            document.name()
        );
    }
}

#[test]
fn very_long_texts_stay_on_the_paper() {
    let (wide, word) = ("超长".repeat(40), "x".repeat(80));
    let mut off = Vec::new();
    for text in [wide.as_str(), word.as_str()] {
        for document in all() {
            let filled = Filled {
                document: &*document,
                text,
            };
            if matches!(document.name(), "成绩单" | "表格文书") {
                // These count the widths of their texts beforehand.
                continue;
            }
            let found = off_paper(&laid_out(&filled));
            off.extend(
                found
                    .first()
                    .map(|first| format!("{} {first}", document.name())),
            );
        }
    }
    for text in [wide.as_str(), word.as_str()] {
        for table in [samples::score_list(3).report(), samples::circular()] {
            let found = off_paper(&laid_out(&samples::filled_table(table, text)));
            off.extend(found.first().map(|first| format!("table {first}")));
        }
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let one = TYPESETTER
        .render(&samples::certificate(), made_at())
        .unwrap();
    assert!(one.bytes.starts_with(b"%PDF-"));
    assert_eq!(
        one,
        TYPESETTER
            .render(&samples::certificate(), made_at())
            .unwrap()
    );
    let later = made_at().plus_days(1);
    assert_ne!(
        one,
        TYPESETTER.render(&samples::certificate(), later).unwrap()
    );
}

#[test]
fn a_sheet_of_three_hundred_has_its_heading_and_head_on_every_page() {
    let pages = page_texts(&laid_out(&samples::attendance_sheet(300)));
    assert!(pages.len() > 10, "{}", pages.len());
    for (page, text) in pages.iter().enumerate() {
        assert!(
            text.contains("签到表") && text.contains("序号"),
            "page {page}"
        );
        assert!(
            text.contains(&format!("第 {} 页", page + 1)),
            "page {page}: {text}"
        );
    }
    assert!(pages.last().unwrap().contains("班主任（签名）"));
}

#[test]
fn many_certificates_are_one_file_of_as_many_pages() {
    let certificate = |n: i64| Certificate {
        name: format!("学员{n}"),
        check_url: format!("https://peixun.example.gov.cn/zs/{n}"),
        ..samples::certificate()
    };
    let all: Vec<Certificate> = (0..5).map(certificate).collect();
    let pages = page_texts(&laid_out(&all));
    assert_eq!(pages.len(), 5);
    assert!(pages[3].contains("学员3"));
}

#[test]
fn a_ticket_without_photo_has_no_frame_and_a_wrong_photo_is_named() {
    let ticket = |photo| AdmissionTicket {
        photo,
        ..samples::admission_ticket()
    };
    let bare = ticket(None);
    assert_eq!(bare.data().unwrap()["items"][0]["photo"], json!(null));
    assert_eq!(bare.pictures().unwrap().len(), 1);
    assert_eq!(laid_out(&bare).pages().len(), 1);
    for (photo, said) in [
        (b"GIF89a".to_vec(), "欧阳子轩的照片不是 JPEG 或 PNG 图片"),
        (b"\x89PNG\r\n\x1a\nbroken".to_vec(), "请检查其中的照片"),
    ] {
        let error = TYPESETTER
            .render(&ticket(Some(photo)), made_at())
            .unwrap_err()
            .to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn options_stand_beside_each_other_when_they_are_short() {
    // The letters of the first question (short options) and of the fourth (long ones).
    let paged = laid_out(&samples::exam_paper(false));
    let mut found = Vec::new();
    collect(&paged.pages()[0].frame, Transform::identity(), &mut found);
    let letters = |letter: &str| -> Vec<Point> {
        found
            .iter()
            .filter(|(text, _)| text == &format!("{letter}."))
            .map(|(_, ends)| ends[0])
            .collect()
    };
    let (a, b, d) = (letters("A"), letters("B"), letters("D"));
    assert_eq!((a[0].y, a[0].y), (b[0].y, d[0].y));
    assert_eq!(a[1].y, b[1].y);
    assert!(d[1].y > a[1].y && d[1].x == b[1].x);
    assert!(b[3].y > a[3].y && b[3].x == a[3].x);
}

#[test]
fn a_picture_stands_where_its_question_names_it() {
    let paper = |stem: &str, option: &str| {
        let mut paper = samples::exam_paper(false);
        let asked = &mut paper.sections[0].questions[0];
        asked.stem = stem.to_owned();
        asked.options[1] = option.to_owned();
        asked.pictures = vec![PaperPicture {
            name: "标志.png".to_owned(),
            mark: "ab12".to_owned(),
            content: samples::PHOTO.to_vec(),
        }];
        paper
    };
    let pages = |paper: &ExamPaper| {
        let mut found = Vec::new();
        for page in laid_out(paper).pages() {
            collect(&page.frame, Transform::identity(), &mut found);
        }
        found.into_iter().map(|(text, _)| text).collect::<String>()
    };
    let text = pages(&paper(
        "下图【图：标志.png】是什么标志？",
        "【图：标志.png】",
    ));
    assert!(!text.contains("图："), "{text}");
    assert!(text.contains("是什么标志"), "{text}");
    // A name without a picture stays readable.
    let text = pages(&paper("下图【图：没有.png】是什么标志？", "二年"));
    assert!(text.contains("没有.png"), "{text}");
    let drawn = |paper: ExamPaper| TYPESETTER.render(&paper, made_at()).unwrap().bytes;
    let with = drawn(paper("下图【图：标志.png】是什么标志？", "二年"));
    let without = drawn(paper("下图是什么标志？", "二年"));
    assert!(with.len() > without.len());
}

#[tokio::test]
async fn the_async_way_gives_the_same_document() {
    let pdf = TYPESETTER
        .render_async(samples::certificate(), made_at())
        .await
        .unwrap();
    assert_eq!(
        pdf,
        TYPESETTER
            .render(&samples::certificate(), made_at())
            .unwrap()
    );
}

#[tokio::test]
async fn a_caller_does_not_wait_beyond_the_limit() {
    let hasty = Typesetter::with_time_limit(FontSource::System, Duration::ZERO);
    let error = hasty
        .render_async(samples::certificate(), made_at())
        .await
        .unwrap_err();
    assert!(matches!(error, DocumentError::TimedOut { .. }));
    assert!(error.to_string().contains("请稍后重试"));
}

#[tokio::test]
async fn fonts_that_are_missing_are_said_and_looked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let typesetter = Typesetter::new(FontSource::Folder(folder.path().to_owned()));
    assert!(
        typesetter
            .check()
            .unwrap_err()
            .to_string()
            .contains("fonts-noto-cjk")
    );
    let error = typesetter
        .render_async(samples::certificate(), made_at())
        .await
        .unwrap_err();
    assert!(matches!(error, DocumentError::NoFont { .. }));
    let font = "/usr/share/fonts/opentype/noto";
    std::os::unix::fs::symlink(font, folder.path().join("noto")).unwrap();
    assert!(typesetter.check().is_ok());
}
