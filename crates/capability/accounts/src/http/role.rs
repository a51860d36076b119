//! A role with its unit, as shown with the signed-in person and in the list of accounts.

use chengzhi_authz::{Role, ScopeKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::usecase::me::NamedGrant;

/// 一项角色
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeldRole {
    /// 角色
    pub role: Role,
    /// 角色名称
    pub role_name: String,
    /// 单位；全市的为市局，尚未录入机构时为空
    pub unit_id: Option<i64>,
    /// 单位名称
    pub unit_name: String,
    /// 范围
    pub scope: ScopeKind,
}

impl From<NamedGrant> for HeldRole {
    fn from(grant: NamedGrant) -> Self {
        HeldRole {
            role: grant.role,
            role_name: grant.role.name().to_owned(),
            unit_id: grant.unit_id.map(|id| id.get()),
            unit_name: grant.unit_name,
            scope: grant.scope,
        }
    }
}
