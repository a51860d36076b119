//! The class file as one archive: papers, photos and figures with a manifest of hashes and an index that opens without
//! this system. It is streamed; what it takes of memory does not depend on its size.

use std::io;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_documents::archive::{Archive, ArchiveError, Blocks, Entry, safe_name};
use chengzhi_documents::{Document, Typesetter, model};
use chengzhi_files::{ContentKey, FileStore};
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::{FileHash, Timestamp};
use futures_util::StreamExt as _;

use crate::store::{certificates as issued, closings, scan_reads};

use super::appendix::{Appendices, Appendix};
use super::case::Case;
use super::papers::{self, Plan};
use super::print::{Printed, set, staff};
use super::{awards, certificates, class_out, presence, summary};

const PDF: &str = "application/pdf";
const JSON: &str = "application/json";

/// Certificates of one document: setting hundreds at once takes longer than a request may, and what takes too long breaks
/// an archive off.
pub const CERTIFICATES: usize = 40;

/// A document that is set when its turn comes.
fn later(
    path: String,
    title: String,
    at: Timestamp,
    setter: &Typesetter,
    document: impl Document + 'static,
) -> Entry {
    let setter = setter.clone();
    Entry::new(path, PDF, title, at, move || async move {
        let pdf = setter
            .render_async(document, at)
            .await
            .map_err(io::Error::other)?;
        let once = futures_util::stream::once(async move { Ok(pdf.bytes.into()) });
        Ok::<Blocks, io::Error>(once.boxed())
    })
}

/// A stored file, read piece by piece and held against its hash.
fn stored(
    files: &FileStore,
    (path, mime, title): (String, &str, String),
    at: Timestamp,
    hash: FileHash,
    size: Option<u64>,
) -> Entry {
    let files = files.clone();
    let key = ContentKey::original(&hash);
    let entry = Entry::new(path, mime, title, at, move || async move {
        let end = match files.size(&key).await {
            Ok(Some(size)) => size,
            Ok(None) => return Err(io::Error::from(io::ErrorKind::NotFound)),
            Err(error) => return Err(io::Error::other(error)),
        };
        let blocks = files.stream(&key, 0..end).await.map_err(io::Error::other)?;
        Ok::<Blocks, io::Error>(blocks)
    })
    .hashed(hash);
    match size {
        Some(size) => entry.sized(size),
        None => entry,
    }
}

/// `03-name.pdf`: a number keeps the order and makes the name the only one of its folder.
fn numbered(index: usize, name: &str) -> String {
    format!("{:02}-{}", index + 1, safe_name(name))
}

/// The archive of a class, with what `more` adds, and the name of its file.
///
/// # Errors
/// 404 outside the scope or for those who may not read papers that name people; 409 for a draft; 503 without fonts.
pub async fn archive(
    ctx: &Ctx,
    scope: &Scope,
    (setter, more): (&Typesetter, &dyn Appendices),
    id: i64,
    origin: &str,
) -> Result<(String, Archive), Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    if !staff(ctx, scope, &case) {
        return Err(Problem::not_found());
    }
    let title = format!(
        "{}{}",
        case.tree.name(case.class.unit_id),
        case.full_title()
    );
    let at = ctx.now;
    let mut entries = Vec::new();
    // The first paper is set before anything is sent: without fonts the caller is told in words.
    let notice = set(setter, papers::notice(ctx, &case), at).await?;
    entries.push(Entry::bytes("培训通知.pdf", PDF, "培训通知", at, notice));
    if !case.lessons.is_empty() {
        let (path, title) = ("课程表.pdf".to_owned(), "课程表".to_owned());
        entries.push(match papers::timetable(ctx, &case)? {
            Plan::Week(week) => later(path, title, at, setter, week),
            Plan::List(list) => later(path, title, at, setter, list),
        });
    }
    papers_of(&mut tx, ctx, &case, setter, origin, &mut entries).await?;
    files_of(&mut tx, ctx, &case, &mut entries).await?;
    let figures = figures(&mut tx, ctx, case).await?;
    entries.push(Entry::bytes(
        "数据/培训班.json",
        JSON,
        "培训班、名单、考勤、成绩和学时的数据",
        at,
        figures,
    ));
    drop(tx);
    for paper in more.of_class(ctx, id).await? {
        let Appendix {
            path,
            mime,
            title,
            bytes,
        } = paper;
        entries.push(Entry::bytes(path, mime, title, at, bytes));
    }
    let name = format!("{title}.zip");
    let archive =
        Archive::new(title, at, entries).map_err(|error: ArchiveError| Unknown::log(&error))?;
    Ok((name, archive))
}

async fn papers_of(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    setter: &Typesetter,
    origin: &str,
    entries: &mut Vec<Entry>,
) -> Result<(), Problem> {
    let at = ctx.now;
    let table = presence::table(tx, ctx, case).await?;
    for (index, row) in case.lessons.iter().enumerate() {
        let Some(sheet) = papers::sheet(case, &table, index) else {
            continue;
        };
        let when = row.lesson.span.from.format_cn();
        let path = format!("签到表/{:02}-{}.pdf", index + 1, safe_name(&sheet.session));
        let title = format!("签到表：{}（{when}）", sheet.session);
        entries.push(later(path, title, at, setter, sheet));
    }
    if case.class.has_exam {
        let list = papers::scores(tx, ctx, case).await?;
        entries.push(later(
            "成绩单.pdf".to_owned(),
            "成绩单".to_owned(),
            at,
            setter,
            list,
        ));
    }
    let text = match &case.class.summary {
        Some(text) => text.clone(),
        None => summary::draft(tx, ctx, case).await?,
    };
    let report = papers::report(tx, ctx, case, &text).await?;
    entries.push(later(
        "培训总结.pdf".to_owned(),
        "培训总结".to_owned(),
        at,
        setter,
        report,
    ));
    let standing = issued::of_class(tx, case.class.id)
        .await?
        .iter()
        .any(|row| row.revoked.is_none());
    if standing {
        let pages = certificates::pages(tx, case, origin).await?;
        entries.extend(certificate_parts(&pages, CERTIFICATES, at, setter));
    }
    Ok(())
}

/// Certificates in documents of `most` each, set one after the other when their turn comes.
fn certificate_parts(
    pages: &[model::Certificate],
    most: usize,
    at: Timestamp,
    setter: &Typesetter,
) -> Vec<Entry> {
    let of_part = |(index, part): (usize, &[model::Certificate])| {
        let first = index * most + 1;
        let range = format!("{first:03}-{:03}", first + part.len() - 1);
        let (path, title) = (
            format!("结业证书/{range}.pdf"),
            format!("结业证书（{range}）"),
        );
        later(path, title, at, setter, part.to_vec())
    };
    pages.chunks(most).enumerate().map(of_part).collect()
}

/// All standing certificates of a class: one PDF while they are few, else an archive of PDFs that is streamed, so that no
/// class is too large for it.
pub enum Certificates {
    /// One PDF.
    Whole(Printed),
    /// Name of the file, and the archive.
    Parts(String, Archive),
}

/// The certificates of a class, `most` to a document.
///
/// # Errors
/// 404 outside the scope or for those who may not read papers that name people; 409 when there are none; 503 without
/// fonts.
pub async fn certificates_of(
    ctx: &Ctx,
    scope: &Scope,
    setter: &Typesetter,
    (id, most): (i64, usize),
    origin: &str,
) -> Result<Certificates, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    if !staff(ctx, scope, &case) {
        return Err(Problem::not_found());
    }
    let pages = certificates::pages(&mut tx, &case, origin).await?;
    drop(tx);
    let (title, at) = (format!("结业证书-{}", case.full_title()), ctx.now);
    if pages.len() <= most {
        return Ok(Certificates::Whole(Printed {
            name: format!("{title}.pdf"),
            bytes: set(setter, pages, at).await?,
        }));
    }
    // One is set before anything is sent: without fonts the caller is told in words.
    set(
        setter,
        pages.first().cloned().into_iter().collect::<Vec<_>>(),
        at,
    )
    .await?;
    let entries = certificate_parts(&pages, most, at, setter);
    let name = format!("{title}.zip");
    let archive =
        Archive::new(title, at, entries).map_err(|error: ArchiveError| Unknown::log(&error))?;
    Ok(Certificates::Parts(name, archive))
}

/// Photos and papers of the closing, and the photos of entries by hand, as they were uploaded.
async fn files_of(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    entries: &mut Vec<Entry>,
) -> Result<(), Problem> {
    let files = &ctx.state.files;
    let rows = closings::of_classes(tx, &[case.class.id]).await?;
    for (index, row) in rows.into_iter().enumerate() {
        let Some(hash) = FileHash::parse(&row.hash) else {
            continue;
        };
        let word = match (row.kind.as_str(), row.subject) {
            ("photo", Some(subject)) => format!("{}照片", subject.name()),
            ("photo", None) => "照片".to_owned(),
            ("sign_sheet", _) => "签到表扫描件".to_owned(),
            ("results", _) => "考核材料".to_owned(),
            _ => "其他材料".to_owned(),
        };
        let path = format!("结项材料/{}/{}", word, numbered(index, &row.name));
        let title = format!("{word}：{}", row.name);
        let size = u64::try_from(row.size).ok();
        entries.push(stored(files, (path, &row.mime, title), ctx.now, hash, size));
    }
    let mut seen = std::collections::BTreeSet::new();
    let entered = scan_reads::with_photo(tx, case.class.id).await?;
    for (index, scan) in entered.iter().enumerate() {
        let Some(hash) = scan.photo_hash.as_deref().and_then(FileHash::parse) else {
            continue;
        };
        if !seen.insert(hash.as_str().to_owned()) {
            continue;
        }
        let kind = chengzhi_files::find_file(tx, &hash).await?;
        let (mime, ending) = match kind.as_ref().map(|row| row.mime.as_str()) {
            Some("image/png") => ("image/png", "png"),
            _ => ("image/jpeg", "jpg"),
        };
        let path = format!("补登照片/{:03}.{ending}", index + 1);
        let title = format!("补登照片（{}）", scan.at.format_cn());
        entries.push(stored(files, (path, mime, title), ctx.now, hash, None));
    }
    Ok(())
}

/// Everything in figures, for programs.
async fn figures(tx: &mut Tx, ctx: &Ctx, case: Case) -> Result<Vec<u8>, Problem> {
    let awards = awards::rows(tx, ctx, &case).await?;
    let table = presence::table(tx, ctx, &case).await?;
    let trainees: Vec<serde_json::Value> = table
        .rows
        .into_iter()
        .map(|(trainee, cells)| {
            serde_json::json!({
                "trainee_id": trainee.id, "staff_no": trainee.staff_no, "name": trainee.name,
                "unit": trainee.unit_name, "seat": trainee.seat.code(), "remark": trainee.remark,
                "presence": cells.into_iter().map(presence::cell_out).collect::<Vec<_>>(),
            })
        })
        .collect();
    let class = class_out::class_out(tx, ctx, case).await?;
    serde_json::to_vec_pretty(&serde_json::json!({
        "class": class, "trainees": trainees, "awards": awards,
    }))
    .map_err(|error| Unknown::log(&error))
}
