//! Documents of an exam as PDF: paper and answer sheet for a room without network, admission tickets, the circular.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_documents::model::{
    AdmissionTicket, Align, AnswerSheet, ReportColumn, TableReport, TicketSession,
};
use chengzhi_documents::{Document, DocumentError, Typesetter};
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::Timestamp;

use crate::domain::Marks;
use crate::domain::form::Form;
use crate::domain::range::State as CandidateState;
use crate::domain::session::State;
use crate::store::candidates::{self, CandidateRow};
use crate::store::rooms::{self, RoomRow};
use crate::store::{sessions, sitters};

use super::case::Case;
use super::papers::form_name;
use super::printed::{drawn, exam_paper};
use super::results::{ExamCircularOut, circular};

/// A document with the name of its file.
pub struct Printed {
    /// `试卷-….pdf`.
    pub name: String,
    /// PDF.
    pub bytes: Vec<u8>,
}

/// Most tickets of one file.
const MOST_TICKETS: usize = 300;

/// What could not be set, told to the caller.
fn told(error: DocumentError) -> Problem {
    let unavailable = |code, title| {
        let status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
        Problem::new(status, code, title, error.to_string())
    };
    match &error {
        DocumentError::NoFont { .. } | DocumentError::FontFile { .. } => {
            tracing::error!(error = %error, "no font for documents");
            unavailable("documents.no_font", "没有中文字体")
        }
        DocumentError::TimedOut { .. } => unavailable("documents.busy", "生成文书超时"),
        DocumentError::Content(_) | DocumentError::QrTooLong { .. } => {
            Problem::conflict("documents.content", error.to_string())
        }
        DocumentError::Typesetting { .. } => Unknown::log(&error),
    }
}

async fn set(
    setter: &Typesetter,
    document: impl Document + 'static,
    at: Timestamp,
) -> Result<Vec<u8>, Problem> {
    Ok(setter.render_async(document, at).await.map_err(told)?.bytes)
}

/// A form's paper (`paper`) or answer sheet (`answer-sheet`), for who holds the session.
///
/// # Errors
/// 404 for others, or a form that is not there; 409 before the sealing; 503 without fonts.
pub async fn paper(
    ctx: &Ctx,
    setter: &Typesetter,
    id: i64,
    form: &str,
    document: &str,
) -> Result<Printed, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    case.only_in(
        &[State::Sealed, State::Marking, State::Published],
        "打印试卷",
    )?;
    let Some((exam, _)) = sessions::rounds(&mut tx, id).await?.first().copied() else {
        return Err(Problem::not_found());
    };
    let found = sitters::forms(&mut tx, exam)
        .await?
        .into_iter()
        .enumerate()
        .find(|(place, _)| form_name(*place) == form);
    let Some((place, (_, _, content))) = found else {
        return Err(Problem::not_found());
    };
    let read: Form = serde_json::from_str(&content).map_err(|error| Unknown::log(&error))?;
    let drawn = drawn(&mut tx, &read).await?;
    drop(tx);
    let paper = exam_paper(&case, &read, place, &drawn);
    let title = &case.session.title;
    match document {
        "paper" => Ok(Printed {
            name: format!("试卷{form}-{title}.pdf"),
            bytes: set(setter, paper, ctx.now).await?,
        }),
        "answer-sheet" => Ok(Printed {
            name: format!("答题纸{form}-{title}.pdf"),
            bytes: set(setter, AnswerSheet::of(&paper), ctx.now).await?,
        }),
        _ => Err(Problem::not_found()),
    }
}

fn ticket(case: &Case, rooms: &[RoomRow], row: &CandidateRow) -> AdmissionTicket {
    let session = &case.session;
    let room = row
        .room
        .and_then(|id| rooms.iter().find(|room| room.room.id == id));
    let number = row.ticket.clone().unwrap_or_default();
    let minutes = (session.terms.duration + row.extra) / 60;
    let mut rules = vec![
        format!(
            "{}开考，{}起不得入场，考试时长{minutes}分钟。",
            session.terms.opens.format_cn(),
            session.terms.last_start.format_cn()
        ),
        "凭准考证和有效身份证件入场，对号入座。".to_owned(),
        "本场考试不设补考，不合格和缺考人员列入下一场考试。".to_owned(),
    ];
    if !session.purpose.carries_over() {
        rules.pop();
    }
    AdmissionTicket {
        exam: session.title.clone(),
        name: row.name.clone(),
        unit: case.tree.name(row.candidate.unit).to_owned(),
        id_number: String::new(),
        photo: None,
        room: room.map_or_else(|| "远程考试".to_owned(), |room| room.room.name.clone()),
        address: room.map(|room| room.address.clone()).unwrap_or_default(),
        seat: row.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        sessions: vec![TicketSession {
            subject: session.exam_type.name().to_owned(),
            start: session.terms.opens,
            end: session.terms.closes,
        }],
        rules,
        issuer: case.tree.name(session.unit).to_owned(),
        code: format!("{number} {}", row.staff_no),
        number,
    }
}

/// Admission tickets of the candidates that the scope reads, those of one room when it is told.
///
/// # Errors
/// 404 for others; 409 without anybody placed, or with more than one file takes; 503 without fonts.
pub async fn tickets(
    ctx: &Ctx,
    scope: &Scope,
    setter: &Typesetter,
    id: i64,
    room: Option<i64>,
) -> Result<Printed, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let held = case.is_held_by(ctx);
    let rooms = rooms::of_session(&mut tx, id).await?;
    let list: Vec<AdmissionTicket> = candidates::of_session(&mut tx, id)
        .await?
        .iter()
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .filter(|row| held || scope.has_unit(row.candidate.unit))
        .filter(|row| room.is_none() || row.room == room)
        .map(|row| ticket(&case, &rooms, row))
        .collect();
    drop(tx);
    if list.is_empty() {
        return Err(Problem::conflict(
            "exams.nobody",
            "还没有已编排座位的考生。",
        ));
    }
    if list.len() > MOST_TICKETS {
        return Err(Problem::conflict(
            "exams.many_tickets",
            format!("一次最多生成{MOST_TICKETS}张准考证，请按考场分别生成。"),
        ));
    }
    Ok(Printed {
        name: format!("准考证-{}.pdf", case.session.title),
        bytes: set(setter, list, ctx.now).await?,
    })
}

/// The caller's own ticket.
///
/// # Errors
/// 404 for somebody without a place; 503 without fonts.
pub async fn own_ticket(ctx: &Ctx, setter: &Typesetter, id: i64) -> Result<Printed, Problem> {
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().read().await?;
    let (case, row, rooms) = own(&mut tx, ctx, id, person).await?;
    drop(tx);
    let list = vec![ticket(&case, &rooms, &row)];
    Ok(Printed {
        name: format!("准考证-{}.pdf", case.session.title),
        bytes: set(setter, list, ctx.now).await?,
    })
}

async fn own(
    tx: &mut Tx,
    ctx: &Ctx,
    id: i64,
    person: chengzhi_kernel::PersonId,
) -> Result<(Case, CandidateRow, Vec<RoomRow>), Problem> {
    let case = Case::any(tx, ctx, id).await?;
    let row = candidates::of_person(tx, id, person)
        .await?
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .ok_or_else(Problem::not_found)?;
    Ok((case, row, rooms::of_session(tx, id).await?))
}

fn share(thousandths: Option<i64>) -> String {
    thousandths.map_or_else(
        || "—".to_owned(),
        |share| format!("{}.{}%", share / 10, share % 10),
    )
}

fn table(data: &ExamCircularOut) -> TableReport {
    let number = |title: &str| ReportColumn::fitting(title, Align::Right);
    let lines = if data.districts.len() > 1 {
        &data.districts
    } else {
        &data.units
    };
    let row = |one: &super::results::ExamCircularUnitOut| {
        vec![
            one.name.clone(),
            one.registered.to_string(),
            one.present.to_string(),
            one.absent_leave.to_string(),
            one.absent.to_string(),
            one.passed.to_string(),
            one.failed.to_string(),
            share(one.pass_rate),
            one.mean
                .map_or_else(|| "—".to_owned(), |mean| Marks(mean).to_string()),
            one.breaches.to_string(),
        ]
    };
    let mut notes = Vec::new();
    if data.carries_over {
        notes.push("不合格和缺考人员不设补考，列入下一场考试范围。".to_owned());
    }
    if let Some(pass) = data.pass_mark {
        notes.insert(0, format!("分数线为{}分。", Marks(pass)));
    }
    notes.extend(
        data.reports
            .iter()
            .map(|report| format!("{}：{}", report.name, report.incidents)),
    );
    TableReport {
        title: format!("{}情况通报", data.title),
        subtitle: String::new(),
        introduction: vec![format!(
            "本次考试应考{}人，到考{}人，请假{}人，缺考{}人；合格{}人，合格率{}。",
            data.all.registered,
            data.all.present,
            data.all.absent_leave,
            data.all.absent,
            data.all.passed,
            share(data.all.pass_rate)
        )],
        columns: vec![
            ReportColumn::sharing("单位", Align::Left, 3),
            number("应考"),
            number("到考"),
            number("请假"),
            number("缺考"),
            number("合格"),
            number("不合格"),
            number("合格率"),
            number("平均分"),
            number("违纪"),
        ],
        rows: lines.iter().map(row).collect(),
        notes,
        landscape: false,
        issuer: data.holder.clone(),
        date: data.published_at.map(Timestamp::date),
    }
}

/// The circular as PDF, for the units that the scope reads; without names of people.
///
/// # Errors
/// As [`circular`]; 503 without fonts.
pub async fn circular_paper(
    ctx: &Ctx,
    scope: &Scope,
    setter: &Typesetter,
    id: i64,
) -> Result<Printed, Problem> {
    let data = circular(ctx, scope, id).await?;
    Ok(Printed {
        name: format!("通报-{}.pdf", data.title),
        bytes: set(setter, table(&data), ctx.now).await?,
    })
}
