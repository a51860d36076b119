import type { RoleCode, ScopeKind } from '@/api/types'

/** The roles of the system, in the order of the levels. */
export const ROLES: { code: RoleCode; name: string; scope: ScopeKind }[] = [
  { code: 'officer', name: '执法人员', scope: 'own' },
  { code: 'instructor', name: '教员', scope: 'own' },
  { code: 'squad_reporter', name: '中队填报员', scope: 'unit' },
  { code: 'squad_head', name: '中队负责人', scope: 'unit' },
  { code: 'section_lead', name: '责任科室', scope: 'unit' },
  { code: 'district_training', name: '区局教育培训管理员', scope: 'subtree' },
  { code: 'city_training', name: '市局教育培训管理员', scope: 'subtree' },
  { code: 'leader', name: '局领导', scope: 'subtree' },
  { code: 'system_admin', name: '系统管理员', scope: 'subtree' },
  { code: 'security_admin', name: '安全管理员', scope: 'subtree' },
  { code: 'audit_admin', name: '审计管理员', scope: 'subtree' },
]

export const SCOPES = [
  { code: 'own', name: '本人' },
  { code: 'unit', name: '本单位' },
  { code: 'subtree', name: '本单位及下级' },
] as const

export function scopeName(code: string): string {
  return SCOPES.find((scope) => scope.code === code)?.name ?? code
}
