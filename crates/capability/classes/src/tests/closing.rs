//! Closing: check list, wrong photos, hostile files, return, acceptance, archive.

use std::io::Cursor;

use chengzhi_authz::Permission;
use chengzhi_http::{Problem, Upload};
use chengzhi_testkit::{TestDb, both_engines};
use image::{DynamicImage, ImageFormat, RgbImage};

use super::city::{City, at, code, day};
use crate::domain::presence::Scan;
use crate::usecase::class_list::{Filter, list};
use crate::usecase::closing::{self, ClassClosingPageOut};
use crate::usecase::{entries, materials, summary};

pub fn photo(seed: u32, name: &str) -> Upload {
    let mut picture = RgbImage::new(320, 240);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        // Coarse random blocks: pictures of different seeds look different.
        let block = (x / 40 + y / 40 * 8 + 1).wrapping_mul(seed.wrapping_mul(2_654_435_761) | 1);
        let light = (block >> 13).to_le_bytes()[0];
        *pixel = image::Rgb([light, light, light]);
    }
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    Upload {
        file_name: name.to_owned(),
        bytes: bytes.into_inner().into(),
    }
}

pub async fn add(city: &City, id: i64, upload: Upload) -> Result<(), Problem> {
    let ctx = city.ctx("office").await;
    materials::add(&ctx, id, "photo", Some("teaching"), upload).await
}

async fn page(city: &City, who: &str, id: i64) -> ClassClosingPageOut {
    let (ctx, scope) = city.with(who, Permission::ClassRead).await;
    closing::page(&ctx, &scope, id).await.unwrap()
}

/// A class of two that is over; both were in both lessons.
pub async fn over(city: &City) -> i64 {
    let id = city.running(&[1, 2]).await;
    for (index, hour) in [(0, 8), (1, 12)] {
        city.at(at(6, 3, hour, 50));
        for who in ["p1", "p2"] {
            city.sign_in(who, id, index).await;
        }
    }
    city.at(at(6, 4, 9, 0));
    id
}

both_engines!(
    a_closing_is_returned_once_and_then_accepted_by_somebody_else,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city).await;
        let office = city.ctx("office").await;
        let seen = page(&city, "office", id).await;
        // Seven working days after 3 June; 10 June is a holiday.
        assert_eq!(seen.due.unwrap().due_on, day(6, 13));
        let refused = closing::submit(&office, id, seen.version)
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "class.closing_open");
        assert!(
            refused.detail().contains("授课全景集体照片：0张，还差3张"),
            "{refused}"
        );
        for n in 1..=3 {
            add(&city, id, photo(n, "合影.png")).await.unwrap();
        }
        let seen = page(&city, "office", id).await;
        assert!(seen.complete, "{:?}", seen.checklist);
        closing::submit(&office, id, seen.version).await.unwrap();
        let version = page(&city, "city", id).await.version;
        let twice = closing::submit(&office, id, version).await;
        assert_eq!(code(twice), "class.closing");
        assert_eq!(
            code(add(&city, id, photo(9, "晚.png")).await),
            "class.materials_closed"
        );
        let city_ctx = city.ctx("city").await;
        assert!(page(&city, "city", id).await.may_decide);
        assert_eq!(
            code(closing::send_back(&city_ctx, id, version, "").await),
            "invalid.field"
        );
        closing::send_back(&city_ctx, id, version, "第三张不是全景")
            .await
            .unwrap();
        let back = page(&city, "office", id).await;
        assert_eq!(back.hand_ins[0].note.as_deref(), Some("第三张不是全景"));
        materials::remove(&office, id, back.materials[2].id)
            .await
            .unwrap();
        add(&city, id, photo(4, "全景.png")).await.unwrap();
        city.at(at(6, 14, 9, 0));
        let office = city.ctx("office").await;
        closing::submit(&office, id, back.version).await.unwrap();
        let version = page(&city, "city", id).await.version;
        assert_eq!(
            code(closing::accept(&city.ctx("city").await, id, version - 1, "").await),
            "conflict.version"
        );
        closing::accept(&city.ctx("city").await, id, version, "")
            .await
            .unwrap();
        let done = page(&city, "office", id).await;
        assert_eq!(
            (
                done.hand_ins.len(),
                done.hand_ins[0].late,
                done.hand_ins[1].late
            ),
            (2, Some(false), Some(true))
        );
        assert_eq!(
            city.count("ledger_entry").await,
            4,
            "two people, two courses"
        );
        let again = closing::accept(&city.ctx("city").await, id, done.version, "").await;
        assert_eq!(code(again), "class.closed");
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let filter = Filter {
            year: 2024,
            phase: Some("closed".to_owned()),
            ..Filter::default()
        };
        let archive = list(&ctx, &scope, filter).await.unwrap();
        assert_eq!(
            (archive.len(), archive[0].materials, archive[0].closed_late),
            (1, 3, false)
        );
    }
);

both_engines!(
    wrong_photos_are_pointed_out_and_hostile_files_refused,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city).await;
        add(&city, id, photo(1, "一.png")).await.unwrap();
        assert_eq!(
            code(add(&city, id, photo(1, "二.png")).await),
            "class.material_twice"
        );
        let first = page(&city, "office", id).await;
        assert_eq!(
            first.materials[0].hints,
            ["照片没有拍摄时间，请核对是否为原图。"]
        );
        let other = city.class("closed", "区局集中培训", "102教室").await;
        city.lessons(other, &[(at(6, 4, 9, 0), 90, "102教室")])
            .await
            .unwrap();
        city.file(other).await;
        add(&city, other, photo(1, "旧.png")).await.unwrap();
        let hints = page(&city, "office", other).await.materials[0]
            .hints
            .clone();
        assert!(
            hints
                .iter()
                .any(|hint| hint.contains("同一张照片已用于“区局集中培训”")),
            "{hints:?}"
        );
        let office = city.ctx("office").await;
        let file = |name: &str, bytes: &'static [u8]| Upload {
            file_name: name.to_owned(),
            bytes: bytes.into(),
        };
        for (kind, upload) in [
            ("photo", file("a.jpg", b"<script>alert(1)</script>")),
            ("other", file("a.pdf", b"<html>")),
            ("other", file("a.xlsx", b"PK\x03\x04word/document.xml")),
            ("other", file("a.exe", b"MZ\x90\x00")),
            ("sign_sheet", file("leer.pdf", b"")),
        ] {
            let name = upload.file_name.clone();
            let refused = materials::add(&office, id, kind, Some("teaching"), upload).await;
            assert_eq!(code(refused), "invalid.field", "{name}");
        }
        materials::add(
            &office,
            id,
            "sign_sheet",
            None,
            file("签到表.pdf", b"%PDF-1.7 x"),
        )
        .await
        .unwrap();
        // The sheet photographed, as it is usually done.
        materials::add(&office, id, "sign_sheet", None, photo(8, "签到表.png"))
            .await
            .unwrap();
        let paper = page(&city, "office", id).await.materials[1].id;
        let read = async |who: &str, material: i64| {
            let (ctx, scope) = city.with(who, Permission::ClassRead).await;
            materials::content(&ctx, &scope, id, material, true).await
        };
        assert_eq!(read("city", paper).await.unwrap().1, "application/pdf");
        assert_eq!(code(read("reporter", paper).await), "not_found");
        let picture = read("reporter", first.materials[0].id).await.unwrap();
        assert!(image::load_from_memory(&picture.2).is_ok());
        assert_eq!(code(read("other", paper).await), "not_found");
    }
);

both_engines!(
    doubtful_scans_keep_a_class_open_and_a_summary_is_drafted,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1, 2]).await;
        city.at(at(6, 3, 8, 50));
        let shared = city.device("p1").await;
        for who in ["p1", "p2"] {
            city.later(1);
            let input = city.honest(id, 0, &shared, Scan::In).await;
            city.scan(who, input).await.unwrap();
        }
        city.at(at(6, 4, 9, 0));
        for n in 1..=3 {
            add(&city, id, photo(n, "合影.png")).await.unwrap();
        }
        let open: Vec<String> = page(&city, "office", id)
            .await
            .checklist
            .into_iter()
            .filter(|line| !line.done)
            .map(|line| line.text)
            .collect();
        assert_eq!(open, ["2条存疑签到待班主任确认"]);
        let office = city.ctx("office").await;
        for row in entries::doubtful(&office, id).await.unwrap() {
            entries::decide(&office, id, row.id, true, "本人在场")
                .await
                .unwrap();
        }
        assert!(page(&city, "office", id).await.complete);
        let drafted = summary::view(&office, id).await.unwrap();
        assert!(
            drafted.draft.contains("应到4人次，实到2人次"),
            "{}",
            drafted.draft
        );
        summary::save(&office, id, drafted.version, "总结")
            .await
            .unwrap();
        assert_eq!(
            summary::view(&office, id).await.unwrap().text.as_deref(),
            Some("总结")
        );
        assert_eq!(
            code(closing::accept(&city.ctx("city").await, id, drafted.version + 1, "").await),
            "class.no_closing"
        );
        assert_eq!(
            code(summary::view(&city.ctx("other").await, id).await),
            "not_found"
        );
        // Whoever reviews reads it too; squads and other districts do not.
        for (who, reads) in [
            ("office", true),
            ("city", true),
            ("reporter", false),
            ("reporter_two", false),
            ("other", false),
        ] {
            let (ctx, scope) = city.with(who, Permission::ClassRead).await;
            let read = summary::read(&ctx, &scope, id).await;
            assert_eq!(read.is_ok(), reads, "{who}");
            assert!(read.is_ok_and(|found| found.text.as_deref() == Some("总结")) == reads);
        }
    }
);
