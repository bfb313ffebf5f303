import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const OUT = join(import.meta.dirname, '../dist/web')

/** Lays each file down compressed as well: a node compresses nothing while it answers. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    const folder = join(OUT, 'assets')
    for (const name of readdirSync(folder).filter((one) => /\.(js|css)$/.test(one))) {
      const content = readFileSync(join(folder, name))
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content))
      writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
    }
  },
}

// Whoever builds with another environment, such as tests, would get the libraries as their developers run them.
process.env.NODE_ENV = 'production'

export default defineConfig({
  root: import.meta.dirname,
  base: '/app/',
  plugins: [react(), compressed],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    // The page's policy allows no script of its own text, and its files are few.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2022',
  },
})
