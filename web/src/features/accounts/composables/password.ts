export const PASSWORD_HINT = '不少于10位，大写、小写字母、数字、符号至少含三类；16位以上不限。不能与用户名相同。'

/** What is wrong with a new password before the server is asked; empty when nothing is. */
export function passwordFault(fresh: string, again: string): string {
  if (fresh.length < 10) return '新密码不足10位，请加长。'
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(fresh)).length
  if (fresh.length < 16 && kinds < 3) return '新密码的大写、小写字母、数字、符号须至少含三类，或不少于16位。'
  if (fresh !== again) return '两次输入的新密码不一致，请重新输入。'
  return ''
}
