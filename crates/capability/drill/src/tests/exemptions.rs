//! The register of exemptions and what it does to share and coverage.

use chengzhi_authz::Permission;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{CREW, City, SQUAD, code, day, first};
use crate::usecase::exemptions::{
    DrillExemptionsOut, ExemptionAct, ExemptionFilter, ExemptionInput, act, list, request,
};

async fn ask(city: &City, person: i64, kind: &str, from: Date, to: Date) -> Result<(), Problem> {
    let (ctx, scope) = city.with("reporter", Permission::DrillReport).await;
    let input = ExemptionInput {
        unit: UnitId::from(SQUAD),
        person: PersonId::from(person),
        kind: kind.to_owned(),
        from,
        to,
        note: "医院证明".to_owned(),
    };
    request(&ctx, &scope, input).await.map(|_| ())
}

async fn rows(city: &City, who: &str) -> DrillExemptionsOut {
    let (ctx, scope) = city.with(who, Permission::DrillRead).await;
    list(&ctx, &scope, &ExemptionFilter::default())
        .await
        .unwrap()
}

async fn decide(city: &City, who: &str, what: ExemptionAct, note: &str) -> Result<(), Problem> {
    let row = rows(city, "city").await.rows.remove(0);
    let permission = match what {
        ExemptionAct::Withdraw => Permission::DrillReport,
        _ => Permission::DrillReview,
    };
    let (ctx, scope) = city.with(who, permission).await;
    act(&ctx, &scope, row.id, row.version, what, note).await
}

both_engines!(
    an_approved_exemption_leaves_base_and_coverage_on_its_days,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 5), 20, 0));
        let key = first(SQUAD, 11);
        ask(&city, 9, "大病", day(11, 1), day(11, 30))
            .await
            .unwrap();
        city.draft("reporter", key, day(11, 5), &[1, 2, 3, 4, 5, 6])
            .await;
        let asked = city.view("reporter", key).await;
        assert_eq!(
            (asked.sessions[0].base, asked.sessions[0].least),
            (9, 7),
            "a request exempts nobody"
        );
        assert_eq!(
            code(decide(&city, "city", ExemptionAct::Approve, "").await),
            Err("drill.not_reviewer".to_owned())
        );
        decide(&city, "reviewer", ExemptionAct::Approve, "")
            .await
            .unwrap();
        let seen = city.view("reporter", key).await;
        let found = &seen.sessions[0];
        assert_eq!(
            (found.attended, found.base, found.least, found.exempt),
            (6, 8, 6, 1)
        );
        assert!(
            seen.warnings.is_empty(),
            "6 of 8 are enough: {:?}",
            seen.warnings
        );
        let month = city.month("reporter", SQUAD, 11).await;
        let missing: Vec<i64> = month.missing.iter().map(|m| m.person_id).collect();
        assert_eq!(missing, [7, 8]);
        assert_eq!(
            city.count("audit_log where action = 'drill.exempt_approve'")
                .await,
            1
        );

        // Fit again: after the new last day he counts.
        decide(&city, "reviewer", ExemptionAct::End(day(11, 4)), "已康复")
            .await
            .unwrap();
        assert_eq!(city.view("reporter", key).await.sessions[0].base, 9);
        city.submit("reporter", key).await.unwrap();
        assert_eq!(city.view("reviewer", key).await.sessions[0].base, 9);
    }
);

both_engines!(
    requests_are_checked_decided_by_others_and_withdrawn,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 5), 20, 0));
        let bad = |result: Result<(), Problem>| result.unwrap_err().code().to_owned();
        assert_eq!(
            bad(ask(&city, 9, "年休假", day(11, 1), day(11, 3)).await),
            "invalid.field"
        );
        assert_eq!(
            bad(ask(&city, 31, "大病", day(11, 1), day(11, 3)).await),
            "invalid.field"
        );
        assert_eq!(
            bad(ask(&city, 9, "大病", day(11, 3), day(11, 1)).await),
            "invalid.field"
        );
        ask(&city, 9, "大病", day(11, 1), day(11, 10))
            .await
            .unwrap();
        assert_eq!(
            bad(ask(&city, 9, "不适合训练", day(11, 10), day(11, 20)).await),
            "drill.exempt_overlap"
        );
        let seen = rows(&city, "reporter").await;
        assert_eq!(seen.kinds, ["大病", "不适合训练"]);
        assert_eq!(seen.rows[0].allowed, ["withdraw"]);
        assert_eq!(
            rows(&city, "reviewer").await.rows[0].allowed,
            ["approve", "refuse"]
        );
        assert!(rows(&city, "other").await.rows.is_empty());
        let silent = decide(&city, "reviewer", ExemptionAct::Refuse, " ").await;
        assert_eq!(bad(silent), "invalid.field");
        decide(&city, "reporter", ExemptionAct::Withdraw, "")
            .await
            .unwrap();
        let late = decide(&city, "reviewer", ExemptionAct::Approve, "").await;
        assert_eq!(bad(late), "drill.exempt_state");
        // Withdrawn, the days are free again; refused, he owes the session.
        ask(&city, 9, "大病", day(11, 1), day(11, 10))
            .await
            .unwrap();
        decide(&city, "reviewer", ExemptionAct::Refuse, "证明不足")
            .await
            .unwrap();
        city.draft("reporter", first(SQUAD, 11), day(11, 5), CREW)
            .await;
        assert_eq!(
            city.view("reporter", first(SQUAD, 11)).await.sessions[0].exempt,
            0
        );
    }
);

both_engines!(
    an_exemption_that_is_over_is_not_cut_short,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 5), 20, 0));
        ask(&city, 9, "大病", day(11, 1), day(11, 10))
            .await
            .unwrap();
        decide(&city, "reviewer", ExemptionAct::Approve, "")
            .await
            .unwrap();
        assert_eq!(rows(&city, "reviewer").await.rows[0].allowed, ["end"]);
        for date in [day(11, 10), day(11, 30)] {
            city.at(Timestamp::at(date, 9, 0));
            assert!(rows(&city, "reviewer").await.rows[0].allowed.is_empty());
            let late = decide(&city, "reviewer", ExemptionAct::End(day(11, 4)), "").await;
            assert_eq!(code(late), Err("drill.exempt_over".to_owned()));
        }
    }
);

both_engines!(
    nobody_decides_what_he_asked_for_himself,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (ctx, scope) = city.with("both", Permission::DrillReport).await;
        let input = ExemptionInput {
            unit: UnitId::from(SQUAD),
            person: PersonId::from(9),
            kind: "大病".to_owned(),
            from: day(11, 1),
            to: day(11, 10),
            note: "证明".to_owned(),
        };
        request(&ctx, &scope, input).await.unwrap();
        assert_eq!(
            code(decide(&city, "both", ExemptionAct::Approve, "").await),
            Err("drill.four_eyes".to_owned())
        );
        decide(&city, "reviewer", ExemptionAct::Approve, "")
            .await
            .unwrap();
    }
);

both_engines!(
    who_came_to_the_squad_since_the_draft_is_told_and_asked_for,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 5), 20, 0));
        let key = first(SQUAD, 11);
        city.draft("reporter", key, day(11, 5), CREW).await;
        // Posted from the second squad on the 4th, entered late.
        let mut tx = city.state.db.write().await.unwrap();
        for text in [
            "update membership set until_on = '2024-11-04' where person_id = 21",
            "insert into membership (person_id, unit_id, from_on) values (21, 5, '2024-11-04')",
        ] {
            tx.run(chengzhi_db::sql(text)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let seen = city.view("reporter", key).await;
        assert_eq!(seen.roster_changes.joined, ["队员21"]);
        assert_eq!(seen.sessions[0].base, 10);
        let asked: Vec<&str> = seen.blockers.iter().map(|b| b.message.as_str()).collect();
        assert_eq!(asked, ["请注明队员21的缺训原因。"]);
        let month = city.month("reporter", SQUAD, 11).await;
        assert!(month.missing.iter().any(|m| m.person_id == 21));
    }
);
