//! An exam engine of two exams, played.

use std::sync::Mutex;

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, UnitId};

use super::city::{DISTRICT, at};
use crate::facade::{ClassExamTraceOut, ExamBook, ExamRef, ExamVerdict};

/// The exam of the class, and one of another bureau's.
pub const EXAM: i64 = 71;

#[derive(Default)]
pub struct Book {
    pub belongs: Mutex<Option<String>>,
    pub verdicts: Mutex<Vec<ExamVerdict>>,
}

/// A verdict in whole marks of a hundred, pass mark 60.
pub fn verdict(person: i64, score: Option<i64>, revision: u32) -> ExamVerdict {
    ExamVerdict {
        person: PersonId::from(person),
        passed: score.is_some_and(|score| score >= 60),
        absent: score.is_none(),
        trace: ClassExamTraceOut {
            exam: EXAM,
            title: "集中培训结业考试".to_owned(),
            attempt: score.map(|_| 500 + person),
            number: score.map(|_| 1),
            attempts: u32::from(score.is_some()),
            score: score.map(|score| score * 100),
            full: 10_000,
            pass: Some(6000),
            revision,
            text: String::new(),
        },
    }
}

#[async_trait]
impl ExamBook for Book {
    async fn exams(
        &self,
        _tx: &mut Tx,
        unit: UnitId,
        about: &str,
    ) -> Result<Vec<ExamRef>, Problem> {
        if unit != UnitId::from(DISTRICT) {
            return Ok(Vec::new());
        }
        Ok(vec![ExamRef {
            id: EXAM,
            title: "集中培训结业考试".to_owned(),
            opens: at(6, 4, 9, 0),
            state: "已公布".to_owned(),
            published: true,
            linked: self.belongs.lock().unwrap().as_deref() == Some(about),
        }])
    }

    async fn belong(
        &self,
        _tx: &mut Tx,
        _ctx: &Ctx,
        exam: i64,
        (unit, about): (UnitId, &str),
        on: bool,
    ) -> Result<(), Problem> {
        if exam != EXAM || unit != UnitId::from(DISTRICT) {
            return Err(Problem::not_found());
        }
        *self.belongs.lock().unwrap() = on.then(|| about.to_owned());
        Ok(())
    }

    async fn verdicts(&self, _tx: &mut Tx, about: &str) -> Result<Vec<ExamVerdict>, Problem> {
        if self.belongs.lock().unwrap().as_deref() != Some(about) {
            return Ok(Vec::new());
        }
        Ok(self.verdicts.lock().unwrap().clone())
    }
}
