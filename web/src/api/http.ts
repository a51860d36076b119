import { ApiError, OfflineError, problemOf } from './problem'

/** Where the API lives; the same host that serves the pages. */
export const BASE = '/api/v1'

export type Query = Record<string, string | number | boolean | null | undefined>

/** Called when the session has ended; the router sets it. */
let onSignedOut: (() => void) | null = null
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler
}

/** Builds an address below the API with its query; empty values are left out. */
export function url(path: string, query?: Query): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return BASE + path + (text ? `?${text}` : '')
}

async function send<T>(method: string, path: string, body?: unknown, query?: Query): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  let payload: BodyInit | undefined
  if (body instanceof FormData) payload = body
  else if (body !== undefined) {
    headers['Content-Type'] = 'application/json'
    payload = JSON.stringify(body)
  }
  if (method !== 'GET') headers['X-Chengzhi'] = '1'
  let response: Response
  try {
    response = await fetch(url(path, query), { method, headers, body: payload, credentials: 'same-origin' })
  } catch {
    throw new OfflineError()
  }
  return read<T>(response, path)
}

async function read<T>(response: Response, path: string): Promise<T> {
  const text = response.status === 204 ? '' : await response.text()
  let body: unknown = undefined
  if (text) {
    try {
      body = JSON.parse(text)
    } catch {
      body = undefined
    }
  }
  if (!response.ok) {
    const error = new ApiError(problemOf(response.status, body))
    if (response.status === 401 && path !== '/session') onSignedOut?.()
    throw error
  }
  return body as T
}

export const http = {
  get: <T>(path: string, query?: Query) => send<T>('GET', path, undefined, query),
  post: <T>(path: string, body?: unknown, query?: Query) => send<T>('POST', path, body, query),
  put: <T>(path: string, body?: unknown) => send<T>('PUT', path, body),
  patch: <T>(path: string, body?: unknown) => send<T>('PATCH', path, body),
  delete: <T>(path: string, body?: unknown) => send<T>('DELETE', path, body),
}

/** Sends one file with progress (0…1); fetch cannot tell progress, so this one is an XMLHttpRequest. */
export function upload<T>(path: string, file: File, onProgress?: (share: number) => void, query?: Query): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url(path, query))
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
