/** The one theme of the charts; canvas cannot read CSS variables, so the tokens are repeated here. */
export const CHART = {
  brand: '#1b3a6b',
  brandSoft: '#7d94b8',
  ink: '#1f2329',
  secondary: '#646a73',
  line: '#dee0e3',
  late: '#c62828',
  font: "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif",
} as const
