//! The whole import at once, for the command line.

use chengzhi_http::Problem;
use chengzhi_kernel::Date;

use super::write::{finish, write_plan};
use super::{
    RosterCounts, check_day, counts, load, new_plan, plan_against, plan_lines, read_sheet,
};
use crate::domain::roster::{Planned, Verdict};
use crate::store::{self, imports};
use crate::usecase::{Editor, plain_text};

/// How far the command line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandLine {
    /// Says what it would do; stores nothing.
    DryRun,
    /// Writes a roster without a fault.
    Commit,
    /// Writes the good rows also when others are broken.
    CommitGoodRows,
}

/// What the command line prints.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Counts.
    pub counts: RosterCounts,
    /// All lines with their verdicts.
    pub lines: Vec<Planned>,
    /// The stored plan, when it was written.
    pub committed: Option<i64>,
}

/// `chengzhi roster import FILE --actor NAME [--commit]`: the whole import at once, for every unit.
/// With faults and [`CommandLine::Commit`] nothing is written and `committed` is none.
///
/// # Errors
/// 422 for a sheet that cannot be used as a whole, or without an actor.
pub async fn run(
    state: &chengzhi_http::AppState,
    actor: &str,
    content: &[u8],
    file_name: &str,
    as_of: Option<Date>,
    mode: CommandLine,
) -> Result<Outcome, Problem> {
    let actor = plain_text("actor", "操作人", actor, 40)?;
    let editor = Editor::command_line(&actor, state.clock.now());
    let as_of = as_of.unwrap_or_else(|| editor.today());
    check_day(as_of, editor.today())?;
    let sent = read_sheet(content)?;
    if mode == CommandLine::DryRun {
        let mut tx = state.db.read().await?;
        let stored = load(&mut tx, as_of).await?;
        let plan = plan_against(&stored, &sent, as_of, &editor);
        return Ok(Outcome {
            counts: counts(&plan),
            lines: plan.lines,
            committed: None,
        });
    }
    let mut tx = state.db.write().await?;
    store::enter(&mut tx).await?;
    let stored = load(&mut tx, as_of).await?;
    let plan = plan_against(&stored, &sent, as_of, &editor);
    let counts = counts(&plan);
    if counts.ok == 0 || (counts.broken > 0 && mode == CommandLine::Commit) {
        return Ok(Outcome {
            counts,
            lines: plan.lines,
            committed: None,
        });
    }
    let lines = plan_lines(&plan, &sent, |verdict| verdict == Verdict::Broken);
    let digest = chengzhi_db::digest(content);
    let id = imports::insert(
        &mut tx,
        &new_plan(&editor, file_name, &digest, as_of, &counts),
        &lines,
    )
    .await?;
    write_plan(&mut tx, &editor, &stored, &plan, as_of).await?;
    finish(&mut tx, &editor, id, file_name, &counts, 0).await?;
    tx.commit().await?;
    Ok(Outcome {
        counts,
        lines: plan.lines,
        committed: Some(id),
    })
}
