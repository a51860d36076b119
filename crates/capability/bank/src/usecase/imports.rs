//! Import: a file is read with a verdict per question, faulty ones are mended or left out on the page,
//! then all that is sound becomes drafts at once, or nothing (issue 5 §1).

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::fields::{file_label, optional};
use chengzhi_http::{Ctx, Problem};
use chengzhi_questions::similar::{Index, Print};
use chengzhi_questions::{Format, Parsed, Question, Unreadable, parse};
use serde_json::json;

use super::access::own_unit;
use super::body::faults;
use super::index::{Bank, NearVersion};
use super::lawbook::LawBook;
use super::pictures::{spoiled, spoiled_among};
use super::{doer, refused};
use crate::domain::Deny;
use crate::domain::life::{Level, State};
use crate::store::cites;
use crate::store::imports::{self, Import, Item, NearItem};
use crate::store::stories;
use crate::store::versions::{self, NewVersion};
use crate::store::{laws, tick};

/// Bytes of a file.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Questions of a file: each gets its verdict and its look-alikes on one page.
const MOST_ITEMS: usize = 2_000;
/// Topic of a question for which neither the file nor the page names one.
const NO_TOPIC: &str = "未分类";
/// Look-alikes shown for each question.
const NEAR: usize = 3;

/// What an import begins with.
#[derive(Debug, Clone)]
pub struct ImportInput {
    /// Name of the file.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format; none: told by its content.
    pub format: Option<Format>,
    /// Field of law for questions that name none; may be empty.
    pub field: String,
    /// Topic for questions that name none; may be empty.
    pub topic: String,
    /// Level of all questions.
    pub level: Level,
}

/// What a name promises of a file that is no package at all: it is refused as a broken Word or Excel file and not as
/// something unknown. The content decides everything else.
fn by_ending(file_name: &str, bytes: &[u8]) -> Option<Format> {
    let ending = file_name.rsplit_once('.')?.1.to_ascii_lowercase();
    [Format::Docx, Format::Xlsx]
        .into_iter()
        .find(|format| format.extension() == ending)
        .filter(|_| !bytes.starts_with(b"PK"))
}

/// Reads a file and keeps its questions with their verdicts; the bank does not change. Gives the import's
/// row.
///
/// # Errors
/// 422 for a file that cannot be read, with the reason.
pub async fn begin(bank: &Bank, ctx: &Ctx, input: ImportInput) -> Result<i64, Problem> {
    let hash = chengzhi_db::digest(&input.bytes);
    let format = input
        .format
        .or_else(|| by_ending(&input.file_name, &input.bytes));
    let bytes = input.bytes;
    // Two files at a time: a hostile one costs its own time, not the server's.
    let turn = bank.reading().await?;
    let read = move || -> Result<(Parsed, Vec<Option<String>>), Unreadable> {
        let parsed = parse(&bytes, format)?;
        let opened = parsed.items.iter().map(|item| {
            let question = item.result.as_ref().ok()?;
            spoiled(&question.pictures)
        });
        let spoiled = opened.collect();
        Ok((parsed, spoiled))
    };
    let (parsed, spoiled) = tokio::task::spawn_blocking(read)
        .await
        .map_err(|_| unreadable("文件无法读取"))?
        .map_err(|why| unreadable(&why.to_string()))?;
    drop(turn);
    if parsed.items.len() > MOST_ITEMS {
        return Err(unreadable(&format!(
            "文件中有{}道题，一次最多导入{MOST_ITEMS}道，请拆分后分次导入",
            parsed.items.len()
        )));
    }
    let mut tx = ctx.db().read().await?;
    let fields = laws::fields(&mut tx).await?;
    bank.refresh(&mut tx).await?;
    drop(tx);
    if !input.field.is_empty() && !fields.contains(&input.field) {
        return Err(Problem::field("field", "请从目录中选择法律门类。"));
    }
    let topic = match optional("topic", "知识点", &input.topic, 40)? {
        topic if topic.is_empty() => NO_TOPIC.to_owned(),
        topic => topic,
    };
    let (word, notes) = (parsed.format.chinese(), parsed.notes.join("\n"));
    let mut items = Vec::new();
    for ((item, spoiled), place) in parsed.items.into_iter().zip(spoiled).zip(1_i64..) {
        let reason = item.reason();
        let mut content = match (item.result, item.draft) {
            (Ok(question), _) => question,
            (Err(_), Some(draft)) => *draft,
            (Err(_), None) => Question::new(chengzhi_questions::Kind::Single, item.stem),
        };
        if content.field_of_law.is_empty() {
            content.field_of_law.clone_from(&input.field);
        }
        if content.topic.is_empty() {
            content.topic.clone_from(&topic);
        }
        content.difficulty = content.difficulty.or(Some(3));
        items.push(Item {
            id: 0,
            place,
            line: item.line,
            reason: reason
                .or_else(|| faults(&content, &fields))
                .or(spoiled)
                .unwrap_or_default(),
            content,
            near: Vec::new(),
            mended: false,
            left_out: false,
            version_id: None,
        });
    }
    let prints: Vec<Print> = items
        .iter()
        .map(|item| Print::from(&item.content))
        .collect();
    let in_bank = bank.near_all(prints.clone(), NEAR).await?;
    let within = alike_within(&prints);
    let mut tx = ctx.db().write().await?;
    for (at, near) in in_bank.iter().enumerate() {
        let mut found = near_items(&mut tx, near).await?;
        for (other, score) in within.get(at).into_iter().flatten() {
            if let Some(item) = items.get(*other) {
                found.push(NearItem {
                    version_id: None,
                    line: Some(item.line),
                    stem: item.content.stem.clone(),
                    score: *score,
                });
            }
        }
        if let Some(item) = items.get_mut(at) {
            item.near = found;
        }
    }
    let import = Import {
        id: 0,
        unit_id: own_unit(ctx)?,
        file_name: file_label(&input.file_name),
        format: word.to_owned(),
        hash,
        notes,
        field: input.field,
        level: input.level,
        state: "open".to_owned(),
        taken: 0,
        created_at: ctx.now,
        created_by_name: ctx.actor.name.clone(),
    };
    let id = imports::insert(&mut tx, &import, &items, ctx.actor.account_id).await?;
    tx.audit(
        ctx.audit("bank.import_begin", format!("bank_import:{id}"))
            .unit(import.unit_id)
            .detail(json!({
                "file": import.file_name,
                "hash": import.hash,
                "rows": items.len(),
                "broken": items.iter().filter(|item| !item.reason.is_empty()).count(),
            })),
    );
    tx.commit().await?;
    Ok(id)
}

fn unreadable(why: &str) -> Problem {
    Problem::invalid("bank.unreadable", format!("{why}。"))
}

/// Earlier questions of the same file that each is like: places and scores.
fn alike_within(prints: &[Print]) -> Vec<Vec<(usize, u32)>> {
    let mut index = Index::new();
    prints
        .iter()
        .enumerate()
        .map(|(at, print)| {
            let near = index
                .near(print, NEAR)
                .into_iter()
                .filter_map(|near| Some((usize::try_from(near.id).ok()?, near.likeness.score)))
                .collect();
            index.add(i64::try_from(at).unwrap_or(i64::MAX), print);
            near
        })
        .collect()
}

async fn near_items(tx: &mut Tx, near: &[NearVersion]) -> Result<Vec<NearItem>, Problem> {
    if near.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = near.iter().map(|near| near.version_id).collect();
    Ok(versions::of_ids(tx, &ids)
        .await?
        .into_iter()
        .map(|row| NearItem {
            version_id: Some(row.id),
            line: None,
            score: near
                .iter()
                .find(|near| near.version_id == row.id)
                .map_or(0, |near| near.likeness.score),
            stem: row.content.stem,
        })
        .collect())
}

/// An open import of the caller's units, for changing.
async fn open(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Import, Problem> {
    let import = imports::take(tx, id)
        .await?
        .filter(|import| scope.has_unit(import.unit_id))
        .ok_or_else(Problem::not_found)?;
    if import.state == "open" {
        return Ok(import);
    }
    Err(refused(Deny::new(
        "bank.import_state",
        "这次导入已经办结，请刷新后再看。",
    )))
}

async fn item_of(tx: &mut Tx, import: i64, id: i64) -> Result<Item, Problem> {
    imports::items(tx, import)
        .await?
        .into_iter()
        .find(|item| item.id == id)
        .ok_or_else(Problem::not_found)
}

/// Takes a mended question; it may still be faulty, then the verdict says what is left.
///
/// # Errors
/// 404 outside the scope; 409 when the import is over.
pub async fn mend(
    bank: &Bank,
    ctx: &Ctx,
    scope: &Scope,
    (import, id): (i64, i64),
    content: Question,
) -> Result<(), Problem> {
    let print = Print::from(&content);
    let near = bank.near(print, None, NEAR).await?;
    let spoiled = spoiled_among(&content.pictures).await;
    let mut tx = ctx.db().write().await?;
    open(&mut tx, scope, import).await?;
    let fields = laws::fields(&mut tx).await?;
    let old = item_of(&mut tx, import, id).await?;
    let item = Item {
        reason: faults(&content, &fields).or(spoiled).unwrap_or_default(),
        content,
        near: near_items(&mut tx, &near).await?,
        mended: true,
        left_out: false,
        ..old
    };
    imports::put_item(&mut tx, &item).await?;
    tx.commit().await?;
    Ok(())
}

/// Leaves a question out, or takes it in again.
///
/// # Errors
/// 404 outside the scope; 409 when the import is over.
pub async fn leave_out(
    ctx: &Ctx,
    scope: &Scope,
    (import, id): (i64, i64),
    left_out: bool,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    open(&mut tx, scope, import).await?;
    let item = Item {
        left_out,
        ..item_of(&mut tx, import, id).await?
    };
    imports::put_item(&mut tx, &item).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes drafts, or proposals, of all sound questions in one transaction.
///
/// # Errors
/// 404 outside the scope; 409 when the import is over or faulty questions are neither mended nor left
/// out and `leave_faulty` is not said; 422 when nothing is left.
pub async fn commit(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    leave_faulty: bool,
    propose: bool,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let import = open(&mut tx, scope, id).await?;
    let items: Vec<Item> = imports::items(&mut tx, id)
        .await?
        .into_iter()
        .filter(|item| !item.left_out)
        .collect();
    let (sound, faulty): (Vec<Item>, Vec<Item>) =
        items.into_iter().partition(|item| item.reason.is_empty());
    if !faulty.is_empty() && !leave_faulty {
        return Err(refused(Deny::new(
            "bank.import_faulty",
            format!(
                "还有{}道题有误，请改正或者不导入；也可以选择只导入无误的题目。",
                faulty.len()
            ),
        )));
    }
    if sound.is_empty() {
        return Err(Problem::invalid(
            "bank.import_empty",
            "没有可以导入的题目，请改正后再导入。",
        ));
    }
    let state = if propose {
        State::Proposed
    } else {
        State::Draft
    };
    let seq = tick(&mut tx).await?;
    let book = LawBook::of(&mut tx, sound.iter().map(|item| &item.content)).await?;
    let questions = versions::insert_questions(&mut tx, sound.len(), ctx.now).await?;
    let (mut new, mut cites) = (Vec::new(), Vec::new());
    for (item, question_id) in sound.iter().zip(questions) {
        let mut content = item.content.clone();
        book.complete(&mut content);
        if content.author.is_empty() {
            content.author.clone_from(&import.created_by_name);
        }
        cites.push(book.cites(&content));
        new.push(NewVersion {
            question_id,
            number: 1,
            unit_id: import.unit_id,
            unchecked: book.unchecked(&content),
            content,
            level: import.level,
            state,
            change_note: String::new(),
        });
    }
    let made = versions::insert(&mut tx, &new, doer(ctx), ctx.now, seq).await?;
    for (cites, id) in cites.iter_mut().zip(&made) {
        for cite in cites {
            cite.version_id = *id;
        }
    }
    cites::put(&mut tx, &made, &cites.concat()).await?;
    let note = format!("文件“{}”", import.file_name);
    stories::note(&mut tx, &made, ("导入", &note), doer(ctx), ctx.now).await?;
    let pairs: Vec<(i64, i64)> = sound
        .iter()
        .map(|item| item.id)
        .zip(made.iter().copied())
        .collect();
    imports::put_versions(&mut tx, &pairs).await?;
    let taken = i64::try_from(made.len()).unwrap_or(i64::MAX);
    imports::end(&mut tx, id, "committed", taken, ctx.now).await?;
    tx.audit(
        ctx.audit("bank.import_commit", format!("bank_import:{id}"))
            .unit(import.unit_id)
            .detail(json!({"new": taken, "broken": faulty.len()})),
    );
    tx.commit().await?;
    Ok(())
}

/// Gives an import up; the bank stays as it is.
///
/// # Errors
/// 404 outside the scope; 409 when the import is over.
pub async fn discard(ctx: &Ctx, scope: &Scope, id: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let import = open(&mut tx, scope, id).await?;
    imports::end(&mut tx, id, "discarded", 0, ctx.now).await?;
    tx.audit(
        ctx.audit("bank.import_discard", format!("bank_import:{id}"))
            .unit(import.unit_id),
    );
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_format_of_what_is_no_package() {
        for (name, bytes, want) in [
            ("junk.docx", &b"\x01\x9fjunk"[..], Some(Format::Docx)),
            ("JUNK.XLSX", b"junk", Some(Format::Xlsx)),
            // Its content says what it is.
            ("paper.docx", b"PK\x03\x04", None),
            ("questions.txt", b"junk", None),
            ("docx", b"junk", None),
        ] {
            assert_eq!(by_ending(name, bytes), want, "{name}");
        }
        let told = parse(b"\x01\x9fjunk", by_ending("junk.docx", b"\x01\x9fjunk"));
        let text = told.map(|_| ()).unwrap_err().to_string();
        assert_eq!(text, "文件不是Word格式，或已损坏");
    }
}
