import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleRoutes } from './routes.ts'

const folder = mkdtempSync(join(tmpdir(), 'regie-console-'))
let server: Server
let base = ''
const get = (path: string, headers: Record<string, string> = {}) => fetch(base + path, { headers })

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Regie</title>')
  writeFileSync(join(folder, 'assets/index-1.js'), 'export {}')
  writeFileSync(join(folder, 'assets/index-1.js.gz'), gzipSync('export {}'))
  const app = express()
  app.use('/app', consoleRoutes(folder))
  app.use('/none', consoleRoutes(join(folder, 'nowhere')))
  server = app.listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

test('every address below it is the page, which loads nothing from elsewhere', async () => {
  for (const path of ['/app', '/app/', '/app/requests/1', '/app/partners?q=a']) {
    const response = await get(path)
    expect([path, response.status, await response.text()]).toEqual([
      path,
      200,
      '<!doctype html><title>Regie</title>',
    ])
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';")
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('cache-control')).toBe('no-cache')
  }
})

test('a file comes compressed where that is taken, and is kept for good', async () => {
  const plain = await get('/app/assets/index-1.js', { 'accept-encoding': 'identity' })
  expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, 'export {}'])
  const small = await get('/app/assets/index-1.js', { 'accept-encoding': 'gzip, br' })
  expect([small.headers.get('content-encoding'), await small.text()]).toEqual(['gzip', 'export {}'])
  expect(small.headers.get('cache-control')).toContain('immutable')
  expect(small.headers.get('vary')).toContain('Accept-Encoding')
})

test('what is not a file of it is not there, and no way leads out of its folder', async () => {
  for (const path of [
    'absent.js',
    'index-1.js.gz',
    '..%2findex.html',
    '%2e%2e/index.html',
    '..%2f..%2fpackage.json',
  ])
    expect([path, (await get(`/app/assets/${path}`)).status]).not.toEqual([path, 500])
  expect((await get('/app/assets/absent.js')).status).toBe(404)
  expect((await get('/app/assets/..%2findex.html')).status).toBe(404)
  expect((await get('/none/')).status).toBe(404)
})

test('a build that takes its place while the node runs disturbs nobody', async () => {
  rmSync(join(folder, 'assets'), { recursive: true })
  expect((await get('/app/assets/index-1.js')).status).toBe(200)
})
