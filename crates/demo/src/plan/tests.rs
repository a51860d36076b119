//! The city in memory, on many days.

use super::*;

fn small(today: &str) -> City {
    let data = Data::load().unwrap();
    plan(
        &data,
        Wish {
            today: today.parse().unwrap(),
            districts: 1,
            seed: 1,
        },
    )
    .unwrap()
}

#[test]
fn the_same_wish_gives_the_same_city() {
    let (one, two) = (small("2024-11-18T09:00"), small("2024-11-18T09:00"));
    assert_eq!(one.slots, two.slots);
    assert_eq!(one.photos, two.photos);
    assert_eq!(one.makeups, two.makeups);
    assert_eq!(one.drill, two.drill);
    assert_eq!(one.films, two.films);
    assert_eq!(one.exemptions, two.exemptions);
    assert_eq!(one.contests, two.contests);
    assert_eq!(one.classes.closed, two.classes.closed);
    assert_eq!(one.classes.batches, two.classes.batches);
    let names = |city: &City| {
        city.people
            .iter()
            .map(|p| p.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&one), names(&two));
    let sheets = |city: &City| {
        city.ledger
            .iter()
            .map(|f| f.content.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(sheets(&one), sheets(&two));
}

#[test]
fn nothing_happens_after_today() {
    for today in ["2024-11-18T09:00", "2025-02-03T15:00", "2026-07-01T00:00"] {
        let city = small(today);
        let now = city.wish.today;
        assert!(city.slots.iter().all(|slot| slot.started_at < now
            && slot.rounds.iter().all(|r| {
                r.at < now
                    && r.decision
                        .as_ref()
                        .is_none_or(|d| r.at < d.at && d.at < now)
            })));
        assert!(city.makeups.iter().all(|makeup| makeup.at < now));
        assert!(city.drill.iter().all(|slot| slot.rounds.iter().all(|r| {
            r.at < now
                && r.decision
                    .as_ref()
                    .is_none_or(|d| r.at < d.at && d.at < now)
        })));
        assert!(city.films.iter().all(|film| {
            film.times.is_sorted()
                && film.taken_at < film.times[0]
                && film.times[3] < now
                && film
                    .decision
                    .as_ref()
                    .is_none_or(|d| film.times[3] < d.at && d.at < now)
        }));
        assert!(city.exemptions.iter().all(|plan| {
            plan.at < now
                && plan
                    .decision
                    .as_ref()
                    .is_none_or(|(at, ..)| plan.at < *at && *at < now)
        }));
        assert!(city.ledger.iter().all(|file| file.at < now));
        let entered = |p: &PersonPlan| p.events.iter().all(|e| e.recorded_at < now);
        assert!(city.people.iter().all(entered));
        assert!(city.people.iter().all(|p| p.joined_on < now.date()));
    }
}

#[test]
fn films_and_exemptions_are_there_on_any_day_and_leave_the_shown_squads_alone() {
    for today in [
        "2024-11-18T09:00",
        "2025-01-02T09:00",
        "2025-05-08T10:00",
        "2026-03-31T23:00",
    ] {
        let city = small(today);
        assert_eq!(city.films.len(), crate::films::STORIES.len(), "{today}");
        let shown: Vec<usize> = [stories::SQUAD, stories::SECOND_SQUAD]
            .iter()
            .filter_map(|code| city.units.by_code(code))
            .collect();
        assert!(city.films.iter().all(|film| !shown.contains(&film.unit)));
        // Nobody of the shown squads is exempt in the month of today.
        let month = Month::of(city.wish.today.date());
        assert!(
            city.exemptions
                .iter()
                .all(|plan| { !shown.contains(&plan.unit) || plan.to < month.first_day() })
        );
        let waiting = city
            .exemptions
            .iter()
            .filter(|plan| plan.decision.is_none());
        assert_eq!(waiting.count(), 1, "{today}");
    }
    let city = small("2024-11-18T09:00");
    let decided = |returned: bool| {
        let fits = |film: &&FilmPlan| {
            film.decision
                .as_ref()
                .is_some_and(|decision| decision.returned.is_some() == returned)
        };
        city.films.iter().filter(fits).count()
    };
    assert_eq!((decided(false), decided(true)), (1, 1));
    // Whoever is exempt is seen so in a session, and is not marked present.
    let exempt = city
        .drill
        .iter()
        .flat_map(|slot| &slot.rounds)
        .flat_map(|round| {
            let on = round.session.held_on.unwrap_or_default();
            let shown = |mark: &&slots::Mark| {
                exempt::kind_on(&city.exemptions, mark.person, on, round.at).is_some()
            };
            round.marks.iter().filter(shown).collect::<Vec<_>>()
        });
    let exempt: Vec<&slots::Mark> = exempt.collect();
    assert!(exempt.len() >= 5, "{}", exempt.len());
    assert!(
        exempt
            .iter()
            .all(|mark| !mark.present && mark.reason.is_some())
    );
}

#[test]
fn nobody_is_in_two_batches_and_what_is_held_here_comes_by_no_sheet() {
    let city = small("2024-11-18T09:00");
    let mut seen = std::collections::BTreeSet::new();
    let closed = city.classes.closed.iter().flat_map(|class| &class.seats);
    for person in closed.map(|seat| seat.person).chain(city.classes.later()) {
        assert!(seen.insert(person), "{}", city.people[person].name);
    }
    assert!(seen.len() > 200, "{}", seen.len());
    let numbers: std::collections::BTreeSet<&str> = seen
        .iter()
        .map(|person| city.people[*person].staff_no.as_str())
        .collect();
    let sheets = city.ledger.iter().flat_map(|file| file.content.lines());
    for line in sheets.filter(|line| line.contains(",区局集训,") && line.contains("-2024,")) {
        let number = line.split(',').next().unwrap();
        assert!(!numbers.contains(number), "{line}");
    }
}

#[test]
fn every_kind_of_change_is_seen_in_both_years() {
    use chengzhi_organisation::domain::status::StatusKind;
    let city = small("2024-11-18T09:00");
    for year in [2023, 2024] {
        for kind in StatusKind::ALL {
            let seen = city
                .people
                .iter()
                .flat_map(|p| &p.events)
                .any(|e| e.change.kind == kind && e.change.effective_on.year() == year);
            assert!(seen, "{} {year}", kind.name());
        }
    }
}

#[test]
fn the_first_day_has_something_for_everybody() {
    let city = small("2024-11-18T09:00");
    let november = Month::new(2024, 11).unwrap();
    let of = |code: &str| {
        let unit = city.units.by_code(code).unwrap();
        city.slots
            .iter()
            .find(|s| s.unit == unit && s.month == november)
            .unwrap()
    };
    assert!(of(stories::SQUAD).draft.is_some());
    let back = of(stories::SECOND_SQUAD)
        .rounds
        .last()
        .unwrap()
        .decision
        .as_ref()
        .unwrap();
    assert_eq!(back.verdict, slots::Verdict::Return);
    let waiting = city
        .slots
        .iter()
        .filter(|s| s.month == november && s.rounds.last().is_some_and(|r| r.decision.is_none()))
        .count();
    assert!(waiting >= 1, "{waiting}");
    let october = november.prev();
    assert!(
        city.slots
            .iter()
            .any(|s| s.month == october && s.rounds.last().is_some_and(|r| r.decision.is_none()))
    );
    assert!(city.repeats.len() >= 4, "{:?}", city.repeats);
}
