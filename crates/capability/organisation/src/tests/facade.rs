use std::collections::BTreeSet;

use chengzhi_kernel::PersonId;
use chengzhi_kernel::deadline::plus_days;
use chengzhi_rules::assess::EventKind;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{change, city, day, person};
use crate::domain::kind::Line;
use crate::domain::status::{Change, State, StatusKind, state_on};
use crate::facade;
use crate::store::{events, members, people, units};

both_engines!(
    a_roster_holds_who_is_in_service_and_tells_who_is_away,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let squad = city.unit("BS-DC");
        let here = person(&mut tx, "A1", "张三", squad).await;
        let mother = person(&mut tx, "A2", "李四", squad).await;
        let gone = person(&mut tx, "A3", "王五", squad).await;
        let retired = person(&mut tx, "A4", "赵六", squad).await;
        let lent = person(&mut tx, "A5", "钱七", squad).await;
        change(
            &mut tx,
            mother,
            StatusKind::MaternityLeave,
            day(2024, 3, 11),
        )
        .await;
        change(&mut tx, mother, StatusKind::Return, day(2024, 8, 5)).await;
        change(&mut tx, gone, StatusKind::Left, day(2024, 5, 1)).await;
        change(&mut tx, retired, StatusKind::Retired, day(2024, 6, 1)).await;
        change(&mut tx, lent, StatusKind::Secondment, day(2024, 2, 1)).await;
        members::set_posts(
            &mut tx,
            &[(here, vec!["squad_leader".into(), "legal_officer".into()])],
            &Default::default(),
            day(2021, 7, 1),
            |_| day(2021, 7, 1),
        )
        .await
        .unwrap();

        let april = facade::roster_on(&mut tx, squad, day(2024, 4, 1))
            .await
            .unwrap();
        let seen: Vec<_> = april
            .iter()
            .map(|p| (p.staff_no.as_str(), p.at_post, p.away_reason.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                ("A1", true, None),
                ("A2", false, Some("产假")),
                ("A3", true, None),
                ("A4", true, None),
                ("A5", true, None)
            ]
        );
        assert_eq!(april[0].post.as_deref(), Some("中队长"));
        let november = facade::roster_on(&mut tx, squad, day(2024, 11, 1))
            .await
            .unwrap();
        let seen: Vec<_> = november
            .iter()
            .map(|p| (p.staff_no.as_str(), p.at_post))
            .collect();
        assert_eq!(seen, [("A1", true), ("A2", true), ("A5", true)]);
        assert_eq!(
            facade::left_by(&mut tx, day(2024, 5, 31)).await.unwrap(),
            [gone]
        );
        assert_eq!(
            facade::left_by(&mut tx, day(2024, 6, 1)).await.unwrap(),
            [gone, retired]
        );
        assert_eq!(
            facade::roster_on(&mut tx, squad, day(2021, 6, 30))
                .await
                .unwrap(),
            [],
            "before joining"
        );
    }
);

both_engines!(
    roll_ups_are_as_they_were_and_as_they_are,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let (bs, pd, squad) = (city.unit("BS"), city.unit("PD"), city.unit("BS-GC"));
        units::end_edge(&mut tx, squad, Line::Professional, day(2024, 7, 1))
            .await
            .unwrap();
        units::begin_edge(&mut tx, squad, Line::Professional, pd, day(2024, 7, 1))
            .await
            .unwrap();
        let in_june = facade::subtree(&mut tx, bs, day(2024, 6, 30))
            .await
            .unwrap();
        let in_july = facade::subtree(&mut tx, bs, day(2024, 7, 1)).await.unwrap();
        assert!(in_june.contains(&squad.get()) && !in_july.contains(&squad.get()));
        assert_eq!(
            facade::reviewing_unit(&mut tx, squad, day(2024, 6, 30))
                .await
                .unwrap()
                .unwrap()
                .id,
            bs
        );
        assert_eq!(
            facade::reviewing_unit(&mut tx, squad, day(2024, 7, 1))
                .await
                .unwrap()
                .unwrap()
                .id,
            pd
        );
        let office = facade::city_training_office(&mut tx, day(2024, 7, 1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            facade::reviewing_unit(&mut tx, city.unit("ZD-1"), day(2024, 7, 1))
                .await
                .unwrap(),
            Some(office)
        );
        assert_eq!(facade::units(&mut tx, day(2019, 12, 31)).await.unwrap(), []);
    }
);

both_engines!(
    the_assessment_gets_the_last_unit_of_the_year_and_all_events,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let mover = person(&mut tx, "A1", "张三", city.unit("BS-DC")).await;
        members::end(&mut tx, mover, day(2024, 9, 1)).await.unwrap();
        members::begin(&mut tx, mover, city.unit("PD-ZG"), day(2024, 9, 1))
            .await
            .unwrap();
        change(&mut tx, mover, StatusKind::LongSickLeave, day(2023, 12, 1)).await;
        change(&mut tx, mover, StatusKind::Return, day(2024, 2, 1)).await;
        change(&mut tx, mover, StatusKind::Secondment, day(2024, 3, 1)).await;
        let revoked = change(&mut tx, mover, StatusKind::Left, day(2024, 4, 1)).await;
        assert!(
            events::revoke(
                &mut tx,
                revoked,
                chengzhi_kernel::Timestamp::at(day(2024, 4, 2), 9, 0),
                "测试",
                "登记有误"
            )
            .await
            .unwrap()
        );
        let stays = person(&mut tx, "A2", "李四", city.unit("BS-DC")).await;

        let all = facade::assessment_people(&mut tx, 2024, None, None)
            .await
            .unwrap();
        assert_eq!(all.iter().map(|p| p.id).collect::<Vec<_>>(), [mover, stays]);
        assert_eq!(
            (all[0].unit_id, all[0].district_id),
            (Some(city.unit("PD-ZG")), Some(city.unit("PD")))
        );
        let kinds: BTreeSet<_> = all[0].events.iter().map(|e| e.kind).collect();
        assert_eq!(
            kinds,
            BTreeSet::from([EventKind::LongSickLeave, EventKind::Return]),
            "no 借调, nothing revoked"
        );
        assert_eq!(
            all[0]
                .events
                .iter()
                .find(|e| e.kind == EventKind::Return)
                .unwrap()
                .recorded,
            Some(day(2024, 2, 3))
        );

        let before = facade::assessment_people(&mut tx, 2023, Some(&[mover]), None)
            .await
            .unwrap();
        assert_eq!(before[0].unit_id, Some(city.unit("BS-DC")));
        let district = facade::subtree(&mut tx, city.unit("BS"), day(2024, 12, 31))
            .await
            .unwrap();
        let of_district = facade::assessment_people(&mut tx, 2024, None, Some(&district))
            .await
            .unwrap();
        assert_eq!(
            of_district.iter().map(|p| p.id).collect::<Vec<_>>(),
            [stays]
        );
        assert_eq!(
            facade::unit_of(&mut tx, mover, day(2024, 8, 31))
                .await
                .unwrap(),
            Some(city.unit("BS-DC"))
        );
        let found = facade::people_by_staff_no(&mut tx, &["A2".into(), "X".into()])
            .await
            .unwrap();
        assert_eq!((found.len(), found["A2"].id), (1, stays));
    }
);

both_engines!(
    the_state_in_sql_is_the_state_of_the_rules,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let mut seed = 11_u64;
        let mut next = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut histories: Vec<(PersonId, Vec<Change>)> = Vec::new();
        for n in 0..60 {
            let id = person(&mut tx, &format!("R{n:02}"), "某人", city.unit("BS-DC")).await;
            let mut changes = Vec::new();
            for _ in 0..next(6) {
                let kind = StatusKind::ALL[usize::try_from(next(11)).unwrap()];
                let effective_on = plus_days(day(2021, 6, 28), i64::try_from(next(12)).unwrap());
                changes.push(Change { kind, effective_on });
                change(&mut tx, id, kind, effective_on).await;
            }
            histories.push((id, changes));
        }
        for offset in [0, 3, 5, 8, 14] {
            let on = plus_days(day(2021, 6, 28), offset);
            let left: BTreeSet<_> = facade::left_by(&mut tx, on)
                .await
                .unwrap()
                .into_iter()
                .collect();
            let filter = people::PeopleFilter {
                state: Some(people::StateFilter::Away),
                ..Default::default()
            };
            let scope = chengzhi_authz::Scope {
                units: city.0.values().map(|id| id.get()).collect(),
                own: None,
            };
            let (_, away) = people::page(&mut tx, &scope, &filter, on, 500, 0)
                .await
                .unwrap();
            let away: BTreeSet<_> = away.into_iter().map(|p| p.person.id).collect();
            for (id, changes) in &histories {
                let state = state_on(changes, day(2021, 7, 1), on);
                assert_eq!(
                    left.contains(id),
                    matches!(state, State::Left(_)),
                    "{on} {changes:?}"
                );
                if on >= day(2021, 7, 1) {
                    assert_eq!(
                        away.contains(id),
                        matches!(state, State::Away(_)),
                        "{on} {changes:?}"
                    );
                }
            }
        }
    }
);

both_engines!(
    a_person_in_two_units_at_once_is_found,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let twice = person(&mut tx, "A1", "张三", city.unit("BS-DC")).await;
        person(&mut tx, "A2", "李四", city.unit("BS-DC")).await;
        assert_eq!(facade::verify(&mut tx).await.unwrap(), Vec::<String>::new());
        tx.run(
            chengzhi_db::sql(
                "insert into membership (person_id, unit_id, from_on, until_on) values ($1, $2, $3, $4)",
            )
            .bind(twice)
            .bind(city.unit("BS-GC"))
            .bind(day(2023, 1, 1))
            .bind(day(2023, 2, 1)),
        )
        .await
        .unwrap();
        let found = facade::verify(&mut tx).await.unwrap();
        assert_eq!(found, [format!("人员同时属于两个单位：1处，如({twice})")]);
    }
);
