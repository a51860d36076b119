import { describe, expect, it } from 'vitest'
import { auditFacts, shortHash } from '@/features/accounts/composables/auditDetail'

describe('a line of the audit log', () => {
  it('reads changes as what was and what is', () => {
    const detail =
      '改动：{"after":["legal_officer"],"before":[],"field":"posts"}、{"after":true,"before":false,"field":"established"}'
    expect(auditFacts(detail, new Map([['legal_officer', '法制员']]))).toEqual([
      { label: '岗位', before: '空', text: '法制员' },
      { label: '在编', before: '否', text: '是' },
    ])
    expect(auditFacts('现：中队负责人（大场镇中队）；原：无；用户名：chen')).toEqual([
      { label: '变更', before: '无', text: '中队负责人（大场镇中队）' },
      { label: '用户名', text: 'chen' },
    ])
  })

  it('leaves out counts of nothing and shortens hashes', () => {
    const hash = 'ab'.repeat(32)
    expect(auditFacts(`数量：{"broken":0,"joiners":3,"rows":12}；文件：名册.xlsx；文件校验：${hash}`)).toEqual([
      { label: '新进', text: '3' },
      { label: '总行数', text: '12' },
      { label: '文件', text: '名册.xlsx' },
      { label: '文件校验', text: shortHash(hash), whole: hash },
    ])
  })

  it('keeps a reason with semicolons whole and says packs and codes in words', () => {
    expect(auditFacts('原因：材料不全；请补照片。')).toEqual([{ label: '原因', text: '材料不全；请补照片。' }])
    expect(auditFacts('规则包：shanghai/2023；组成：online')).toEqual([
      { label: '规则包', text: '上海市2023年规则' },
      { label: '组成', text: '市局网训' },
    ])
    expect(auditFacts('')).toEqual([])
  })
})
