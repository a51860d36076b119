//! The standard valid on the day, a bureau's own, kept by what was tested.

use chengzhi_authz::Permission;
use chengzhi_rules::fitness::{FitnessStandard, fitness_examples};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{CITY, City, DISTRICT, SQUAD, apart, code, day, status};
use crate::usecase::people::set_birth;
use crate::usecase::standards::{add, list, withdraw};

/// The example with ages, as a bureau's own from a day.
fn split(from: &str) -> FitnessStandard {
    let mut body = fitness_examples()[0].clone();
    body.title = "本局标准".to_owned();
    body.example = false;
    body.valid_from = day(from);
    body
}

both_engines!(
    the_own_standard_of_the_day_judges_and_stays,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let first = city.apart().await;
        assert_eq!(
            city.page("district", first).await.standard.key,
            "shipped:2021"
        );
        assert!(city.page("district", first).await.standard.example);
        city.mark(
            first,
            &[
                (1, "shuttle", "13.3"),
                (1, "run1000", "4:30"),
                (1, "jump", "270"),
            ],
        )
        .await;
        assert_eq!(city.entry(first, 1).await.outcome, "passed");
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        let own = add(&ctx, &scope, DISTRICT.into(), split("2024-06-01"))
            .await
            .unwrap();
        // What began keeps its standard, though the new one is valid from before its day.
        assert_eq!(
            city.page("district", first).await.standard.key,
            "shipped:2021"
        );
        let second = city.plan("district", apart()).await.unwrap();
        let page = city.page("district", second).await;
        assert_eq!(page.standard.key, format!("own:{own}"));
        assert!(!page.standard_kept && page.entries.iter().all(|row| row.person_id != 1));
        city.mark(
            second,
            &[
                (3, "shuttle", "13.3"),
                (3, "run1000", "4:30"),
                (3, "jump", "270"),
            ],
        )
        .await;
        let row = city.entry(second, 3).await;
        assert_eq!((row.outcome.as_str(), row.birth_missing), ("unknown", true));
        set_birth(&ctx, &scope, 3.into(), day("1994-06-05"))
            .await
            .unwrap();
        assert_eq!(
            city.entry(second, 3).await.outcome,
            "failed",
            "29 on the day"
        );
        set_birth(&ctx, &scope, 3.into(), day("1993-06-04"))
            .await
            .unwrap();
        assert_eq!(
            city.entry(second, 3).await.outcome,
            "passed",
            "31 on the day"
        );
        assert_eq!(
            code(withdraw(&ctx, &scope, own, "错").await),
            "fitness.standard_used"
        );
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(
    standards_are_checked_dated_and_withdrawn,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at("2024-06-04");
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        let id = add(&ctx, &scope, DISTRICT.into(), split("2024-09-01"))
            .await
            .unwrap();
        let twice = add(&ctx, &scope, DISTRICT.into(), split("2024-09-01")).await;
        assert_eq!(code(twice), "fitness.standard_twice");
        let mut wrong = split("2024-10-01");
        wrong.items[0].bands[1].age_from = 40;
        assert_eq!(status(add(&ctx, &scope, DISTRICT.into(), wrong).await), 422);
        assert_eq!(
            status(add(&ctx, &scope, SQUAD.into(), split("2024-10-01")).await),
            422
        );
        let city_wide = add(&ctx, &scope, CITY.into(), split("2024-10-01")).await;
        assert_eq!(status(city_wide), 404);
        let (other, others) = city.with("other", Permission::FitnessManage).await;
        assert_eq!(status(withdraw(&other, &others, id, "x").await), 404);
        // The city's own holds for the districts that have none.
        let (office, all) = city.with("city", Permission::FitnessManage).await;
        add(&office, &all, CITY.into(), split("2024-05-01"))
            .await
            .unwrap();
        let test = city.plan("district", apart()).await.unwrap();
        assert_eq!(city.page("district", test).await.standard.unit_name, "市局");
        assert_eq!(status(withdraw(&ctx, &scope, id, " ").await), 422);
        withdraw(&ctx, &scope, id, "数据有误").await.unwrap();
        assert_eq!(
            code(withdraw(&ctx, &scope, id, "再撤").await),
            "fitness.standard_gone"
        );
        let (reader, seen) = city.with("reporter", Permission::FitnessRead).await;
        let found = list(&reader, &seen).await.unwrap();
        assert_eq!(found.iter().filter(|one| one.example).count(), 2);
        assert_eq!(
            found.iter().filter(|one| one.withdrawn.is_some()).count(),
            1
        );
        assert!(found.iter().all(|one| one.allowed.is_empty()));
    }
);
