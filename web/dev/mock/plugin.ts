import type { Plugin } from 'vite'

/** Answers /api/v1 from invented data while the pages are developed without the binary. */
export function mockServer(): Plugin {
  return { name: 'mock-server' }
}
