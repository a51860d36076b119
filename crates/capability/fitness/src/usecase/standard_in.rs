//! A standard as a page sends it: figures as people write them.

use chengzhi_http::Problem;
use chengzhi_kernel::Date;
use chengzhi_rules::fitness::{Better, FitnessBand, FitnessItem, FitnessStandard, Measure, Sex};

use super::bad_field;
use crate::domain::amount::{Written, read};

/// A limit as written.
#[derive(Debug, Clone)]
pub struct BandInput {
    /// `male`, `female`.
    pub sex: String,
    /// First age.
    pub age_from: u32,
    /// Last age.
    pub age_to: u32,
    /// `13.4`, `4:35`.
    pub limit: String,
}

/// An item as written.
#[derive(Debug, Clone)]
pub struct ItemInput {
    /// Code of an item kept from an earlier standard; empty for a new one.
    pub code: String,
    /// Name.
    pub name: String,
    /// `seconds`, `centimetres`, `times`.
    pub measure: String,
    /// `lower`, `higher`.
    pub better: String,
    /// Attempts.
    pub attempts: u32,
    /// Limits.
    pub bands: Vec<BandInput>,
}

/// A standard as written.
#[derive(Debug, Clone)]
pub struct StandardInput {
    /// Title.
    pub title: String,
    /// Where it is from.
    pub source: String,
    /// Note.
    pub note: String,
    /// Not official.
    pub example: bool,
    /// First day.
    pub valid_from: Date,
    /// Items.
    pub items: Vec<ItemInput>,
}

/// Widest range in which figures of a measure are read at all, thousandths.
const fn widest(measure: Measure) -> (i64, i64) {
    match measure {
        Measure::Seconds => (1_000, 7_200_000),
        Measure::Centimetres => (1_000, 2_000_000),
        Measure::Times => (0, 10_000_000),
    }
}

impl StandardInput {
    /// Reads it. What can be true of an item is taken as a fifth of its strictest limit to five times
    /// its mildest: wide enough for anybody, narrow enough for a slip of the pen.
    ///
    /// # Errors
    /// 422 for the first fault.
    pub fn read(self) -> Result<FitnessStandard, Problem> {
        let mut items = Vec::new();
        for (at, input) in self.items.into_iter().enumerate() {
            items.push(item(at, input)?);
        }
        Ok(FitnessStandard {
            code: String::new(),
            title: self.title,
            source: self.source,
            note: self.note,
            example: self.example,
            valid_from: self.valid_from,
            items,
        })
    }
}

fn item(at: usize, input: ItemInput) -> Result<FitnessItem, Problem> {
    let name = input.name.trim().to_owned();
    let fault = |text: String| bad_field("items", text);
    let label = if name.is_empty() {
        format!("第{}个项目", at + 1)
    } else {
        format!("项目“{name}”")
    };
    let measure = Measure::from_code(&input.measure)
        .ok_or_else(|| fault(format!("{label}的计量单位有误，请重新选择。")))?;
    let better = Better::from_code(&input.better)
        .ok_or_else(|| fault(format!("{label}请选择数值越大越好还是越小越好。")))?;
    let (least, most) = widest(measure);
    let mut made = FitnessItem {
        code: if input.code.is_empty() {
            format!("item{}", at + 1)
        } else {
            input.code
        },
        name,
        measure,
        better,
        attempts: input.attempts,
        least,
        most,
        bands: Vec::new(),
    };
    for band in input.bands {
        let sex = Sex::from_code(&band.sex)
            .ok_or_else(|| fault(format!("{label}的性别有误，请重新选择。")))?;
        let limit = match read(&made, &band.limit) {
            Ok(Written::Value(limit)) if limit > 0 => limit,
            Ok(_) => return Err(fault(format!("{label}的合格标准应大于零。"))),
            Err(text) => return Err(fault(format!("{text}。"))),
        };
        made.bands.push(FitnessBand {
            sex,
            age_from: band.age_from,
            age_to: band.age_to,
            limit,
        });
    }
    let limits = made.bands.iter().map(|band| band.limit);
    if let (Some(low), Some(high)) = (limits.clone().min(), limits.max()) {
        made.least = if measure == Measure::Times {
            0
        } else {
            (low / 5 / 1_000 * 1_000).max(least)
        };
        made.most = (high * 5).min(most);
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(limit: &str) -> StandardInput {
        StandardInput {
            title: "标准".to_owned(),
            source: "市局".to_owned(),
            note: String::new(),
            example: false,
            valid_from: "2024-09-01".parse().unwrap(),
            items: vec![ItemInput {
                code: String::new(),
                name: " 1000米跑 ".to_owned(),
                measure: "seconds".to_owned(),
                better: "lower".to_owned(),
                attempts: 1,
                bands: ["male", "female"]
                    .map(|sex| BandInput {
                        sex: sex.to_owned(),
                        age_from: 18,
                        age_to: 60,
                        limit: limit.to_owned(),
                    })
                    .to_vec(),
            }],
        }
    }

    #[test]
    fn limits_are_read_and_give_the_range() {
        let standard = input("4′35″").read().unwrap();
        let item = &standard.items[0];
        assert_eq!(
            (item.bands[0].limit, item.least, item.most),
            (275_000, 55_000, 1_375_000)
        );
        assert_eq!(standard.check(), Ok(()));
        for wrong in ["", "快", "0", "4:99"] {
            assert_eq!(input(wrong).read().unwrap_err().status(), 422, "{wrong}");
        }
        let mut wrong = input("4:35");
        wrong.items[0].measure = "miles".to_owned();
        assert_eq!(wrong.read().unwrap_err().status(), 422);
    }
}
