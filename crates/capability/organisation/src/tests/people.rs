use chengzhi_authz::Scope;
use chengzhi_kernel::{PersonId, Timestamp};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{account, change, city, day, editor, everything, person, ten_days};
use crate::domain::status::StatusKind;
use crate::store::people::{PeopleFilter, StateFilter};
use crate::usecase::people::{
    NewPerson, PersonPatch, create_person, list_people, patch_person, show_person, transfer_person,
};
use crate::usecase::status::{NewStatus, late_updates, record_status, revoke_status, show_status};

fn newcomer(staff_no: &str) -> NewPerson {
    NewPerson {
        staff_no: staff_no.to_owned(),
        name: "孙八".to_owned(),
        established: true,
        category: Some("enforcement_civil_servant".to_owned()),
        posts: vec!["法制员".to_owned(), "班组长".to_owned()],
        rank: Some("三级主办".to_owned()),
        joined_on: day(2024, 7, 1),
        phone: Some("13912345678".to_owned()),
        ..NewPerson::default()
    }
}

both_engines!(
    a_person_is_added_shown_masked_and_found,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let editor = editor(&t);
        let id = create_person(&mut tx, &editor, city.unit("BS-DC"), &newcomer("B-1"))
            .await
            .unwrap();
        let calendar = &ten_days();
        let seen = show_person(&mut tx, &everything(&city), id, day(2024, 11, 18), calendar)
            .await
            .unwrap();
        assert_eq!(seen.phone_masked.as_deref(), Some("139****5678"));
        assert_eq!(seen.person.post_name.as_deref(), Some("班组长、法制员"));
        assert_eq!(seen.person.district_name, "上海市宝山区城市管理行政执法局");
        assert!(
            seen.facts.in_service && seen.facts.at_post && seen.facts.enforcement_civil_servant
        );
        let json = serde_json::to_string(&seen).unwrap();
        assert!(
            !json.contains("13912345678"),
            "the full number never leaves"
        );
        for (text, found) in [
            ("孙", 1),
            ("b-1", 1),
            ("%", 0),
            ("_", 0),
            ("\0", 1),
            ("周", 0),
        ] {
            let filter = PeopleFilter {
                text: Some(text.to_owned()),
                ..Default::default()
            };
            let page = list_people(
                &mut tx,
                &everything(&city),
                &filter,
                day(2024, 11, 18),
                10,
                0,
            )
            .await
            .unwrap();
            assert_eq!(page.total, found, "{text}");
        }
        let taken = create_person(&mut tx, &editor, city.unit("BS-DC"), &newcomer("B-1"))
            .await
            .unwrap_err();
        assert_eq!(taken.code(), "person.staff_no_taken");
        let street = create_person(&mut tx, &editor, city.unit("BS-DCS"), &newcomer("B-2"))
            .await
            .unwrap_err();
        assert_eq!(street.status(), 422, "nobody belongs to a street");
    }
);

both_engines!(scope_is_enforced_in_every_query, |t: TestDb| async move {
    let mut tx = t.db.write().await.unwrap();
    let city = city(&mut tx).await;
    let here = person(&mut tx, "A1", "张三", city.unit("BS-DC")).await;
    let there = person(&mut tx, "A2", "李四", city.unit("PD-ZG")).await;
    let district = account(&mut tx, &t, city.unit("BS")).await;
    let scope = district.scope.clone().unwrap();
    let page = list_people(
        &mut tx,
        &scope,
        &PeopleFilter::default(),
        day(2024, 11, 18),
        10,
        0,
    )
    .await
    .unwrap();
    assert_eq!(
        page.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [here]
    );
    let calendar = &ten_days();
    for outside in [there, PersonId::from(999)] {
        assert_eq!(
            show_person(&mut tx, &scope, outside, day(2024, 11, 18), calendar)
                .await
                .unwrap_err()
                .status(),
            404
        );
        let patch = PersonPatch {
            name: Some("改名".to_owned()),
            ..Default::default()
        };
        assert_eq!(
            patch_person(&mut tx, &district, outside, 1, &patch)
                .await
                .unwrap_err()
                .status(),
            404
        );
        let to = city.unit("BS-GC");
        assert_eq!(
            transfer_person(&mut tx, &district, outside, to, day(2024, 11, 18))
                .await
                .unwrap_err()
                .status(),
            404
        );
        let new = NewStatus {
            kind: StatusKind::Left,
            effective_on: day(2024, 11, 1),
            decided_on: None,
            note: None,
        };
        assert_eq!(
            record_status(&mut tx, &district, outside, &new)
                .await
                .unwrap_err()
                .status(),
            404
        );
    }
    let own = Scope {
        own: Some(there),
        ..Scope::default()
    };
    assert_eq!(
        show_person(&mut tx, &own, there, day(2024, 11, 18), calendar)
            .await
            .unwrap()
            .person
            .id,
        there
    );
    assert_eq!(
        show_person(&mut tx, &own, here, day(2024, 11, 18), calendar)
            .await
            .unwrap_err()
            .status(),
        404
    );
    let away = transfer_person(
        &mut tx,
        &district,
        here,
        city.unit("PD-ZG"),
        day(2024, 11, 18),
    )
    .await
    .unwrap_err();
    assert!(away.detail().contains("跨区调动由市局办理"));
});

both_engines!(
    a_correction_is_optimistic_and_a_transfer_dated,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let editor = editor(&t);
        let id = create_person(&mut tx, &editor, city.unit("BS-DC"), &newcomer("B-1"))
            .await
            .unwrap();
        let patch = PersonPatch {
            posts: Some(vec!["中队长".into()]),
            phone: Some(None),
            ..Default::default()
        };
        patch_person(&mut tx, &editor, id, 1, &patch).await.unwrap();
        assert_eq!(
            patch_person(&mut tx, &editor, id, 1, &patch)
                .await
                .unwrap_err()
                .code(),
            "conflict.version"
        );
        transfer_person(&mut tx, &editor, id, city.unit("BS-GC"), day(2024, 10, 1))
            .await
            .unwrap();
        let back = transfer_person(&mut tx, &editor, id, city.unit("BS-DC"), day(2024, 9, 1))
            .await
            .unwrap_err();
        assert_eq!(back.status(), 422);
        let seen = show_person(
            &mut tx,
            &everything(&city),
            id,
            day(2024, 11, 18),
            &ten_days(),
        )
        .await
        .unwrap();
        assert_eq!(seen.phone_masked, None);
        assert_eq!(seen.person.posts, ["squad_leader"]);
        let history: Vec<_> = seen
            .post_history
            .iter()
            .map(|held| (held.post.as_str(), held.to.is_some()))
            .collect();
        assert_eq!(
            history,
            [
                ("squad_leader", false),
                ("legal_officer", true),
                ("squad_section_leader", true)
            ]
        );
        let places: Vec<_> = seen
            .memberships
            .iter()
            .map(|m| (m.unit_id, m.from, m.to))
            .collect();
        assert_eq!(
            places,
            [
                (city.unit("BS-GC"), day(2024, 10, 1), None),
                (city.unit("BS-DC"), day(2024, 7, 1), Some(day(2024, 9, 30)))
            ]
        );
        for bad in ["=1+1", "1381234", "电话"] {
            let patch = PersonPatch {
                phone: Some(Some(bad.to_owned())),
                ..Default::default()
            };
            assert_eq!(
                patch_person(&mut tx, &editor, id, 2, &patch)
                    .await
                    .unwrap_err()
                    .status(),
                422,
                "{bad}"
            );
        }
    }
);

both_engines!(
    late_entries_are_listed_and_a_revoked_one_is_not,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let id = person(&mut tx, "A1", "张三", city.unit("BS-DC")).await;
        let mut editor = editor(&t);
        let calendar = &ten_days();
        let new = |kind, month, of| NewStatus {
            kind,
            effective_on: day(2024, month, of),
            decided_on: Some(day(2024, month, of)),
            note: Some("沪城管〔2024〕1号".to_owned()),
        };
        editor.now = Timestamp::at(day(2024, 3, 11), 23, 59);
        let in_time = record_status(&mut tx, &editor, id, &new(StatusKind::LongSickLeave, 3, 1))
            .await
            .unwrap();
        editor.now = Timestamp::at(day(2024, 6, 12), 0, 0);
        let late = record_status(&mut tx, &editor, id, &new(StatusKind::Return, 6, 1))
            .await
            .unwrap();
        let twice = record_status(&mut tx, &editor, id, &new(StatusKind::Return, 6, 1))
            .await
            .unwrap_err();
        assert_eq!(twice.code(), "status.repeated");
        let idle = record_status(&mut tx, &editor, id, &new(StatusKind::Return, 6, 10))
            .await
            .unwrap();

        let shown = show_status(&mut tx, id, in_time, calendar).await.unwrap();
        let due = shown.update_due.unwrap();
        assert_eq!(
            (due.due_on, due.late, shown.late_days),
            (day(2024, 3, 11), false, 0)
        );
        assert_eq!(due.rule.rule, "B-71");
        assert_eq!(
            show_status(&mut tx, id, late, calendar)
                .await
                .unwrap()
                .late_days,
            1
        );
        assert!(
            show_status(&mut tx, id, idle, calendar)
                .await
                .unwrap()
                .effect_text
                .contains("不起作用")
        );

        let scope = everything(&city);
        let listed = late_updates(&mut tx, &scope, 2024, None, day(2024, 11, 18), calendar)
            .await
            .unwrap();
        assert_eq!(
            listed
                .iter()
                .map(|row| (row.due_on, row.late_days))
                .collect::<Vec<_>>(),
            [(day(2024, 6, 11), 1)]
        );
        assert_eq!(
            late_updates(
                &mut tx,
                &Scope::default(),
                2024,
                None,
                day(2024, 11, 18),
                calendar
            )
            .await
            .unwrap()
            .len(),
            0
        );
        revoke_status(&mut tx, &editor, id, late, "登记有误")
            .await
            .unwrap();
        assert_eq!(
            revoke_status(&mut tx, &editor, id, late, "再来")
                .await
                .unwrap_err()
                .code(),
            "status.revoked"
        );
        assert_eq!(
            late_updates(&mut tx, &scope, 2024, None, day(2024, 11, 18), calendar)
                .await
                .unwrap()
                .len(),
            0
        );
        // With the first return gone, the second one is the one that ends the leave.
        assert!(
            !show_status(&mut tx, id, idle, calendar)
                .await
                .unwrap()
                .effect_text
                .contains("不起作用")
        );
    }
);

both_engines!(lists_filter_by_state, |t: TestDb| async move {
    let mut tx = t.db.write().await.unwrap();
    let city = city(&mut tx).await;
    let mut ids = Vec::new();
    for n in 1..=4 {
        ids.push(person(&mut tx, &format!("A{n}"), "某某", city.unit("BS-DC")).await);
    }
    change(&mut tx, ids[1], StatusKind::AidMission, day(2024, 2, 1)).await;
    change(&mut tx, ids[2], StatusKind::Died, day(2024, 2, 1)).await;
    change(&mut tx, ids[3], StatusKind::Secondment, day(2024, 2, 1)).await;
    for (state, wanted) in [
        (Some(StateFilter::AtPost), vec![ids[0], ids[3]]),
        (Some(StateFilter::Away), vec![ids[1]]),
        (Some(StateFilter::Left), vec![ids[2]]),
        (None, ids.clone()),
    ] {
        let filter = PeopleFilter {
            state,
            ..Default::default()
        };
        let page = list_people(
            &mut tx,
            &everything(&city),
            &filter,
            day(2024, 11, 18),
            10,
            0,
        )
        .await
        .unwrap();
        assert_eq!(
            page.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            wanted,
            "{state:?}"
        );
        if state.is_none() {
            let names: Vec<_> = page
                .rows
                .iter()
                .map(|row| row.state_name.as_str())
                .collect();
            assert_eq!(
                names,
                ["在岗", "离岗（援外支边）", "不在职（去世）", "在岗（借调）"]
            );
        }
    }
});
