import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'

const from_here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.CALLOUT_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [
    vue(),
    // A page brings the parts of Element Plus that it uses, with their styles; the rest is not shipped with it.
    components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
  ],
  resolve: { alias: { '@': from_here('./src') } },
  build: {
    target: 'es2022',
    // Everything is a file of our own origin: the content security policy knows no data: scripts or fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1700,
    rollupOptions: {
      input: {
        console: from_here('./index.html'),
        phone: from_here('./phone.html'),
        api_docs: from_here('./api-docs.html'),
      },
    },
  },
  server: { proxy: { '/api/v1': { target: server, ws: true }, '/api/openapi.yaml': server } },
  // Element Plus imports its styles, which Node alone cannot read.
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'], server: { deps: { inline: ['element-plus'] } } },
})
