//! A scan by a trainee's phone: taken, repeated, or refused with a sentence that says what to do. A refused scan leaves
//! nothing behind that could stand in the way of a later good one.

use std::net::IpAddr;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use ring::hmac;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::code::{Verdict, check_digits, check_link};
use crate::domain::enrol::Seat;
use crate::domain::phase::Stored;
use crate::domain::presence::{Closed, Scan, score, signals};
use crate::store::lessons::{self, LessonRow};
use crate::store::scans::{self, Device, ScanRow};
use crate::store::trainees::{self, Trainee};

use super::around::{around, flag_earlier, network, signals_json};
use super::bad_field;
use super::case::Case;
use super::codes::seconds;

/// What the phone sends.
#[derive(Debug, Clone)]
pub struct ScanInput {
    /// Lesson.
    pub lesson: i64,
    /// `in`, `mid`, `out`.
    pub kind: String,
    /// Window and signature of the link.
    pub link: Option<(i64, String)>,
    /// Typed figures.
    pub digits: Option<String>,
    /// Phone.
    pub device: i64,
    /// The phone's clock, milliseconds since 1970.
    pub client_ms: i64,
    /// HMAC-SHA256 by the phone's key over `lesson|kind|code|client_ms`, hex.
    pub signature: String,
    /// Made without network and sent later.
    pub offline: bool,
    /// Where the phone is, millionths of a degree: latitude, longitude.
    pub position: Option<(i64, i64)>,
    /// Address of the phone.
    pub address: IpAddr,
}

impl ScanInput {
    /// The code as it is signed: `window.signature`, or the figures.
    #[must_use]
    pub fn code(&self) -> String {
        match (&self.link, &self.digits) {
            (Some((window, sign)), _) => format!("{window}.{sign}"),
            (None, Some(digits)) => digits.clone(),
            (None, None) => String::new(),
        }
    }

    /// What the phone's signature covers.
    #[must_use]
    pub fn signed_text(&self) -> String {
        format!(
            "{}|{}|{}|{}",
            self.lesson,
            self.kind,
            self.code(),
            self.client_ms
        )
    }
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClassReceiptOut {
    /// Row id.
    pub id: i64,
    /// Class with its batch.
    pub class_title: String,
    /// Course.
    pub course_title: String,
    /// `in`, `mid`, `out`.
    pub kind: String,
    /// The instant that counts.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Sentence.
    pub text: String,
}

/// Wrong codes in ten minutes after which an account waits.
const MOST_WRONG: i64 = 10;
/// The ten minutes.
const WRONG_MINUTES: i64 = 10;

fn refuse(code: &str, text: impl Into<String>) -> Problem {
    Problem::conflict(code, text)
}

/// Takes a scan. The same scan sent again gives the same receipt.
///
/// # Errors
/// 409 with a sentence that says what to do; 422 for a request that is none; 429 after too many wrong codes.
pub async fn scan(ctx: &Ctx, input: ScanInput) -> Result<ClassReceiptOut, Problem> {
    let kind = Scan::from_code(&input.kind)
        .ok_or_else(|| bad_field("kind", "请从签到、课中抽查或签退页面重新进入。"))?;
    if input.link.is_none() == input.digits.is_none() {
        return Err(bad_field("digits", "请扫描屏幕上的签到码，或输入8位数字。"));
    }
    let person = ctx.actor.person_id.ok_or_else(|| {
        refuse(
            "class.no_person",
            "这个账号没有对应的人员，请用本人账号登录后再签到。",
        )
    })?;
    let mut tx = ctx.db().write().await?;
    let account = ctx.actor.account_id;
    let since = ctx.now.plus_minutes(-WRONG_MINUTES);
    if scans::wrong_codes(&mut tx, account, since).await? >= MOST_WRONG {
        return Err(Problem::new(
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            "class.too_many_wrong",
            "尝试过多",
            "签到码连续输错，请10分钟后再试，或请班主任补登。",
        ));
    }
    let device = match scans::device(&mut tx, input.device).await? {
        Some(device) if genuine(&device, &input) => device,
        _ => {
            scans::add_wrong_code(&mut tx, account, ctx.now).await?;
            tx.commit().await?;
            return Err(refuse(
                "class.forged",
                "签到信息没有通过校验，请刷新页面后重新扫码。",
            ));
        }
    };
    let lesson = lessons::by_id(&mut tx, input.lesson)
        .await?
        .ok_or_else(|| {
            refuse(
                "class.lesson_gone",
                "没有这个课次，可能已调整，请扫描教室屏幕上现在的签到码。",
            )
        })?;
    let case = Case::any(&mut tx, ctx, lesson.class_id).await?;
    let trainee = on_list(&mut tx, &case, person).await?;
    let check = if kind == Scan::Mid {
        open_check(&mut tx, &lesson, ctx.now).await?
    } else {
        None
    };
    // A scan repeated after its answer was lost: the same receipt.
    if let Some(known) = scans::standing(
        &mut tx,
        input.lesson,
        trainee.id,
        kind,
        check.map(|open| open.0),
    )
    .await?
    {
        return Ok(receipt(&case, &lesson, &known));
    }
    if scans::used(&mut tx, device.id, &input.signature).await? {
        return Err(refuse(
            "class.replayed",
            "这条签到信息已经用过，请用本人手机重新扫码。",
        ));
    }
    let (at, shown) = match checked_code(ctx, &case, &lesson, &device, &input) {
        Ok(found) => found,
        Err(problem) => {
            if problem.code() == "class.code_wrong" {
                scans::add_wrong_code(&mut tx, account, ctx.now).await?;
                tx.commit().await?;
            }
            return Err(problem);
        }
    };
    if case.class.state != Stored::Filed {
        return Err(refuse(
            "class.not_open",
            format!(
                "“{}”{}，现在不能签到。",
                case.full_title(),
                case.phase.name()
            ),
        ));
    }
    let check = in_window(&mut tx, &case, &lesson, kind, at).await?;
    let around = around(&mut tx, ctx, &case, &lesson, &device, &input, (at, shown)).await?;
    let found = signals(&around);
    let row = ScanRow {
        id: 0,
        lesson_id: input.lesson,
        trainee_id: trainee.id,
        kind,
        check_id: check,
        method: if around.sent_later.is_some() {
            "later"
        } else if input.digits.is_some() {
            "typed"
        } else {
            "link"
        }
        .to_owned(),
        at,
        received_at: ctx.now,
        code_window: Some(shown),
        signature: Some(input.signature.clone()),
        device_id: Some(device.id),
        account_id: Some(account.get()),
        network: network(input.address),
        metres: around.metres_away,
        score: score(&found),
        signals: signals_json(&found),
        reason: String::new(),
        photo_hash: None,
        by_name: ctx.actor.name.clone(),
        decided: None,
        decided_by_name: None,
    };
    let id = scans::insert(&mut tx, &row).await?;
    if around.others_on_device > 0 {
        flag_earlier(&mut tx, ctx, device.id).await?;
    }
    let stored = match id {
        Some(id) => ScanRow { id, ..row },
        // Two of the same at once: the first one counts.
        None => scans::standing(&mut tx, input.lesson, trainee.id, kind, check)
            .await?
            .ok_or_else(Problem::stale)?,
    };
    tx.commit().await?;
    Ok(receipt(&case, &lesson, &stored))
}

fn genuine(device: &Device, input: &ScanInput) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &device.key);
    hex::decode(&input.signature)
        .is_ok_and(|tag| hmac::verify(&key, input.signed_text().as_bytes(), &tag).is_ok())
}

async fn on_list(
    tx: &mut Tx,
    case: &Case,
    person: chengzhi_kernel::PersonId,
) -> Result<Trainee, Problem> {
    let teacher = match (case.class.teacher_name.as_str(), case.class.phone.as_str()) {
        ("", _) => "班主任".to_owned(),
        (name, "") => format!("班主任{name}"),
        (name, phone) => format!("班主任{name}（{phone}）"),
    };
    let title = case.full_title();
    let row = trainees::in_class(tx, case.class.id, person)
        .await?
        .ok_or_else(|| {
            refuse(
                "class.not_listed",
                format!("您不在“{title}”名单中；如应参加，请与{teacher}联系。"),
            )
        })?;
    match row.seat {
        Seat::Waiting => Err(refuse(
            "class.waiting",
            format!("您在“{title}”候补名单中，还没有入班，请与{teacher}联系。"),
        )),
        Seat::OnLeave => Err(refuse(
            "class.on_leave",
            format!("您在“{title}”已准假；如到课，请{teacher}补登签到。"),
        )),
        _ => Ok(row),
    }
}

/// The open check of a lesson: its id, and until when.
async fn open_check(
    tx: &mut Tx,
    lesson: &LessonRow,
    at: Timestamp,
) -> Result<Option<(i64, Timestamp)>, Problem> {
    Ok(scans::checks(tx, &[lesson.lesson.id])
        .await?
        .into_iter()
        .rfind(|check| check.opened_at <= at && at < check.until_at)
        .map(|check| (check.id, check.until_at)))
}

/// The instant that counts and the window of the code.
fn checked_code(
    ctx: &Ctx,
    case: &Case,
    lesson: &LessonRow,
    device: &Device,
    input: &ScanInput,
) -> Result<(Timestamp, i64), Problem> {
    let turnover = case.rules.turnover();
    let now = seconds(ctx.now);
    let id = lesson.lesson.id;
    let hours = i64::from(case.rules.offline_hours());
    let back = if input.offline { hours * 3_600 } else { 1_800 };
    let verdict = match (&input.link, &input.digits) {
        (Some((shown, sign)), _) => check_link(&lesson.secret, id, (*shown, sign), now, turnover),
        (None, Some(typed)) => {
            let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
            check_digits(&lesson.secret, id, &typed, (now - back, now), turnover)
        }
        (None, None) => Verdict::Wrong,
    };
    match verdict {
        Verdict::Good(shown) => Ok((ctx.now, shown)),
        Verdict::Stale(late) if input.offline => {
            let step = i64::from(turnover.step.max(1));
            let begun = (now - late) / step * step - step;
            let at = Timestamp::from_micros(begun * 1_000_000);
            if late > hours * 3_600 {
                return Err(refuse(
                    "class.too_late",
                    format!("断网签到须在{hours}小时内补传，已超过时限，请班主任补登。"),
                ));
            }
            if device.made_at > at {
                return Err(refuse(
                    "class.new_phone",
                    "这台手机在签到码出现之后才打开本页面，不能补传，请班主任补登。",
                ));
            }
            Ok((at, begun / step))
        }
        Verdict::Stale(late) => Err(refuse(
            "class.code_stale",
            format!("签到码在{late}秒前已更换，请扫描屏幕上现在的签到码。"),
        )),
        Verdict::Ahead => Err(refuse(
            "class.code_ahead",
            "签到码的时间不对，请扫描教室屏幕上现在的签到码。",
        )),
        Verdict::Wrong => Err(refuse(
            "class.code_wrong",
            "不是本课次的签到码，请核对教室屏幕上的签到码后重试。",
        )),
    }
}

/// The check that is answered, once the scan is known to come in time.
async fn in_window(
    tx: &mut Tx,
    case: &Case,
    lesson: &LessonRow,
    kind: Scan,
    at: Timestamp,
) -> Result<Option<i64>, Problem> {
    if kind == Scan::Mid {
        return match open_check(tx, lesson, at).await? {
            Some((check, _)) => Ok(Some(check)),
            None => Err(refuse(
                "class.no_check",
                "现在没有课中抽查，无需操作；抽查开始后请再扫一次。",
            )),
        };
    }
    let name = kind.name();
    match case.rules.scans().takes(kind, lesson.lesson.span, at) {
        Ok(()) => Ok(None),
        Err(Closed::NotYet(opens)) => Err(refuse(
            "class.scan_early",
            format!("{name}在{}开放，请到时再扫一次。", opens.format_cn()),
        )),
        Err(Closed::Over(closed)) => Err(refuse(
            "class.scan_over",
            format!("{name}已于{}截止，请班主任补登。", closed.format_cn()),
        )),
    }
}

fn receipt(case: &Case, lesson: &LessonRow, row: &ScanRow) -> ClassReceiptOut {
    let course_title = case
        .courses
        .iter()
        .find(|course| course.id == lesson.lesson.course)
        .map(|course| course.title.clone())
        .unwrap_or_default();
    ClassReceiptOut {
        id: row.id,
        class_title: case.full_title(),
        course_title,
        kind: row.kind.code().to_owned(),
        at: row.at,
        text: match row.method.as_str() {
            "later" => format!("{}已补传，待班主任确认。", row.kind.name()),
            "teacher" => format!("班主任已为您补登{}。", row.kind.name()),
            _ => format!("{}成功，{}。", row.kind.name(), row.at.format_cn()),
        },
    }
}
