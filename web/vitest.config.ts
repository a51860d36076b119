import { defineConfig, mergeConfig } from 'vitest/config'
import vite from './vite.config'

export default defineConfig(async (env) =>
  mergeConfig(await vite(env), {
    test: {
      environment: 'happy-dom',
      include: ['tests/**/*.test.ts'],
      server: { deps: { inline: ['element-plus', 'vant'] } },
    },
  }),
)
