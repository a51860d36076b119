const KEY = 'chengzhi.desk'

/** Whether this device should be shown the phone pages: narrow or a phone, unless the desk was asked for. */
export function wantsPhone(
  width: number = window.innerWidth,
  agent: string = navigator.userAgent,
  chosen: string | null = readChoice(),
): boolean {
  if (chosen === 'desk') return false
  return width < 640 || /Mobile|Android.+Mobile|iPhone|HarmonyOS.+Phone/i.test(agent)
}

function readChoice(): string | null {
  try {
    return window.sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function chooseDesk(): void {
  try {
    window.sessionStorage.setItem(KEY, 'desk')
  } catch {
    /* the choice then lasts for one page */
  }
}

export function choosePhone(): void {
  try {
    window.sessionStorage.removeItem(KEY)
  } catch {
    /* nothing was kept */
  }
}
