import { onBeforeUnmount, reactive } from 'vue'

/**
 * Seconds left by the server. Between two words of the server the time is counted by the machine's running time, which
 * nobody can set back.
 */
export function useCountdown(over: () => void) {
  const time = reactive({ seconds: 0, paused: false })
  let end = 0
  let told = true

  function tick(): void {
    if (time.paused || !end) return
    time.seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000))
    if (time.seconds === 0 && !told) {
      told = true
      over()
    }
  }

  const timer = setInterval(tick, 250)
  onBeforeUnmount(() => clearInterval(timer))

  return {
    time,
    set(seconds: number, paused: boolean): void {
      end = performance.now() + seconds * 1000
      told = seconds <= 0
      time.seconds = seconds
      time.paused = paused
    },
  }
}
