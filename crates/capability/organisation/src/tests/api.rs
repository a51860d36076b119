//! The routes as a browser meets them: rights, scope, problems in Chinese.

use axum::http::StatusCode;
use chengzhi_db::{sql, verify_audit};
use chengzhi_testkit::{TestDb, both_engines};
use serde_json::json;

use super::site::Site;

both_engines!(
    rights_and_scope_hold_on_every_route,
    |t: TestDb| async move {
        let site = Site::open(t).await;
        let (status, units) = site.call("district_training", "GET", "/units", None).await;
        assert_eq!(status, StatusCode::OK);
        let codes: Vec<&str> = units
            .as_array()
            .unwrap()
            .iter()
            .map(|unit| unit["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes, ["BS", "BS-ZG", "BS-DCS", "BS-DC", "BS-GC"]);
        let (_, people) = site
            .call(
                "district_training",
                "GET",
                "/people?state=at_post&sort=-name",
                None,
            )
            .await;
        assert_eq!(
            (
                people["total"].as_i64(),
                people["rows"][0]["staff_no"].as_str()
            ),
            (Some(1), Some("A1"))
        );
        let foreign = format!("/units/{}", site.unit("PD"));
        assert_eq!(
            site.call("district_training", "GET", &foreign, None)
                .await
                .0,
            StatusCode::NOT_FOUND
        );
        for (role, method, path, status) in [
            ("officer", "GET", "/units", 403),
            ("audit_admin", "GET", "/people", 403),
            ("squad_reporter", "POST", "/people", 403),
            ("district_training", "POST", "/units", 403),
            ("squad_head", "GET", "/roster/imports", 403),
            ("squad_head", "GET", "/roster/template.xlsx", 403),
            ("nobody", "GET", "/people/1", 401),
            ("nobody", "GET", "/organisation/words", 401),
            ("district_training", "GET", "/people/999999", 404),
            ("district_training", "GET", "/people/abc", 404),
            ("district_training", "GET", "/roster/imports/1", 404),
            ("district_training", "GET", "/people?state=somewhere", 422),
            ("district_training", "GET", "/people?q=%00", 200),
            ("district_training", "GET", "/people?sort=phone", 422),
            (
                "district_training",
                "GET",
                "/people/late-updates?year=99999999",
                422,
            ),
            ("district_training", "GET", "/units?on=2024-02-30", 422),
        ] {
            let (found, body) = site.call(role, method, path, Some(json!({}))).await;
            assert_eq!(found.as_u16(), status, "{role} {method} {path} {body}");
            if status >= 400 {
                assert!(
                    body["detail"].as_str().unwrap().chars().any(|c| c >= '一'),
                    "{body}"
                );
            }
        }
    }
);

both_engines!(
    a_page_of_a_person_is_logged_and_hides_the_number,
    |t: TestDb| async move {
        let site = Site::open(t).await;
        let (_, people) = site
            .call("district_training", "GET", "/people?q=A1", None)
            .await;
        let path = format!("/people/{}", people["rows"][0]["id"]);
        let (status, seen) = site.call("district_training", "GET", &path, None).await;
        assert_eq!(
            (status.as_u16(), seen["phone_masked"].as_str()),
            (200, Some("138****1234"))
        );
        assert!(!seen.to_string().contains("13812341234"));
        let body = json!({ "kind": "maternity_leave", "effective_on": "2024-11-04", "decided_on": "2024-11-01" });
        let (status, event) = site
            .call(
                "district_training",
                "POST",
                &format!("{path}/events"),
                Some(body),
            )
            .await;
        assert_eq!(
            (status.as_u16(), event["update_due"]["due_on"].as_str()),
            (201, Some("2024-11-11"))
        );
        assert_eq!(event["late_days"], 7);
        let revoke = format!("{path}/events/{}/revoke", event["id"]);
        assert_eq!(
            site.call(
                "district_training",
                "POST",
                &revoke,
                Some(json!({ "reason": "" }))
            )
            .await
            .0
            .as_u16(),
            422
        );
        assert_eq!(
            site.call(
                "district_training",
                "POST",
                &revoke,
                Some(json!({ "reason": "录错" }))
            )
            .await
            .0
            .as_u16(),
            200
        );
        let patch = json!({ "version": 1, "rank": "三级主办", "induction_ended_on": null, "post": "squad_leader" });
        let (status, changed) = site
            .call("district_training", "PATCH", &path, Some(patch.clone()))
            .await;
        assert_eq!(
            (
                status.as_u16(),
                changed["rank_name"].as_str(),
                changed["post_name"].as_str()
            ),
            (200, Some("三级主办"), Some("中队长"))
        );
        let (status, problem) = site
            .call("district_training", "PATCH", &path, Some(patch))
            .await;
        assert_eq!(
            (status.as_u16(), problem["code"].as_str()),
            (409, Some("conflict.version"))
        );

        let mut tx = site.t.db.read().await.unwrap();
        let actions: Vec<String> = tx
            .all(sql("select action from audit_log order by seq"))
            .await
            .unwrap()
            .iter()
            .map(|row| row.get("action").unwrap())
            .collect();
        assert_eq!(
            actions,
            [
                "person.read",
                "person.status",
                "person.status_revoke",
                "person.change"
            ]
        );
        assert!(verify_audit(&mut tx).await.unwrap().is_ok());
    }
);

both_engines!(
    a_roster_with_mistakes_comes_in_is_mended_and_committed,
    |t: TestDb| async move {
        let site = Site::open(t).await;
        let head = "工号,姓名,单位,在编,入职日期\n";
        let (status, import) = site
            .upload(
                "名册.csv",
                &format!("{head}B1,甲乙,大场镇中队,是,2024-07-01\nB2,丙丁,大场中队,是,昨天\n"),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{import}");
        assert_eq!(
            (
                import["counts"]["ok"].as_i64(),
                import["counts"]["broken"].as_i64()
            ),
            (Some(1), Some(1))
        );
        assert_eq!(import["rows"][1]["errors"].as_array().unwrap().len(), 2);
        let path = format!("/roster/imports/{}", import["id"]);
        let (_, broken) = site
            .call(
                "district_training",
                "GET",
                &format!("{path}?verdict=broken"),
                None,
            )
            .await;
        assert_eq!(
            (
                broken["rows_total"].as_i64(),
                broken["rows"][0]["row"].as_i64()
            ),
            (Some(1), Some(3))
        );
        let (status, problem) = site
            .call(
                "district_training",
                "POST",
                &format!("{path}/commit"),
                Some(json!({ "accept_broken": false })),
            )
            .await;
        assert_eq!(
            (status.as_u16(), problem["code"].as_str()),
            (409, Some("roster.broken_rows"))
        );
        let (status, sheet) = site
            .send(
                "district_training",
                "GET",
                &format!("{path}/broken.xlsx"),
                "",
                Vec::new(),
            )
            .await;
        assert_eq!(status, StatusCode::OK);
        let table = chengzhi_sheets::read_table(&sheet, &["工号", "原因", "原行号"], 10).unwrap();
        assert_eq!(
            (
                table.cell(&table.rows[0], "工号"),
                table.cell(&table.rows[0], "原行号")
            ),
            ("B2", "3")
        );
        assert!(table.cell(&table.rows[0], "原因").contains("大场镇中队"));
        let commit = Some(json!({ "accept_broken": true }));
        let (status, done) = site
            .call(
                "district_training",
                "POST",
                &format!("{path}/commit"),
                commit.clone(),
            )
            .await;
        assert_eq!(
            (status.as_u16(), done["state"].as_str()),
            (200, Some("committed"))
        );
        assert_eq!(
            site.call(
                "district_training",
                "POST",
                &format!("{path}/commit"),
                commit
            )
            .await
            .0
            .as_u16(),
            409
        );
        let (_, people) = site
            .call("district_training", "GET", "/people?q=B1", None)
            .await;
        assert_eq!(people["total"], 1);
        let (status, _) = site
            .send(
                "district_training",
                "GET",
                "/roster/template.xlsx",
                "",
                Vec::new(),
            )
            .await;
        assert_eq!(status, StatusCode::OK);
        let (status, problem) = site.upload("x.csv", "只有一列\n1\n").await;
        assert_eq!(
            (status.as_u16(), problem["field"].as_str()),
            (422, Some("file"))
        );
        let (_, list) = site
            .call("district_training", "GET", "/roster/imports", None)
            .await;
        assert_eq!(
            (list["total"].as_i64(), list["rows"][0]["state"].as_str()),
            (Some(1), Some("committed"))
        );
    }
);

both_engines!(
    the_city_opens_moves_and_closes_a_unit,
    |t: TestDb| async move {
        let site = Site::open(t).await;
        let body = json!({ "code": "BS-N", "name": "新设中队", "kind": "squad", "opened_on": "2024-11-01",
        "parent_id": site.unit("BS"), "street_id": site.unit("BS-DCS") });
        let (status, unit) = site
            .call("city_training", "POST", "/units", Some(body.clone()))
            .await;
        assert_eq!(status.as_u16(), 201, "{unit}");
        assert_eq!(
            (
                unit["street_name"].as_str(),
                unit["reviewer"]["id"].as_i64()
            ),
            (Some("大场镇"), Some(site.unit("BS").get()))
        );
        assert_eq!(
            site.call("city_training", "POST", "/units", Some(body))
                .await
                .0
                .as_u16(),
            409
        );
        let path = format!("/units/{}", unit["id"]);
        let to =
            json!({ "line": "professional", "parent_id": site.unit("PD"), "from": "2024-11-10" });
        let (status, moved) = site
            .call("city_training", "POST", &format!("{path}/move"), Some(to))
            .await;
        assert_eq!(
            (status.as_u16(), moved["lines"][0]["to"].as_str()),
            (200, Some("2024-11-09"))
        );
        let (status, closed) = site
            .call(
                "city_training",
                "POST",
                &format!("{path}/close"),
                Some(json!({ "on": "2024-12-01" })),
            )
            .await;
        assert_eq!(
            (status.as_u16(), closed["closed_on"].as_str()),
            (200, Some("2024-12-01"))
        );
    }
);
