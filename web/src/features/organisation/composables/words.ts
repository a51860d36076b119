import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { organisation } from '../api'

/** Kinds, posts, ranks, categories and status changes, from the server; they hardly ever change. */
export function useWords() {
  const query = useQuery({ queryKey: ['words'], queryFn: organisation.words, staleTime: Infinity })
  const options = (key: 'unit_kinds' | 'posts' | 'ranks' | 'categories' | 'status_kinds') =>
    computed(() => (query.data.value?.[key] ?? []).map((word) => ({ value: word.code, label: word.name })))
  return {
    words: query.data,
    unitKinds: options('unit_kinds'),
    posts: options('posts'),
    ranks: options('ranks'),
    categories: options('categories'),
    statusKinds: options('status_kinds'),
  }
}

export const stateTone = (state: string): 'done' | 'soon' | 'none' => (state === 'at_post' ? 'done' : state === 'away' ? 'soon' : 'none')
