import createClient from 'openapi-fetch'
import { ApiError, OfflineError, problemOf } from './problem'
import type { paths } from './schema'

/** Called when the session has ended; the start of the page sets it. */
let onSignedOut: (() => void) | null = null
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler
}

/** Filters that are empty in the address are not sent. */
function query(params: Record<string, unknown>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  return search.toString()
}

/** The typed client; addresses, parameters and answers come from api/openapi.json. */
export const api = createClient<paths>({
  credentials: 'same-origin',
  headers: { Accept: 'application/json', 'X-Chengzhi': '1' },
  querySerializer: query,
  fetch: (request) =>
    window.fetch(request).catch(() => {
      throw new OfflineError()
    }),
})

/** The answer, or an error with Chinese words. */
export async function read<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer.catch((fault: unknown) => {
    throw fault instanceof OfflineError ? fault : new OfflineError(true)
  })
  if (response.ok) return data as T
  const problem = problemOf(response.status, error)
  if (response.status === 401 && !new URL(response.url).pathname.endsWith('/session')) onSignedOut?.()
  throw new ApiError(problem)
}

type DownloadPath = Extract<keyof paths, `${string}/export.xlsx`>

/** The address of a file to download, with its filters. */
export function download(path: DownloadPath, filters: Record<string, unknown>): string {
  const text = query(filters)
  return path + (text ? `?${text}` : '')
}

/** Sends one file with progress (0…1); fetch cannot tell progress, so this one is an XMLHttpRequest. */
export function upload<T>(
  path: string,
  file: File,
  onProgress?: (share: number) => void,
  filters: Record<string, unknown> = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const text = query(filters)
    request.open('POST', path + (text ? `?${text}` : ''))
    request.setRequestHeader('X-Chengzhi', '1')
    request.setRequestHeader('Accept', 'application/json')
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total)
    }
    request.onerror = () => reject(new OfflineError())
    request.onload = () => {
      let body: unknown
      try {
        body = request.responseText ? JSON.parse(request.responseText) : undefined
      } catch {
        body = undefined
      }
      if (request.status >= 200 && request.status < 300) resolve(body as T)
      else {
        if (request.status === 401) onSignedOut?.()
        reject(new ApiError(problemOf(request.status, body)))
      }
    }
    const form = new FormData()
    form.append('file', file, file.name)
    request.send(form)
  })
}
