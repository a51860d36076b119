//! The named person behind a command that writes.

use clap::Args;

/// Who runs the command.
#[derive(Debug, Clone, Args)]
pub struct ActorArgs {
    /// 操作人姓名，记入审计日志
    #[arg(long, value_name = "姓名", value_parser = name)]
    actor: String,
}

impl ActorArgs {
    /// The bare name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.actor
    }

    /// As the audit log shows it.
    #[must_use]
    pub fn audit_name(&self) -> String {
        format!("命令行：{}", self.actor)
    }
}

fn name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 40 {
        return Err("请写姓名，不超过40字");
    }
    Ok(name.to_owned())
}
