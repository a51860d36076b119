//! Films of sessions, their check, and the queue ranked by it.

use chengzhi_authz::Permission;
use chengzhi_http::Paging;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{CREW, City, SQUAD, SQUAD_TWO, TestUploads, code, day, first, second};
use crate::facade::{self, CheckState, Checked, FilmMark, NoUploads, SessionKey, Severity};
use crate::usecase::films;
use crate::usecase::list::{Filter, queue};

fn mark(at_ms: i64, kind: &str, severity: Severity) -> FilmMark {
    FilmMark {
        at_ms,
        until_ms: None,
        kind: kind.to_owned(),
        severity,
        text: "画面在3分20秒处中断。".to_owned(),
        thumb_hash: None,
    }
}

fn checked(duration_ms: i64, marks: Vec<FilmMark>) -> Checked {
    Checked {
        state: CheckState::Done,
        note: None,
        duration_ms: Some(duration_ms),
        captured_at: Some("2024-11-05T08:00:00+08:00".to_owned()),
        marks,
    }
}

both_engines!(
    a_film_is_checked_and_its_marks_rank_the_queue,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 14), 20, 0));
        let (clean, cut) = (first(SQUAD_TWO, 11), first(SQUAD, 11));
        city.handed_in("reporter_two", clean, day(11, 5), &[21])
            .await;
        city.handed_in("reporter", cut, day(11, 5), CREW).await;

        let mut tx = city.state.db.write().await.unwrap();
        let waiting = facade::films_to_check(&mut tx, &city.state, 10)
            .await
            .unwrap();
        assert_eq!(waiting.len(), 2);
        let wanted = &waiting[1];
        assert_eq!(
            (wanted.min_seconds, wanted.entered_rest_seconds),
            (1200, 180)
        );
        assert_eq!(
            wanted.days,
            (day(11, 1), day(11, 30)),
            "a make-up may be filmed later"
        );
        assert!(facade::take_check(&mut tx, wanted.film_id).await.unwrap());
        assert!(
            !facade::take_check(&mut tx, wanted.film_id).await.unwrap(),
            "taken once"
        );
        assert_eq!(facade::put_back_checks(&mut tx).await.unwrap(), 1);
        assert!(facade::take_check(&mut tx, wanted.film_id).await.unwrap());
        let marks = vec![
            mark(200_000, "cut", Severity::Strong),
            mark(0, "short", Severity::Check),
        ];
        let film = wanted.film_id;
        facade::end_check(&mut tx, &city.state, film, checked(1_160_000, marks))
            .await
            .unwrap();
        let clean_film = waiting[0].film_id;
        facade::end_check(&mut tx, &city.state, clean_film, checked(1_500_000, vec![]))
            .await
            .unwrap();
        assert_eq!(
            facade::end_check(&mut tx, &city.state, 999, checked(1, vec![]))
                .await
                .unwrap(),
            None
        );
        tx.commit().await.unwrap();

        let (ctx, scope) = city.with("reviewer", Permission::DrillReview).await;
        let paging = Paging {
            page: None,
            size: None,
        };
        let page = queue(&ctx, &scope, &Filter::default(), paging)
            .await
            .unwrap();
        let ranked: Vec<(i64, u32)> = page.rows.iter().map(|r| (r.unit_id, r.strong)).collect();
        assert_eq!(
            ranked,
            [(SQUAD, 1), (SQUAD_TWO, 0)],
            "handed in later, but cut"
        );
        assert!(
            page.rows[0]
                .flags
                .iter()
                .any(|flag| flag.contains("还差40秒"))
        );

        let reviewer = city.view("reviewer", cut).await;
        let shown = reviewer.sessions[0].film.as_ref().unwrap();
        assert_eq!(
            (shown.check_state.as_str(), shown.lacks_ms),
            ("done", Some(40_000))
        );
        assert_eq!(shown.marks.len(), 2);
        let squad = city.view("reporter", cut).await;
        let shown = squad.sessions[0].film.as_ref().unwrap();
        let kinds: Vec<&str> = shown.marks.iter().map(|mark| mark.kind.as_str()).collect();
        assert_eq!(kinds, ["short"], "the squad is told what it can mend");
        assert!(
            squad.warnings[0].contains("还差40秒"),
            "{:?}",
            squad.warnings
        );
    }
);

both_engines!(
    what_could_not_be_decoded_is_no_fault_of_the_squad,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 14), 20, 0));
        let key = first(SQUAD, 11);
        city.handed_in("reporter", key, day(11, 5), CREW).await;
        let mut tx = city.state.db.write().await.unwrap();
        let film = facade::films_to_check(&mut tx, &city.state, 1)
            .await
            .unwrap()[0]
            .film_id;
        let failed = Checked {
            state: CheckState::Unverified,
            note: Some("解码中断".to_owned()),
            duration_ms: None,
            captured_at: None,
            marks: vec![],
        };
        facade::end_check(&mut tx, &city.state, film, failed)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let seen = city.view("reviewer", key).await;
        assert_eq!(
            seen.sessions[0].film.as_ref().unwrap().check_state_name,
            "未能核验"
        );
        assert!(seen.warnings.is_empty());
        city.confirm("reviewer", key).await.unwrap();
    }
);

both_engines!(
    a_film_is_attached_replaced_and_taken_off_only_while_the_squad_may_change,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 18), 20, 0));
        let key = first(SQUAD, 11);
        let session = city.draft("reporter", key, day(11, 5), CREW).await;
        let missing = city.attach("reporter", key, session, "missing").await;
        assert_eq!(code(missing), Err("invalid.field".to_owned()));
        city.attach("reporter", key, session, "again")
            .await
            .unwrap();
        let version = city.version(key).await;
        city.attach("reporter", key, session, "again")
            .await
            .unwrap();
        assert_eq!(city.version(key).await, version, "sent twice, changed once");
        assert_eq!(city.count("drill_film where removed_at is null").await, 1);
        assert_eq!(city.count("drill_film").await, 2, "the replaced one stays");
        let strange = city.attach("reporter", key, 999, "x").await.unwrap_err();
        assert_eq!(strange.status(), 404);
        let (ctx, scope) = city.with("reporter", Permission::DrillReport).await;
        let place = SessionKey { slot: key, session };
        let off = films::attach(&ctx, &scope, &NoUploads, place, "x").await;
        assert_eq!(code(off), Err("drill.no_uploads".to_owned()));
        city.submit("reporter", key).await.unwrap();
        let late = city.attach("reporter", key, session, "other").await;
        assert_eq!(code(late), Err("drill.submitted".to_owned()));
        assert_eq!(
            code(films::detach(&ctx, &scope, &TestUploads, place).await),
            Err("drill.submitted".to_owned())
        );
        city.withdraw("reporter", key).await.unwrap();
        films::detach(&ctx, &scope, &TestUploads, place)
            .await
            .unwrap();
        assert_eq!(
            films::detach(&ctx, &scope, &TestUploads, place)
                .await
                .unwrap_err()
                .status(),
            404
        );
        let seen = city.view("reporter", key).await;
        assert!(seen.blockers.iter().any(|b| b.field == "sessions[0].film"));
    }
);

both_engines!(
    only_who_reads_the_record_may_play_its_film,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 18), 20, 0));
        let key = second(SQUAD, 11);
        city.draft("reporter", key, day(11, 17), CREW).await;
        let hash = chengzhi_db::digest(format!("film-{key}-{}", day(11, 17)).as_bytes());
        let mut tx = city.state.db.read().await.unwrap();
        for (who, may) in [("reporter", true), ("reviewer", true), ("other", false)] {
            let (_, scope) = city.with(who, Permission::DrillRead).await;
            assert_eq!(
                facade::may_play(&mut tx, &scope, &hash).await.unwrap(),
                may,
                "{who}"
            );
        }
        let (ctx, scope) = city.with("reporter", Permission::DrillReport).await;
        let session = city.view("reporter", key).await.sessions[0].id;
        let place = |session| SessionKey { slot: key, session };
        let may = facade::may_upload_film(&mut tx, &ctx, &scope, place(session)).await;
        assert_eq!(may.unwrap(), "东一中队");
        let lost = facade::may_upload_film(&mut tx, &ctx, &scope, place(999)).await;
        assert_eq!(lost.unwrap_err().status(), 404);
    }
);

both_engines!(
    a_film_that_no_hand_in_showed_is_given_back_and_evidence_is_not,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 14), 20, 0));
        let key = first(SQUAD, 11);
        let session = city.draft("reporter", key, day(11, 5), CREW).await;
        let film = |held_on| format!("film-{key}-{held_on}");
        let given_back = || {
            city.texts(
                "select subject as text from audit_log where action = 'test.release' order by seq",
            )
        };
        city.attach("reporter", key, session, "better")
            .await
            .unwrap();
        assert_eq!(given_back().await, [film(day(11, 5))], "replaced");
        city.attach("reporter", key, session, "better")
            .await
            .unwrap();
        assert_eq!(
            given_back().await.len(),
            1,
            "sent twice, nothing given back"
        );
        city.submit("reporter", key).await.unwrap();
        city.send_back("reviewer", key).await.unwrap();
        city.attach("reporter", key, session, "third")
            .await
            .unwrap();
        assert_eq!(
            given_back().await.len(),
            1,
            "what was handed in is evidence"
        );
        city.save("reporter", key, Vec::new()).await.unwrap();
        assert_eq!(
            given_back().await,
            [film(day(11, 5)), "third".to_owned()],
            "the session was taken off with its film"
        );
    }
);

#[test]
fn a_session_key_reads_back() {
    let key = SessionKey {
        slot: second(SQUAD, 11),
        session: 17,
    };
    assert_eq!(key.to_string(), "5/2024-11/2/17");
    assert_eq!(key.to_string().parse::<SessionKey>().ok(), Some(key));
    assert_eq!(key.owner(), "drill_session:17");
    for wrong in [
        "",
        "5/2024-11/2",
        "5/2024-11/3/17",
        "x/2024-11/1/17",
        "5/2024-11/1/17/9",
    ] {
        let problem = wrong.parse::<SessionKey>().unwrap_err();
        assert_eq!(problem.status(), 422, "{wrong}");
    }
}
