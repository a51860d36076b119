//! Scans in and out of time, repeated, late, by hand.

use chengzhi_authz::Permission;
use chengzhi_http::Upload;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, at, by_link, code, signed};
use crate::domain::presence::Scan;
use crate::usecase::entries::{self, EntryInput};
use crate::usecase::presence::{self, ClassPresenceTableOut};
use crate::usecase::scan::ScanInput;
use crate::usecase::{codes, leaves};

async fn table(city: &City, id: i64) -> ClassPresenceTableOut {
    let (ctx, scope) = city.with("office", Permission::ClassRead).await;
    presence::list(&ctx, &scope, id).await.unwrap()
}

fn words(table: &ClassPresenceTableOut) -> Vec<(String, String)> {
    table
        .rows
        .iter()
        .map(|row| (row.name.clone(), row.cells[0].presence_name.clone()))
        .collect()
}

both_engines!(
    a_code_scanned_too_early_or_too_late_says_what_to_do_and_blocks_nothing,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1]).await;
        city.at(at(6, 3, 8, 0));
        let phone = city.device("p1").await;
        let early = city.honest(id, 0, &phone, Scan::In).await;
        let refused = city.scan("p1", early).await.unwrap_err();
        assert_eq!(refused.code(), "class.scan_early");
        assert!(refused.detail().contains("08:30"), "{refused}");
        city.at(at(6, 3, 8, 31));
        let good = city.honest(id, 0, &phone, Scan::In).await;
        let receipt = city.scan("p1", good.clone()).await.unwrap();
        // The answer was lost: the same scan, even much later, gives the same receipt.
        city.at(at(6, 3, 9, 20));
        assert_eq!(city.scan("p1", good).await.unwrap(), receipt);
        assert_eq!(city.count("class_scan").await, 1);
        city.at(at(6, 3, 9, 40));
        let other = city.device("p1").await;
        let late = city.honest(id, 1, &other, Scan::In).await;
        assert_eq!(code(city.scan("p1", late).await), "class.scan_early");
        city.at(at(6, 3, 13, 40));
        let over = city.honest(id, 1, &phone, Scan::In).await;
        assert_eq!(code(city.scan("p1", over).await), "class.scan_over");
    }
);

both_engines!(
    who_is_not_on_the_list_and_what_is_no_code_is_refused,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1]).await;
        city.at(at(6, 3, 8, 50));
        let phone = city.device("p9").await;
        let input = city.honest(id, 0, &phone, Scan::In).await;
        let stranger = city.scan("p9", input.clone()).await.unwrap_err();
        assert_eq!(stranger.code(), "class.not_listed");
        assert!(
            stranger.detail().contains("班主任吴八（12345）"),
            "{stranger}"
        );
        let both = ScanInput {
            digits: Some("1".to_owned()),
            ..input.clone()
        };
        assert_eq!(code(city.scan("p1", both).await), "invalid.field");
        let gone = signed(
            &phone,
            ScanInput {
                lesson: 999,
                ..input.clone()
            },
        );
        assert_eq!(code(city.scan("p1", gone).await), "class.lesson_gone");
        // Ten wrong figures, and the account waits for ten minutes.
        let (lesson, shown) = city.screen(id, 0).await;
        let own = city.device("p1").await;
        let typed = |digits: &str, ms: i64| {
            signed(
                &own,
                ScanInput {
                    link: None,
                    digits: Some(digits.to_owned()),
                    client_ms: ms,
                    lesson,
                    ..input.clone()
                },
            )
        };
        for n in 0..10 {
            let wrong = typed(&format!("{n:08}"), n);
            assert_eq!(code(city.scan("p1", wrong).await), "class.code_wrong");
        }
        assert_eq!(
            code(city.scan("p1", typed(&shown.digits, 1)).await),
            "class.too_many_wrong"
        );
        city.later(601);
        let (_, shown) = city.screen(id, 0).await;
        city.scan("p1", typed(&shown.digits, 2)).await.unwrap();
    }
);

both_engines!(
    a_scan_without_network_is_sent_later_and_shown_as_such,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1, 2]).await;
        city.at(at(6, 3, 8, 45));
        let phone = city.device("p1").await;
        let (lesson, shown) = city.screen(id, 0).await;
        let now = codes::seconds(at(6, 3, 8, 45));
        let made = ScanInput {
            link: None,
            digits: Some(shown.digits),
            offline: true,
            ..by_link(lesson, &shown.path, Scan::In, phone.id, now)
        };
        city.at(at(6, 3, 11, 0));
        let receipt = city.scan("p1", signed(&phone, made.clone())).await.unwrap();
        assert_eq!(receipt.at, at(6, 3, 8, 45));
        let found = entries::doubtful(&city.ctx("office").await, id)
            .await
            .unwrap();
        assert_eq!(
            (found.len(), found[0].signals[0].code.as_str()),
            (1, "sent_later")
        );
        // A phone that opened the page only afterwards cannot have made it.
        let new = city.device("p2").await;
        let refused = city.scan("p2", signed(&new, made.clone())).await;
        assert_eq!(code(refused), "class.new_phone");
        city.at(at(6, 3, 21, 0));
        let old = city.device("p2").await;
        assert_eq!(
            code(city.scan("p2", signed(&old, made)).await),
            "class.code_wrong"
        );
    }
);

both_engines!(
    the_table_tells_late_absent_excused_and_entered_by_hand,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1, 2, 3, 4]).await;
        let asked = leaves::ask(
            &city.ctx("p3").await,
            id,
            at(6, 3, 8, 0),
            at(6, 3, 12, 0),
            "体检",
        )
        .await
        .unwrap();
        leaves::decide(&city.ctx("office").await, id, asked, true, "")
            .await
            .unwrap();
        city.at(at(6, 3, 8, 50));
        city.sign_in("p1", id, 0).await;
        // Before the lesson begins: who has signed in counts on both sides, the others on neither.
        let early = table(&city, id).await;
        let shares: Vec<(u32, u32)> = early
            .rows
            .iter()
            .map(|row| (row.attended, row.held))
            .collect();
        assert_eq!(
            shares,
            [(1, 1), (0, 0), (0, 1), (0, 0)],
            "the third has leave"
        );
        city.at(at(6, 3, 9, 12));
        city.sign_in("p2", id, 0).await;
        assert_eq!(
            words(&table(&city, id).await)[3],
            ("队员4".to_owned(), "未签到".to_owned())
        );
        city.at(at(6, 3, 10, 0));
        let seen = table(&city, id).await;
        let told: Vec<String> = words(&seen).into_iter().map(|row| row.1).collect();
        assert_eq!(told, ["出勤", "迟到12分钟", "请假", "缺勤"]);
        let office = city.ctx("office").await;
        let lesson = city.view("office", id).await.lessons[0].id;
        let entry = |trainee: i64, reason: &str| EntryInput {
            trainee,
            kind: "in".to_owned(),
            at: at(6, 3, 9, 0),
            check: None,
            reason: reason.to_owned(),
        };
        let four = seen.rows[3].trainee_id;
        assert_eq!(
            code(entries::enter(&office, id, lesson, entry(four, "")).await),
            "invalid.field"
        );
        assert_eq!(
            code(entries::enter(&office, id, lesson, entry(999, "没电")).await),
            "invalid.field"
        );
        let row = entries::enter(&office, id, lesson, entry(four, "手机没电"))
            .await
            .unwrap();
        assert_eq!(
            code(entries::enter(&office, id, lesson, entry(four, "手机没电")).await),
            "class.scan_twice"
        );
        assert_eq!(words(&table(&city, id).await)[3].1, "出勤");
        let text = Upload {
            file_name: "a.jpg".to_owned(),
            bytes: b"text"[..].into(),
        };
        assert_eq!(
            code(entries::add_photo(&office, id, row, text).await),
            "invalid.field"
        );
        let other = city.ctx("other").await;
        assert_eq!(
            code(entries::enter(&other, id, lesson, entry(four, "x")).await),
            "not_found"
        );
    }
);

both_engines!(
    a_check_in_the_middle_is_open_for_its_minutes,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1]).await;
        let office = city.ctx("office").await;
        let lesson = city.view("office", id).await.lessons[0].id;
        assert_eq!(
            code(codes::call_check(&office, id, lesson, 5).await),
            "class.not_in_lesson"
        );
        city.at(at(6, 3, 9, 30));
        let phone = city.device("p1").await;
        let none = city.honest(id, 0, &phone, Scan::Mid).await;
        assert_eq!(code(city.scan("p1", none).await), "class.no_check");
        let office = city.ctx("office").await;
        codes::call_check(&office, id, lesson, 5).await.unwrap();
        assert_eq!(
            code(codes::call_check(&office, id, lesson, 5).await),
            "class.check_open"
        );
        city.later(60);
        let now = city.honest(id, 0, &phone, Scan::Mid).await;
        city.scan("p1", now).await.unwrap();
        assert_eq!(city.screen(id, 0).await.1.checked, 1);
        city.later(300);
        let late = city.honest(id, 0, &phone, Scan::Mid).await;
        assert_eq!(code(city.scan("p1", late).await), "class.no_check");
        let cell = &table(&city, id).await.rows[0].cells[0];
        assert_eq!((cell.checks, cell.checks_answered), (1, 1));
        // A second one is missed, and entered by the teacher with a reason and a photo.
        let office = city.ctx("office").await;
        let second = codes::call_check(&office, id, lesson, 5).await.unwrap();
        city.later(400);
        let row = table(&city, id).await.rows.swap_remove(0);
        let cell = &row.cells[0];
        assert_eq!((cell.checks, cell.checks_answered), (2, 1));
        let missed: Vec<i64> = cell.checks_missed.iter().map(|one| one.id).collect();
        assert_eq!(missed, [second]);
        let office = city.ctx("office").await;
        let entry = |check: Option<i64>, reason: &str| EntryInput {
            trainee: row.trainee_id,
            kind: "mid".to_owned(),
            at: cell.checks_missed[0].opened_at,
            check,
            reason: reason.to_owned(),
        };
        for (check, reason) in [
            (None, "手机没电"),
            (Some(999), "手机没电"),
            (Some(second), ""),
        ] {
            let refused = entries::enter(&office, id, lesson, entry(check, reason)).await;
            assert_eq!(code(refused), "invalid.field", "{check:?} {reason}");
        }
        let made = entries::enter(&office, id, lesson, entry(Some(second), "手机没电"))
            .await
            .unwrap();
        let photo = crate::tests::closing::photo(7, "现场.jpg");
        entries::add_photo(&office, id, made, photo).await.unwrap();
        let cell = &table(&city, id).await.rows[0].cells[0];
        assert_eq!((cell.checks, cell.checks_answered), (2, 2));
        assert!(cell.checks_missed.is_empty() && cell.by_teacher);
    }
);

both_engines!(
    only_who_runs_the_class_sees_its_code,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let lesson = city.view("office", id).await.lessons[0].id;
        let early = codes::current(&city.ctx("office").await, id, lesson).await;
        assert_eq!(code(early), "class.no_code");
        city.file(id).await;
        for who in ["other", "city", "section"] {
            let refused = codes::current(&city.ctx(who).await, id, lesson).await;
            assert_eq!(code(refused), "not_found", "{who}");
        }
        city.at(at(6, 3, 8, 45));
        let (_, first) = city.screen(id, 0).await;
        city.later(10);
        let (_, second) = city.screen(id, 0).await;
        assert_ne!(first.path, second.path);
        assert_eq!((first.digits.len(), first.open.as_deref()), (8, Some("in")));
    }
);

both_engines!(
    the_square_is_drawn_for_the_address_that_the_page_tells_and_for_nothing_else,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1]).await;
        city.at(at(6, 3, 8, 50));
        let lesson = city.view("office", id).await.lessons[0].id;
        let ctx = city.ctx("office").await;
        let plain = codes::with_square(&ctx, id, lesson, None).await.unwrap();
        assert!(plain.square.is_none());
        for origin in [
            "https://peixun.example.gov.cn",
            "http://10.1.2.3:8080",
            "http://[::1]",
        ] {
            let drawn = codes::with_square(&ctx, id, lesson, Some(origin))
                .await
                .unwrap();
            let square = drawn.square.unwrap();
            assert!(
                square.starts_with("<svg") && square.ends_with("</svg>"),
                "{square}"
            );
        }
        let long = format!("https://{}", "a".repeat(200));
        for origin in [
            "",
            "https://",
            "javascript:alert(1)",
            "https://a/b",
            "https://a b",
            &long,
        ] {
            let refused = codes::with_square(&ctx, id, lesson, Some(origin)).await;
            assert_eq!(code(refused), "invalid.field", "{origin}");
        }
    }
);
