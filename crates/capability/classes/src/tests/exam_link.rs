//! Results of a class from the exam engine: taken over with where they come from, corrected, withdrawn.

use chengzhi_authz::Permission;
use chengzhi_http::Upload;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, at, code, q};
use super::exam_book::{Book, EXAM, verdict};
use super::results::{ledger, over, result};
use crate::facade::take_exam;
use crate::usecase::exam_link::{link, list};
use crate::usecase::results::{ClassResultOut, save};
use crate::usecase::{awards, evaluate, results, results_import};

async fn rows(city: &City, id: i64) -> Vec<ClassResultOut> {
    let (ctx, scope) = city.with("office", Permission::ClassRead).await;
    results::list(&ctx, &scope, id).await.unwrap()
}

async fn of(city: &City, id: i64, staff: &str) -> ClassResultOut {
    rows(city, id)
        .await
        .into_iter()
        .rfind(|row| row.staff_no.ends_with(staff))
        .unwrap()
}

both_engines!(
    results_come_from_the_linked_exam_with_their_trace_and_follow_corrections,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city, &[1, 2, 3]).await;
        let office = city.ctx("office").await;
        let book = Book::default();
        *book.verdicts.lock().unwrap() = vec![
            verdict(1, Some(82), 1),
            verdict(2, Some(55), 1),
            verdict(3, None, 1),
            verdict(9, Some(99), 1),
        ];
        let offered = list(&office, &book, id).await.unwrap();
        assert_eq!((offered.len(), offered[0].linked), (1, false));
        // 队员3 took the exam elsewhere.
        let third = of(&city, id, "00003").await.trainee_id;
        save(&office, id, vec![result(third, "77")]).await.unwrap();

        let linked = link(&office, &book, id, EXAM, true).await.unwrap();
        assert!(linked[0].linked);
        let first = of(&city, id, "00001").await;
        assert_eq!(
            (first.score, first.passed, first.source.as_deref()),
            (Some(q("82")), Some(true), Some("exam"))
        );
        let trace = first.trace.unwrap();
        assert_eq!(
            (trace.exam, trace.attempt, trace.score, trace.revision),
            (EXAM, Some(501), Some(8200), 1)
        );
        assert_eq!(of(&city, id, "00002").await.passed, Some(false));
        let third = of(&city, id, "00003").await;
        assert_eq!(
            (third.score, third.source.as_deref()),
            (Some(q("77")), Some("typed"))
        );

        // What the engine gave is corrected there, not typed over; other rows of a sheet stay good.
        let typed = save(&office, id, vec![result(first.trainee_id, "90")]).await;
        assert_eq!(code(typed), "invalid.field");
        let sheet = Upload {
            bytes: "工号,成绩\n3100001,90\n3100003,80\n"
                .as_bytes()
                .to_vec()
                .into(),
            file_name: "成绩.csv".to_owned(),
        };
        let read = results_import::dry_run(&office, id, sheet).await.unwrap();
        let verdicts: Vec<&str> = read.rows.iter().map(|row| row.verdict.as_str()).collect();
        assert_eq!(verdicts, ["broken", "changed"]);
        assert!(read.rows[0].text.contains("集中培训结业考试"));
        results_import::commit(&office, id, read.id, true)
            .await
            .unwrap();
        assert_eq!(of(&city, id, "00003").await.score, Some(q("80")));

        // Taken over again nothing changes; a correction supersedes.
        let before = city.count("class_result").await;
        link(&office, &book, id, EXAM, true).await.unwrap();
        assert_eq!(city.count("class_result").await, before);
        let corrected = [verdict(1, Some(82), 1), verdict(2, Some(61), 2)];
        let mut tx = city.state.db.write().await.unwrap();
        take_exam(&mut tx, &office, id, &corrected).await.unwrap();
        tx.commit().await.unwrap();
        let second = of(&city, id, "00002").await;
        assert_eq!(
            (second.passed, second.trace.unwrap().revision),
            (Some(true), 2)
        );
        assert_eq!(city.count("class_result").await, before + 1);

        // Without the link they are withdrawn; what was typed stays.
        let after = link(&office, &book, id, EXAM, false).await.unwrap();
        assert!(!after[0].linked);
        assert_eq!(of(&city, id, "00001").await.passed, None);
        assert_eq!(of(&city, id, "00003").await.passed, Some(true));
    }
);

both_engines!(
    hours_that_were_posted_follow_a_correction_of_the_exam,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let people = [1, 2, 3, 4, 5];
        let id = over(&city, &people).await;
        let courses: Vec<i64> = city
            .view("office", id)
            .await
            .courses
            .iter()
            .map(|course| course.id)
            .collect();
        for person in people {
            for course in &courses {
                let ctx = city.ctx(&format!("p{person}")).await;
                evaluate::answer(&ctx, id, *course, vec![5; 5], "")
                    .await
                    .unwrap();
            }
        }
        let office = city.ctx("office").await;
        let book = Book::default();
        *book.verdicts.lock().unwrap() = vec![verdict(1, Some(82), 1), verdict(2, Some(55), 1)];
        link(&office, &book, id, EXAM, true).await.unwrap();
        awards::post(&office, id).await.unwrap();
        assert!(ledger(&city, 1).await > 0);
        assert_eq!(ledger(&city, 2).await, 0);
        let corrected = [verdict(1, Some(50), 2), verdict(2, Some(65), 2)];
        let mut tx = city.state.db.write().await.unwrap();
        take_exam(&mut tx, &office, id, &corrected).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ledger(&city, 1).await, 0);
        assert!(ledger(&city, 2).await > 0);
    }
);

both_engines!(
    only_who_runs_the_class_links_an_exam_and_only_while_it_may_change,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "另一期集中培训", "102教室").await;
        let book = Book::default();
        let office = city.ctx("office").await;
        for (name, who, exam, want) in [
            ("another bureau", "other", EXAM, "not_found"),
            ("no exam set", "office", EXAM, "class.no_exam"),
        ] {
            let ctx = city.ctx(who).await;
            let said = link(&ctx, &book, id, exam, true).await;
            assert_eq!(code(said), want, "{name}");
        }
        let id = over(&city, &[1]).await;
        let unknown = link(&office, &book, id, EXAM + 1, true).await;
        assert_eq!(code(unknown), "not_found");
        city.at(at(6, 5, 9, 0));
        assert!(link(&office, &book, id, EXAM, true).await.is_ok());
    }
);
