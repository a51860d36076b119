use chengzhi_testkit::{TestDb, both_engines};

use super::city::{account, change, city, day, editor, everything, person};
use crate::domain::kind::{Line, UnitKind};
use crate::domain::status::StatusKind;
use crate::store::units as store;
use crate::usecase::units::{OpenUnit, close_unit, list_units, move_unit, open_unit, show_unit};

fn squad<'a>(code: &'a str, parent: chengzhi_kernel::UnitId) -> OpenUnit<'a> {
    OpenUnit {
        code,
        name: "新设中队",
        kind: UnitKind::Squad,
        trains: false,
        opened_on: day(2024, 3, 1),
        parent: Some(parent),
        street: None,
    }
}

both_engines!(
    a_unit_moves_with_a_date_and_its_history_stays,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let editor = editor(&t);
        let (unit, pd) = (city.unit("BS-DC"), city.unit("PD"));
        move_unit(
            &mut tx,
            &editor,
            unit,
            Line::Professional,
            Some(pd),
            day(2024, 7, 1),
        )
        .await
        .unwrap();
        let seen = show_unit(&mut tx, &everything(&city), unit, day(2024, 11, 18))
            .await
            .unwrap();
        let lines: Vec<_> = seen
            .lines
            .iter()
            .map(|line| (line.line_name.as_str(), line.parent_id, line.from, line.to))
            .collect();
        assert_eq!(
            lines,
            [
                (
                    "条",
                    city.unit("BS"),
                    day(2020, 1, 1),
                    Some(day(2024, 6, 30))
                ),
                ("条", pd, day(2024, 7, 1), None),
                ("块", city.unit("BS-DCS"), day(2020, 1, 1), None),
            ]
        );
        assert_eq!(seen.reviewer.as_ref().unwrap().id, pd);
        assert!(seen.reviewer.unwrap().why.contains("浦东新区"));
        let june = list_units(&mut tx, &everything(&city), day(2024, 6, 30))
            .await
            .unwrap();
        assert_eq!(
            june.iter().find(|out| out.id == unit).unwrap().parent_id,
            Some(city.unit("BS"))
        );

        let too_early = move_unit(
            &mut tx,
            &editor,
            unit,
            Line::Professional,
            Some(city.unit("BS")),
            day(2024, 6, 1),
        )
        .await;
        assert_eq!(
            too_early.unwrap_err().status(),
            422,
            "history is only continued at its end"
        );
        let again = move_unit(
            &mut tx,
            &editor,
            unit,
            Line::Professional,
            Some(pd),
            day(2024, 8, 1),
        )
        .await;
        assert_eq!(again.unwrap_err().code(), "unit.same_parent");
        // The same day again corrects: no span of zero days is left behind.
        move_unit(
            &mut tx,
            &editor,
            unit,
            Line::Professional,
            Some(city.unit("BS")),
            day(2024, 7, 1),
        )
        .await
        .unwrap();
        let edges = store::edges_of(&mut tx, unit).await.unwrap();
        assert_eq!(
            edges
                .iter()
                .filter(|edge| edge.line == Line::Professional)
                .count(),
            2
        );
        // The 块 line may end, the 条 line may not.
        move_unit(
            &mut tx,
            &editor,
            unit,
            Line::Territorial,
            None,
            day(2024, 9, 1),
        )
        .await
        .unwrap();
        let none = move_unit(
            &mut tx,
            &editor,
            unit,
            Line::Professional,
            None,
            day(2024, 9, 1),
        )
        .await;
        assert_eq!(none.unwrap_err().status(), 422);
    }
);

both_engines!(
    parents_must_fit_be_open_and_be_in_reach,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let everywhere = editor(&t);
        let wrong = open_unit(&mut tx, &everywhere, &squad("N1", city.unit("BS-ZG")))
            .await
            .unwrap_err();
        assert_eq!(
            wrong.detail(),
            "中队的条线上级只能是区局、执法总队、直属单位，政工科是科室。"
        );
        let none = OpenUnit {
            parent: None,
            ..squad("N1", city.unit("BS"))
        };
        assert_eq!(
            open_unit(&mut tx, &everywhere, &none)
                .await
                .unwrap_err()
                .status(),
            422
        );
        let bureau = city.unit("BS");
        let district = account(&mut tx, &t, bureau).await;
        let foreign = open_unit(&mut tx, &district, &squad("N1", city.unit("PD")))
            .await
            .unwrap_err();
        assert!(foreign.detail().contains("管辖范围"));
        let id = open_unit(&mut tx, &district, &squad("N1", bureau))
            .await
            .unwrap();
        let twice = open_unit(&mut tx, &district, &squad("N1", bureau))
            .await
            .unwrap_err();
        assert_eq!(twice.code(), "unit.code_taken");
        let second_city = OpenUnit {
            kind: UnitKind::CityBureau,
            parent: None,
            ..squad("N2", bureau)
        };
        assert_eq!(
            open_unit(&mut tx, &everywhere, &second_city)
                .await
                .unwrap_err()
                .code(),
            "unit.second_city"
        );
        let early = OpenUnit {
            opened_on: day(2019, 1, 1),
            ..squad("N3", bureau)
        };
        assert_eq!(
            open_unit(&mut tx, &everywhere, &early)
                .await
                .unwrap_err()
                .status(),
            422
        );
        assert!(
            move_unit(
                &mut tx,
                &district,
                city.unit("PD-ZG"),
                Line::Professional,
                Some(bureau),
                day(2024, 5, 1)
            )
            .await
            .is_err()
        );
        let street = move_unit(
            &mut tx,
            &everywhere,
            city.unit("BS-GC"),
            Line::Territorial,
            Some(id),
            day(2024, 5, 1),
        )
        .await;
        assert_eq!(street.unwrap_err().status(), 422, "a squad is no street");
    }
);

both_engines!(
    a_unit_with_people_or_units_is_not_closed,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let editor = editor(&t);
        let unit = city.unit("BS-DC");
        let member = person(&mut tx, "A1", "张三", unit).await;
        let full = close_unit(&mut tx, &editor, unit, day(2024, 12, 1))
            .await
            .unwrap_err();
        assert_eq!(
            (full.code(), full.detail()),
            (
                "unit.has_people",
                "大场镇中队还有1名在职人员，请先把他们调到其他单位，再撤销。"
            )
        );
        change(&mut tx, member, StatusKind::Retired, day(2024, 10, 1)).await;
        close_unit(&mut tx, &editor, unit, day(2024, 12, 1))
            .await
            .unwrap();
        let again = close_unit(&mut tx, &editor, unit, day(2024, 12, 2))
            .await
            .unwrap_err();
        assert_eq!(again.code(), "unit.closed");
        let above = close_unit(&mut tx, &editor, city.unit("BS"), day(2024, 12, 1))
            .await
            .unwrap_err();
        assert!(
            above
                .detail()
                .contains("还有3个单位（政工科、大场镇、顾村镇中队）"),
            "{}",
            above.detail()
        );
        let november = store::tree(&mut tx, day(2024, 11, 30)).await.unwrap();
        let december = store::tree(&mut tx, day(2024, 12, 1)).await.unwrap();
        assert!(november.node(unit).is_some() && december.node(unit).is_none());
    }
);

both_engines!(a_circle_is_refused, |t: TestDb| async move {
    let mut tx = t.db.write().await.unwrap();
    let city = city(&mut tx).await;
    // Kinds forbid most circles; the one left is a street in its own squad's district, which is none.
    let editor = editor(&t);
    let own = move_unit(
        &mut tx,
        &editor,
        city.unit("BS"),
        Line::Professional,
        Some(city.unit("BS")),
        day(2024, 5, 1),
    )
    .await;
    assert_eq!(own.unwrap_err().status(), 422);
    let below = move_unit(
        &mut tx,
        &editor,
        city.unit("BS"),
        Line::Professional,
        Some(city.unit("BS-DC")),
        day(2024, 5, 1),
    )
    .await;
    assert_eq!(below.unwrap_err().status(), 422);
});
