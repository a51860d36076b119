import { onBeforeUnmount } from 'vue'

/** One window of this browser at a time: the newest goes on, the others are told. */
export function useAlone(name: string, lost: () => void) {
  const id = Math.random().toString(36).slice(2)
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`chengzhi.sitting.${name}`)
  if (channel) {
    channel.onmessage = (event: MessageEvent) => {
      if (event.data !== id) lost()
    }
  }
  onBeforeUnmount(() => channel?.close())
  return { claim: () => channel?.postMessage(id) }
}
