//! Deferral and exemption with reason and approval.

use chengzhi_authz::Permission;
use chengzhi_kernel::PersonId;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, apart, code, day, status};
use crate::domain::waiver::{Kind, WaiverState};
use crate::usecase::waivers::{WaiverInput, decide, list, request};

fn ask(person: i64, kind: Kind, until: Option<&str>) -> WaiverInput {
    WaiverInput {
        person: PersonId::from(person),
        year: 2024,
        kind,
        reason: "injury".to_owned(),
        note: "膝关节手术，医嘱休养".to_owned(),
        until: until.map(day),
    }
}

both_engines!(
    somebody_else_decides_and_health_is_not_shown_around,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at("2024-05-20");
        let (squad, own) = city.with("reporter", Permission::FitnessAsk).await;
        let id = request(&squad, &own, ask(3, Kind::Exemption, None))
            .await
            .unwrap();
        let twice = request(&squad, &own, ask(3, Kind::Deferral, Some("2024-10-01"))).await;
        assert_eq!(code(twice), "fitness.waiver_twice");
        assert_eq!(
            status(request(&squad, &own, ask(21, Kind::Exemption, None)).await),
            404
        );
        assert_eq!(
            status(request(&squad, &own, ask(2, Kind::Deferral, None)).await),
            422
        );
        let mut wrong = ask(2, Kind::Exemption, None);
        wrong.reason = "holiday".to_owned();
        assert_eq!(status(request(&squad, &own, wrong).await), 422);
        // The squad does not decide; who asked himself does not either.
        let told = decide(&squad, &own, id, 1, WaiverState::Approved, "").await;
        assert_eq!(code(told), "fitness.four_eyes");
        let (office, all) = city.with("city", Permission::FitnessAsk).await;
        let told = decide(&office, &all, id, 1, WaiverState::Approved, "").await;
        assert_eq!(code(told), "fitness.not_decider");
        let (bureau, below) = city.with("district", Permission::FitnessAsk).await;
        let by_itself = request(&bureau, &below, ask(21, Kind::Exemption, None))
            .await
            .unwrap();
        let told = decide(&bureau, &below, by_itself, 1, WaiverState::Approved, "").await;
        assert_eq!(code(told), "fitness.four_eyes");
        assert_eq!(
            status(decide(&bureau, &below, id, 1, WaiverState::Refused, "").await),
            422
        );
        decide(&bureau, &below, id, 1, WaiverState::Approved, "")
            .await
            .unwrap();
        let told = decide(&bureau, &below, id, 1, WaiverState::Approved, "").await;
        assert_eq!(status(told), 409);
        let rows = list(&office, &all, Some(2024), None).await.unwrap().rows;
        assert_eq!(rows.len(), 2);
        let (bureau_read, seen) = city.with("district", Permission::FitnessRead).await;
        let full = list(&bureau_read, &seen, None, None).await.unwrap().rows;
        assert!(full.iter().all(|row| row.note.contains("手术")));
        // Who is exempt is not put on the list.
        let test = city.plan("district", apart()).await.unwrap();
        let page = city.page("district", test).await;
        assert!(page.entries.iter().all(|row| row.person_id != 3));
    }
);

both_engines!(a_request_is_taken_back_once, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at("2024-05-20");
    let (squad, own) = city.with("reporter", Permission::FitnessAsk).await;
    let until = Some("2024-10-01");
    let id = request(&squad, &own, ask(4, Kind::Deferral, until))
        .await
        .unwrap();
    decide(&squad, &own, id, 1, WaiverState::Withdrawn, "")
        .await
        .unwrap();
    let told = decide(&squad, &own, id, 2, WaiverState::Withdrawn, "").await;
    assert_eq!(code(told), "fitness.waiver_state");
    request(&squad, &own, ask(4, Kind::Deferral, until))
        .await
        .unwrap();
});
