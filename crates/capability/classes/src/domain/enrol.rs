//! Who gets a seat: capacity, seats per unit, and the waiting list in the order of arrival.

use std::collections::BTreeMap;

use chengzhi_kernel::Timestamp;

/// Where somebody on a class's list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// 已入班.
    Enrolled,
    /// 候补.
    Waiting,
    /// 申请请假, still in his seat until it is decided.
    LeaveAsked,
    /// 准假: his seat is free.
    OnLeave,
    /// 退出.
    Withdrawn,
    /// 转入其他期次.
    Moved,
}

impl Seat {
    /// All states.
    pub const ALL: &'static [Seat] = &[
        Seat::Enrolled,
        Seat::Waiting,
        Seat::LeaveAsked,
        Seat::OnLeave,
        Seat::Withdrawn,
        Seat::Moved,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Seat::Enrolled => "enrolled",
            Seat::Waiting => "waiting",
            Seat::LeaveAsked => "leave_asked",
            Seat::OnLeave => "on_leave",
            Seat::Withdrawn => "withdrawn",
            Seat::Moved => "moved",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Seat::Enrolled => "已入班",
            Seat::Waiting => "候补",
            Seat::LeaveAsked => "请假待批",
            Seat::OnLeave => "已准假",
            Seat::Withdrawn => "已退出",
            Seat::Moved => "已转班",
        }
    }

    /// The state of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Seat> {
        Seat::ALL.iter().copied().find(|seat| seat.code() == code)
    }

    /// Whether he takes a seat and is expected in class.
    #[must_use]
    pub fn sits(self) -> bool {
        matches!(self, Seat::Enrolled | Seat::LeaveAsked)
    }
}

/// Seats of a class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seats {
    /// All seats; none is without limit.
    pub capacity: Option<u32>,
    /// Seats per unit; a unit that is not named has no share of its own and competes for what the capacity leaves.
    pub quota: BTreeMap<i64, u32>,
}

/// Somebody on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Row id; of those who came at once, a smaller one came earlier.
    pub id: i64,
    /// When he came on the list. A row that was given up and taken again came when it was taken again.
    pub since: Timestamp,
    /// His unit.
    pub unit: i64,
    /// Where he stands.
    pub seat: Seat,
}

/// Why somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// All seats are taken.
    Class,
    /// His unit has used its seats.
    Unit,
}

impl Seats {
    /// Whether one more of `unit` gets a seat.
    ///
    /// # Errors
    /// What is full.
    pub fn admits(&self, list: &[Listed], unit: i64) -> Result<(), Full> {
        let sitting = list.iter().filter(|row| row.seat.sits());
        if let Some(quota) = self.quota.get(&unit)
            && sitting.clone().filter(|row| row.unit == unit).count() >= *quota as usize
        {
            return Err(Full::Unit);
        }
        match self.capacity {
            Some(capacity) if sitting.count() >= capacity as usize => Err(Full::Class),
            _ => Ok(()),
        }
    }

    /// Those who move up from the waiting list when there is room, first come, first served; somebody whose unit is
    /// full does not hold up those behind him.
    #[must_use]
    pub fn move_up(&self, list: &[Listed]) -> Vec<i64> {
        let mut list = list.to_vec();
        let mut waiting: Vec<usize> = (0..list.len())
            .filter(|index| {
                list.get(*index)
                    .is_some_and(|row| row.seat == Seat::Waiting)
            })
            .collect();
        waiting.sort_by_key(|index| list.get(*index).map(|row| (row.since, row.id)));
        let mut found = Vec::new();
        for index in waiting {
            let Some(row) = list.get(index).copied() else {
                continue;
            };
            if self.admits(&list, row.unit).is_ok() {
                found.push(row.id);
                if let Some(row) = list.get_mut(index) {
                    row.seat = Seat::Enrolled;
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(id: i64, unit: i64, seat: Seat) -> Listed {
        Listed {
            id,
            since: Timestamp::default(),
            unit,
            seat,
        }
    }

    fn seats(capacity: Option<u32>, quota: &[(i64, u32)]) -> Seats {
        Seats {
            capacity,
            quota: quota.iter().copied().collect(),
        }
    }

    #[test]
    fn a_unit_gets_its_seats_and_the_class_its_capacity() {
        let list = [
            row(1, 10, Seat::Enrolled),
            row(2, 11, Seat::LeaveAsked),
            row(3, 12, Seat::OnLeave),
        ];
        assert_eq!(seats(Some(3), &[]).admits(&list, 12), Ok(()));
        assert_eq!(seats(Some(2), &[]).admits(&list, 12), Err(Full::Class));
        assert_eq!(seats(None, &[(10, 1)]).admits(&list, 10), Err(Full::Unit));
        assert_eq!(seats(None, &[(10, 2)]).admits(&list, 10), Ok(()));
        assert_eq!(seats(None, &[(10, 1)]).admits(&list, 11), Ok(()));
    }

    #[test]
    fn a_free_seat_goes_to_whoever_came_first_and_may_take_it() {
        let list = [
            row(1, 10, Seat::Enrolled),
            row(4, 11, Seat::Waiting),
            row(2, 10, Seat::Waiting),
            row(3, 11, Seat::Waiting),
        ];
        assert_eq!(seats(Some(2), &[(10, 1)]).move_up(&list), [3]);
        assert_eq!(seats(None, &[(10, 1)]).move_up(&list), [3, 4]);
        assert_eq!(seats(Some(1), &[]).move_up(&list), [0i64; 0]);
        // Whoever took his old row again waits behind those who came before that.
        let mut back = list;
        back[3].since = Timestamp::default().plus_minutes(1);
        assert_eq!(seats(None, &[(10, 1)]).move_up(&back), [4, 3]);
    }

    proptest! {
        /// Moving up never overfills the class or a unit, and leaves nobody waiting who could sit.
        #[test]
        fn moving_up_fills_exactly(
            rows in prop::collection::vec((0i64..4, 0usize..6), 0..20),
            capacity in prop::option::of(0u32..10),
            quota in prop::collection::btree_map(0i64..4, 0u32..4, 0..3),
        ) {
            let mut list: Vec<Listed> = rows.iter().enumerate()
                .map(|(id, (unit, seat))| row(i64::try_from(id).unwrap(), *unit, Seat::ALL[*seat])).collect();
            let seats = Seats { capacity, quota };
            let sitting = |list: &[Listed]| list.iter().filter(|row| row.seat.sits()).count();
            let before = sitting(&list);
            for id in seats.move_up(&list) {
                list.iter_mut().find(|row| row.id == id).unwrap().seat = Seat::Enrolled;
            }
            if let Some(capacity) = capacity {
                prop_assert!(sitting(&list) <= before.max(capacity as usize));
            }
            for row in list.iter().filter(|row| row.seat == Seat::Waiting) {
                prop_assert!(seats.admits(&list, row.unit).is_err());
            }
        }
    }
}
