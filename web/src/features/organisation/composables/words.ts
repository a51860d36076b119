import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { StatusKind } from '@/api/types'
import { organisation } from '../api'

/** The changes that end the service; a roster that lacks somebody may only be answered with one of these. */
const LEAVING: readonly StatusKind[] = ['left', 'missing', 'died', 'dismissed', 'retired']

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
    leavingKinds: computed(() => (query.data.value?.status_kinds ?? []).filter((word) => (LEAVING as readonly string[]).includes(word.code)).map((word) => ({ value: word.code, label: word.name }))),
  }
}

export const stateTone = (state: string): 'done' | 'soon' | 'none' => (state === 'at_post' ? 'done' : state === 'away' ? 'soon' : 'none')
