//! Papers, certificates and their public page, calendar feeds, the archive.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use chengzhi_authz::Permission;
use chengzhi_documents::{FontSource, Typesetter};
use chengzhi_http::{Ctx, Problem};
use chengzhi_testkit::{TestDb, both_engines};
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use super::city::{City, TEACHER, at, code, day};
use super::closing::{add, over, photo};
use crate::usecase::appendix::{Appendices, Appendix};
use crate::usecase::archive::{Certificates, archive, certificates_of};
use crate::usecase::certificates::{self, Checked};
use crate::usecase::print::{self, Printed};
use crate::usecase::{closing, entries, feed, filing, timetable};

const ORIGIN: &str = "https://peixun.example.gov.cn";

fn setter() -> Typesetter {
    Typesetter::new(FontSource::System)
}

async fn paper(city: &City, who: &str, id: i64, paper: &str) -> Result<Printed, Problem> {
    let (ctx, scope) = city.with(who, Permission::ClassRead).await;
    print::paper(&ctx, &scope, &setter(), id, paper).await
}

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

async fn checked(city: &City, code: &str) -> Option<Checked> {
    let mut tx = city.state.db.read().await.unwrap();
    certificates::check(&mut tx, code).await.unwrap()
}

async fn accepted(city: &City) -> i64 {
    let id = over(city).await;
    for n in 1..=3 {
        add(city, id, photo(n, "合影.png")).await.unwrap();
    }
    let version = city.view("office", id).await.version;
    closing::submit(&city.ctx("office").await, id, version)
        .await
        .unwrap();
    let version = city.view("city", id).await.version;
    closing::accept(&city.ctx("city").await, id, version, "")
        .await
        .unwrap();
    id
}

both_engines!(
    a_certificate_is_checked_by_its_code_and_shows_only_what_is_needed,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = accepted(&city).await;
        let office = city.ctx("office").await;
        let issued = certificates::list(&office, id).await.unwrap();
        assert_eq!(issued.len(), 2);
        assert_eq!(issued[0].number, "培证〔2024〕第000001号");
        let code_text = issued[0].check_path.strip_prefix("/check/").unwrap();
        let seen = checked(&city, code_text).await.unwrap();
        assert_eq!((seen.name.as_str(), seen.valid), ("队*1", true));
        assert_eq!(seen.days, (day(6, 3), day(6, 3)));
        // One figure of the signature wrong, another row's number, nothing at all.
        let last = if code_text.ends_with('0') { "1" } else { "0" };
        let forged = format!("{}{last}", &code_text[..code_text.len() - 1]);
        let borrowed = format!("2{}", &code_text[1..]);
        for wrong in [forged.as_str(), borrowed.as_str(), "1", ""] {
            assert_eq!(checked(&city, wrong).await, None, "{wrong}");
        }
        // Its holder and the office print it, others do not know it.
        for (who, allowed) in [
            ("p1", true),
            ("office", true),
            ("city", true),
            ("p2", false),
        ] {
            let ctx = city.ctx(who).await;
            let printed = print::certificate(&ctx, &setter(), issued[0].id, ORIGIN).await;
            assert_eq!(printed.is_ok(), allowed, "{who}");
        }
        assert_eq!(
            certificates::own(&city.ctx("p1").await)
                .await
                .unwrap()
                .len(),
            1
        );
        assert!(
            certificates::own(&city.ctx("p3").await)
                .await
                .unwrap()
                .is_empty()
        );
        // Twice issues nothing new.
        assert_eq!(certificates::issue(&office, id).await.unwrap().len(), 2);
    }
);

both_engines!(
    a_certificate_is_revoked_when_presence_is_corrected_and_issued_anew,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let early = city.running(&[3]).await;
        let office = city.ctx("office").await;
        assert_eq!(
            code(certificates::issue(&office, early).await),
            "class.not_ended"
        );
        let version = city.view("office", early).await.version;
        filing::cancel(&office, early, version, "并入下一期")
            .await
            .unwrap();
        let id = over(&city).await;
        let office = city.ctx("office").await;
        assert_eq!(certificates::issue(&office, id).await.unwrap().len(), 2);
        let scan = {
            let mut tx = city.state.db.read().await.unwrap();
            let first = crate::store::lessons::lessons(&mut tx, &[id], false)
                .await
                .unwrap()[0]
                .lesson
                .id;
            crate::store::scan_reads::of_lesson(&mut tx, first)
                .await
                .unwrap()[0]
                .id
        };
        entries::decide(&office, id, scan, false, "代签")
            .await
            .unwrap();
        let after = certificates::issue(&office, id).await.unwrap();
        assert_eq!(after.iter().filter(|row| row.valid).count(), 1);
        let gone = after.iter().find(|row| !row.valid).unwrap();
        let code_text = gone.check_path.strip_prefix("/check/").unwrap();
        assert!(!checked(&city, code_text).await.unwrap().valid);
    }
);

both_engines!(
    papers_are_set_and_those_that_name_people_are_for_the_office,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = accepted(&city).await;
        for word in ["notice", "timetable", "summary"] {
            let printed = paper(&city, "office", id, word).await.unwrap();
            assert!(printed.bytes.starts_with(b"%PDF-"), "{word}");
            assert!(
                printed.name.ends_with("区局集中培训（第1期）.pdf"),
                "{}",
                printed.name
            );
        }
        assert_eq!(
            code(paper(&city, "office", id, "results").await.map(|p| p.name)),
            "class.no_exam"
        );
        assert_eq!(
            code(paper(&city, "office", id, "poem").await.map(|p| p.name)),
            "invalid.field"
        );
        assert!(paper(&city, "reporter", id, "notice").await.is_ok());
        for (who, wanted) in [("reporter", "not_found"), ("other", "not_found")] {
            let refused = paper(&city, who, id, "summary").await.map(|p| p.name);
            assert_eq!(code(refused), wanted, "{who}");
        }
        let lesson = city.view("office", id).await.lessons[0].id;
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let sheet = print::sheet(&ctx, &scope, &setter(), id, lesson)
            .await
            .unwrap();
        assert!(sheet.bytes.starts_with(b"%PDF-"));
        let none = print::sheet(&ctx, &scope, &setter(), id, 99).await;
        assert_eq!(code(none.map(|p| p.name)), "not_found");
    }
);

/// Another capability with a paper about every class.
pub struct Fitness;

#[async_trait::async_trait]
impl Appendices for Fitness {
    async fn of_class(&self, _: &Ctx, class: i64) -> Result<Vec<Appendix>, Problem> {
        Ok(vec![Appendix {
            path: "体能测试/成绩.xlsx".to_owned(),
            mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            title: "体能测试成绩".to_owned(),
            bytes: format!("成绩：{class}").into_bytes(),
        }])
    }
}

both_engines!(
    the_archive_holds_what_was_uploaded_and_its_manifest_tells_every_hash,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = accepted(&city).await;
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let (name, made) = archive(&ctx, &scope, (&setter(), &Fitness), id, ORIGIN)
            .await
            .unwrap();
        assert_eq!(name, "东区局区局集中培训（第1期）.zip");
        let blocks: Vec<_> = made.into_stream().try_collect().await.unwrap();
        let files = unpacked(&blocks.concat());
        for wanted in [
            "培训通知.pdf",
            "课程表.pdf",
            "签到表/01-行政复议法.pdf",
            "签到表/02-拆违实务.pdf",
            "培训总结.pdf",
            "结业证书/001-002.pdf",
            "结项材料/授课照片/01-合影.png",
            "数据/培训班.json",
            "体能测试/成绩.xlsx",
            "index.html",
        ] {
            assert!(files.contains_key(wanted), "{wanted}: {:?}", files.keys());
        }
        assert_eq!(
            files["结项材料/授课照片/01-合影.png"],
            photo(1, "合影.png").bytes.to_vec()
        );
        let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        let listed = manifest["entries"]
            .as_array()
            .or_else(|| manifest["files"].as_array());
        let listed = listed.unwrap_or_else(|| panic!("{manifest}"));
        assert!(listed.len() + 1 >= files.len(), "{manifest}");
        for entry in listed {
            let content = &files[entry["path"].as_str().unwrap()];
            assert_eq!(entry["sha256"], hex::encode(Sha256::digest(content)));
        }
        let (ctx, scope) = city.with("reporter", Permission::ClassRead).await;
        let refused = archive(&ctx, &scope, (&setter(), &Fitness), id, ORIGIN).await;
        assert_eq!(code(refused.map(|made| made.0)), "not_found");
    }
);

both_engines!(
    certificates_are_one_paper_while_they_are_few_and_a_streamed_archive_when_they_are_many,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = accepted(&city).await;
        let made = async |who: &str, most: usize| {
            let (ctx, scope) = city.with(who, Permission::ClassRead).await;
            certificates_of(&ctx, &scope, &setter(), (id, most), ORIGIN).await
        };
        let Certificates::Whole(whole) = made("office", 2).await.unwrap() else {
            panic!("two fit into one paper");
        };
        assert_eq!(whole.name, "结业证书-区局集中培训（第1期）.pdf");
        assert!(whole.bytes.starts_with(b"%PDF-"));
        let Certificates::Parts(name, archive) = made("city", 1).await.unwrap() else {
            panic!("two papers of one");
        };
        assert_eq!(name, "结业证书-区局集中培训（第1期）.zip");
        let blocks: Vec<_> = archive.into_stream().try_collect().await.unwrap();
        let files = unpacked(&blocks.concat());
        for part in ["结业证书/001-001.pdf", "结业证书/002-002.pdf"] {
            assert!(files[part].starts_with(b"%PDF-"), "{part}");
        }
        for who in ["reporter", "other"] {
            let refused = made(who, 40).await.err().unwrap();
            assert_eq!(refused.code(), "not_found", "{who}");
        }
        let none = city.class("closed", "区局集中培训", "102教室").await;
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let refused = certificates_of(&ctx, &scope, &setter(), (none, 40), ORIGIN).await;
        assert_eq!(refused.err().unwrap().code(), "class.no_certificates");
    }
);

both_engines!(
    a_calendar_keeps_its_uids_counts_up_and_its_address_can_be_made_anew,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1]).await;
        let read = async |path: &str| {
            let code = path
                .strip_prefix("/calendar/")
                .and_then(|path| path.strip_suffix(".ics"))
                .unwrap();
            let mut tx = city.state.db.read().await.unwrap();
            feed::read(&mut tx, code, at(5, 20, 9, 0)).await.unwrap()
        };
        let first = feed::link(&city.ctx("p1").await, false).await.unwrap();
        assert_eq!(
            first,
            feed::link(&city.ctx("p1").await, false).await.unwrap()
        );
        let before = read(&first.path).await.unwrap();
        assert_eq!(before.matches("BEGIN:VEVENT").count(), 2);
        assert!(
            before.contains("DTSTART;TZID=Asia/Shanghai:20240603T090000"),
            "{before}"
        );
        assert_eq!(before.matches("STATUS:CONFIRMED").count(), 2);
        let uids = |text: &str| {
            let mut found: Vec<String> = text
                .lines()
                .filter(|line| line.starts_with("UID:"))
                .map(str::to_owned)
                .collect();
            found.sort();
            found
        };
        let sequence = |text: &str| -> u32 {
            let line = text.lines().find(|line| line.starts_with("SEQUENCE:"));
            line.unwrap()["SEQUENCE:".len()..].trim().parse().unwrap()
        };
        // One lesson moves, the other falls out: it stays, cancelled, under its name.
        city.lessons(id, &[(at(6, 10, 9, 0), 90, "101教室")])
            .await
            .unwrap();
        let after = read(&first.path).await.unwrap();
        assert_eq!(uids(&before), uids(&after));
        assert_eq!(after.matches("STATUS:CANCELLED").count(), 1);
        assert!(sequence(&after) > sequence(&before));
        let renewed = feed::link(&city.ctx("p1").await, true).await.unwrap();
        assert_ne!(renewed.path, first.path);
        assert_eq!(
            read(&first.path).await,
            None,
            "the old address is good no more"
        );
        assert_eq!(read(&renewed.path).await.unwrap(), after);
        for wrong in [
            "/calendar/1-00000000000000000000000000000000.ics",
            "/calendar/x.ics",
        ] {
            assert_eq!(read(wrong).await, None);
        }
        // The instructor of the register has what he teaches in his own.
        let before = city.view("office", id).await;
        let input = timetable::LessonInput {
            id: Some(before.lessons[0].id),
            course: before.courses[0].id,
            from: at(6, 10, 9, 0),
            until: at(6, 10, 10, 30),
            instructor_id: Some(TEACHER),
            instructor: String::new(),
            place_id: None,
            place: "101教室".to_owned(),
            position: None,
        };
        timetable::save(&city.ctx("office").await, id, before.version, vec![input])
            .await
            .unwrap();
        let own = feed::link(&city.ctx("p42").await, false).await.unwrap();
        let taught = read(&own.path).await.unwrap();
        assert!(taught.contains("SUMMARY:授课：区局集中培训"), "{taught}");
    }
);
