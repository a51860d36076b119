export const PASSWORD_HINT = '不少于10位，含字母和数字，不要用姓名或工号。'

/** What is wrong with a new password before the server is asked; empty when nothing is. */
export function passwordFault(fresh: string, again: string): string {
  if (fresh.length < 10) return '新密码不足10位，请加长。'
  if (!/[A-Za-z]/.test(fresh) || !/\d/.test(fresh)) return '新密码须同时含有字母和数字。'
  if (fresh !== again) return '两次输入的新密码不一致，请重新输入。'
  return ''
}
