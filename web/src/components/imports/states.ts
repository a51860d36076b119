import type { ImportOut } from '@/api/types'

export const IMPORT_STATE: Record<ImportOut['state'], string> = {
  dry_run: '已试读，未导入',
  committed: '已导入',
  discarded: '已放弃',
  reversed: '已整批撤回',
}

export function importTone(state: ImportOut['state']): 'done' | 'soon' | 'none' | 'late' {
  return ({ dry_run: 'soon', committed: 'done', discarded: 'none', reversed: 'late' } as const)[state]
}

/** The ground of a row's verdict. */
export function verdictTone(verdict: string): 'done' | 'soon' | 'late' | 'info' | 'none' {
  switch (verdict) {
    case 'broken':
      return 'late'
    case 'joiner':
    case 'new':
      return 'done'
    case 'leaver':
      return 'soon'
    case 'transfer':
    case 'change':
      return 'info'
    default:
      return 'none'
  }
}
