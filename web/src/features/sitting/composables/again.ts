import { useMutation } from '@tanstack/vue-query'
import { useRouter } from 'vue-router'
import { notifyError } from '@/shell/notices'
import { sittings } from '../api'

/** Begins a further attempt and goes to it. The room is opened anew, as after a reload. */
export function useAgain(phone: boolean) {
  const router = useRouter()
  return useMutation({
    mutationFn: (session: number) => sittings.again(session),
    onSuccess: (next) => {
      const path = `${phone ? '/m' : ''}/exams/${next.exam}/sit/${next.attempt}`
      window.location.assign(router.resolve(path).href)
    },
    onError: notifyError,
  })
}
