import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dirname, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { VantResolver } from '@vant/auto-import-resolver'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

const root = dirname(fileURLToPath(import.meta.url))

/**
 * Vant ships its icon font inline and with a fallback on a foreign host. The content security policy allows
 * neither, so the font becomes a file of our own.
 */
function vantIconFont(): Plugin {
  const cache = resolve(root, 'node_modules/.cache/vant-icon')
  return {
    name: 'vant-icon-font',
    enforce: 'pre',
    transform(code, id) {
      if (!/vant\/(es|lib)\/icon\/index\.css/.test(id)) return null
      const font = /url\(data:font\/woff2;charset=utf-8;base64,([A-Za-z0-9+/=]+)\)/.exec(code)
      if (!font?.[1]) throw new Error('the icon font of vant was not found where it used to be')
      mkdirSync(cache, { recursive: true })
      writeFileSync(resolve(cache, 'vant-icon.woff2'), Buffer.from(font[1], 'base64'))
      return code.replace(
        /@font-face\s*\{[^}]*\}/,
        `@font-face{font-family:vant-icon;font-weight:400;font-style:normal;font-display:auto;src:url("${resolve(cache, 'vant-icon.woff2')}") format("woff2")}`,
      )
    },
  }
}

export default defineConfig({
  base: '/',
  resolve: { alias: { '@': resolve(root, 'src') } },
  plugins: [
    vantIconFont(),
    vue(),
    Components({
      dirs: [],
      dts: 'components.d.ts',
      resolvers: [ElementPlusResolver({ importStyle: 'css' }), VantResolver()],
    }),
  ],
  build: {
    outDir: 'dist',
    target: 'chrome87',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    // The binary that answers while pages are developed; its address may be given from outside.
    proxy: { '/api': { target: process.env.CHENGZHI_API ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
})
